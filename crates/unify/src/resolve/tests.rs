//! Records of a small made-up town: who is linked, who is not, and that nothing depends on order, keys or threads.
#![allow(clippy::unwrap_used)]

mod town;

use super::*;
use crate::merges::Merges;
use crate::record::{Identifier, IdentifierKind, Person};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use town::{Draw, person, record, town};

fn settings() -> Settings {
    Settings {
        random_pairs: 20_000,
        ..Settings::default()
    }
}

fn found(records: &[Record], observed: &[Observed], decisions: &[Decision]) -> Resolution {
    static BUNDLED: LazyLock<Dictionary> = LazyLock::new(Dictionary::bundled);
    resolve(records, observed, decisions, &BUNDLED, &settings()).unwrap()
}

fn customer(found: &Resolution, key: i64) -> i64 {
    found
        .customers
        .iter()
        .find(|row| row.0.0 == key)
        .unwrap()
        .1
        .0
}

/// The customers as sets of own identifiers, which say nothing of keys.
fn parts(found: &Resolution, records: &[Record]) -> BTreeSet<BTreeSet<String>> {
    let value = |key: CustomerKey| {
        records
            .iter()
            .find(|record| record.key == key)
            .unwrap()
            .id
            .value
            .clone()
    };
    let mut sets: HashMap<CustomerKey, BTreeSet<String>> = HashMap::new();
    for (key, customer) in &found.customers {
        sets.entry(*customer).or_default().insert(value(*key));
    }
    sets.into_values().collect()
}

#[test]
fn people_are_found_and_households_stay_apart() {
    let records = town(80);
    let found = found(&records, &[], &[]);
    for number in 0..80 {
        let key = 3 * number + 1;
        let customers: Vec<i64> = (key..key + 3).map(|key| customer(&found, key)).collect();
        assert_eq!(
            customers, [key; 3],
            "person {number}: the smallest of its keys"
        );
    }
    assert_eq!((found.counts.customers, found.counts.records), (80, 240));
    assert!(
        found.counts.by_identifier >= 80 && found.counts.by_likeness >= 80,
        "{:?}",
        found.counts
    );
}

#[test]
fn the_listed_evidence_sums_to_the_score() {
    let records = town(60);
    let found = found(&records, &[], &[]);
    let all = found
        .links
        .iter()
        .map(|link| &link.evidence)
        .chain(found.review.iter().map(|doubt| &doubt.evidence));
    let mut seen = 0;
    for evidence in all {
        if let Evidence::Likeness {
            prior,
            contributions,
            score,
            ..
        } = evidence
        {
            assert_eq!(
                prior
                    + contributions
                        .iter()
                        .map(|part| part.thousandths)
                        .sum::<i64>(),
                *score
            );
            seen += 1;
        }
    }
    assert!(seen >= 60, "{seen} pairs");
    // Probabilities are rounded on their way through text; everything else comes back as it was.
    let told = Resolution {
        learned: Vec::new(),
        ..found
    };
    let text = serde_json::to_string(&told).unwrap();
    assert_eq!(serde_json::from_str::<Resolution>(&text).unwrap(), told);
    assert!(
        !text.contains("Lindqvist"),
        "no name is stored with the evidence"
    );
}

#[test]
fn a_shared_till_address_links_nobody() {
    let mut records = town(40);
    let kiosk = "kiosk@shop.example";
    for number in (0..40).step_by(3) {
        records[3 * number + 2].person.email = kiosk.into();
    }
    let found = found(&records, &[], &[]);
    assert_eq!(found.refused.len(), 1);
    assert_eq!(
        (
            found.refused[0].identifier.value.as_str(),
            found.refused[0].records
        ),
        (kiosk, 14)
    );
    assert_eq!(found.counts.customers, 40);
    // However many they are.
    let mail = || Person {
        email: kiosk.into(),
        ..Person::default()
    };
    let many = (0..5_000).map(|n| record(n, IdentifierKind::Loyalty, &n.to_string(), mail()));
    let many = self::found(&many.collect::<Vec<_>>(), &[], &[]);
    assert_eq!(
        (many.counts.customers, many.refused[0].records),
        (5_000, 5_000)
    );
    // Below the cap: three who are not alike give the address away all the same; and a person may block it.
    let mut few = town(40);
    [2, 62, 92]
        .iter()
        .for_each(|place| few[*place as usize].person.email = kiosk.into());
    let guarded = self::found(&few, &[], &[]);
    assert_eq!(
        guarded
            .refused
            .iter()
            .map(|one| one.records)
            .collect::<Vec<_>>(),
        [3]
    );
    assert_eq!(guarded.counts.customers, 40);
    let mut two = town(40);
    [2, 62]
        .iter()
        .for_each(|place| two[*place as usize].person.email = kiosk.into());
    let blocked = Settings {
        blocked: vec![Identifier::new(IdentifierKind::Email, "Kiosk@shop.example")],
        ..settings()
    };
    let blocked = resolve(&two, &[], &[], &Dictionary::bundled(), &blocked).unwrap();
    assert!(blocked.refused[0].blocked && blocked.counts.customers == 40);
    let asked = self::found(&two, &[], &[]);
    let doubt = asked
        .review
        .iter()
        .find(|doubt| matches!(doubt.evidence, Evidence::Identifier { .. }));
    assert!(
        matches!(doubt.unwrap().why, Why::Opposed { .. }),
        "two unlike people: a person looks"
    );
    assert_ne!(customer(&asked, 3), customer(&asked, 63));
}

#[test]
fn an_address_that_couples_share_does_not_merge_them() {
    let mut records = town(80);
    for number in (0..80).step_by(4) {
        let email = records[3 * number].person.email.clone();
        records[3 * number + 3].person.email = email;
    }
    let found = found(&records, &[], &[]);
    assert_eq!(found.counts.customers, 80);
    let asked = found
        .review
        .iter()
        .filter(|doubt| matches!(doubt.evidence, Evidence::Identifier { .. }));
    assert!(
        asked.count() + found.refused.len() >= 20,
        "a person hears of each"
    );
}

#[test]
fn identifiers_seen_together_link_what_has_no_name() {
    let mut records = town(30);
    records.push(record(900, IdentifierKind::Card, "C1", Person::default()));
    records.push(record(901, IdentifierKind::Card, "C2", Person::default()));
    let pair = |a: (IdentifierKind, &str), b: (IdentifierKind, &str)| Observed {
        a: Identifier::new(a.0, a.1),
        b: Identifier::new(b.0, b.1),
        times: 3,
        of: 0,
    };
    let (loyalty, card, cookie) = (
        IdentifierKind::Loyalty,
        IdentifierKind::Card,
        IdentifierKind::Cookie,
    );
    let observed = [
        pair((loyalty, "L0004"), (card, "C1")),
        // The card of one is paid with by the other of the household, too.
        pair((loyalty, "L0005"), (card, "C1")),
        pair((cookie, "a1"), (card, "C2")),
        pair((cookie, "a1"), (loyalty, "L0009")),
    ];
    let got = found(&records, &observed, &[]);
    assert_eq!(customer(&got, 900), 13);
    assert_eq!(customer(&got, 901), 28);
    assert_ne!(
        customer(&got, 13),
        customer(&got, 16),
        "a card does not merge a household"
    );
    let link = got
        .links
        .iter()
        .find(|link| [link.a.0, link.b.0].contains(&901))
        .unwrap();
    assert_eq!(
        link.evidence,
        Evidence::Identifier {
            kind: cookie,
            seen: 3,
            of: 0
        }
    );
    assert_eq!(
        customer(&with_lent(&records, 3, 3), 900),
        19,
        "its only owner"
    );
    assert_eq!(
        customer(&with_lent(&records, 3, 6), 900),
        19,
        "a half is enough"
    );
    // Two who use it half and half both stay apart from it, and from each other.
    let half = |number: &str| Observed {
        of: 6,
        ..pair((loyalty, number), (card, "C1"))
    };
    let halves = found(&records, &[half("L0004"), half("L0005")], &[]);
    assert_eq!(customer(&halves, 900), 900);
    assert_ne!(customer(&halves, 13), customer(&halves, 16));
    assert_eq!(
        customer(&with_lent(&records, 3, 7), 900),
        900,
        "a card that is mostly seen without is lent"
    );
    // An address and its hash are one identifier.
    let mut hashed = record(902, IdentifierKind::Device, "D1", Person::default());
    let hash = crate::normal::email_hash(&records[3 * 7].person.email);
    hashed.others.push(Identifier::new(
        IdentifierKind::EmailHash,
        hash.to_uppercase(),
    ));
    records.push(hashed);
    assert_eq!(customer(&found(&records, &observed, &[]), 902), 22);
}

/// The card C1 seen with one loyalty number some times, of how often it was seen at all.
fn with_lent(records: &[Record], times: u32, of: u32) -> Resolution {
    let observed = Observed {
        a: Identifier::new(IdentifierKind::Loyalty, "L0006"),
        b: Identifier::new(IdentifierKind::Card, "C1"),
        times,
        of,
    };
    let got = found(records, &[observed], &[]);
    let told = got.links.iter().map(|link| &link.evidence);
    let by_card = told.filter(|evidence| {
        matches!(
            evidence,
            Evidence::Identifier {
                kind: IdentifierKind::Card,
                ..
            }
        )
    });
    let wanted = Evidence::Identifier {
        kind: IdentifierKind::Card,
        seen: times,
        of,
    };
    assert!(by_card.into_iter().all(|evidence| *evidence == wanted));
    got
}

#[test]
fn a_person_is_obeyed_and_what_cannot_be_is_listed() {
    let records = town(30);
    let free = found(&records, &[], &[]);
    let mut merges = Merges::of(&free.customers);
    let parted = merges.part(&[CustomerKey(15)], 1).unwrap();
    merges.apply(&parted).unwrap();
    let again = found(&records, &[], &parted.decisions);
    assert_eq!(
        Merges::of(&again.customers),
        merges,
        "the next run says what the person said"
    );
    assert!(again.conflicts.is_empty());
    assert!(
        !again
            .review
            .iter()
            .any(|doubt| [doubt.a.0, doubt.b.0].contains(&15)),
        "what is decided does not wait"
    );
    let joined = merges.join(CustomerKey(15), CustomerKey(40), 2);
    merges.apply(&joined).unwrap();
    let decisions = [parted.decisions.clone(), joined.decisions.clone()].concat();
    assert_eq!(
        Merges::of(&found(&records, &[], &decisions).customers),
        merges
    );
    // Both taken back: as if nothing had been said.
    merges.revert(&joined).unwrap();
    merges.revert(&parted).unwrap();
    assert_eq!(Merges::of(&found(&records, &[], &[]).customers), merges);
    let say = |a, b, same, turn| Decision {
        a: CustomerKey(a),
        b: CustomerKey(b),
        same,
        turn,
    };
    let odd = [
        say(1, 40, false, 1),
        say(1, 70, true, 2),
        say(70, 40, true, 3),
        say(1, 999, true, 4),
    ];
    let told = found(&records, &[], &odd).conflicts;
    let told: Vec<_> = told
        .iter()
        .map(|conflict| (conflict.decision.turn, conflict.unknown))
        .collect();
    assert_eq!(told, [(1, false), (4, true)]);
}

#[test]
fn what_is_wrong_is_said() {
    let mut records = town(3);
    let say = |records: &[Record]| {
        resolve(records, &[], &[], &Dictionary::bundled(), &settings()).unwrap_err()
    };
    records[1].key = records[0].key;
    assert_eq!(say(&records), Error::KeyTwice { key: 1 });
    records[1].key = CustomerKey(500);
    records[3].id = records[0].id.clone();
    assert_eq!(
        say(&records),
        Error::IdentifierTwice {
            first: 1,
            second: 4,
            kind: "loyalty"
        }
    );
    assert_eq!(found(&[], &[], &[]).counts, Counts::default());
}

/// The order in which records, observations and decisions come says nothing, nor do the keys they were given: 10,000 orders.
#[test]
fn no_order_of_arrival_changes_anything() {
    let mut records = town(8);
    records.push(record(900, IdentifierKind::Card, "C1", Person::default()));
    // Two of one name in a household, and one record that fits both.
    let twin = Person {
        birth_year: None,
        email: String::new(),
        phone: String::new(),
        ..person(6)
    };
    records.push(record(
        901,
        IdentifierKind::Loyalty,
        "T1",
        Person {
            email: "t1@post.example".into(),
            ..twin.clone()
        },
    ));
    records.push(record(902, IdentifierKind::Loyalty, "T2", twin));
    let observed = vec![
        Observed {
            a: Identifier::new(IdentifierKind::Loyalty, "L0002"),
            b: Identifier::new(IdentifierKind::Card, "C1"),
            times: 1,
            of: 0,
        },
        Observed {
            a: Identifier::new(IdentifierKind::Loyalty, "L0003"),
            b: Identifier::new(IdentifierKind::Card, "C1"),
            times: 1,
            of: 0,
        },
    ];
    let say = |a, b, same, turn| Decision {
        a: CustomerKey(a),
        b: CustomerKey(b),
        same,
        turn,
    };
    let decisions = vec![say(1, 4, true, 1), say(10, 13, false, 2)];
    let first = found(&records, &observed, &decisions);
    let told = parts(&first, &records);
    let mut draw = Draw(9);
    for round in 0..10_000 {
        let (mut records, mut observed, mut decisions) =
            (records.clone(), observed.clone(), decisions.clone());
        draw.shuffle(&mut records);
        draw.shuffle(&mut observed);
        draw.shuffle(&mut decisions);
        if round % 2 == 0 {
            assert_eq!(
                found(&records, &observed, &decisions),
                first,
                "round {round}"
            );
            continue;
        }
        // Keys minted as records arrive: other numbers, the same people.
        let mut minted = HashMap::new();
        for (record, key) in records.iter_mut().zip(1..) {
            minted.insert(record.key, CustomerKey(key));
            record.key = CustomerKey(key);
        }
        for decision in &mut decisions {
            (decision.a, decision.b) = (minted[&decision.a], minted[&decision.b]);
        }
        let again = found(&records, &observed, &decisions);
        assert_eq!(parts(&again, &records), told, "round {round}");
        assert_eq!(again.review.len(), first.review.len(), "round {round}");
    }
}

#[test]
fn threads_change_nothing() {
    let records = town(120);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        serde_json::to_string(&pool.install(|| found(&records, &[], &[]))).unwrap()
    };
    assert_eq!(on(1), on(5));
}

#[test]
fn a_newcomer_leaves_the_keys_of_customers_alone() {
    let records = town(30);
    let before = found(&records, &[], &[]);
    let mut more = records.clone();
    more.push(record(500, IdentifierKind::Login, "anna", person(11)));
    let after = found(&more, &[], &[]);
    assert_eq!(customer(&after, 500), customer(&before, 34));
    for (key, customer) in &before.customers {
        assert_eq!(self::customer(&after, key.0), customer.0);
    }
}
