//! Stated DNA against the perceived one: where customers agree, what they see beside it, what they deny, what they
//! complain of. It must not read a text.

use super::{Mention, Perceived, SeenTopic, SeenValue, Share};
use serde::{Deserialize, Serialize};

/// A value that catalogue or extractor state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// The attribute.
    pub attribute: String,
    /// Its value, in the words of the dictionary.
    pub value: String,
    /// How sure, per 10,000 ([`CERTAIN`](crate::dna::CERTAIN)).
    pub sure: u32,
}

/// How customers and catalogue stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// Stated, and customers deny it.
    Denied,
    /// Customers say it, and it is not stated.
    NotStated,
    /// Customers are unhappy with a topic, or a value is too much so for them.
    Complaint,
    /// Stated, and customers say so too.
    Agrees,
}

/// One difference or agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Which.
    pub kind: DifferenceKind,
    /// The attribute, or `topic`.
    pub attribute: String,
    /// Its value, or the topic's name.
    pub value: String,
    /// How sure, in thousandths: the lower end of the share's interval, less where the catalogue itself is unsure.
    pub sure: u32,
    /// Of those customers who speak of it, how many say so.
    pub share: Share,
    /// All of it in one sentence.
    pub sentence: String,
    /// The newest mentions.
    pub evidence: Vec<Mention>,
}

/// Where stated and perceived DNA agree and differ, the surest first.
///
/// How sure is the lower end of the Wilson interval of the share among those who speak of the value: one customer alone
/// is 206, three of three 438, ten of ten 722. Where it is about a stated value, times how sure that is.
#[must_use]
pub fn against(stated: &[Stated], perceived: &Perceived) -> Vec<Difference> {
    let mut found = Vec::new();
    for seen in &perceived.values {
        let same = |one: &&Stated| {
            one.attribute == seen.attribute && one.value.to_lowercase() == seen.value
        };
        let sure = stated.iter().filter(same).map(|one| one.sure).max();
        found.extend(of_value(seen, sure));
        if seen.excess > 0 {
            found.push(too_much(seen));
        }
    }
    found.extend(perceived.topics.iter().filter_map(complaint));
    found.sort_by(|a, b| {
        (b.sure, a.kind, &a.attribute, &a.value).cmp(&(a.sure, b.kind, &b.attribute, &b.value))
    });
    found
}

fn of_value(seen: &SeenValue, stated: Option<u32>) -> Option<Difference> {
    let speak = seen.said + seen.denied;
    // Of equal numbers the denial is told: a claim that may be wrong weighs more than one that may be missing.
    let denied = seen.denied >= seen.said;
    let (kind, part) = match (stated, denied) {
        (Some(_), true) => (DifferenceKind::Denied, seen.denied),
        (Some(_), false) => (DifferenceKind::Agrees, seen.said),
        (None, false) => (DifferenceKind::NotStated, seen.said),
        // What is not stated needs no denial.
        (None, true) => return None,
    };
    let share = Share::of(part, speak);
    let (attribute, value) = (&seen.attribute, &seen.value);
    let who = who(&share);
    let sentence = match kind {
        DifferenceKind::Denied => {
            format!("The catalogue states {attribute} {value}; {who} that it is not so.")
        }
        DifferenceKind::Agrees => {
            format!("The catalogue states {attribute} {value}; {who} so, too.")
        }
        _ => format!("The catalogue does not state {attribute} {value}; {who} that it is so."),
    };
    let certain = crate::dna::CERTAIN;
    Some(Difference {
        kind,
        attribute: attribute.clone(),
        value: value.clone(),
        sure: share.low * stated.unwrap_or(certain).min(certain) / certain,
        share,
        sentence,
        evidence: seen.evidence.clone(),
    })
}

fn who(share: &Share) -> String {
    let (part, whole) = (share.part, share.whole);
    match (part, whole) {
        (1, 1) => "the only customer who speaks of it says".to_string(),
        (1, _) => format!("1 of {whole} customers who speak of it says"),
        _ => format!("{part} of {whole} customers who speak of it say"),
    }
}

fn too_much(seen: &SeenValue) -> Difference {
    let share = Share::of(seen.excess, seen.said + seen.denied);
    let sentence = format!(
        "{} of {} customers who speak of {} {} say that it is too much so.",
        share.part, share.whole, seen.attribute, seen.value
    );
    Difference {
        kind: DifferenceKind::Complaint,
        attribute: seen.attribute.clone(),
        value: seen.value.clone(),
        sure: share.low,
        share,
        sentence,
        evidence: seen.evidence.clone(),
    }
}

fn complaint(seen: &SeenTopic) -> Option<Difference> {
    if seen.unhappy <= seen.happy {
        return None;
    }
    let share = Share::of(seen.unhappy, seen.customers);
    let sentence = format!(
        "{} of {} customers who speak of {} are unhappy with it.",
        seen.unhappy, seen.customers, seen.topic
    );
    Some(Difference {
        kind: DifferenceKind::Complaint,
        attribute: "topic".to_string(),
        value: seen.topic.clone(),
        sure: share.low,
        share,
        sentence,
        evidence: seen.evidence.clone(),
    })
}
