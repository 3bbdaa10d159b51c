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
//!           fit_seeded(MatrixView, Seeding, &dyn Progress); Seeding { PlusPlus, Parallel { rounds, oversampling } }
//!           fit_weighted(MatrixView, weights, &dyn Progress); fit_weighted_from(MatrixView, weights, centers, ..)
//!           nearest(MatrixView, centers) -> Nearest { labels, squared_distances }; MatrixView of f32, too
//! medoids   Params { clusters, search: Search, start: Start, starts, max_iterations, seed }.check(rows) -> KMedoids
//!           KMedoids::params(); fit(&impl Dissimilarities, &dyn Progress) -> Fit; fit_from(.., medoids, ..) -> Fit
//!           Search { All, Sampled { samples, rows } }; Start { Build, Lab, PlusPlus }
//!           Fit { labels, medoids, loss, iterations, swaps, converged, sizes }
//!           Dissimilarities { rows(); between(a, b); fill(from, out) }: Condensed::new(&[f64], rows),
//!           Euclidean(MatrixView), mixed::Table
//! mixed     Table::new(&[Column], weights) -> Table; like(&[Column]) -> Table; rows(); features()
//!           dissimilarity(a, b) -> Dissimilarity { total, features }; distance(a, b) -> f64
//!           distances(&dyn Progress) -> Vec<f64>; coordinates() -> Matrix
//!           Column { Number, Category, Set { offsets, labels }, Shares { values, parts, zero } }; MISSING
//!           Params { clusters, starts, max_iterations, tolerance, seed }.check(rows) -> Mixed
//!           Mixed::params(); fit(&Table, &dyn Progress) -> Fit; fit_from(&Table, rows, &dyn Progress) -> Fit
//!           Fit { labels, prototypes, features: Vec<FeatureFit>, inertia, iterations, converged, sizes }
//!           FeatureFit { total, within, explained, share }
//!           Prototypes::typical(cluster, feature) -> Typical; contributions(&Table, row, cluster)
//!           Prototypes::nearest(&Table) -> Nearest { labels, distances }
//! minibatch Params { clusters, batch, passes, patience, idle, seed }.check(rows) -> MiniBatch; fit(..) -> kmeans::Fit
//! spherical Params(kmeans::Params).check(rows) -> Spherical; fit(..), fit_from(..)
//!           -> Fit { labels, directions, cohesion, iterations, converged, sizes }
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
//!                       davies_bouldin, stability, jump, converged }
//!           Choosing::run_with(MatrixView, &dyn Labeller, &dyn Progress) -> Chosen { choice, labels }
//!           Labeller::labels, whole(MatrixView, counts, seed, &dyn Progress) -> one list of labels per count
//!           gap::Params { clusters_max, references, starts, max_iterations, tolerance, seed }.check(rows) -> Gaps
//!           Gaps::run(MatrixView, &dyn Progress) -> GapChoice { clusters, gaps: Vec<Gap { clusters, inertia, gap, error }> }
//! constrain Rules { min_size, max_size, sizes: Vec<Sizes>, must_link, cannot_link, locked, closed, fixed_centers }
//!             .check(rows, clusters) -> Result<Constraints, Conflicts(Vec<Conflict>)>
//!           Constraints::holds(labels) -> bool; limits(cluster); locked(row); fixed_center(cluster); is_free()
//!           assign(MatrixView, centers, &Constraints) -> Assignment { labels, cost, gap, prices }
//!           assign_costs(costs, &Constraints) -> Assignment; cost(MatrixView, centers, labels) -> Cost { rows, total }
//!           obey(MatrixView, labels, &Constraints) -> Repair { labels, moved, inertia_before, inertia_after }
//! constrained fit(&KMeans, MatrixView, &Constraints, &dyn Progress) -> kmeans::Fit
//!           fit_from(&KMeans, MatrixView, &Constraints, centers, &dyn Progress) -> kmeans::Fit
//! matching  match_clusters(old, new) -> Matching { pairs: Vec<Pair>, vanished, appeared, lasting, moved }
//!           Pair { old, new, shared, jaccard }
//! explain   Params { false_discovery_rate, effect_min }.check() -> Profiling
//!           Profiling::profile(MatrixView, labels) -> Vec<ClusterProfile { cluster, rows, facts: Vec<Fact>, top }>
//!           Fact { column, mean, total_mean, index, effect, p_value, q_value, significant }
//!           memberships(MatrixView, labels, centers) -> Vec<Membership>
//!           Membership { own, own_squared, next, next_squared, margin }
//!           contributions(row, own, next) -> Contributions { own, own_squared, next, next_squared }
//! explain::rule     Params { conditions_max, measure: Measure, gain_min, significance, beam, bins_max }.check() -> Ruling
//!           Ruling::rules(MatrixView, labels) -> Vec<Rule>; Rule::holds(row); Condition::holds(row)
//!           Rule { cluster, rows, conditions: Vec<Condition { column, side, threshold }>, support, members,
//!                  coverage, purity, score, baseline, p_value }; Measure { FBeta(beta), WeightedRelativeAccuracy }
//! explain::drivers  Params { false_discovery_rate, omega_squared_min }.check() -> Driving
//!           Driving::drivers(MatrixView, labels) -> Drivers { columns: Vec<Driver>, top, eta_squared_by_chance,
//!                                                             accuracy, accuracy_by_chance }
//!           compare(MatrixView, labels, first, second) -> Comparison { first, second, both, clusters, .. }
//! newcomer  Params { kinds: Vec<Kind>, weights, neighbours, trials_max, seed }.check(cols) -> Placing
//!           Placing::fit(values, labels, &dyn Progress) -> Placer; largest(labels); tightest(MatrixView, labels, rows_min)
//!           Placer::likes(row, count) -> Vec<Alike>; place(row, Method) -> Placement { cluster, confidence, probabilities };
//!                   trial(Method) -> Trial; best() -> Method; clusters()
//! outlier   Params { z_min, rows_min, share_min }.check() -> Outlying
//!           Outlying::find(MatrixView, labels, centers) -> Outliers { rows: Vec<Outlier>, clusters: Vec<ClusterReach> }
//! drift     Params { bins }.check() -> Drifting
//!           Drifting::compare(Snapshot { keys, rows }, labels, centers, Snapshot) -> Drift
//! migration migration(before, now) -> Migration { before, now, counts, entered, left, absent, stayed, moved }
//!           reasons(Scene { rows, centers }, Scene, &[Move]) -> Vec<Reason>
//! project   Projection::fit(MatrixView); axes() -> &[Axis { loadings, explained }; 2]; apply(MatrixView) -> Matrix
//! linkage   Params { method: Method { Ward, Average, Complete, Single } }.check(rows) -> Linkage
//!           Linkage::params(); fit(MatrixView, &dyn Progress) -> Dendrogram
//!           Linkage::fit_with(MatrixView, Demands { must, cannot }, &dyn Progress) -> Dendrogram
//!           Dendrogram::rows(); merges() -> &[Merge { first, second, height, size }]; clusters_min(); clusters_max()
//!           Dendrogram::cut(clusters) -> labels; cut_at(height) -> labels; order() -> Vec<usize>
//!           Dendrogram::outline(leaves) -> Outline { leaf_of, leaves, joins: Vec<Join> }
//! soft      memberships(MatrixView, labels) -> Soft { clusters, probabilities, variance, directions }
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
pub mod constrain;
pub mod constrained;
pub mod drift;
mod error;
pub mod explain;
pub mod genie;
mod grouping;
pub mod hdbscan;
pub mod kmeans;
pub mod linkage;
pub mod matching;
pub mod medoids;
pub mod migration;
pub mod minibatch;
pub mod mixed;
pub mod mixture;
pub mod newcomer;
pub mod outlier;
pub mod project;
pub mod scale;
pub mod score;
mod sets;
pub mod soft;
pub mod spanning;
pub mod spherical;
#[cfg(test)]
mod test_data;

pub use error::Error;
