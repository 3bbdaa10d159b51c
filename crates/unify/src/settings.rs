//! When records are one customer, when a person is asked, and when a value is shared by too many. Plain values with
//! their defaults and checks.

use crate::Error;
use crate::record::{Identifier, IdentifierKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The rules of merging.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Records alike with at least this probability are linked: above `review_at`, below 1.
    pub link_at: f64,
    /// Records alike with at least this probability are shown to a person: above 0.
    pub review_at: f64,
    /// Bits of evidence against at which two records cannot be one customer without a person's word: above 0.
    pub opposed_at: f64,
    /// A link is undecided where another, to somebody else, is less than so many bits weaker: 0 or more.
    pub margin: f64,
    /// Most records that may share a value, by kind; above that the value links nobody. Kinds that are left out: 10.
    pub shared_max: BTreeMap<IdentifierKind, usize>,
    /// Values that link nobody, as an address that staff type in for those without one.
    pub blocked: Vec<Identifier>,
    /// Least share of all times that an identifier was seen, on which it was seen with another one, for the two to be tied:
    /// a card that one of ten times pays with somebody's loyalty number was lent. 0 to 1; where nobody counted, every
    /// sighting ties.
    pub seen_share_min: f64,
    /// Most records of a customer that identifiers alone may join: 2 or more.
    pub certain_max: usize,
    /// Most records of a customer that a link by likeness may join: 2 or more.
    pub probable_max: usize,
    /// Most records of a block that are compared with each other: 2 or more.
    pub block_max: usize,
    /// Random pairs that show how strangers agree: 1 or more.
    pub random_pairs: usize,
    /// Seed of the random pairs.
    pub seed: u64,
}

/// Records that may share a value of a kind for which nothing else is said.
const SHARED_MAX: usize = 10;

impl Default for Settings {
    fn default() -> Self {
        Self {
            link_at: 0.95,
            review_at: 0.5,
            opposed_at: 2.0,
            margin: 4.0,
            shared_max: BTreeMap::new(),
            blocked: Vec::new(),
            seen_share_min: 0.5,
            certain_max: 60,
            probable_max: 20,
            block_max: 100,
            random_pairs: 1_000_000,
            seed: 1,
        }
    }
}

impl Settings {
    /// Refuses settings that mean nothing.
    ///
    /// # Errors
    /// [`Error::Setting`] naming the first.
    pub fn check(&self) -> Result<(), Error> {
        let inside = |value: f64| value > 0.0 && value < 1.0;
        let refuse = |holds: bool, setting, value: String, legal| match holds {
            true => Ok(()),
            false => Err(Error::Setting {
                setting,
                value,
                legal,
            }),
        };
        let told = |value: f64| value.to_string();
        refuse(
            inside(self.link_at),
            "link_at",
            told(self.link_at),
            "a probability above 0 and below 1",
        )?;
        let holds = inside(self.review_at) && self.review_at <= self.link_at;
        refuse(
            holds,
            "review_at",
            told(self.review_at),
            "a probability above 0, at most link_at",
        )?;
        let legal = "bits above 0";
        refuse(
            self.opposed_at > 0.0 && self.opposed_at.is_finite(),
            "opposed_at",
            told(self.opposed_at),
            legal,
        )?;
        let legal = "bits of 0 or more";
        refuse(
            self.margin >= 0.0 && self.margin.is_finite(),
            "margin",
            told(self.margin),
            legal,
        )?;
        refuse(
            (0.0..=1.0).contains(&self.seen_share_min),
            "seen_share_min",
            told(self.seen_share_min),
            "a share of 0 to 1",
        )?;
        for (setting, value) in [
            ("certain_max", self.certain_max),
            ("probable_max", self.probable_max),
            ("block_max", self.block_max),
        ] {
            refuse(value >= 2, setting, value.to_string(), "2 or more")?;
        }
        let pairs = self.random_pairs;
        refuse(pairs >= 1, "random_pairs", pairs.to_string(), "1 or more")
    }

    /// Whether two identifiers that were seen together are tied by it.
    pub(crate) fn believes(&self, times: u32, of: u32) -> bool {
        f64::from(times) >= self.seen_share_min * f64::from(of)
    }

    /// Most records that may share a value of a kind.
    pub(crate) fn shared_max(&self, kind: IdentifierKind) -> usize {
        self.shared_max.get(&kind).copied().unwrap_or(SHARED_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_legal_and_nonsense_is_named() {
        assert_eq!(Settings::default().check(), Ok(()));
        let odd = Settings {
            review_at: 0.995,
            ..Settings::default()
        };
        assert!(matches!(
            odd.check(),
            Err(Error::Setting {
                setting: "review_at",
                ..
            })
        ));
        let odd = Settings {
            block_max: 1,
            ..Settings::default()
        };
        assert!(matches!(
            odd.check(),
            Err(Error::Setting {
                setting: "block_max",
                ..
            })
        ));
        let odd = Settings {
            seen_share_min: 1.5,
            ..Settings::default()
        };
        assert!(odd.check().is_err());
        let odd = Settings {
            margin: f64::NAN,
            ..Settings::default()
        };
        assert!(odd.check().is_err());
    }
}
