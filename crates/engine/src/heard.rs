//! What customers see in a product, read from reviews, posts and messages as of a day, and held against what is stated of
//! it. Texts of who refused to be profiled are not read. It must not know a word (`genome::heard`).

use crate::ask::{quoted, written_instant};
use crate::cells::{floats, ints, texts};
use crate::dna::toml_files;
use crate::project::beside;
use crate::refusals::REFUSED;
use crate::views::{
    DnaAttribute, HeardDifference, HeardDifferenceKind, HeardMention, HeardShare, HeardTopic,
    HeardValue, ProductHeard,
};
use crate::{Actor, EngineError, Project, clock};
use arrow::array::Array;
use genome::dna::{CERTAIN, Dictionary};
use genome::heard::{
    Difference, DifferenceKind, Lexicon, Mention, SeenTopic, SeenValue, Share, Stated, Told,
    against, perceived, read,
};
use govern::Action;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;
/// Letters of a quote on either side of the words.
const AROUND: usize = 40;
/// Where a project keeps its own words of praise and blame, below its dictionaries.
const FOLDER: &str = "heard";

/// Reviews and posts about a product.
const REVIEWS: &str = "select review_id, cast(customer_key as bigint), cast(happened_at as bigint), \
     concat(coalesce(title, ''), case when title is null or text is null then '' else '. ' end, coalesce(text, '')), rating \
     from reviews where product_id = {product} and coalesce(text, title) is not null and (customer_key is null or \
     customer_key not in (select customer_key from {refused} as refused where customer_key is not null)) order by review_id";

/// Messages to the service about a product; the words stand in the event's further properties.
const MESSAGES: &str = "select message_id, cast(customer_key as bigint), cast(happened_at as bigint), properties \
     from events where product_id = {product} and channel = 'service' and properties is not null and (customer_key is null or \
     customer_key not in (select customer_key from {refused} as refused where customer_key is not null)) order by message_id";

/// Answers of surveys about a product.
const ANSWERS: &str = "select concat(response_id, '/', question_id), cast(customer_key as bigint), cast(happened_at as bigint), \
     answer from survey_answers where product_id = {product} and answer is not null and (customer_key is null or customer_key \
     not in (select customer_key from {refused} as refused where customer_key is not null)) order by 1";

/// Properties that hold a message's words.
const WORDS: [&str; 5] = ["message", "text", "comment", "body", "reason"];

/// A text about a product.
struct Written {
    id: String,
    customer: Option<i64>,
    at: i64,
    text: String,
    stars: Option<u8>,
    /// Whether it was written for all to read.
    is_public: bool,
}

/// Where a project keeps its own words of praise and blame.
pub(crate) fn folder() -> PathBuf {
    Path::new(crate::dna::FOLDER).join(FOLDER)
}

/// The bundled words of praise and blame with those of a folder.
pub(crate) fn lexicon(folder: &Path) -> Result<Lexicon, EngineError> {
    let wrong = |cause: genome::dna::DnaError| EngineError::Data(cause.to_string());
    let mut lexicon = Lexicon::bundled().map_err(wrong)?;
    for (name, text) in toml_files(folder)? {
        lexicon = lexicon.with(&name, &text).map_err(wrong)?;
    }
    Ok(lexicon)
}

impl Project {
    /// What customers see in a product as of a day, or now.
    pub async fn product_heard(
        &self,
        actor: &Actor,
        product_id: &str,
        on: Option<&str>,
    ) -> Result<ProductHeard, EngineError> {
        actor.may(Action::ReadResults)?;
        let at = on
            .map(|on| written_instant("on", on, "2026-03-01"))
            .transpose()?
            .unwrap_or_else(|| self.now());
        let written = self.written_about(product_id).await?;
        let stated = self.dna_of(product_id, None).await?.0;
        if written.is_empty() && stated.is_empty() {
            self.known_product(product_id).await?;
        }
        let material = self.dna_dictionary().await?;
        let folder = self.folder().join(folder());
        let product = product_id.to_string();
        beside(move || {
            let lexicon = lexicon(&folder)?;
            Ok(heard(
                &product,
                at,
                &written,
                &stated,
                (&lexicon, &material),
            ))
        })
        .await
    }

    async fn written_about(&self, product_id: &str) -> Result<Vec<Written>, EngineError> {
        let of = |sql: &str| {
            sql.replace("{product}", &quoted(product_id))
                .replace("{refused}", REFUSED)
        };
        let mut all = Vec::new();
        for batch in self.lake().rows(&of(REVIEWS), None, vec![]).await? {
            let (id, who, at) = (texts(&batch, 0)?, ints(&batch, 1)?, ints(&batch, 2)?);
            let (text, stars) = (texts(&batch, 3)?, floats(&batch, 4)?);
            all.extend((0..batch.num_rows()).map(|row| {
                Written {
                    id: id.value(row).to_string(),
                    customer: who.get(row),
                    at: at.must(row),
                    text: text.value(row).to_string(),
                    stars: stars
                        .get(row)
                        .map(|stars| stars.round().clamp(1.0, 5.0) as u8),
                    is_public: true,
                }
            }));
        }
        for batch in self.lake().rows(&of(ANSWERS), None, vec![]).await? {
            let (id, who, at) = (texts(&batch, 0)?, ints(&batch, 1)?, ints(&batch, 2)?);
            let text = texts(&batch, 3)?;
            all.extend((0..batch.num_rows()).map(|row| Written {
                id: id.value(row).to_string(),
                customer: who.get(row),
                at: at.must(row),
                text: text.value(row).to_string(),
                stars: None,
                is_public: false,
            }));
        }
        for batch in self.lake().rows(&of(MESSAGES), None, vec![]).await? {
            let (id, who, at) = (texts(&batch, 0)?, ints(&batch, 1)?, ints(&batch, 2)?);
            let properties = texts(&batch, 3)?;
            for row in (0..batch.num_rows()).filter(|row| properties.is_valid(*row)) {
                let Some(text) = words(properties.value(row)) else {
                    continue;
                };
                all.push(Written {
                    id: id.value(row).to_string(),
                    customer: who.get(row),
                    at: at.must(row),
                    text,
                    stars: None,
                    is_public: false,
                });
            }
        }
        Ok(all)
    }
}

/// The words of a message within its properties.
fn words(properties: &str) -> Option<String> {
    let all: serde_json::Value = serde_json::from_str(properties).ok()?;
    let found = WORDS.iter().find_map(|name| all.get(name)?.as_str());
    found
        .filter(|text| text.chars().any(char::is_alphabetic))
        .map(str::to_string)
}

fn heard(
    product: &str,
    at: i64,
    written: &[Written],
    stated: &[DnaAttribute],
    (lexicon, dictionary): (&Lexicon, &Dictionary),
) -> ProductHeard {
    // Numbered in the order in which they were written: reviews and messages have ids of their own, and of one day the last
    // word is the newest.
    let mut order: Vec<&Written> = written.iter().collect();
    order.sort_by(|a, b| (a.at, &a.id, a.is_public).cmp(&(b.at, &b.id, b.is_public)));
    let numbered = || {
        order
            .iter()
            .enumerate()
            .map(|(at, one)| (format!("{at:09}"), *one))
    };
    let told: Vec<Told> = numbered()
        .map(|(id, one)| Told {
            id,
            customer: one.customer.map(|key| key.to_string()),
            day: one.at.div_euclid(DAY),
            heard: read(lexicon, dictionary, &one.text, None, one.stars),
        })
        .collect();
    let seen = perceived(&told, at.div_euclid(DAY));
    let stated: Vec<Stated> = stated
        .iter()
        .flat_map(|of| of.values.iter().map(move |value| (of, value)))
        .map(|(of, value)| Stated {
            attribute: of.attribute.clone(),
            value: value.value.clone(),
            sure: (value.sure * f64::from(CERTAIN)).round() as u32,
        })
        .collect();
    let texts: HashMap<String, &Written> = numbered().collect();
    let mentions = |all: &[Mention]| {
        all.iter()
            .filter_map(|one| mention(one, &texts))
            .collect::<Vec<_>>()
    };
    let differences = against(&stated, &seen);
    ProductHeard {
        product_id: product.to_string(),
        on: clock::day(at),
        texts: seen.texts,
        customers: seen.customers,
        sentiment: tone(seen.sentiment),
        differences: differences
            .iter()
            .map(|one| HeardDifference {
                mentions: mentions(&one.evidence),
                ..difference(one)
            })
            .collect(),
        topics: seen
            .topics
            .iter()
            .map(|one| topic(one, &mentions))
            .collect(),
        values: seen
            .values
            .iter()
            .map(|one| value(one, &mentions))
            .collect(),
        notes: match seen.unnamed {
            0 => Vec::new(),
            1 => vec!["One text has no known customer and counts as one customer.".into()],
            unnamed => vec![format!(
                "{unnamed} texts have no known customer and count as one customer each."
            )],
        },
    }
}

fn tone(points: Option<i32>) -> Option<f64> {
    points.map(|points| f64::from(points) / 1e3)
}

fn topic(one: &SeenTopic, mentions: &dyn Fn(&[Mention]) -> Vec<HeardMention>) -> HeardTopic {
    HeardTopic {
        topic: one.topic.clone(),
        share: share(&one.share),
        happy: one.happy,
        unhappy: one.unhappy,
        sentiment: tone(one.sentiment),
        mentions: mentions(&one.evidence),
    }
}

fn value(one: &SeenValue, mentions: &dyn Fn(&[Mention]) -> Vec<HeardMention>) -> HeardValue {
    HeardValue {
        attribute: one.attribute.clone(),
        value: one.value.clone(),
        share: share(&one.share),
        denied: one.denied,
        excess: one.excess,
        sentiment: tone(one.sentiment),
        mentions: mentions(&one.evidence),
    }
}

fn difference(one: &Difference) -> HeardDifference {
    HeardDifference {
        kind: match one.kind {
            DifferenceKind::Denied => HeardDifferenceKind::Denied,
            DifferenceKind::NotStated => HeardDifferenceKind::NotStated,
            DifferenceKind::Complaint => HeardDifferenceKind::Complaint,
            DifferenceKind::Agrees => HeardDifferenceKind::Agrees,
        },
        attribute: one.attribute.clone(),
        value: one.value.clone(),
        sure: f64::from(one.sure) / 1e3,
        sentence: one.sentence.clone(),
        mentions: Vec::new(),
    }
}

fn share(one: &Share) -> HeardShare {
    HeardShare {
        of: one.part,
        among: one.whole,
        value: f64::from(one.share) / 1e3,
        low: f64::from(one.low) / 1e3,
        high: f64::from(one.high) / 1e3,
    }
}

/// A mention in a text that was written for all to read; one in a message counts and is not told, as its day and id would lead
/// to who wrote it.
fn mention(one: &Mention, texts: &HashMap<String, &Written>) -> Option<HeardMention> {
    let text = texts.get(&one.text).filter(|text| text.is_public)?;
    Some(HeardMention {
        text_id: text.id.clone(),
        day: clock::day(one.day * DAY),
        quote: quote(&text.text, one),
    })
}

/// The words of a mention with what stands around them.
fn quote(text: &str, one: &Mention) -> String {
    let letters: Vec<char> = text.chars().collect();
    let from = one.spans.iter().map(|span| span.from).min().unwrap_or(0);
    let to = one.spans.iter().map(|span| span.to).max().unwrap_or(0);
    let (start, end) = (
        from.saturating_sub(AROUND),
        (to + AROUND).min(letters.len()),
    );
    let part: String = letters[start.min(end)..end].iter().collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if end < letters.len() { "…" } else { "" };
    format!("{before}{}{after}", part.trim())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_words_or_is_passed_over() {
        assert_eq!(words(r#"{"reason":"too sweet"}"#).unwrap(), "too sweet");
        assert_eq!(words(r#"{"message":"12"}"#), None);
        assert_eq!(words("no json"), None);
    }

    #[test]
    fn who_writes_is_counted_once_and_messages_are_not_quoted() {
        let written = |id: &str, customer, text: &str, is_public| Written {
            id: id.into(),
            customer,
            at: DAY,
            text: text.into(),
            stars: None,
            is_public,
        };
        let all = [
            written(
                "a",
                Some(1),
                "Much too sweet, and the quality is bad.",
                true,
            ),
            written("b", Some(1), "The quality is bad.", true),
            written("c", Some(2), "The quality is bad.", false),
        ];
        let (lexicon, dictionary) = (Lexicon::bundled().unwrap(), Dictionary::bundled().unwrap());
        let told = heard("P1", 2 * DAY, &all, &[], (&lexicon, &dictionary));
        assert_eq!((told.texts, told.customers), (3, 2));
        let quality = told
            .topics
            .iter()
            .find(|one| one.topic == "quality")
            .unwrap();
        assert_eq!((quality.share.of, quality.unhappy), (2, 2));
        // The message counts and is not told.
        let told_of: Vec<&str> = quality.mentions.iter().map(|one| &*one.text_id).collect();
        assert!(
            !told_of.is_empty() && !told_of.contains(&"c"),
            "{told_of:?}"
        );
        let before = heard("P1", 0, &all, &[], (&lexicon, &dictionary));
        assert_eq!(before.texts, 0);
    }
}
