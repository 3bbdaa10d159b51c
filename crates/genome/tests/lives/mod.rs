//! Life events and projects on made-up shoppers: what must hold of every history, and short stories with a known end.
#![allow(clippy::unwrap_used)]

mod measured;

use genome::life::*;
use proptest::prelude::*;
use std::sync::LazyLock;

/// Category path and name; the first twelve are everyday things.
const SHELF: [([&str; 2], &str); 28] = [
    (["Food", "Milk"], "Whole milk"),
    (["Food", "Bread"], "Rye bread"),
    (["Food", "Cheese"], "Gouda"),
    (["Food", "Fruit"], "Apples"),
    (["Food", "Pasta"], "Penne"),
    (["Food", "Coffee"], "Espresso"),
    (["Household", "Detergent"], "Colour detergent"),
    (["Household", "Paper"], "Kitchen roll"),
    (["Fashion", "Socks"], "Socks"),
    (["Fashion", "Shoes"], "Sneakers"),
    (["Beauty", "Shampoo"], "Shampoo"),
    (["Beauty", "Soap"], "Soap"),
    (["DIY", "Paint"], "Wall paint white"),
    (["DIY", "Brushes"], "Paint roller"),
    (["DIY", "Flooring"], "Laminate oak"),
    (["Home", "Rugs"], "Rug"),
    (["Home", "Lamps"], "Floor lamp"),
    (["Home", "Cushions"], "Cushion"),
    (["Home", "Shelves"], "Wall shelf"),
    (["Baby", "Nappies"], "Nappies 3"),
    (["Baby", "Baby Food"], "Carrot puree"),
    (["Baby", "Baby Care"], "Baby wipes"),
    (["Pet", "Dog Food"], "Wet dog food"),
    (["Pet", "Pet Accessories"], "Dog lead"),
    (["Garden", "Soil"], "Potting soil"),
    (["Garden", "Plants"], "Lavender"),
    (["Garden", "Garden Tools"], "Spade"),
    (["Home", "Party Supplies"], "Balloons"),
];
const EVERYDAY: u32 = 12;
const ROOM: std::ops::Range<u32> = 12..19;
const BABY: std::ops::Range<u32> = 19..22;
/// 1 January 2024, and how long the shop is looked at.
const START: i32 = 19_723;
const DAYS: i32 = 730;

struct Shop {
    kinds: Kinds,
    signs: Signs,
    baseline: Baseline,
}

impl Shop {
    fn find(&self, purchases: &[Purchase], consents: &[&str], on: i32) -> Vec<Found> {
        let model = Model {
            kinds: &self.kinds,
            signs: &self.signs,
            baseline: &self.baseline,
        };
        let allowed = self.kinds.allowed(consents.iter().copied());
        find(model, &Customer { purchases, allowed }, on)
    }
}

fn bought(day: i32, product: u32) -> Purchase {
    Purchase {
        day: START + day,
        product,
        quantity: 1,
    }
}

/// A small number that looks drawn, of two others.
fn drawn(a: u32, b: u32) -> u32 {
    (a.wrapping_mul(2_654_435_761) ^ b.wrapping_mul(40_503)).rotate_left(13) % 1_009
}

/// Two visits a month for everyday things, and rarely something else.
fn usual(shopper: u32) -> Vec<Purchase> {
    let mut all = Vec::new();
    for visit in 0..48 {
        let day = (visit * 15 + drawn(shopper, visit) % 7) as i32;
        for line in 0..4 {
            all.push(bought(day, drawn(shopper + 7 * line, visit) % EVERYDAY));
        }
        if drawn(shopper, 1_000 + visit).is_multiple_of(40) {
            all.push(bought(day, EVERYDAY + drawn(shopper, visit) % 16));
        }
    }
    all
}

/// Three visits within four weeks, with two parts of a room each.
fn room(from: i32) -> Vec<Purchase> {
    let each = ROOM.enumerate();
    each.map(|(place, product)| bought(from + place as i32 / 3 * 10, product))
        .collect()
}

static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let kinds = Kinds::parse(DEFAULT).unwrap();
    let texts = SHELF.iter().map(|(categories, name)| ProductText {
        categories,
        kind: None,
        name,
    });
    let signs = Signs::of(&kinds, texts);
    let shoppers: Vec<Vec<Purchase>> = (0..150)
        .map(|shopper| {
            let mut all = usual(shopper);
            if shopper % 15 == 0 {
                all.extend(room(100 + shopper as i32 * 3));
            }
            all
        })
        .collect();
    let allowed = kinds.allowed(["baby"]);
    let customers: Vec<Customer<'_>> = shoppers
        .iter()
        .map(|purchases| Customer { purchases, allowed })
        .collect();
    let baseline = Baseline::learn(&kinds, &signs, &customers, START + DAYS);
    Shop {
        kinds,
        signs,
        baseline,
    }
});

/// A shop that tells of everything, however unlikely, so that properties are tried on more.
static TELLING: LazyLock<Shop> = LazyLock::new(|| {
    let own = Kinds::parse("version = 1\nleast = 0.01").unwrap();
    Shop {
        kinds: SHOP.kinds.clone().with(&own).unwrap(),
        signs: SHOP.signs.clone(),
        baseline: SHOP.baseline.clone(),
    }
});

fn history() -> impl Strategy<Value = Vec<Purchase>> {
    let line = (0..DAYS, 0u32..SHELF.len() as u32 + 1, 0u8..8, 0u8..9).prop_map(
        |(day, product, near, kind)| {
            // Many purchases fall near each other, or there would be nothing to find.
            let day = if near > 3 { 300 + day % 40 } else { day };
            Purchase {
                day: START + day,
                product,
                quantity: if kind == 0 {
                    -1
                } else {
                    i32::from(kind % 3) + 1
                },
            }
        },
    );
    prop::collection::vec(line, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn evidence_and_baseline_add_up_to_the_score(purchases in history(), after in 0..DAYS) {
        for found in TELLING.find(&purchases, &["baby"], START + after) {
            let lines: i64 = found.evidence.iter().map(|line| line.contribution).sum();
            let base = found.baseline;
            prop_assert_eq!(lines + base.contribution, found.score);
            prop_assert_eq!(base.prior + base.others + base.rest, base.contribution);
            prop_assert!(base.others <= 0 && found.began_from <= found.began && found.began <= found.began_to);
            prop_assert!(!found.evidence.is_empty() && found.evidence.iter().all(|line| line.day <= START + after));
            prop_assert!((100..=10_000).contains(&found.likelihood));
        }
    }

    #[test]
    fn what_comes_later_and_in_which_order_changes_nothing(purchases in history(), on in 0..DAYS) {
        let on = START + on;
        let before: Vec<Purchase> = purchases.iter().filter(|one| one.day <= on).copied().collect();
        let mut turned = purchases.clone();
        turned.reverse();
        let found = TELLING.find(&purchases, &["baby"], on);
        prop_assert_eq!(&found, &TELLING.find(&before, &["baby"], on));
        prop_assert_eq!(&found, &TELLING.find(&turned, &["baby"], on));
    }

    #[test]
    fn parts_are_either_bought_or_missing(purchases in history()) {
        for found in TELLING.find(&purchases, &["baby"], START + DAYS) {
            let kind = TELLING.kinds.kind(&found.code).unwrap();
            if kind.sort == Sort::Event {
                prop_assert!(found.bought.is_empty() && found.missing.is_empty());
                continue;
            }
            let mut titles: Vec<&str> = found.bought.iter().map(|part| part.title.as_str()).collect();
            titles.extend(found.missing.iter().map(|part| part.title.as_str()));
            titles.sort_unstable();
            let mut all: Vec<&str> = kind.parts.iter().map(|part| part.title.as_str()).collect();
            all.sort_unstable();
            prop_assert_eq!(titles, all);
        }
    }

    #[test]
    fn without_consent_a_baby_is_not_looked_for(purchases in history()) {
        let found = TELLING.find(&purchases, &[], START + DAYS);
        prop_assert!(found.iter().all(|one| one.code != "baby"));
        // Nor does what it would explain take anything from other kinds.
        let with = TELLING.find(&purchases, &["baby"], START + DAYS);
        prop_assert!(found.len() >= with.iter().filter(|one| one.code != "baby").count());
    }
}

#[test]
fn a_room_is_found_with_what_is_missing() {
    let mut purchases = usual(7);
    purchases.extend(
        room(400)
            .into_iter()
            .filter(|one| one.product != 14 && one.product != 16),
    );
    let found = SHOP.find(&purchases, &[], START + DAYS);
    let room = &found[0];
    assert_eq!(
        (room.code.as_str(), room.sort),
        ("room_makeover", Sort::Project)
    );
    // Any day from which 60 days reach all three visits is as good; half of them lie before the day told.
    assert!(
        (START + 361..=START + 400).contains(&room.began),
        "{room:?}"
    );
    assert!(room.began_from <= START + 400 && room.likelihood > 8_000);
    assert!(
        room.bought
            .iter()
            .any(|part| part.title == "Paint or wallpaper" && part.products == [12])
    );
    let missing: Vec<&str> = room
        .missing
        .iter()
        .map(|part| part.title.as_str())
        .collect();
    assert_eq!(missing, ["Flooring", "Lamps"]);
    assert_eq!(
        (
            room.missing[0].categories.as_slice(),
            room.missing[0].products.as_slice()
        ),
        (["Flooring".to_string()].as_slice(), [14].as_slice())
    );
    // Before it began nothing is known of it, and what is brought back tells nothing.
    assert!(
        SHOP.find(&purchases, &[], START + 399)
            .iter()
            .all(|one| one.code != "room_makeover")
    );
    let mut back = purchases.clone();
    back.extend(ROOM.map(|product| Purchase {
        quantity: -1,
        ..bought(440, product)
    }));
    assert!(
        SHOP.find(&back, &[], START + DAYS)
            .iter()
            .all(|one| one.code != "room_makeover")
    );
}

#[test]
fn a_baby_is_told_only_with_consent() {
    let mut purchases = usual(9);
    for week in 0..12 {
        purchases.extend(BABY.map(|product| bought(300 + 14 * week, product)));
    }
    let told = |consents: &[&str]| {
        SHOP.find(&purchases, consents, START + DAYS)
            .iter()
            .any(|one| one.code == "baby")
    };
    assert!(told(&["baby"]) && !told(&[]) && !told(&["new_dog", "no such kind"]));
}

#[test]
fn a_dog_that_was_always_there_is_no_new_dog() {
    let dog = |from: i32| {
        let mut purchases = usual(11);
        purchases.extend((from..DAYS).step_by(15).map(|day| bought(day, 22)));
        SHOP.find(&purchases, &[], START + DAYS)
            .into_iter()
            .find(|one| one.code == "new_dog")
    };
    let new = dog(360).unwrap();
    // A dog whose food was not bought at once: within six weeks before the first purchase.
    assert!((START + 318..=START + 360).contains(&new.began), "{new:?}");
    assert!(new.likelihood > 9_000, "{new:?}");
    assert!(dog(0).is_none());
}

#[test]
fn learning_is_the_same_bytes_on_any_number_of_threads() {
    // More than two pieces of work of 4,096 visits each, so that threads have something to share.
    let purchases: Vec<Vec<Purchase>> = (0..180).map(usual).collect();
    let allowed = SHOP.kinds.allowed([]);
    let customers: Vec<Customer<'_>> = purchases
        .iter()
        .map(|purchases| Customer { purchases, allowed })
        .collect();
    let visits = purchases.iter().map(|all| {
        let days: std::collections::BTreeSet<i32> = all.iter().map(|one| one.day).collect();
        days.len()
    });
    assert!(visits.sum::<usize>() > 2 * 4_096);
    let learn = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let learned = pool
            .build()
            .unwrap()
            .install(|| Baseline::learn(&SHOP.kinds, &SHOP.signs, &customers, START + DAYS));
        serde_json::to_string(&learned).unwrap()
    };
    let text = learn(1);
    assert!(text == learn(2) && text == learn(5));
    let kept: Baseline = serde_json::from_str(&text).unwrap();
    assert_eq!(text, serde_json::to_string(&kept).unwrap());
    // Nobody consented: how often babies come is as written, not learned.
    let baby = SHOP
        .kinds
        .kinds
        .iter()
        .position(|kind| kind.code == "baby")
        .unwrap();
    assert!((kept.a_year(baby) - SHOP.kinds.kinds[baby].a_year).abs() < 1e-9);
}
