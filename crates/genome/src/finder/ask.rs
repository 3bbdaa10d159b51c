//! The next question: for each attribute what its answers would bring, and the one that brings most. It asks nothing
//! that was answered, that may not be asked, or that needs a consent which is not there.

use super::answer::Reading;
use super::index::Attribute;
use super::weigh::{Weighed, part, ratio, standing, times_log};
use super::{Answer, Choice, Finder, FinderError, Standing};
use serde::{Deserialize, Serialize};

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "next", rename_all = "snake_case")]
pub enum Next {
    /// A question.
    Ask(Box<Question>),
    /// None any more.
    End {
        /// Why.
        why: End,
    },
}

/// Why nothing more is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// There is no product.
    Empty,
    /// Few products are left.
    Few,
    /// As many questions were answered as may be asked.
    Enough,
    /// No question would tell enough.
    NothingParts,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The attribute.
    pub attribute: String,
    /// The question in words.
    pub text: String,
    /// Values to choose among, the likeliest first.
    pub offers: Vec<Offer>,
    /// All values that are not offered, where there are any.
    pub something_else: Option<Offer>,
    /// That it does not matter, in words.
    pub dont_mind: String,
    /// Why this question, in one sentence.
    pub why: String,
    /// What its answer is expected to bring, in thousandths of a bit.
    pub gain: i64,
    /// Products that no answer rules out so far.
    pub now: usize,
    /// As many are expected to be left after the answer.
    pub after: usize,
}

/// An answer that is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// What to give back as the answer's choice.
    pub choice: Choice,
    /// In words.
    pub text: String,
    /// How likely this answer is, in thousandths.
    pub chance: i64,
    /// Products that would be left.
    pub remain: usize,
    /// What it would bring, in thousandths of a bit.
    pub benefit: i64,
}

/// An answer as it is worked out.
#[derive(Debug, Clone, Copy, Default)]
struct Weight {
    /// Share among the products that have a value.
    share: f64,
    /// How likely it is to be named.
    chance: f64,
    /// Bits.
    benefit: f64,
    remain: f64,
}

/// A question as it is worked out.
#[derive(Debug, Clone)]
struct Parted {
    /// Values offered.
    offered: Vec<u32>,
    /// One per value offered, then one for something else where there is such.
    weights: Vec<Weight>,
    gain: f64,
}

/// Chances and products that fit, by the set of values that they have.
struct Sets {
    chances: Vec<f64>,
    fitting: Vec<u32>,
}

/// Not among the answers.
const NONE: u32 = u32::MAX;

impl Finder<'_> {
    /// The next question, or why there is none. `language` is that of the settings' texts; the first of theirs where
    /// they do not have it.
    ///
    /// # Errors
    /// As [`Finder::find`].
    pub fn next(&self, answers: &[Answer], language: &str) -> Result<Next, FinderError> {
        let weighed = self.weigh(self.hear(answers)?);
        let asking = &self.settings.asking;
        let end = |why| Ok(Next::End { why });
        if self.index.products() == 0 {
            return end(End::Empty);
        }
        let mut asked: Vec<&str> = answers.iter().map(|one| one.attribute.as_str()).collect();
        asked.sort_unstable();
        asked.dedup();
        if weighed.alike() <= f64::from(asking.few) {
            return end(End::Few);
        }
        if asked.len() >= asking.questions_max as usize {
            return end(End::Enough);
        }
        let mut best: Option<(&Attribute, Parted)> = None;
        for attribute in self.index.attributes() {
            if asked.contains(&attribute.name.as_str()) || !asking.may_ask(&attribute.name) {
                continue;
            }
            let Some(parted) = self.part(attribute, &weighed) else {
                continue;
            };
            // Of equals the more common attribute stays.
            if best
                .as_ref()
                .is_none_or(|(_, best)| parted.gain > best.gain)
            {
                best = Some((attribute, parted));
            }
        }
        match best {
            Some((attribute, parted)) if parted.gain >= asking.least_gain => {
                let fitting = weighed.fitting();
                let question = self.question(attribute, &parted, fitting, language);
                Ok(Next::Ask(Box::new(question)))
            }
            _ => end(End::NothingParts),
        }
    }

    /// What asking for an attribute would bring; none where it has not two values that could be answered.
    fn part(&self, attribute: &Attribute, weighed: &Weighed) -> Option<Parted> {
        let mut sets = Sets {
            chances: vec![0.0; attribute.profiles()],
            fitting: vec![0; attribute.profiles()],
        };
        for (product, set) in attribute.of.iter().enumerate() {
            sets.chances[*set as usize] += weighed.chances[product];
            sets.fitting[*set as usize] += u32::from(weighed.fits[product]);
        }
        let mut mass = vec![0.0; attribute.len()];
        let mut known = 0.0;
        for (set, chance) in sets.chances.iter().enumerate() {
            let mut most = 0;
            for (value, sure) in attribute.open(set, self.consents) {
                mass[value as usize] += chance * part(sure);
                most = sure.max(most);
            }
            known += chance * part(most);
        }
        let mut likely: Vec<u32> = (0..mass.len() as u32).collect();
        // What is this unlikely is not worth a line on a screen.
        likely.retain(|value| mass[*value as usize] > 1e-6 * known);
        // Stable: of equals by name.
        likely.sort_by(|a, b| mass[*b as usize].total_cmp(&mass[*a as usize]));
        if likely.len() < 2 {
            return None;
        }
        let named: f64 = mass.iter().sum();
        let offered: Vec<u32> =
            likely[..likely.len().min(self.settings.asking.offers_max as usize)].to_vec();
        let mut weights: Vec<Weight> = offered
            .iter()
            .map(|value| Weight {
                share: mass[*value as usize] / known,
                chance: mass[*value as usize] / named,
                ..Weight::default()
            })
            .collect();
        let mut answer_of = vec![NONE; mass.len()];
        for (place, value) in offered.iter().enumerate() {
            answer_of[*value as usize] = place as u32;
        }
        if likely.len() > offered.len() {
            let rest = offered.len() as u32;
            answer_of
                .iter_mut()
                .filter(|one| **one == NONE)
                .for_each(|one| *one = rest);
            weights.push(self.rest(attribute, &sets, &answer_of, rest, known));
        }
        self.bring(attribute, &sets, &answer_of, &mut weights);
        let gain = weights.iter().map(|one| one.chance * one.benefit).sum();
        Some(Parted {
            offered,
            weights,
            gain,
        })
    }

    /// Shares of something else than what is offered. A product counts by the surest of such values.
    fn rest(
        &self,
        attribute: &Attribute,
        sets: &Sets,
        answer_of: &[u32],
        rest: u32,
        known: f64,
    ) -> Weight {
        let (mut meets, mut named, mut all) = (0.0, 0.0, 0.0);
        for (set, chance) in sets.chances.iter().enumerate() {
            let mut most = 0;
            for (value, sure) in attribute.open(set, self.consents) {
                all += chance * part(sure);
                if answer_of[value as usize] == rest {
                    named += chance * part(sure);
                    most = sure.max(most);
                }
            }
            meets += chance * part(most);
        }
        Weight {
            share: meets / known,
            chance: named / all,
            ..Weight::default()
        }
    }

    /// What each answer would bring and leave: the sum over the sets that meet none of the answers, put right for
    /// each set that meets one.
    fn bring(&self, attribute: &Attribute, sets: &Sets, answer_of: &[u32], weights: &mut [Weight]) {
        let wrong = self.settings.asking.wrong_answers;
        let (mut benefit, mut remain) = (0.0, 0.0);
        let mut met: Vec<(u32, u16)> = Vec::new();
        for set in 0..attribute.profiles() {
            let (chance, fitting) = (sets.chances[set], f64::from(sets.fitting[set]));
            met.clear();
            let mut known = 0;
            for (value, sure) in attribute.open(set, self.consents) {
                known = sure.max(known);
                let answer = answer_of[value as usize];
                match met.iter_mut().find(|(one, _)| *one == answer) {
                    Some((_, most)) => *most = sure.max(*most),
                    None if answer != NONE => met.push((answer, sure)),
                    None => {}
                }
            }
            let left = |reading: Reading| {
                let stays = standing(reading) != Standing::Failed;
                if stays { fitting } else { 0.0 }
            };
            let fails = Reading { meets: 0, known };
            let without = chance * times_log(ratio(fails, 1.0, wrong));
            benefit += without;
            remain += left(fails);
            for (answer, meets) in &met {
                let weight = &mut weights[*answer as usize];
                let reading = Reading {
                    meets: *meets,
                    known,
                };
                let with = chance * times_log(ratio(reading, weight.share, wrong));
                weight.benefit += with - without;
                weight.remain += left(reading) - left(fails);
            }
        }
        for weight in weights {
            weight.benefit += benefit;
            weight.remain += remain;
        }
    }

    fn question(
        &self,
        attribute: &Attribute,
        parted: &Parted,
        now: usize,
        language: &str,
    ) -> Question {
        let texts = self.settings.texts(language);
        let offer = |weight: &Weight, choice: Choice, text: String| Offer {
            choice,
            text,
            chance: (weight.chance * 1e3).round() as i64,
            remain: weight.remain.round() as usize,
            benefit: (weight.benefit * 1e3).round() as i64,
        };
        let names: Vec<String> = parted
            .offered
            .iter()
            .map(|value| attribute.value(*value).to_string())
            .collect();
        let offers = names.iter().zip(&parted.weights);
        let offers = offers.map(|(name, weight)| {
            let text = texts.value(&attribute.name, name).to_string();
            offer(weight, Choice::AnyOf(vec![name.clone()]), text)
        });
        let rest = parted.weights.get(names.len());
        let something_else = rest.map(|weight| {
            let choice = Choice::OtherThan(names.clone());
            offer(weight, choice, texts.something_else.clone())
        });
        let after: f64 = parted
            .weights
            .iter()
            .map(|one| one.chance * one.remain)
            .sum();
        let after = after.round() as usize;
        Question {
            text: texts.question(&attribute.name),
            offers: offers.collect(),
            something_else,
            dont_mind: texts.dont_mind.clone(),
            why: texts.why(now, after),
            gain: (parted.gain * 1e3).round() as i64,
            now,
            after,
            attribute: attribute.name.clone(),
        }
    }
}
