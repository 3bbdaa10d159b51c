//! A product finder that asks: which question parts the products best, which products the answers speak for and why,
//! what each answer brought, and which genes it declares.
//!
//! It holds plain values and computes; it must not know who is asked, read a clock or a table, or keep a session. The
//! answers so far come with every call, so nothing is kept between two.
//!
//! ```text
//! IndexBuilder::new() + add(&[(attribute, value, sure)]) per product, finish(&spec) -> Index     once per catalogue
//! flags(traits, &spec), IndexBuilder::new().with_flags(&flags)                                  for a part of one
//! Finder::new(&index, &settings, index.consents(topics), Some(&prior)) -> Finder                 once per shopper
//! finder.next(&answers, "en")     -> Next::Ask(Question) or Next::End(why)
//! finder.find(&answers, 10)       -> Found: ranked products, each with lines that sum to its score
//! finder.benefits(&answers, 10, "en") -> what each answer left out and how the first products changed
//! finder.declared(&answers)       -> Declared { attribute, value, for or against }; .act(…) is an Act for the genome
//! ```
//!
//! **How it weighs.** A product `i` is what the shopper wants with a chance `w_i`. If it has the value `v` of an
//! attribute with `m_i(v)` of certainty and any value of it with `K_i`, then among the products that have one
//! `p(v) = Σ w m(v) / Σ w K`, and the answer `v` multiplies `w_i` by
//! `r_i(v) = ε + (1 − ε) (m_i(v) / p(v) + 1 − K_i)`, with `ε` the share of answers that are random. A product without a
//! value of the attribute has `r = 1`: it could be, and the answer says nothing of it. `Σ w r = 1`, so the `w` stay
//! chances. A line of a score is `log2 r` in thousandths of a bit, rounded; a score is the sum of its lines, and `w`
//! goes with `2^score`.
//!
//! **How it asks.** The benefit of an answer is `D(v) = Σ w r(v) log2 r(v)`, the information it brings about which
//! product is wanted (C. E. Shannon, "A Mathematical Theory of Communication", 1948; S. Kullback and R. A. Leibler,
//! 1951), and a question's gain its mean over the answers. Where no answer is random that is the gain of J. R. Quinlan
//! ("Induction of Decision Trees", Machine Learning 1, 1986) times the share of products that have a value, as in
//! C4.5 (1993, section 3.4). To ask what halves the candidates and to allow for lies is the game of twenty questions
//! with a liar (S. Ulam, "Adventures of a Mathematician", 1976). One question is looked ahead, not more.

mod answer;
mod ask;
mod declare;
mod error;
mod found;
mod index;
mod settings;
mod weigh;
mod words;

#[cfg(test)]
mod tests;

pub use answer::{Answer, Choice};
pub use ask::{End, Next, Offer, Question};
pub use declare::Declared;
pub use error::FinderError;
pub use found::{Benefit, Cause, Found, Ranked, Reason, Standing};
pub use index::{Index, IndexBuilder, flags};
pub use settings::{Asking, DEFAULT, Settings, Texts};

use crate::Consents;

/// A finder for one shopper over one catalogue.
#[derive(Debug, Clone)]
pub struct Finder<'a> {
    index: &'a Index,
    settings: &'a Settings,
    consents: Consents,
    /// Thousandths of a bit per product that is more or less likely than its share; empty where all are alike.
    prior: Vec<i64>,
}

impl<'a> Finder<'a> {
    /// A finder. `consents` come of [`Index::consents`]. `prior` has one weight per product, in the order in which
    /// they were added: how often it is bought, or how well it suits the shopper's genome. Only the ratios of weights
    /// count; one that is below 0 or no number counts as 0. The part of the prior that
    /// [`Asking::prior_part`] leaves is shared out alike, so that no product is ruled out by it.
    ///
    /// # Errors
    /// [`FinderError::Prior`] where there are not as many weights as products.
    pub fn new(
        index: &'a Index,
        settings: &'a Settings,
        consents: Consents,
        prior: Option<&[f64]>,
    ) -> Result<Self, FinderError> {
        let products = index.products();
        let prior = match prior {
            None => Vec::new(),
            Some(weights) if weights.len() == products => {
                weigh::prior_points(weights, settings.asking.prior_part)
            }
            Some(weights) => {
                return Err(FinderError::Prior {
                    weights: weights.len(),
                    products,
                });
            }
        };
        Ok(Self {
            index,
            settings,
            consents,
            prior,
        })
    }
}
