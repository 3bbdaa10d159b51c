//! Which uses the categories of consent tools stand for. A retailer's own categories are added to it.

use std::collections::HashMap;

use super::{About, Use};

/// Words that tools use, without case, blanks, underscores and hyphens, and what a "yes" and a "no" to them is for.
/// C0001 to C0005 are OneTrust's groups. What is strictly necessary needs no consent and is for no use.
const STANDARD: &[(&str, &[Use], &[Use])] = {
    use Use::*;
    &[
        ("c0001", &[], &[]),
        ("necessary", &[], &[]),
        ("strictlynecessary", &[], &[]),
        ("essential", &[], &[]),
        ("c0002", &[Analytics], &[Analytics]),
        ("analytics", &[Analytics], &[Analytics]),
        ("performance", &[Analytics], &[Analytics]),
        ("statistics", &[Analytics], &[Analytics]),
        ("measurement", &[Analytics], &[Analytics]),
        ("c0003", &[Personalisation], &[Personalisation]),
        ("functional", &[Personalisation], &[Personalisation]),
        ("preferences", &[Personalisation], &[Personalisation]),
        ("personalisation", &[Personalisation], &[Personalisation]),
        ("personalization", &[Personalisation], &[Personalisation]),
        ("c0004", &[AdsShare], &[AdsShare]),
        ("c0005", &[AdsShare], &[AdsShare]),
        ("advertising", &[AdsShare], &[AdsShare]),
        ("ads", &[AdsShare], &[AdsShare]),
        ("adsshare", &[AdsShare], &[AdsShare]),
        ("targeting", &[AdsShare], &[AdsShare]),
        ("socialmedia", &[AdsShare], &[AdsShare]),
        // Tools mean advertising by it and people read offers into it: a "no" counts for both, a "yes" for one.
        ("marketing", &[AdsShare], &[AdsShare, MarketingMessages]),
        (
            "marketingmessages",
            &[MarketingMessages],
            &[MarketingMessages],
        ),
        ("newsletter", &[MarketingMessages], &[MarketingMessages]),
        ("profilingprice", &[ProfilingPrice], &[ProfilingPrice]),
        ("research", &[Research], &[Research]),
    ]
};

/// Which uses each category stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Categories {
    uses: HashMap<String, (Vec<Use>, Vec<Use>)>,
}

impl Default for Categories {
    fn default() -> Self {
        let uses = STANDARD
            .iter()
            .map(|(word, yes, no)| ((*word).to_string(), (yes.to_vec(), no.to_vec())));
        Self {
            uses: uses.collect(),
        }
    }
}

impl Categories {
    /// Adds a category of a retailer's tool, or puts another meaning in place of a standard one.
    pub fn add(&mut self, category: &str, uses: &[Use]) {
        self.uses
            .insert(letters(category), (uses.to_vec(), uses.to_vec()));
    }

    /// What an answer to a category says; of one that nothing is known of, the answer itself.
    pub(super) fn about(&self, category: &str, yes: bool) -> Vec<(About, bool)> {
        match self.uses.get(&letters(category)) {
            Some((allowed, denied)) => {
                let uses = if yes { allowed } else { denied };
                uses.iter().map(|of| (About::Use(*of), yes)).collect()
            }
            None => vec![(About::Category(category.to_string()), yes)],
        }
    }
}

fn letters(word: &str) -> String {
    word.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect()
}
