//! Scores on labelled sentences.

use super::{Counts, Hits, Keywords, Outcome, sign, sign_of};
use genome::dna::{Dictionary, Language};
use genome::heard::{Heard, Lexicon, read};
use std::collections::BTreeSet;

/// Prints the scores on one half of the sentences, with those that were misread if `wrong`.
pub fn score(
    lexicon: &Lexicon,
    dictionary: &Dictionary,
    labels: &str,
    even: bool,
    wrong: bool,
) -> Outcome<()> {
    let keywords = Keywords::new()?;
    let [mut topics, mut plain, mut values] = [(); 3].map(|()| Counts::default());
    let [mut words, mut starred, mut stars_only, mut both] = [(); 4].map(|()| Hits::default());
    let [mut tones, mut tones_by_stars, mut languages] = [(); 3].map(|()| Hits::default());
    for line in std::fs::read_to_string(labels)?.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [number, language, stars, whole, meant, given, text] = cells.as_slice() else {
            continue;
        };
        if number.parse::<u32>()?.is_multiple_of(2) != even {
            continue;
        }
        let (language, stars) = (Language::of(language), stars.parse::<u8>().ok());
        let heard = read(lexicon, dictionary, text, language, stars);
        let guessed = read(lexicon, dictionary, text, None, None).language;
        languages.add(Some(guessed) == language);
        let whole = whole.chars().next().unwrap_or('0');
        words.add(sign(heard.by_words) == whole);
        if stars.is_some() {
            starred.add(sign(heard.by_words) == whole);
            stars_only.add(sign_of(stars) == whole);
            both.add(sign(heard.sentiment) == whole);
        }
        let meant: Vec<&str> = meant.split(' ').filter(|one| *one != "-").collect();
        let named: BTreeSet<String> = meant
            .iter()
            .map(|one| one[..one.len() - 1].to_string())
            .collect();
        let told: BTreeSet<String> = heard.topics.iter().map(|one| one.topic.clone()).collect();
        topics.add(&told, &named);
        plain.add(&keywords.topics(text), &named);
        for one in &meant {
            let (name, tone) = one.split_at(one.len() - 1);
            let found = heard.topics.iter().find(|found| found.topic == name);
            let found = found.map(|found| sign(found.sentiment));
            tones.add(found == tone.chars().next());
            if stars.is_some() {
                tones_by_stars.add(tone.starts_with(sign_of(stars)));
            }
        }
        let given: BTreeSet<String> = given
            .split(' ')
            .filter(|one| *one != "-")
            .map(str::to_string)
            .collect();
        values.add(&attributes(&heard), &given);
        if wrong && (told != named || attributes(&heard) != given || sign(heard.by_words) != whole)
        {
            println!(
                "{line}\n  {:?} {told:?} {:?}",
                heard.by_words,
                attributes(&heard)
            );
            for one in &heard.points {
                println!("    {} {}", one.points, one.entry);
            }
        }
    }
    languages.print("language");
    words.print("whole, words only");
    starred.print("whole, words only, of those with stars");
    stars_only.print("whole, stars only, of those with stars");
    both.print("whole, both, of those with stars");
    topics.print("topics");
    plain.print("topics, keywords");
    tones.print("topic found with the right tone, of all meant");
    tones_by_stars.print("tone of topics by stars only, topics given, of those with stars");
    values.print("attributes");
    Ok(())
}

fn attributes(heard: &Heard) -> BTreeSet<String> {
    let written = heard.attributes.iter().map(|one| {
        let denied = if one.denied { "!" } else { "" };
        let excess = if one.excess { "^" } else { "" };
        format!("{denied}{}={}{excess}", one.attribute, one.value)
    });
    // What a thing is made for was not labelled.
    written.filter(|one| !one.contains("made for")).collect()
}
