//! Tests of thin histories, plans, weights and places: attributes that follow the clusters are used, useless ones
//! leave the largest cluster, a weight of nothing is no attribute.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::Entity;
use crate::hands::{Hand, Kept};
use numeric::{Silent, random::Random};
use proptest::prelude::*;

const AS_OF: &str = "2026-01-01T00:00:00Z";

/// Shops of two kinds: format and area follow the cluster where `told`, cluster 1 is the larger.
struct Made {
    attributes: Vec<Attribute>,
    members: Vec<Candidate>,
    clusters: Vec<i32>,
    rows: Matrix,
}

fn shop(attributes: &[Attribute], kind: usize, random: &mut Random) -> Candidate {
    let values = attributes.iter().map(|attribute| match attribute.name {
        "format" => Some(Value::Text(["express", "hyper"][kind].into())),
        "area_m2" => Some(Value::Number(
            [200.0, 4_000.0][kind] * (0.8 + 0.4 * random.unit_f64()),
        )),
        "urban_share" => Some(Value::Number(random.unit_f64())),
        "city" => Some(Value::Text(format!("C{}", random.below(1_000)))),
        _ => None,
    });
    Candidate {
        part: String::new(),
        values: values.collect(),
    }
}

fn made(told: bool, seed: u64) -> Made {
    let attributes = attributes(Entity::Stores, AS_OF);
    let mut random = Random::new(seed);
    let (mut members, mut clusters, mut data) = (Vec::new(), Vec::new(), Vec::new());
    for place in 0..40 {
        let cluster = if place % 5 < 3 { 1 } else { 2 };
        let kind = if told {
            cluster as usize - 1
        } else {
            random.below(2)
        };
        members.push(shop(&attributes, kind, &mut random));
        clusters.push(cluster);
        // The second cluster is the tighter one.
        data.push(10.0 * f64::from(cluster) + random.normal() / f64::from(cluster));
    }
    Made {
        attributes,
        members,
        clusters,
        rows: Matrix::new(data, 40, 1).unwrap(),
    }
}

impl Made {
    fn place(&self, newcomers: &[Candidate], way: Option<Way>) -> Placed {
        let input = Input {
            attributes: &self.attributes,
            members: &self.members,
            clusters: &self.clusters,
            rows: &self.rows,
            newcomers,
            way,
            seed: 3,
        };
        place(&input, &Silent).unwrap()
    }

    fn way(placed: &Placed, way: Way) -> Tried {
        *placed.tried.iter().find(|tried| tried.way == way).unwrap()
    }
}

#[test]
fn a_shop_goes_where_shops_like_it_are_and_says_why() {
    let made = made(true, 1);
    let mut random = Random::new(9);
    let newcomers = [0, 1].map(|kind| shop(&made.attributes, kind, &mut random));
    let placed = made.place(&newcomers, None);
    assert!([Way::Like, Way::Model].contains(&placed.way));
    for way in [None, Some(Way::Like), Some(Way::Model)] {
        let placed = made.place(&newcomers, way);
        for (kind, place) in placed.places.iter().enumerate() {
            let place = place.as_ref().unwrap();
            assert_eq!(place.cluster, kind as i32 + 1);
            assert!(place.confidence > 0.7, "{way:?} {place:?}");
            let alike = |like: &Like| made.clusters[like.member] == place.cluster;
            assert_eq!(place.likes.len(), 5);
            assert!(place.likes.iter().all(alike));
            let best = &made.attributes[place.reasons[0].attribute];
            assert!(["format", "area_m2"].contains(&best.name), "{best:?}");
            assert!(place.reasons[0].inside > place.reasons[0].all);
        }
    }
    // One of a format and size that nobody has is unlike all; those above are not.
    assert!(placed.places.iter().flatten().all(|place| !place.unlike));
    let mut strange = newcomers[0].clone();
    let named = |name: &str| made.attributes.iter().position(|each| each.name == name);
    strange.values[named("format").unwrap()] = Some(Value::Text("kiosk".into()));
    strange.values[named("area_m2").unwrap()] = Some(Value::Number(9.0));
    let alone = made.place(&[strange], None);
    assert!(alone.places[0].as_ref().unwrap().unlike);
    let (likes, largest) = (
        Made::way(&placed, Way::Like),
        Made::way(&placed, Way::Largest),
    );
    assert_eq!((likes.right, likes.members), (40, 40));
    assert_eq!((largest.right, largest.members), (24, 40));
    // What nobody has is silent; what differs is not.
    let silent = placed
        .silent
        .iter()
        .map(|place| made.attributes[*place].name);
    let silent: Vec<&str> = silent.collect();
    assert!(silent.contains(&"parking") && !silent.contains(&"format"));
    let usual = &placed.places[1].as_ref().unwrap().reasons;
    let format = usual
        .iter()
        .find(|reason| made.attributes[reason.attribute].name == "format");
    assert_eq!(
        format.unwrap().usual,
        Some(Usual::Most("hyper".into(), 1.0))
    );
}

#[test]
fn attributes_that_say_nothing_leave_the_largest() {
    let mut largest = 0;
    for seed in 0..10 {
        let made = made(false, seed);
        let newcomer = shop(&made.attributes, 1, &mut Random::new(seed + 50));
        let placed = made.place(std::slice::from_ref(&newcomer), None);
        let none = made.place(std::slice::from_ref(&newcomer), Some(Way::Largest));
        assert_eq!(none.places[0].as_ref().unwrap().cluster, 1);
        assert!((none.places[0].as_ref().unwrap().confidence - 25.0 / 42.0).abs() < 1e-12);
        largest += usize::from(placed.places[0].as_ref().unwrap().cluster == 1);
        let tight = made.place(&[newcomer], Some(Way::Tightest));
        assert_eq!(tight.places[0].as_ref().unwrap().cluster, 2);
        assert_eq!(Made::way(&tight, Way::Tightest).right, 16);
    }
    assert!(largest >= 8, "{largest} of 10");
}

#[test]
fn a_part_is_compared_with_itself() {
    let mut made = made(true, 2);
    for (member, cluster) in made.members.iter_mut().zip(&mut made.clusters) {
        // In the second part the same attributes lead to other clusters.
        member.part = if *cluster == 1 { "north" } else { "south" }.into();
        *cluster += 10;
    }
    let mut random = Random::new(5);
    let mut newcomer = shop(&made.attributes, 0, &mut random);
    newcomer.part = "south".into();
    let stranger = Candidate {
        part: "moon".into(),
        ..newcomer.clone()
    };
    let placed = made.place(&[newcomer, stranger], Some(Way::Like));
    let place = placed.places[0].as_ref().unwrap();
    assert_eq!((place.cluster, place.confidence), (12, 1.0));
    assert!(placed.places[1].is_none());
}

#[test]
fn who_tells_nothing_goes_to_the_largest_at_its_share() {
    let made = made(true, 4);
    let nobody = Candidate {
        part: String::new(),
        values: vec![None; made.attributes.len()],
    };
    let placed = made.place(&[nobody], Some(Way::Like));
    let place = placed.places[0].as_ref().unwrap();
    assert_eq!(place.cluster, 1);
    assert!(place.likes.is_empty() && place.reasons.is_empty());
}

#[test]
fn weights_are_read_and_refused_in_words() {
    let mut all = attributes(Entity::Stores, AS_OF);
    weigh(&mut all, "format=3, city = 0.5,").unwrap();
    let weight = |name: &str| all.iter().find(|each| each.name == name).unwrap().weight;
    assert_eq!(
        (weight("format"), weight("city"), weight("country")),
        (3.0, 0.5, 0.0)
    );
    let told = |written: &str| {
        let mut all = attributes(Entity::Stores, AS_OF);
        weigh(&mut all, written).unwrap_err().to_string()
    };
    assert!(told("format").contains("format=2"));
    assert!(told("door=1").contains("area_m2"));
    assert!(told("format=-1").contains("0 to 100"));
    assert!(told("format=NaN").contains("0 to 100"));
    let none: Vec<String> = all.iter().map(|each| format!("{}=0", each.name)).collect();
    assert!(told(&none.join(",")).contains("at least one"));
}

#[test]
fn histories_are_thin_for_a_reason() {
    let bars = Bars {
        days: 90,
        receipts: 50,
    };
    let old = History {
        opened: Some(0),
        first_sale: Some(1_000),
        receipts: 500,
        member: true,
        dark: false,
        refit: None,
    };
    let why = |history: History| thin(&history, bars, 2_000, 1_000);
    assert_eq!(why(old), []);
    let opened = |day| History {
        opened: Some(day),
        ..old
    };
    assert_eq!(why(opened(1_911)), [Thin::OpenedLately(89)]);
    assert_eq!(why(opened(1_910)), []);
    let seen = History {
        opened: None,
        first_sale: Some(1_950),
        ..old
    };
    assert_eq!(why(seen), [Thin::SeenLately(50)]);
    // Where the lines begin within the bar, everybody's first sale is late.
    assert_eq!(thin(&seen, bars, 2_000, 1_930), []);
    // Who joined long ago and came back is no newcomer; a run again would not take in who opens later.
    let back = History {
        opened: Some(500),
        ..seen
    };
    assert_eq!(why(back), []);
    let outside = History {
        opened: Some(2_030),
        member: false,
        ..old
    };
    assert_eq!(why(outside), [Thin::NotOpenYet(30)]);
    let refit = History {
        refit: Some(1_990),
        receipts: 49,
        ..old
    };
    assert_eq!(
        why(refit),
        [Thin::RefittedLately(10), Thin::FewReceipts(49)]
    );
    let ahead = History {
        opened: Some(2_030),
        ..History::default()
    };
    assert_eq!(why(ahead), [Thin::NotOpenYet(30), Thin::NoSales]);
    let later = History {
        member: false,
        ..old
    };
    assert_eq!(why(later), [Thin::NotInRun(500)]);
    // Another run would leave it out again: it is not told to be run.
    let dark = History {
        dark: true,
        ..later
    };
    assert_eq!(why(dark), [Thin::NoEvidence(500)]);
    let told = Thin::NoEvidence(500).sentence();
    assert!(told.contains("no evidence") && !told.contains("run it again"));
    let never = Bars {
        days: 0,
        receipts: 0,
    };
    assert_eq!(thin(&opened(1_999), never, 2_000, 1_000), []);
    assert_eq!(Thin::OpenedLately(1).sentence(), "opened 1 day before");
}

#[test]
fn a_plan_follows_merges_and_later_changes() {
    let place = |members: &[&str], to| Hand::Place {
        members: members.iter().map(|name| (*name).into()).collect(),
        to,
    };
    let hands = [
        place(&["S1", "S2", "S3"], 3),
        Hand::Merge { from: 3, into: 2 },
        place(&["S2"], 5),
        Hand::Unlock {
            members: vec!["S3".into()],
        },
    ];
    let kept = |(seq, hand)| Kept { seq, hand };
    let hands: Vec<Kept> = (1..).zip(hands).map(kept).collect();
    let plans = planned(&hands);
    let plan = |cluster, seq| Some(Planned { cluster, seq });
    assert_eq!(plans.get("S1").copied(), plan(2, 1));
    assert_eq!(plans.get("S2").copied(), plan(5, 3));
    assert_eq!(plans.get("S3"), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A weight of nothing is the same as no such attribute, in every way.
    #[test]
    fn a_weight_of_nothing_is_no_attribute(seed in 0u64..1_000, dropped in prop::collection::btree_set(0usize..14, 0..10)) {
        let mut with = made(true, seed);
        let mut random = Random::new(seed + 1);
        let newcomers: Vec<Candidate> = (0..4).map(|kind| shop(&with.attributes, kind % 2, &mut random)).collect();
        for place in &dropped {
            with.attributes[*place].weight = 0.0;
        }
        let keep = |candidate: &Candidate| Candidate {
            part: candidate.part.clone(),
            values: candidate.values.iter().enumerate().filter(|(place, _)| !dropped.contains(place)).map(|(_, value)| value.clone()).collect(),
        };
        let attributes = with.attributes.iter().enumerate().filter(|(place, _)| !dropped.contains(place));
        let without = Made {
            attributes: attributes.map(|(_, each)| each.clone()).collect(),
            members: with.members.iter().map(keep).collect(),
            clusters: with.clusters.clone(),
            rows: with.rows.clone(),
        };
        // Something must be left that tells members apart.
        prop_assume!(without.attributes.iter().any(|each| each.weight > 0.0 && ["format", "area_m2", "urban_share"].contains(&each.name)));
        let fewer: Vec<Candidate> = newcomers.iter().map(keep).collect();
        for way in [None, Some(Way::Like), Some(Way::Model), Some(Way::Largest), Some(Way::Tightest)] {
            let (a, b) = (with.place(&newcomers, way), without.place(&fewer, way));
            prop_assert_eq!(&a.tried, &b.tried);
            for (a, b) in a.places.iter().flatten().zip(b.places.iter().flatten()) {
                prop_assert_eq!((a.cluster, a.confidence, &a.likes), (b.cluster, b.confidence, &b.likes));
                let names = |place: &Place, all: &[Attribute]| place.reasons.iter().map(|reason| all[reason.attribute].name).collect::<Vec<_>>();
                prop_assert_eq!(names(a, &with.attributes), names(b, &without.attributes));
            }
        }
    }
}
