//! Clustering: rows of numbers into groups, how good the groups are, and why.
//!
//! Holds methods on checked matrices: arrays, a seed and checked parameters in, arrays out. Holds no
//! retail word, no file, no clock, and no default for any parameter: those are the caller's. The same
//! data and seed give the same bytes on any number of threads. Every method takes scaled columns for
//! granted; `scale` makes them.
//!
//! A parameter set named `Params` becomes, by `check`, a form that nobody else can build, and only that
//! form computes. Labels are `u32`, one per row; where a labelling is an input its ids may have gaps.
//!
//! ```text
//! scale     Params { method: Method, shapes: Vec<Shape>, quantile_low, quantile_high }.check(cols) -> Scaling
//!           Scaling::fit(MatrixView) -> Scaler
//!           Scaler::new(Vec<Column>); columns() -> &[Column]; apply(MatrixView) -> Matrix; invert(MatrixView) -> Matrix
//!           Method { Robust, ZScore }; Shape { Linear, SignedLog }; Column { shape, low, high, center, spread }
//! kmeans    Params { clusters, starts, max_iterations, tolerance, seed }.check(rows) -> KMeans
//!           KMeans::params(); fit(MatrixView, &dyn Progress) -> Fit; fit_from(MatrixView, centers, &dyn Progress) -> Fit
//!           Fit { labels, centers: Matrix, inertia, iterations, converged, sizes }
//!           nearest(MatrixView, centers) -> Nearest { labels, squared_distances }
//! score     silhouette(MatrixView, labels, &dyn Progress) -> Silhouette
//!           silhouette_sampled(MatrixView, labels, rows_max, seed, &dyn Progress) -> Silhouette
//!           Silhouette { mean, clusters: Vec<ClusterSilhouette { cluster, rows, mean }>, rows, values }
//!           dispersion(MatrixView, labels) -> Dispersion { inertia, calinski_harabasz, davies_bouldin }
//!           agreement(a, b) -> Agreement { adjusted_rand, normalised_mutual, adjusted_mutual }
//!           adjusted_rand(a, b) -> f64
//! choose    Params { clusters_min, clusters_max, starts, max_iterations, tolerance, bootstraps, sample,
//!                    stability_min, seed }.check(rows) -> Choosing
//!           Choosing::params(); kmeans(clusters, rows) -> KMeans; run(MatrixView, &dyn Progress) -> Choice
//!           Choice { clusters, reason, candidates: Vec<Candidate> }
//!           Candidate { clusters, sizes, inertia, silhouette, cluster_silhouettes, calinski_harabasz,
//!                       davies_bouldin, stability, converged }
//! matching  match_clusters(old, new) -> Matching { pairs: Vec<Pair>, vanished, appeared, lasting, moved }
//!           Pair { old, new, shared, jaccard }
//! explain   Params { false_discovery_rate, effect_min }.check() -> Profiling
//!           Profiling::profile(MatrixView, labels) -> Vec<ClusterProfile { cluster, rows, facts: Vec<Fact>, top }>
//!           Fact { column, mean, total_mean, index, effect, p_value, q_value, significant }
//!           memberships(MatrixView, labels, centers) -> Vec<Membership>
//!           Membership { own, own_squared, next, next_squared, margin }
//!           contributions(row, own, next) -> Contributions { own, own_squared, next, next_squared }
//! project   Projection::fit(MatrixView); axes() -> &[Axis { loadings, explained }; 2]; apply(MatrixView) -> Matrix
//! linkage   Params { method: Method { Ward, Average, Complete, Single } }.check(rows) -> Linkage
//!           Linkage::params(); fit(MatrixView, &dyn Progress) -> Dendrogram
//!           Linkage::fit_with(MatrixView, Demands { must, cannot }, &dyn Progress) -> Dendrogram
//!           Dendrogram::rows(); merges() -> &[Merge { first, second, height, size }]; clusters_min(); clusters_max()
//!           Dendrogram::cut(clusters) -> labels; cut_at(height) -> labels; order() -> Vec<usize>
//! spanning  nearest_neighbours(MatrixView, count, &dyn Progress) -> Neighbours { count, rows, distances }
//!           spanning_tree(MatrixView, &dyn Progress) -> Vec<Edge { a, b, length }>
//!           reachability_tree(MatrixView, neighbours, &dyn Progress) -> Reachability { edges, core_distances }
//! genie     Params { gini_max }.check() -> Genie; Genie::params(); fit(MatrixView, &dyn Progress) -> Dendrogram
//!           Genie::fit_tree(rows, &[Edge]) -> Dendrogram
//!           InformationParams { clusters, gini_max: Vec<f64> }.check(rows) -> Information
//!           Information::params(); fit(MatrixView, &dyn Progress) -> labels; fit_tree(rows, cols, &[Edge]) -> labels
//! hdbscan   Params { min_cluster_size, min_samples, selection: Selection { ExcessOfMass, Leaf } }.check(rows) -> Hdbscan
//!           Hdbscan::params(); fit(MatrixView, &dyn Progress) -> Fit
//!           Fit { labels: Vec<Option<u32>>, probabilities, outlier_scores, clusters: Vec<Cluster { rows, stability }> }
//! Error     what is refused, where, and how to mend it
//! ```
#![forbid(unsafe_code)]

pub mod auto;
pub mod choose;
mod error;
pub mod explain;
pub mod genie;
mod grouping;
pub mod hdbscan;
pub mod kmeans;
pub mod linkage;
pub mod matching;
pub mod mixture;
pub mod project;
pub mod scale;
pub mod score;
mod sets;
pub mod spanning;
#[cfg(test)]
mod test_data;

pub use error::Error;
