//! Perceived DNA of one product: over all its texts as of a date, how many customers say what. It must not read a text,
//! nor know what the catalogue states.

use super::{Given, Heard, Share, Span, Topic};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many mentions are kept as evidence, the newest.
const EVIDENCE: usize = 5;

/// One text of the product, as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The text's id, unique among the product's texts.
    pub id: String,
    /// Who wrote it, where that is known: a text without counts as a customer of its own.
    pub customer: Option<String>,
    /// The day on which it was written, in days since any fixed day.
    pub day: i64,
    /// What it says.
    pub heard: Heard,
}

/// Where a text says something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// The text's id.
    pub text: String,
    /// Its day.
    pub day: i64,
    /// The words that name the value or topic, and those that praise, blame, deny or strengthen it.
    pub spans: Vec<Span>,
    /// Whether the value is denied.
    pub denied: bool,
    /// Praise and blame, as of [`Given`] and [`Topic`].
    pub sentiment: Option<i32>,
}

/// A value that customers see in the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenValue {
    /// The attribute.
    pub attribute: String,
    /// Its value.
    pub value: String,
    /// Customers whose newest word is that the product is so.
    pub said: u32,
    /// Customers whose newest word is that it is not.
    pub denied: u32,
    /// Of `said`, those to whom it is too much so.
    pub excess: u32,
    /// `said` among all customers with a text.
    pub share: Share,
    /// Mean over the customers who praise or blame with it, from -1000 to 1000.
    pub sentiment: Option<i32>,
    /// The newest mentions, the newest first.
    pub evidence: Vec<Mention>,
}

/// A topic that customers speak of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenTopic {
    /// The topic.
    pub topic: String,
    /// Customers who speak of it.
    pub customers: u32,
    /// Of these, those whose newest word praises.
    pub happy: u32,
    /// Of these, those whose newest word blames.
    pub unhappy: u32,
    /// `customers` among all with a text.
    pub share: Share,
    /// Mean over the customers who praise or blame.
    pub sentiment: Option<i32>,
    /// The newest mentions, the newest first.
    pub evidence: Vec<Mention>,
}

/// What customers see in a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Perceived {
    /// The day as of which it holds.
    pub on: i64,
    /// Texts up to that day.
    pub texts: u32,
    /// Customers who wrote them, each text without a customer as one.
    pub customers: u32,
    /// Texts without a customer.
    pub unnamed: u32,
    /// Mean of the customers' newest texts that praise or blame.
    pub sentiment: Option<i32>,
    /// Values, those that most customers say first.
    pub values: Vec<SeenValue>,
    /// Topics, those of which most customers speak first.
    pub topics: Vec<SeenTopic>,
}

/// Who speaks: a customer, or a text alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Voice<'a> {
    Customer(&'a str),
    Text(&'a str),
}

/// Newest word of each voice.
type Newest<'a, T> = BTreeMap<Voice<'a>, (&'a Told, &'a T)>;

/// What customers see in a product as of a day: texts of later days change nothing, nor does their order. A customer
/// counts once per value and per topic, with the newest word.
#[must_use]
pub fn perceived(told: &[Told], on: i64) -> Perceived {
    let in_time = told.iter().filter(|one| one.day <= on);
    let texts: BTreeMap<(i64, &str), &Told> = in_time
        .map(|one| ((one.day, one.id.as_str()), one))
        .collect();
    let mut values: BTreeMap<(&str, &str), Newest<'_, Given>> = BTreeMap::new();
    let mut topics: BTreeMap<&str, Newest<'_, Topic>> = BTreeMap::new();
    let mut voices: BTreeMap<Voice<'_>, Option<i32>> = BTreeMap::new();
    for told in texts.values() {
        let voice = told
            .customer
            .as_deref()
            .map_or(Voice::Text(&told.id), Voice::Customer);
        let whole = voices.entry(voice).or_default();
        *whole = told.heard.sentiment.or(*whole);
        for given in &told.heard.attributes {
            let of = values.entry((&given.attribute, &given.value)).or_default();
            of.insert(voice, (told, given));
        }
        for topic in &told.heard.topics {
            let of = topics.entry(&topic.topic).or_default();
            of.insert(voice, (told, topic));
        }
    }
    let customers = count(voices.len());
    let mut values: Vec<SeenValue> = values
        .into_iter()
        .map(|((attribute, value), of)| seen_value(attribute, value, &of, customers))
        .collect();
    values.sort_by_key(|one| std::cmp::Reverse((one.said, one.denied)));
    let mut topics: Vec<SeenTopic> = topics
        .into_iter()
        .map(|(topic, of)| seen_topic(topic, &of, customers))
        .collect();
    topics.sort_by_key(|one| std::cmp::Reverse(one.customers));
    Perceived {
        on,
        texts: count(texts.len()),
        customers,
        unnamed: count(texts.values().filter(|one| one.customer.is_none()).count()),
        sentiment: mean(voices.values().copied()),
        values,
        topics,
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Mean of those that say something, rounded towards 0.
fn mean(of: impl Iterator<Item = Option<i32>>) -> Option<i32> {
    let (mut sum, mut number) = (0_i64, 0_i64);
    for one in of.flatten() {
        sum += i64::from(one);
        number += 1;
    }
    (number > 0).then(|| (sum / number) as i32)
}

/// The newest mentions of all, the newest first.
fn newest<'a, T>(of: &Newest<'a, T>, mention: impl Fn(&'a Told, &'a T) -> Mention) -> Vec<Mention> {
    let mut all: Vec<(&Told, &T)> = of.values().copied().collect();
    all.sort_by(|(a, _), (b, _)| (b.day, &b.id).cmp(&(a.day, &a.id)));
    let kept = all.into_iter().take(EVIDENCE);
    kept.map(|(told, one)| mention(told, one)).collect()
}

fn seen_value(attribute: &str, value: &str, of: &Newest<'_, Given>, customers: u32) -> SeenValue {
    let number =
        |holds: &dyn Fn(&Given) -> bool| count(of.values().filter(|one| holds(one.1)).count());
    let said = number(&|one| !one.denied);
    SeenValue {
        attribute: attribute.to_string(),
        value: value.to_string(),
        said,
        denied: number(&|one| one.denied),
        excess: number(&|one| one.excess),
        share: Share::of(said, customers),
        sentiment: mean(of.values().map(|(_, one)| one.sentiment)),
        evidence: newest(of, |told, given| Mention {
            text: told.id.clone(),
            day: told.day,
            spans: in_order(std::iter::once(given.span).chain(given.by.iter().copied())),
            denied: given.denied,
            sentiment: given.sentiment,
        }),
    }
}

fn seen_topic(topic: &str, of: &Newest<'_, Topic>, customers: u32) -> SeenTopic {
    let number = |sign: i32| {
        let with = of
            .values()
            .filter(|(_, one)| one.sentiment.map(i32::signum) == Some(sign));
        count(with.count())
    };
    SeenTopic {
        topic: topic.to_string(),
        customers: count(of.len()),
        happy: number(1),
        unhappy: number(-1),
        share: Share::of(count(of.len()), customers),
        sentiment: mean(of.values().map(|(_, one)| one.sentiment)),
        evidence: newest(of, |told, topic| {
            let points = topic
                .points
                .iter()
                .filter_map(|at| told.heard.points.get(*at));
            let said =
                points.flat_map(|one| std::iter::once(one.span).chain(one.by.iter().copied()));
            Mention {
                text: told.id.clone(),
                day: told.day,
                spans: in_order(topic.spans.iter().copied().chain(said)),
                denied: false,
                sentiment: topic.sentiment,
            }
        }),
    }
}

fn in_order(spans: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<Span> = spans.collect();
    spans.sort_unstable();
    spans.dedup();
    spans
}
