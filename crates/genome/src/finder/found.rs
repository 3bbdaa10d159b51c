//! What was found: products in the order of their scores, each with lines that sum to it, and what each answer
//! brought. It chooses no question.

use super::weigh::Weighed;
use super::{Answer, Finder, FinderError};
use serde::{Deserialize, Serialize};

/// How a product stands to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is as was said, half sure at least.
    Met,
    /// Nothing sure enough is known of it.
    Unknown,
    /// It is otherwise, half sure at least.
    Failed,
}

/// What a line is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// What was known before any answer: how common the product is, or how well it suits the shopper.
    Prior,
    /// An answer.
    Answer {
        /// The answer.
        answer: Answer,
        /// How the product stands to it.
        standing: Standing,
        /// The product's own values of the attribute.
        has: Vec<String>,
    },
}

/// A line of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// What it is about.
    #[serde(flatten)]
    pub cause: Cause,
    /// Thousandths of a bit: 1,000 more make the product twice as likely to be what is wanted.
    pub points: i64,
}

/// A product that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranked {
    /// Its number.
    pub product: u32,
    /// The sum of the lines' points.
    pub score: i64,
    /// The prior, then one line per answer that says something.
    pub lines: Vec<Reason>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The first products; of equals the one that was added first.
    pub products: Vec<Ranked>,
    /// Products that no answer rules out.
    pub remain: usize,
}

/// What one answer brought, after those that were given before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Benefit {
    /// The answer.
    pub answer: Answer,
    /// Products that it rules out and none before it did.
    pub left_out: usize,
    /// Products that are left.
    pub remain: usize,
    /// Products that came among the first ones, in their order.
    pub entered: Vec<u32>,
    /// Products that left the first ones, in the order they had.
    pub left: Vec<u32>,
    /// In one sentence.
    pub sentence: String,
}

/// The first `top` products.
fn first(weighed: &Weighed, top: usize) -> Vec<u32> {
    let scores = &weighed.scores;
    let key = |product: &u32| (-scores[*product as usize], *product);
    let mut order: Vec<u32> = (0..scores.len() as u32).collect();
    if top < order.len() {
        order.select_nth_unstable_by_key(top, key);
        order.truncate(top);
    }
    order.sort_unstable_by_key(key);
    order
}

impl Finder<'_> {
    /// The `top` products that the answers speak for most. The order of the answers changes nothing, nor does
    /// telling one twice; two answers about one attribute both count.
    ///
    /// # Errors
    /// [`FinderError::Attribute`] for an answer about an attribute that no product has, [`FinderError::NoValue`] for
    /// one that names no value, [`FinderError::Withheld`] for one about a sensitive value without consent.
    pub fn find(&self, answers: &[Answer], top: usize) -> Result<Found, FinderError> {
        let weighed = self.weigh(self.hear(answers)?);
        let products = first(&weighed, top);
        Ok(Found {
            products: products
                .into_iter()
                .map(|product| self.ranked(product, &weighed))
                .collect(),
            remain: weighed.fitting(),
        })
    }

    fn ranked(&self, product: u32, weighed: &Weighed) -> Ranked {
        let prior = self.prior.get(product as usize).copied();
        let prior = Reason {
            cause: Cause::Prior,
            points: prior.unwrap_or(0),
        };
        let said = weighed.said.iter().map(|said| {
            let attribute = &self.index.attributes()[said.heard.attribute];
            let set = attribute.of[product as usize] as usize;
            let has = attribute.open(set, self.consents);
            let has = has.map(|(value, _)| attribute.value(value).to_string());
            Reason {
                cause: Cause::Answer {
                    answer: said.heard.answer.clone(),
                    standing: said.standing[set],
                    has: has.collect(),
                },
                points: said.points[set],
            }
        });
        Ranked {
            product,
            score: weighed.scores[product as usize],
            lines: std::iter::once(prior).chain(said).collect(),
        }
    }

    /// What each answer brought, in the order in which they were given. `top` says how many products count as the
    /// first ones.
    ///
    /// # Errors
    /// As [`Finder::find`].
    pub fn benefits(
        &self,
        answers: &[Answer],
        top: usize,
        language: &str,
    ) -> Result<Vec<Benefit>, FinderError> {
        let texts = self.settings.texts(language);
        let mut before = self.weigh(Vec::new());
        let mut benefits = Vec::with_capacity(answers.len());
        for told in 1..=answers.len() {
            let after = self.weigh(self.hear(&answers[..told])?);
            let (were, are) = (first(&before, top), first(&after, top));
            let but = |these: &[u32], those: &[u32]| -> Vec<u32> {
                let new = these.iter().filter(|one| !those.contains(one));
                new.copied().collect()
            };
            let (entered, left) = (but(&are, &were), but(&were, &are));
            let remain = after.fitting();
            // A later answer rules nothing in again.
            let left_out = before.fitting().saturating_sub(remain);
            benefits.push(Benefit {
                answer: answers[told - 1].clone(),
                sentence: texts.benefit(left_out, remain, entered.len(), are.len()),
                left_out,
                remain,
                entered,
                left,
            });
            before = after;
        }
        Ok(benefits)
    }
}
