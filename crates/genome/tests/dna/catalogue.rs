//! The whole catalogue of Online Retail, without labels.

use super::{gift_shop, root, values};
use genome::dna::{Attribute, Dictionary, Extractor, Product, propose};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Each code with its most frequent description and its median price in pence.
static CATALOGUE: LazyLock<Vec<Product>> = LazyLock::new(|| {
    let file = std::fs::File::open(root().join("data/online_retail.csv.gz")).unwrap();
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let mut texts: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let mut prices: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let row = row.unwrap();
        let (code, text) = (
            row["StockCode"].clone(),
            row["Description"].trim().to_string(),
        );
        if !text.is_empty() && code.starts_with(|first: char| first.is_ascii_digit()) {
            *texts
                .entry(code.clone())
                .or_default()
                .entry(text)
                .or_default() += 1;
            let price: f64 = row["UnitPrice"].parse().unwrap();
            prices
                .entry(code)
                .or_default()
                .push((price * 100.0).round() as i64);
        }
    }
    let one = |(code, texts): (String, BTreeMap<String, usize>)| {
        let text = texts.into_iter().max_by_key(|(_, count)| *count).unwrap().0;
        let prices = prices.get_mut(&code).unwrap();
        prices.sort_unstable();
        let price = Some((prices[prices.len() / 2], "GBP".to_string()));
        Product {
            code,
            texts: vec![("description".into(), text)],
            price,
            ..Product::default()
        }
    };
    texts.into_iter().map(one).collect()
});

#[test]
fn what_no_dictionary_reads_is_proposed() {
    let extractor = Extractor::of_catalogue(Dictionary::bundled().unwrap(), &CATALOGUE);
    let proposals = propose(&extractor, &CATALOGUE, 8);
    // Names that this retailer's own dictionary holds and the general ones do not.
    for words in ["spaceboy", "dolly girl", "sweetheart"] {
        let one = proposals.iter().find(|one| one.words == words);
        let one = one.unwrap_or_else(|| panic!("{words} is not proposed"));
        assert!(
            one.products >= 8 && one.examples.len() == 5 && one.attribute.is_some(),
            "{one:?}"
        );
        assert!(
            one.examples
                .iter()
                .all(|text| text.to_lowercase().contains(words)),
            "{one:?}"
        );
    }
    // The phrase stands for its words, and what a dictionary reads is not proposed.
    for words in ["dolly", "red", "t light holder", "with"] {
        assert!(
            proposals.iter().all(|one| one.words != words),
            "{words} is proposed"
        );
    }
    let own = Extractor::of_catalogue(gift_shop(), &CATALOGUE);
    assert!(
        propose(&own, &CATALOGUE, 8)
            .iter()
            .all(|one| one.words != "spaceboy")
    );
    assert!(proposals.is_sorted_by_key(|one| std::cmp::Reverse(one.products)));
}

#[test]
fn each_product_has_a_price_tier_among_its_like() {
    let extractor = Extractor::of_catalogue(gift_shop(), &CATALOGUE);
    let found = extractor.extract_all(&CATALOGUE);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for found in &found {
        let tiers = values(found, Attribute::PriceTier);
        assert_eq!(tiers.len(), 1);
        *counts.entry(tiers[0]).or_default() += 1;
    }
    // By thirds within kinds, steadied by all: no tier is empty, none holds half.
    assert!(
        counts.len() == 3
            && counts
                .values()
                .all(|n| *n > found.len() / 5 && *n < found.len() / 2),
        "{counts:?}"
    );
    let kinds = found.iter().filter(|found| {
        found
            .iter()
            .any(|one| one.attribute == Attribute::Kind && one.strength >= 5_000)
    });
    assert!(
        kinds.count() * 10 > found.len() * 9,
        "nine of ten have a kind"
    );
}
