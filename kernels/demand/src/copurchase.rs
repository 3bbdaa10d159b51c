//! Clusters of products that are bought together, and how far they agree with another grouping.
//!
//! Holds the parameters, the graph and the agreement; the moving of products has its own file. Products of
//! one trip fall together, so a cluster is an occasion rather than a shelf.

mod louvain;

use std::collections::BTreeMap;

use numeric::Progress;

use crate::{
    Error,
    error::{require, require_size},
    pairs,
};
use louvain::Graph;

/// How products are clustered. Becomes a [`Clustering`] by [`Params::check`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// More makes smaller clusters: above 0, at most 1,000; 1 is Newman's modularity.
    pub resolution: f64,
    /// Most rounds over all products at each scale: 1 to 10,000.
    pub max_rounds: usize,
}

impl Params {
    /// Checks the values.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the first value outside its range.
    pub fn check(self) -> Result<Clustering, Error> {
        let Self {
            resolution,
            max_rounds,
        } = self;
        let legal = "a number above 0 and at most 1,000";
        require(
            resolution > 0.0 && resolution <= 1e3,
            "resolution",
            resolution,
            legal,
        )?;
        let legal = "1 to 10,000";
        require(
            (1..=10_000).contains(&max_rounds),
            "max_rounds",
            max_rounds,
            legal,
        )?;
        Ok(Clustering(self))
    }
}

/// Checked parameters, ready to fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clustering(Params);

/// Products by co-purchase.
#[derive(Debug, Clone, PartialEq)]
pub struct Clusters {
    /// Per product: its cluster, numbered by first product. A product never bought with another more often
    /// than by chance is alone.
    pub labels: Vec<u32>,
    /// Share of the ties that lie within clusters, less what it would be by chance: below 1, and 0 where
    /// there are no ties.
    pub modularity: f64,
}

impl Clustering {
    /// The parameters that were checked.
    pub fn params(&self) -> Params {
        self.0
    }

    /// Clusters products by the baskets that two have in common beyond chance, drawn towards what their
    /// categories show.
    ///
    /// # Errors
    /// [`Error::Cancelled`].
    pub fn fit(&self, pairs: &pairs::Fit, progress: &dyn Progress) -> Result<Clusters, Error> {
        let ties = (0..pairs.products() as u32)
            .map(|product| {
                let others = pairs.bought_with(product).iter();
                let tie = |&(other, _): &(u32, u32)| {
                    let beyond = pairs.beyond(product, other);
                    (beyond > 0.0).then_some((other as usize, beyond))
                };
                others.filter_map(tie).collect()
            })
            .collect();
        let graph = Graph::new(ties);
        let labels = graph.clusters(self.0.resolution, self.0.max_rounds, progress)?;
        Ok(Clusters {
            modularity: graph.modularity(&labels, self.0.resolution),
            labels: labels.into_iter().map(|label| label as u32).collect(),
        })
    }
}

/// The adjusted Rand index of two groupings of the same products (L. Hubert, P. Arabie, "Comparing
/// partitions", J. Classif. 2, 1985, equation 5): 1 the same, 0 as by chance.
///
/// # Errors
/// [`Error::Mismatch`] where they group different numbers of products.
pub fn agreement(a: &[u32], b: &[u32]) -> Result<f64, Error> {
    require_size("labels", "products", b.len(), a.len())?;
    let mut cells = BTreeMap::new();
    let (mut of_a, mut of_b) = (BTreeMap::new(), BTreeMap::new());
    for (&a, &b) in a.iter().zip(b) {
        *cells.entry((a, b)).or_insert(0u64) += 1;
        *of_a.entry(a).or_insert(0u64) += 1;
        *of_b.entry(b).or_insert(0u64) += 1;
    }
    if cells.len() == of_a.len() && cells.len() == of_b.len() {
        return Ok(1.0);
    }
    let pairs = |sizes: &mut dyn Iterator<Item = u64>| -> f64 {
        sizes
            .map(|size| u128::from(size) * u128::from(size - 1) / 2)
            .sum::<u128>() as f64
    };
    let both = pairs(&mut cells.values().copied());
    let (in_a, in_b) = (
        pairs(&mut of_a.values().copied()),
        pairs(&mut of_b.values().copied()),
    );
    let chance = in_a * in_b / pairs(&mut std::iter::once(a.len() as u64));
    Ok((both - chance) / ((in_a + in_b) / 2.0 - chance))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use numeric::Silent;

    use super::*;
    use crate::{
        baskets::{Lines, NONE, Sizes},
        pairs,
    };

    #[test]
    fn the_examples_of_scikit_learn() {
        assert_eq!(agreement(&[0, 0, 1, 1], &[1, 1, 0, 0]), Ok(1.0));
        let close = agreement(&[0, 0, 1, 2], &[0, 0, 1, 1]).unwrap();
        assert!((close - 0.571_428_571_428_571_4).abs() < 1e-12);
        let apart = agreement(&[0, 0, 1, 1], &[0, 1, 0, 1]).unwrap();
        assert!((apart + 0.5).abs() < 1e-12);
        assert_eq!(agreement(&[], &[]), Ok(1.0));
        assert!(agreement(&[0], &[]).is_err());
    }

    /// Baskets of products 0 to 2, of 3 to 5, and of product 6 alone.
    #[test]
    fn occasions_fall_together() {
        let trips: [&[u32]; 7] = [&[0, 1], &[1, 2], &[0, 2], &[3, 4], &[4, 5], &[3, 5], &[6]];
        let (mut of, mut bought) = (Vec::new(), Vec::new());
        for basket in 0..700u32 {
            let trip = trips[basket as usize % trips.len()];
            of.extend(trip.iter().map(|_| basket));
            bought.extend_from_slice(trip);
        }
        let lines = Lines {
            baskets: &of,
            products: &bought,
            customers: &[NONE; 700],
            stores: &[0; 700],
            periods: &[0; 700],
        };
        let sizes = Sizes {
            products: 7,
            stores: 1,
            periods: 1,
        };
        let params = pairs::Params {
            season: 1,
            level: 0.9,
        };
        let baskets = lines.check(sizes).unwrap();
        let pairs = params
            .check()
            .unwrap()
            .fit(&baskets, &[NONE; 7], &Silent)
            .unwrap();
        let params = Params {
            resolution: 1.0,
            max_rounds: 100,
        };
        let clusters = params.check().unwrap().fit(&pairs, &Silent).unwrap();
        assert_eq!(clusters.labels, [0, 0, 0, 1, 1, 1, 2]);
        assert!((clusters.modularity - 0.5).abs() < 1e-9, "{clusters:?}");
        assert!(
            Params {
                resolution: f64::NAN,
                ..params
            }
            .check()
            .is_err()
        );
    }
}
