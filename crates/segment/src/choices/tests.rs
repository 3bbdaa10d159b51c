//! Choices of made-up shoppers: two kinds of a product that stand for each other, one that goes with both.
#![allow(clippy::unwrap_used)]

use super::*;
use numeric::Silent;
use proptest::prelude::*;

const SPEC: Spec = Spec {
    seed: 3,
    resamples: 10,
};

/// Shoppers of a shop: each basket has a tea or a coffee, by the customer's liking, never both; with tea there are
/// biscuits. On every fifth day the shelf of the first tea is empty.
fn sales(days: i64, buyers: i64) -> (Sales, Vec<Item>, Vec<StockCount>) {
    let ids = ["tea-b", "biscuits", "tea-a", "coffee-b", "coffee-a", "soap"];
    let (mut lines, mut counts) = (Vec::new(), Vec::new());
    let mut receipt = 0;
    for day in 0..days {
        let empty = day % 5 == 4;
        if day % 5 == 3 {
            counts.push(StockCount {
                store: 0,
                product: 2,
                day,
                any: false,
            });
        }
        if day % 5 == 0 && day > 0 {
            counts.push(StockCount {
                store: 0,
                product: 2,
                day,
                any: true,
            });
        }
        for customer in 0..buyers {
            receipt += 1;
            let mix = (day * 7 + customer * 13) % 10;
            let tea = customer % 2 == 0;
            let first = mix < 6;
            let product = match (tea, first) {
                (true, true) if empty && mix < 2 => None,
                (true, true) if empty => Some(0),
                (true, true) => Some(2),
                (true, false) => Some(0),
                (false, true) => Some(4),
                (false, false) => Some(3),
            };
            let mut sold = |product: u32| {
                lines.push(Sale {
                    receipt,
                    product,
                    store: 0,
                    customer: Some(customer),
                    day: 20_000 + day,
                });
            };
            product.into_iter().for_each(&mut sold);
            if tea && product.is_some() {
                sold(1);
            }
            if (day + customer) % 3 == 0 || product.is_none() {
                sold(5);
            }
        }
    }
    counts.iter_mut().for_each(|count| count.day += 20_000);
    let item = |id: &str, category: &str, kind: &str| Item {
        id: id.into(),
        name: Some(id.to_uppercase()),
        categories: vec!["All".into(), category.into()],
        attributes: vec![
            ("kind".into(), kind.into()),
            ("brand".into(), "same".into()),
        ],
        ..Item::default()
    };
    let items = vec![
        item("tea-a", "Hot drinks", "tea"),
        item("tea-b", "Hot drinks", "tea"),
        item("coffee-a", "Hot drinks", "coffee"),
        item("coffee-b", "Hot drinks", "coffee"),
        item("biscuits", "Sweets", "biscuit"),
    ];
    let sales = Sales {
        products: ids.map(String::from).to_vec(),
        stores: vec!["S1".into()],
        lines,
    };
    (sales, items, counts)
}

fn found(days: i64, buyers: i64) -> Choices {
    let (sales, items, counts) = sales(days, buyers);
    let facts = Facts::new(&sales, &items, &counts, &[], &[]).unwrap();
    find(&facts, SPEC, &Silent, &|_| {}).unwrap()
}

fn of<'a>(found: &'a Choices, id: &str) -> &'a Product {
    found
        .products
        .iter()
        .find(|product| product.id == id)
        .unwrap()
}

#[test]
fn teas_stand_for_teas_and_biscuits_go_with_them() {
    let found = found(120, 40);
    let tea = of(&found, "tea-a");
    assert_eq!(tea.name, "TEA-A");
    assert_eq!(tea.category.as_deref(), Some("All / Hot drinks"));
    assert_eq!(tea.shares[0].id, "tea-b", "{tea:#?}");
    assert!(tea.shares[0].share > tea.shares[0].by_sales);
    assert!(tea.shares[0].switches > tea.shares[0].by_pull);
    assert!(tea.substitutes.iter().all(|partner| partner.strength < 0.0));
    assert!(!tea.substitutes.is_empty());
    assert_eq!(tea.complements[0].id, "biscuits");
    assert!(tea.complements[0].strength > 0.0);
    assert!(tea.complements[0].together as f64 > tea.complements[0].by_chance);
    assert_eq!(found.lost_from, LostFrom::Shelves);
    let tree = &found.categories[0].tree;
    let split = tree[0].split.as_ref().unwrap();
    assert_eq!(split.attribute, "kind");
    assert!(split.within > split.between);
    let level = |leaf: Option<i32>| tree[leaf.unwrap() as usize].level.clone().unwrap();
    assert_eq!(level(of(&found, "tea-b").leaf), "tea");
    assert_eq!(level(of(&found, "coffee-a").leaf), "coffee");
    // Not in the catalogue: sold, in no category, nothing said of its substitutes.
    let soap = of(&found, "soap");
    assert_eq!((soap.category.clone(), soap.shares.len()), (None, 0));
    assert_eq!(soap.name, "soap");
    let together = of(&found, "tea-a").community;
    assert!(together > 0);
    assert_eq!(of(&found, "biscuits").community, together);
}

#[test]
fn signs_hold_both_ways() {
    let found = found(60, 30);
    for product in &found.products {
        for (list, kind) in [(&product.substitutes, -1.0), (&product.complements, 1.0)] {
            for partner in list {
                assert!(partner.strength * kind > 0.0, "{partner:?}");
                let other = of(&found, &partner.id);
                let back = if kind < 0.0 {
                    &other.substitutes
                } else {
                    &other.complements
                };
                let back = back.iter().find(|back| back.id == product.id).unwrap();
                assert_eq!(back.strength, partner.strength);
                assert_eq!(back.together, partner.together);
            }
        }
    }
}

#[test]
fn without_stock_counts_nothing_is_said_of_what_is_lost() {
    let (sales, items, _) = sales(60, 30);
    let facts = Facts::new(&sales, &items, &[], &[], &[]).unwrap();
    assert_eq!(facts.empty_spans, 0);
    let found = find(&facts, SPEC, &Silent, &|_| {}).unwrap();
    assert_eq!(found.lost_from, LostFrom::Nothing);
    assert!(
        found
            .notes
            .iter()
            .any(|note| note.contains("--as inventory"))
    );
    let tea = of(&found, "tea-a");
    assert_eq!(tea.lost, None);
    let all: f64 = tea.shares.iter().map(|share| share.share).sum();
    assert!((all + tea.others - 1.0).abs() < 1e-9);
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let (mut sales, mut items, mut counts) = sales(40, 20);
    let facts = Facts::new(&sales, &items, &counts, &[], &[]).unwrap();
    let one = find(&facts, SPEC, &Silent, &|_| {}).unwrap();
    sales.lines.reverse();
    items.reverse();
    counts.reverse();
    let facts = Facts::new(&sales, &items, &counts, &[], &[]).unwrap();
    assert_eq!(find(&facts, SPEC, &Silent, &|_| {}).unwrap(), one);
}

#[test]
fn no_sales_are_told() {
    let none = Facts::new(&Sales::default(), &[], &[], &[], &[]);
    assert!(matches!(none, Err(crate::SegmentError::TooFew { .. })));
}

#[test]
fn empty_shelves_are_spans_between_counts_and_end_with_a_sale() {
    let (sales, items, counts) = sales(40, 20);
    let facts = Facts::new(&sales, &items, &counts, &[], &[]).unwrap();
    let tea = facts.products.iter().position(|id| id == "tea-a").unwrap() as u32;
    assert!(facts.offer.holds(tea, 0, 3));
    assert!(!facts.offer.holds(tea, 0, 4));
    assert!(facts.offer.holds(tea, 0, 5));
    assert_eq!(facts.empty_spans, 7);
    let coffee = facts
        .products
        .iter()
        .position(|id| id == "coffee-a")
        .unwrap() as u32;
    assert!((0..40).all(|day| facts.offer.holds(coffee, 0, day)));
}

/// Two kinds of a drink in a shop that counts its shelves every tenth day; of the second it is seen for the last time
/// on day 30, counted then or not, by the last count of the shop or not.
fn delisted(counted: bool, last_count: i64) -> Facts {
    let sale = |receipt, product, day| Sale {
        receipt,
        product,
        store: 0,
        customer: None,
        day,
    };
    let mut lines: Vec<Sale> = (0..300).map(|day| sale(day, 0, day)).collect();
    lines.extend((0..=30).map(|day| sale(1_000 + day, 1, day)));
    let count = |product, day| StockCount {
        store: 0,
        product,
        day,
        any: true,
    };
    let mut counts: Vec<StockCount> = (0..=last_count / 10)
        .map(|ten| count(0, 10 * ten))
        .collect();
    if counted {
        counts.extend((0..=3).map(|ten| count(1, 10 * ten)));
    }
    let sales = Sales {
        products: vec!["a".into(), "b".into()],
        stores: vec!["S1".into()],
        lines,
    };
    Facts::new(&sales, &[], &counts, &[], &[]).unwrap()
}

#[test]
fn what_a_shop_counts_no_longer_has_left_its_shelf() {
    for counted in [true, false] {
        let facts = delisted(counted, 290);
        assert!(facts.offer.holds(1, 0, 30));
        assert!(!facts.offer.holds(1, 0, 31), "counted: {counted}");
        assert!(facts.offer.holds(0, 0, 299));
    }
    // Where nothing was counted since, its own last count stands; without one it is not taken to be there.
    assert!(delisted(true, 30).offer.holds(1, 0, 299));
    assert!(!delisted(false, 30).offer.holds(1, 0, 299));
}

#[test]
fn attributes_that_are_too_many_are_told() {
    let (sales, mut items, _) = sales(12, 4);
    let notes = |items: &[Item]| Facts::new(&sales, items, &[], &[], &[]).unwrap().notes;
    assert_eq!(notes(&items), [""; 0]);
    for (place, item) in items.iter_mut().enumerate() {
        let more = (0..70).map(|name| (format!("x{name:02}"), place.to_string()));
        item.attributes = more.collect();
    }
    let notes = notes(&items);
    assert!(
        notes[0].contains("70 attributes") && notes[0].contains("x64, x65"),
        "{notes:?}"
    );
}

/// Seven categories of two products each. Every fifth day the shelf of the first product is empty: what is then not
/// bought of it is bought of the other in categories A, C and E, and is lost in B, D and F; in G no shelf is ever empty.
fn unlike() -> Choices {
    let letters = ["A", "B", "C", "D", "E", "F", "G"];
    let (mut lines, mut counts) = (Vec::new(), Vec::new());
    let mut receipt = 0;
    for day in 0..300 {
        let empty = day % 5 == 4;
        for category in 0..6 {
            let count = |any| StockCount {
                store: 0,
                product: 2 * category,
                day,
                any,
            };
            match day % 5 {
                3 => counts.push(count(false)),
                0 if day > 0 => counts.push(count(true)),
                _ => {}
            }
        }
        for customer in 0..60 {
            receipt += 1;
            let first = (day * 7 + customer * 13) % 10 < 6;
            let bought = (0..7u32).filter_map(|category| match (first, empty, category) {
                (true, false, _) | (true, true, 6) => Some(2 * category),
                (true, true, _) if category % 2 == 1 => None,
                _ => Some(2 * category + 1),
            });
            lines.extend(bought.map(|product| Sale {
                receipt,
                product,
                store: 0,
                customer: Some(customer),
                day,
            }));
        }
    }
    let products = letters
        .iter()
        .flat_map(|of| [format!("{of}1"), format!("{of}2")]);
    let products: Vec<String> = products.collect();
    let items: Vec<Item> = products
        .iter()
        .map(|id| Item {
            id: id.clone(),
            categories: vec![id[..1].into()],
            ..Item::default()
        })
        .collect();
    let sales = Sales {
        products,
        stores: vec!["S1".into()],
        lines,
    };
    let facts = Facts::new(&sales, &items, &counts, &[], &[]).unwrap();
    find(&facts, SPEC, &Silent, &|_| {}).unwrap()
}

#[test]
fn what_is_lost_is_told_of_the_categories_that_are_sure_alone() {
    let found = unlike();
    assert_eq!(found.lost_from, LostFrom::Shelves);
    assert!(of(&found, "A1").lost.unwrap() < 0.1);
    assert!(of(&found, "B1").lost.unwrap() > 0.5);
    // Categories so unlike say nothing of another.
    let other = of(&found, "G1");
    assert_eq!(other.lost, None, "{:#?}", found.categories);
    assert!((other.shares[0].share + other.others - 1.0).abs() < 1e-9);
    let told = |note: &String| note.contains("in 1 of 7 categories, G");
    assert!(found.notes.iter().any(told), "{:?}", found.notes);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn all_shares_add_up_to_one(days in 12i64..50, buyers in 4i64..24) {
        for product in found(days, buyers).products.iter().filter(|product| product.held.is_some()) {
            let kept: f64 = product.shares.iter().map(|share| share.share).sum();
            let all = kept + product.others + product.lost.unwrap_or_default();
            prop_assert!((all - 1.0).abs() < 1e-9, "{product:?}");
            let naive: f64 = product.shares.iter().map(|share| share.by_sales).sum();
            prop_assert!(naive <= 1.0 + 1e-9);
        }
    }

    #[test]
    fn tenths_are_a_hundred_per_cent(parts in prop::collection::vec(0.0f64..5.0, 1..60)) {
        let whole: f64 = parts.iter().sum();
        let tenths = tenths(&parts);
        prop_assert_eq!(tenths.iter().sum::<u32>(), if whole > 0.0 { 1_000 } else { 0 });
        for (tenth, part) in tenths.iter().zip(&parts) {
            prop_assert!(whole <= 0.0 || (f64::from(*tenth) - 1_000.0 * part / whole).abs() <= 1.0);
        }
    }
}
