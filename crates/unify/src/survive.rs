//! What a customer's profile says where its records say different things: per attribute one record wins by a rule, and
//! the answer says which and why. Pure: of the same records the same profile, whatever was merged in between.

use crate::record::Record;
use retail::CustomerKey;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// What a profile says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attribute {
    /// First and last name, from one record: halves of two names are nobody's.
    Name,
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Street, postal code, town and region, from one record.
    Address,
    /// Year of birth.
    BirthYear,
    /// Gender.
    Gender,
}

impl Attribute {
    /// Every attribute.
    pub const ALL: [Self; 6] = [
        Self::Name,
        Self::Email,
        Self::Phone,
        Self::Address,
        Self::BirthYear,
        Self::Gender,
    ];
}

/// One way to choose among records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preference {
    /// What the person said of themselves.
    Declared,
    /// The source that stands first in the rule.
    Trusted,
    /// The newest record.
    Newest,
    /// The record with most parts of the attribute.
    Fullest,
}

/// How one attribute is chosen: by the first preference that tells records apart, then by the next; last by the smallest key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Preferences, the most important first.
    pub prefer: Vec<Preference>,
    /// Sources, most trusted first; others come after all of these.
    #[serde(default)]
    pub sources: Vec<String>,
}

impl Default for Rule {
    fn default() -> Self {
        Self {
            prefer: vec![
                Preference::Declared,
                Preference::Trusted,
                Preference::Newest,
                Preference::Fullest,
            ],
            sources: Vec::new(),
        }
    }
}

/// What an attribute says: texts, in the order first name, last name; or street, postal code, town, region; or one text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value(pub Vec<String>);

/// One attribute of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survivor {
    /// The attribute.
    pub attribute: Attribute,
    /// What it says.
    pub value: Value,
    /// The record it is from.
    pub from: CustomerKey,
    /// The preference that settled it; none where records agree, or only the smaller key told them apart.
    pub by: Option<Preference>,
    /// Records that say something else.
    pub against: Vec<CustomerKey>,
}

/// The texts of an attribute in a record; none where it says nothing.
fn said(record: &Record, attribute: Attribute) -> Option<Value> {
    let person = &record.person;
    let birth_year = person
        .birth_year
        .map(|year| year.to_string())
        .unwrap_or_default();
    let texts: Vec<&str> = match attribute {
        Attribute::Name => vec![&person.first_name, &person.last_name],
        Attribute::Email => vec![&person.email],
        Attribute::Phone => vec![&person.phone],
        Attribute::Address => vec![
            &person.street,
            &person.postal_code,
            &person.city,
            &person.region,
        ],
        Attribute::BirthYear => vec![&birth_year],
        Attribute::Gender => vec![&person.gender],
    };
    let texts: Vec<String> = texts
        .into_iter()
        .map(|text| text.trim().to_string())
        .collect();
    texts
        .iter()
        .any(|text| !text.is_empty())
        .then_some(Value(texts))
}

impl Rule {
    /// Whether a preference puts one record before another.
    fn compare(&self, by: Preference, a: &(&Record, Value), b: &(&Record, Value)) -> Ordering {
        let place = |record: &Record| {
            let place = self
                .sources
                .iter()
                .position(|source| *source == record.source);
            place.unwrap_or(self.sources.len())
        };
        let parts = |value: &Value| value.0.iter().filter(|text| !text.is_empty()).count();
        match by {
            Preference::Declared => b.0.declared.cmp(&a.0.declared),
            Preference::Trusted => place(a.0).cmp(&place(b.0)),
            Preference::Newest => b.0.at.cmp(&a.0.at),
            Preference::Fullest => parts(&b.1).cmp(&parts(&a.1)),
        }
    }

    /// The first preference that tells two records apart, and which comes first.
    fn order(&self, a: &(&Record, Value), b: &(&Record, Value)) -> (Ordering, Option<Preference>) {
        let told = self
            .prefer
            .iter()
            .map(|by| (self.compare(*by, a, b), Some(*by)));
        let mut told = told.filter(|(order, _)| order.is_ne());
        told.next().unwrap_or((a.0.key.cmp(&b.0.key), None))
    }
}

/// The profile of the records of one customer; `rule` says how each attribute is chosen. An attribute about which no record
/// says anything is left out. The order of records says nothing.
pub fn survive(records: &[&Record], rule: impl Fn(Attribute) -> Rule) -> Vec<Survivor> {
    let survivor = |attribute: Attribute| {
        let rule = rule(attribute);
        let mut told: Vec<(&Record, Value)> = records
            .iter()
            .filter_map(|record| Some((*record, said(record, attribute)?)))
            .collect();
        told.sort_by(|a, b| rule.order(a, b).0);
        let (winner, losers) = told.split_first()?;
        let others = losers.iter().filter(|other| other.1 != winner.1);
        let mut against: Vec<CustomerKey> = others.clone().map(|other| other.0.key).collect();
        against.sort_unstable();
        // The best of those who say something else shows what settled it.
        let by = others
            .clone()
            .next()
            .and_then(|other| rule.order(winner, other).1);
        Some(Survivor {
            attribute,
            value: winner.1.clone(),
            from: winner.0.key,
            by,
            against,
        })
    };
    Attribute::ALL.into_iter().filter_map(survivor).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::merges::Merges;
    use crate::record::{Identifier, IdentifierKind, Person};
    use proptest::prelude::*;

    fn record(
        key: i64,
        source: &str,
        at: i64,
        declared: bool,
        street: &str,
        phone: &str,
    ) -> Record {
        Record {
            key: CustomerKey(key),
            id: Identifier::new(IdentifierKind::Loyalty, key.to_string()),
            others: Vec::new(),
            person: Person {
                first_name: "Anna".into(),
                last_name: if key == 3 {
                    "Chhen".into()
                } else {
                    "Chen".into()
                },
                street: street.into(),
                phone: phone.into(),
                ..Person::default()
            },
            source: source.into(),
            declared,
            at,
        }
    }

    /// Three sources that contradict each other.
    fn three() -> [Record; 3] {
        [
            record(1, "till", 30, false, "Lindenweg 1", "1"),
            record(2, "web", 20, false, "Lindenweg 2", ""),
            record(3, "survey", 10, true, "Lindenweg 3", "3"),
        ]
    }

    fn told(prefer: &[Preference], attribute: Attribute) -> Survivor {
        let records = three();
        let records: Vec<&Record> = records.iter().collect();
        let sources = vec!["web".to_string(), "till".to_string()];
        let rule = Rule {
            prefer: prefer.to_vec(),
            sources,
        };
        let all = survive(&records, |_| rule.clone());
        all.into_iter()
            .find(|survivor| survivor.attribute == attribute)
            .unwrap()
    }

    #[test]
    fn of_three_sources_the_rule_says_who_wins_and_why() {
        use Preference::{Declared, Newest, Trusted};
        for (prefer, from, street) in [
            ([Newest, Trusted, Declared], 1, "Lindenweg 1"),
            ([Trusted, Newest, Declared], 2, "Lindenweg 2"),
            ([Declared, Trusted, Newest], 3, "Lindenweg 3"),
        ] {
            let got = told(&prefer, Attribute::Address);
            assert_eq!(
                (got.from.0, got.value.0[0].as_str(), got.by),
                (from, street, Some(prefer[0]))
            );
            assert_eq!(got.against.len(), 2);
        }
        // The trusted source has no phone: the next does.
        let phone = told(&[Trusted, Newest], Attribute::Phone);
        assert_eq!(
            (phone.from.0, phone.by, phone.against),
            (1, Some(Trusted), vec![CustomerKey(3)])
        );
        // Two agree on the name; who says something else is named.
        let name = told(&[Newest], Attribute::Name);
        assert_eq!(
            (name.value.0, name.against),
            (
                vec!["Anna".to_string(), "Chen".into()],
                vec![CustomerKey(3)]
            )
        );
        let records = three();
        assert!(
            !survive(&[&records[0]], |_| Rule::default())
                .iter()
                .any(|told| told.attribute == Attribute::Email)
        );
    }

    /// The profiles of all customers.
    fn profiles(merges: &Merges, records: &[Record]) -> Vec<Vec<Survivor>> {
        let each = records
            .iter()
            .filter(|record| merges.customer(record.key) == record.key)
            .map(|record| {
                let members = merges.members(record.key);
                let own: Vec<&Record> = records
                    .iter()
                    .filter(|other| members.contains(&other.key))
                    .collect();
                survive(&own, |_| Rule::default())
            });
        each.collect()
    }

    proptest! {
        #[test]
        fn merging_and_unmerging_restores_every_profile(
            ats in prop::collection::vec((0i64..4, any::<bool>(), 0i64..3), 2..9),
            pairs in prop::collection::vec((0i64..9, 0i64..9), 1..6),
            seed in any::<u64>(),
        ) {
            let mut records: Vec<Record> = ats.iter().zip(0..).map(|((at, declared, text), key)| {
                record(key, ["till", "web"][key as usize % 2], *at, *declared, &format!("Weg {text}"), "")
            }).collect();
            let count = records.len() as i64;
            let mut merges = Merges::default();
            for (a, b) in pairs {
                let before = (merges.clone(), profiles(&merges, &records));
                let change = merges.join(CustomerKey(a % count), CustomerKey(b % count), 1);
                merges.apply(&change).unwrap();
                let merged = profiles(&merges, &records);
                let moved: Vec<CustomerKey> = change.moves.iter().map(|step| step.key).collect();
                // Taken apart again by a person, not by undoing: the same map, the same profiles.
                let parted = merges.part(&moved, 2).unwrap();
                merges.apply(&parted).unwrap();
                prop_assert_eq!(&(merges.clone(), profiles(&merges, &records)), &before);
                merges.revert(&parted).unwrap();
                prop_assert_eq!(&profiles(&merges, &records), &merged);
            }
            // And the order of records says nothing.
            let told = profiles(&merges, &records);
            let random = seed as usize % records.len();
            records.rotate_left(random);
            let mut again = profiles(&merges, &records);
            let mut sorted = told;
            again.sort_by_key(|profile| profile.iter().map(|told| told.from).min());
            sorted.sort_by_key(|profile| profile.iter().map(|told| told.from).min());
            prop_assert_eq!(sorted, again);
        }
    }
}
