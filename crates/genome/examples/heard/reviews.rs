//! Scores on generated reviews. Their texts are made of fixed remarks, so that each remark tells what was meant.

use super::{Counts, Hits, Keywords, Outcome, sign, sign_of};
use genome::dna::{Dictionary, Extractor, Language, Product};
use genome::heard::{DifferenceKind, Lexicon, Stated, Told, against, perceived, read};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The remarks as a reader would label them: topic (or none), praise or blame.
const REMARKS: [(&str, &str, char); 24] = [
    ("great value for money", "price", '+'),
    ("you can tell it is cheap", "quality", '-'),
    ("feels really high quality", "quality", '+'),
    ("overpriced for what it is", "price", '-'),
    ("love that it is organic", "health", '+'),
    ("but I taste no difference", "taste", '-'),
    ("finally something plant-based", "health", '+'),
    ("too vegan for my family", "health", '-'),
    ("so quick and easy", "ease", '+'),
    ("tastes like convenience food", "taste", '-'),
    ("perfect for the whole family", "", '+'),
    ("far too big a pack for me", "fit", '-'),
    ("such a treat", "", '+'),
    ("much too sweet and heavy", "taste", '-'),
    ("love the new one", "", '+'),
    ("the old version was better", "", '-'),
    ("good to buy something from around here", "", '+'),
    ("local does not make it better", "", '-'),
    ("the kids adore it", "", '+'),
    ("too childish", "", '-'),
    ("lovely natural material", "quality", '+'),
    ("the material feels rough", "quality", '-'),
    ("gorgeous colour", "looks", '+'),
    ("the colour is too loud", "looks", '-'),
];

/// Letters in which a misspelt remark may differ.
const MISSPELT: usize = 2;

/// Prints the scores on a generated chain.
pub fn score(lexicon: &Lexicon, dictionary: &Dictionary, folder: &str) -> Outcome<()> {
    let keywords = Keywords::new()?;
    let [mut topics, mut plain] = [(); 2].map(|()| Counts::default());
    let [mut tones, mut tones_by_stars] = [(); 2].map(|()| Hits::default());
    let [mut words, mut by_stars, mut both] = [(); 3].map(|()| Hits::default());
    let mut of_product: BTreeMap<String, Vec<Told>> = BTreeMap::new();
    for row in csv::Reader::from_path(Path::new(folder).join("reviews.csv"))?.records() {
        let row = row?;
        let (text, stars) = (&row[6], row[4].parse::<u8>().ok());
        let heard = read(lexicon, dictionary, text, Some(Language::En), stars);
        let meant = remarks(text);
        let named: BTreeSet<String> = meant
            .iter()
            .filter(|one| !one.1.is_empty())
            .map(|one| one.1.to_string())
            .collect();
        let told: BTreeSet<String> = heard.topics.iter().map(|one| one.topic.clone()).collect();
        topics.add(&told, &named);
        plain.add(&keywords.topics(text), &named);
        for topic in &named {
            let of = meant.iter().filter(|one| one.1 == topic);
            let signs: BTreeSet<char> = of.map(|one| one.2).collect();
            // A topic that is praised and blamed in one text has no one tone.
            if let (Some(tone), 1) = (signs.first(), signs.len()) {
                let found = heard.topics.iter().find(|one| one.topic == *topic);
                tones.add(found.map(|one| sign(one.sentiment)) == Some(*tone));
                tones_by_stars.add(sign_of(stars) == *tone);
            }
        }
        let balance: i32 = meant
            .iter()
            .map(|one| if one.2 == '+' { 1 } else { -1 })
            .sum();
        if balance != 0 {
            let whole = if balance > 0 { '+' } else { '-' };
            words.add(sign(heard.by_words) == whole);
            by_stars.add(sign_of(stars) == whole);
            both.add(sign(heard.sentiment) == whole);
        }
        of_product
            .entry(row[3].to_string())
            .or_default()
            .push(Told {
                id: row[0].to_string(),
                customer: (!row[2].is_empty()).then(|| row[2].to_string()),
                day: 0,
                heard,
            });
    }
    topics.print("topics");
    plain.print("topics, keywords");
    tones.print("topic found with the right tone, of all meant");
    tones_by_stars.print("tone of topics by stars only, topics given");
    words.print("sign of the remarks, words only");
    by_stars.print("sign of the remarks, stars only");
    both.print("sign of the remarks, both");
    products(dictionary, folder, &of_product)
}

/// The remarks of a text, misspelt ones too.
fn remarks(text: &str) -> Vec<(&'static str, &'static str, char)> {
    let pieces = text.split(", ").skip(1);
    pieces
        .filter_map(|piece| {
            let close = |one: &&(&str, &str, char)| edits(piece, one.0) <= MISSPELT;
            REMARKS.iter().find(close).copied()
        })
        .collect()
}

/// Levenshtein's distance in letters.
fn edits(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut corner = at;
        row[0] = at + 1;
        for (place, wanted) in other.iter().enumerate() {
            let changed = corner + usize::from(letter != *wanted);
            corner = row[place + 1];
            row[place + 1] = changed.min(corner + 1).min(row[place] + 1);
        }
    }
    row[other.len()]
}

/// Values whose truth the generated chain tells.
const TRUE: [&str; 2] = ["organic", "vegan"];

/// Those of the values above that are so.
fn pick(has: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let so = TRUE.iter().filter(|one| has(one));
    so.map(ToString::to_string).collect()
}

/// True attributes by product, parted by `;`; none where the chain does not tell them.
fn truth(folder: &Path) -> Outcome<Option<BTreeMap<String, String>>> {
    let truth = folder.join("truth.csv");
    if !truth.exists() {
        return Ok(None);
    }
    let mut is = BTreeMap::new();
    for row in csv::Reader::from_path(truth)?.records() {
        let row = row?;
        is.insert(row[0].to_string(), row[1].to_string());
    }
    Ok(Some(is))
}

/// What the catalogue states of a product.
fn stated(extractor: &Extractor, row: &csv::StringRecord) -> Vec<Stated> {
    let product = Product {
        code: row[0].to_string(),
        texts: vec![
            ("name".into(), row[2].to_string()),
            ("description".into(), row[3].to_string()),
        ],
        language: Some(Language::En),
        ..Product::default()
    };
    let found = extractor.extract(&product).into_iter();
    let stated = found.map(|one| Stated {
        attribute: one.attribute.name().to_string(),
        value: one.value,
        sure: one.strength,
    });
    stated.collect()
}

/// Organic and plant-based products: by the catalogue, by customers, by both.
fn products(
    dictionary: &Dictionary,
    folder: &str,
    told: &BTreeMap<String, Vec<Told>>,
) -> Outcome<()> {
    let folder = Path::new(folder);
    let Some(is) = truth(folder)? else {
        return Ok(());
    };
    let extractor = Extractor::new(dictionary.clone());
    let [mut catalogue, mut customers, mut either] = [(); 3].map(|()| Counts::default());
    let mut kinds: BTreeMap<DifferenceKind, usize> = BTreeMap::new();
    for row in csv::Reader::from_path(folder.join("products.csv"))?.records() {
        let row = row?;
        let Some(texts) = told.get(&row[0]) else {
            continue;
        };
        let stated = stated(&extractor, &row);
        let seen = perceived(texts, 0);
        for one in against(&stated, &seen) {
            *kinds.entry(one.kind).or_default() += 1;
        }
        let meant = is.get(&row[0]).map_or("", String::as_str);
        let meant = pick(|name| meant.split(';').any(|one| one.starts_with(name)));
        let by_catalogue = pick(|name| stated.iter().any(|one| one.value == name));
        let by_customers = pick(|name| {
            let mut said = seen.values.iter().filter(|one| one.said > one.denied);
            said.any(|one| one.value == name)
        });
        let by_either = by_catalogue.union(&by_customers).cloned().collect();
        either.add(&by_either, &meant);
        catalogue.add(&by_catalogue, &meant);
        customers.add(&by_customers, &meant);
    }
    catalogue.print("organic and vegan products, by the catalogue");
    customers.print("organic and vegan products, by customers");
    either.print("organic and vegan products, by either");
    println!("differences: {kinds:?}");
    Ok(())
}
