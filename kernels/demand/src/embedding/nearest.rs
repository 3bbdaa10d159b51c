//! The products nearest to one, and what of their company they share.

use rayon::prelude::*;

use super::{Embedding, Lack, Tie};

/// Rows that one thread looks at before it takes more.
const AT_ONCE: usize = 1_024;

/// A product near another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    /// The product.
    pub product: u32,
    /// Cosine of the two vectors, −1 to 1: how much their company is the same.
    pub similarity: f64,
    /// Contexts that hold its vector up.
    pub contexts: u32,
    /// The two bought together: how often. None where that is no more often than by chance times the shift,
    /// seldom, or not among what was kept: then they are near by their company alone.
    pub together: Option<Tie>,
    /// Cosine of the ties themselves, 0 to 1: what all shared companions' shares sum to. Where it is far below
    /// the similarity, the two are near through companions of companions.
    pub company: f64,
    /// Companions that both have, the greatest share first.
    pub shared: Vec<Companion>,
}

/// A product that two others are both bought with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Companion {
    /// The product.
    pub product: u32,
    /// Its part of [`Neighbour::company`].
    pub share: f64,
    /// Contexts that hold it and the product that was asked about.
    pub with_product: u32,
    /// Contexts that hold it and the neighbour.
    pub with_neighbour: u32,
}

impl Embedding {
    /// The `most` products of greatest cosine to one below [`Self::products`], each with at most `reasons`
    /// shared companions. Equally near ones by id. Exact: looks at all products.
    ///
    /// # Errors
    /// Why the product has no vector.
    pub fn nearest(
        &self,
        product: u32,
        most: usize,
        reasons: usize,
    ) -> Result<Vec<Neighbour>, Lack> {
        let own = self.vector(product)?;
        let mut near: Vec<(f64, u32)> = (0..self.products() as u32)
            .into_par_iter()
            .with_min_len(AT_ONCE)
            .filter(|&other| other != product)
            .filter_map(|other| Some((cosine(own, self.vector(other).ok()?), other)))
            .collect();
        let order = |a: &(f64, u32), b: &(f64, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        if most > 0 && most < near.len() {
            near.select_nth_unstable_by(most - 1, order);
        }
        near.truncate(most);
        near.sort_unstable_by(order);
        let near = near.into_iter();
        Ok(near
            .map(|(similarity, other)| self.neighbour(product, other, similarity, reasons))
            .collect())
    }

    fn neighbour(&self, product: u32, other: u32, similarity: f64, reasons: usize) -> Neighbour {
        let (own, theirs) = (self.ties(product), self.ties(other));
        let squares = self.ties.squares(product as usize) * self.ties.squares(other as usize);
        let mut shared: Vec<Companion> = both(own, theirs)
            .map(|(own, theirs)| Companion {
                product: own.product,
                share: f64::from(own.weight) * f64::from(theirs.weight) / squares.sqrt(),
                with_product: own.together,
                with_neighbour: theirs.together,
            })
            .collect();
        let company = shared.iter().map(|companion| companion.share).sum();
        shared.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.product.cmp(&b.product)));
        shared.truncate(reasons);
        let tie = own.binary_search_by_key(&other, |tie| tie.product);
        Neighbour {
            product: other,
            similarity,
            contexts: self.contexts(other),
            together: tie.ok().map(|place| own[place]),
            company,
            shared,
        }
    }
}

/// The cosine of two unit vectors.
fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let products = a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b));
    products.sum::<f64>().clamp(-1.0, 1.0)
}

/// Ties of both lists with the same product.
fn both<'a>(a: &'a [Tie], b: &'a [Tie]) -> impl Iterator<Item = (&'a Tie, &'a Tie)> {
    let mut rest = b;
    a.iter().filter_map(move |tie| {
        let place = rest.partition_point(|other| other.product < tie.product);
        rest = &rest[place..];
        let first = rest.first()?;
        (first.product == tie.product).then_some((tie, first))
    })
}
