//! The open half of the labels of Online Retail. The sealed half is scored by `tessera lab dna score` alone.

use super::{gift_shop, product, root};
use genome::dna::{Attribute, Extractor, Labelled, Product, score};

fn open() -> (Vec<Product>, Vec<Labelled>) {
    let text =
        std::fs::read_to_string(root().join("data/labels/online_retail/open.jsonl")).unwrap();
    let read = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let one = product(row["code"].as_str().unwrap(), row["text"].as_str().unwrap());
        (one, serde_json::from_value(row["labels"].clone()).unwrap())
    };
    text.lines().map(read).unzip()
}

#[test]
fn the_open_half_is_read_and_a_plain_look_up_is_not_enough() {
    let (products, labels) = open();
    let extractor = Extractor::of_catalogue(gift_shop(), &products);
    let found = extractor.extract_all(&products);
    let scores = score(&found, &labels, 5_000);
    let f1 = scores.micro.f1().unwrap();
    // The extractor was written with these texts in sight: this holds what was reached, it measures nothing.
    assert!(f1 >= 0.97, "micro-F1 {f1}");
    for (attribute, one) in &scores.attributes {
        assert!(
            one.labels() < 20 || one.f1().unwrap() >= 0.93,
            "{} {one:?}",
            attribute.name()
        );
    }
    let plain: Vec<_> = products.iter().map(|one| extractor.baseline(one)).collect();
    let plain = score(&plain, &labels, 0).micro.f1().unwrap();
    assert!((0.70..0.85).contains(&plain), "look-up {plain}");
}

#[test]
fn the_same_comes_out_on_any_number_of_threads_and_in_any_order() {
    let (products, _) = open();
    let extract = |products: &[Product], threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| Extractor::of_catalogue(gift_shop(), products).extract_all(products))
    };
    let one = extract(&products, 1);
    assert_eq!(one, extract(&products, 4));
    let turned: Vec<Product> = products.iter().rev().cloned().collect();
    let mut back = extract(&turned, 4);
    back.reverse();
    assert_eq!(one, back);
}

#[test]
fn every_piece_of_evidence_stands_where_it_says() {
    let (products, _) = open();
    for (product, found) in products
        .iter()
        .zip(Extractor::new(gift_shop()).extract_all(&products))
    {
        let letters: Vec<char> = product.texts[0].1.chars().collect();
        for one in found.iter().flat_map(|one| &one.evidence) {
            let stands: String = letters[one.from..one.to].iter().collect();
            assert_eq!(stands, one.matched);
        }
        assert!(
            found.iter().all(|one| one.attribute != Attribute::Dietary),
            "{}",
            product.texts[0].1
        );
    }
}
