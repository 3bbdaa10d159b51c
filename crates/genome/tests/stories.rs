//! Little stories, one per promise: genes of a few acts, withheld topics, passions, habits, late data, sentences.
#![allow(clippy::unwrap_used)]

mod made;

use genome::*;
use made::*;

fn brand<'a>(genome: &'a Genome, name: &str) -> &'a Gene {
    genome.gene("brand", name).unwrap()
}

#[test]
fn one_purchase_is_visibly_unsure_and_ten_are_sure() {
    let frame = usual_frame();
    let one = genome_of(&frame, &[buy(1, 0, 3)], NOW);
    let gene = brand(&one, "Alba");
    assert_eq!((gene.sure.word.as_str(), gene.supporting), ("unsure", 1));
    assert!(
        gene.strength.low < 0 && gene.strength.high > 300_000,
        "{gene:?}"
    );
    let ten: Vec<Act> = (0..10).map(|n| buy(n, n as u32 % 3, 3 + n * 9)).collect();
    let ten = genome_of(&frame, &ten, NOW);
    let gene = brand(&ten, "Alba");
    assert_eq!(
        (gene.sure.word.as_str(), gene.standing),
        ("very sure", Standing::Liked)
    );
    assert!(gene.strength.low > 0);
    assert_eq!(gene.first, Some(NOW - 84 * DAY));
    assert_eq!(gene.last, Some(NOW - 3 * DAY));
    // Flavours were bought evenly, as everybody does: no gene.
    assert!(
        ten.genes
            .iter()
            .filter(|gene| gene.attribute == "flavour")
            .all(|gene| gene.standing == Standing::Faint)
    );
}

#[test]
fn what_goes_back_again_and_again_is_avoided() {
    let frame = usual_frame();
    let mut acts: Vec<Act> = (0..6).map(|n| buy(n, 3 + n as u32, 20 + n)).collect();
    for n in 0..4 {
        acts.push(buy(20 + n, 0, 15));
        acts.push(act(30 + n, ActKind::Return, 0, NOW - 10 * DAY));
    }
    let genome = genome_of(&frame, &acts, NOW);
    let gene = brand(&genome, "Alba");
    assert_eq!(
        (gene.standing, gene.supporting, gene.opposing),
        (Standing::Disliked, 4, 4)
    );
    assert!(gene.score < 0 && gene.evidence < 0);
    let back = genome.habit("return_share").unwrap();
    assert_eq!(
        back.facts,
        [("purchases".to_string(), 10), ("returns".to_string(), 4)]
    );
    assert_eq!(back.word, "more than usual");
    let value = frame.find("brand", "Alba").unwrap();
    let lines = evidence(&frame, &acts, clocks(NOW), Consents::default(), value)
        .unwrap()
        .lines;
    assert_eq!(lines.iter().filter(|line| line.contribution < 0).count(), 4);
}

#[test]
fn sensitive_topics_are_withheld_until_consent() {
    let frame = usual_frame();
    let acts: Vec<Act> = (0..5).map(|n| buy(n, 12 + n as u32 % 2, 5 + n)).collect();
    let without = genome_of(&frame, &acts, NOW);
    assert!(
        without.genes.is_empty() && without.habits.is_empty(),
        "{without:?}"
    );
    assert_eq!(without.withheld.len(), spec().topics().len());
    // Nothing tells whether there was something to withhold.
    assert_eq!(
        without.bytes().unwrap(),
        genome_of(&frame, &[], NOW).bytes().unwrap()
    );
    let health = frame.consents(["health"]);
    let with = genome(&frame, 7, &acts, clocks(NOW), health, Vec::new()).unwrap();
    assert!(with.gene("dietary", "gluten-free").is_some());
    assert!(
        with.gene("category_2", "Red Wine").is_none() && with.gene("origin", "Italy").is_none()
    );
    assert!(!with.withheld.contains(&"health".to_string()));
    let value = frame.find("dietary", "gluten-free").unwrap();
    let told = |consents| {
        evidence(&frame, &acts, clocks(NOW), consents, value)
            .unwrap()
            .lines
            .len()
    };
    assert_eq!((told(Consents::default()), told(health)), (0, 3));
    let changes = diff(&without, &with, &spec());
    let words: Vec<String> = changes
        .iter()
        .map(|change| change.sentence(NOW, NOW, &spec()))
        .collect();
    assert!(
        words.contains(&"Consent to health was given: what belongs to it is looked at".to_string()),
        "{words:?}"
    );
}

#[test]
fn a_passion_lasts_and_does_not_wait_for_promotions() {
    let frame = usual_frame();
    let monthly = |promoted: bool, place: u16| -> Vec<Act> {
        let purchase = |n: i64| {
            let mut act = buy(n, n as u32 % 3, 5 + n * 30);
            act.line.as_mut().unwrap().promoted = Some(promoted);
            act.line.as_mut().unwrap().price_place = Some(place);
            act
        };
        (0..8).map(purchase).collect()
    };
    let of = |acts: &[Act]| brand(&genome_of(&frame, acts, NOW), "Alba").gene_type;
    assert_eq!(of(&monthly(false, 700)), GeneType::Passion);
    assert_eq!(of(&monthly(true, 700)), GeneType::Preference);
    assert_eq!(of(&monthly(false, 300)), GeneType::Preference);
    // All at once is no passion, nor is what nobody knows the prices of.
    let once: Vec<Act> = (0..8).map(|n| buy(n, n as u32 % 3, 5)).collect();
    assert_eq!(of(&once), GeneType::Preference);
    let mut unknown = monthly(false, 700);
    unknown
        .iter_mut()
        .for_each(|act| act.line.as_mut().unwrap().price_place = None);
    assert_eq!(of(&unknown), GeneType::Preference);
    // A year later it has faded away.
    let later = genome_of(&frame, &monthly(false, 700), NOW + 400 * DAY);
    assert_ne!(brand(&later, "Alba").gene_type, GeneType::Passion);
}

#[test]
fn motivations_come_from_values_and_circumstances() {
    let frame = usual_frame();
    let mut acts: Vec<Act> = (0..4).map(|n| buy(n, 14, 5 + n)).collect();
    acts[0].line.as_mut().unwrap().promoted = Some(true);
    let genome = genome_of(&frame, &acts, NOW);
    let green = genome.gene(MOTIVATION, "sustainability").unwrap();
    assert_eq!(
        (green.gene_type, green.supporting),
        (GeneType::Motivation, 4)
    );
    let price = genome.gene(MOTIVATION, "price").unwrap();
    assert_eq!(price.supporting, 1);
    assert!(genome.gene(PROMOTION, "yes").is_none());
}

/// Two values that stand on the same products alone are told as one; one that also stands on others is not.
#[test]
fn values_of_the_same_acts_are_told_as_one() {
    let mut frame = usual_frame();
    let pumpkin = [("material", "pearl", 1.0), ("style", "crystal", 0.6)];
    let knob = [("style", "gothic", 1.0), ("material", "brass", 1.0)];
    let other = [("style", "gothic", 1.0)];
    let products: Vec<u32> = [
        &pumpkin[..],
        &pumpkin,
        &pumpkin,
        &knob,
        &other,
        &other,
        &other,
        &other,
    ]
    .into_iter()
    .map(|traits| frame.product(traits).unwrap())
    .collect();
    let plain: Vec<Vec<Act>> = (0..40)
        .map(|n| {
            let product = frame.product(&[("material", "wood", 1.0), ("style", "plain", 1.0)]);
            let product = product.unwrap();
            (0..6)
                .map(|k| buy(n * 10 + k, product, 5 + 20 * k))
                .collect()
        })
        .collect();
    let acts: Vec<Act> = (0..16)
        .map(|n| buy(n, products[n as usize % 8], 5 + 15 * n))
        .collect();
    let mut people = plain;
    people.push(acts.clone());
    let usual = baseline(&frame, &people);
    let genome = genome_of(&frame.with_baseline(usual), &acts, NOW);
    let gene = |attribute, value| genome.gene(attribute, value).unwrap();
    let (pearl, crystal) = (gene("material", "pearl"), gene("style", "crystal"));
    assert_eq!(
        (pearl.standing, crystal.standing),
        (Standing::Liked, Standing::Liked)
    );
    assert_eq!(pearl.with, [crystal.name()]);
    assert!(crystal.with.is_empty() && gene("style", "gothic").with.is_empty());
    assert_eq!(joined(&genome.genes), [("style", "crystal")].into());
}

/// What names nothing beside it is written as it was by versions before.
#[test]
fn genomes_of_before_are_read_to_the_byte() {
    let frame = usual_frame();
    let found = genome_of(&frame, &[buy(1, 0, 3), buy(2, 3, 30)], NOW);
    let bytes = found.bytes().unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(!text.contains("with\":["));
    assert_eq!(Genome::from_bytes(&bytes).unwrap().bytes().unwrap(), bytes);
}

/// Half of the sweets are organic. Somebody who buys those alone likes organic, somebody who buys tools only does not
/// dislike it, and products that come later are treated alike.
#[test]
fn an_attribute_with_one_value_is_held_against_products_without_it() {
    let mut frame = Frame::new("run-1", NOW, spec()).unwrap();
    let sweet = ("category_1", "sweets", 1.0);
    for n in 0..10 {
        let organic = ("organic", "yes", 1.0);
        let traits: &[_] = if n % 2 == 0 {
            &[sweet, organic]
        } else {
            &[sweet]
        };
        frame.product(traits).unwrap();
    }
    let tool = frame.product(&[("category_1", "tools", 1.0)]).unwrap();
    frame.end_catalogue().unwrap();
    let later = frame.product(&[sweet]).unwrap();
    let of = |customer: i64, products: &[u32]| -> Vec<Act> {
        let act = |n: usize| {
            buy(
                customer * 100 + n as i64,
                products[n % products.len()],
                n as i64,
            )
        };
        (0..20).map(act).collect()
    };
    let mut people: Vec<Vec<Act>> = (0..20).map(|n| of(n, &[0, 1, 2, 3])).collect();
    people.extend((20..30).map(|n| of(n, &[0, 2, 4])));
    people.extend((30..40).map(|n| of(n, &[1, 3, later])));
    let usual = baseline(&frame, &people);
    let frame = frame.with_baseline(usual);
    let organic = |products: &[u32]| {
        genome_of(&frame, &of(50, products), NOW)
            .gene("organic", "yes")
            .cloned()
    };
    let liked = organic(&[0, 2, 4]).unwrap();
    assert_eq!(
        (liked.standing, liked.usual_share / 10_000_000),
        (Standing::Liked, 50)
    );
    assert_eq!(organic(&[0, 1]).unwrap().standing, Standing::Faint);
    assert_eq!(organic(&[tool]), None);
    assert_eq!(organic(&[later]), None);
    assert!(organic(&[0, later, later]).unwrap().score < 0);
}

#[test]
fn late_rows_make_a_revision_that_is_visible() {
    let frame = usual_frame();
    let mut acts: Vec<Act> = (0..5).map(|n| buy(n, 0, 40 + n)).collect();
    acts[4].known_at = NOW + 3 * DAY;
    acts[3].at = NOW + DAY;
    acts[3].known_at = NOW + DAY;
    let known = |known_by| {
        let clocks = Clocks {
            as_of: NOW,
            known_by,
        };
        genome(&frame, 7, &acts, clocks, Consents::default(), Vec::new()).unwrap()
    };
    let first = Snapshot::first(&known(NOW), NOW).unwrap();
    assert_eq!(
        first
            .revised(&known(NOW + 2 * DAY), NOW + 2 * DAY, &acts)
            .unwrap(),
        None
    );
    let next = first
        .revised(&known(NOW + 9 * DAY), NOW + 9 * DAY, &acts)
        .unwrap()
        .unwrap();
    assert_eq!((next.revision, next.late), (2, 1));
    assert_ne!(next.hash, first.hash);
    // What was said first can be said again, to the byte.
    assert_eq!(known(NOW).bytes().unwrap(), first.bytes);
}

#[test]
fn a_frame_read_back_is_the_same_frame() {
    let frame = usual_frame();
    let mut back = Frame::from_text(&frame.text().unwrap()).unwrap();
    assert_eq!(back.text().unwrap(), frame.text().unwrap());
    let traits = [
        ("brand", "Alba", 1.0),
        ("flavour", "lemon", 0.9),
        ("category", "sweets", 1.0),
    ];
    back.product(&traits).unwrap();
    let acts = [buy(1, 0, 3), buy(2, 0, 30)];
    let bytes = |frame| genome_of(frame, &acts, NOW).bytes().unwrap();
    assert_eq!(bytes(&back), bytes(&frame));
    let state = State::rebuild(&frame, Consents::default(), &acts).unwrap();
    let text = serde_json::to_string(&state).unwrap();
    assert_eq!(serde_json::from_str::<State>(&text).unwrap(), state);
}

#[test]
fn baselines_are_gathered_in_parts_and_in_any_order() {
    let frame = frame();
    let people = population();
    let whole = baseline(&frame, &people);
    let mut parts = BaselineBuilder::default();
    for part in people.chunks(7).rev() {
        let mut builder = BaselineBuilder::default();
        for acts in part {
            let none = Consents::default();
            let habits = observe(&frame, acts, clocks(NOW), none).unwrap();
            builder.add(
                &frame,
                &State::rebuild(&frame, none, acts).unwrap(),
                &habits,
            );
        }
        parts.merge(builder);
    }
    assert_eq!(parts.finish(&frame), whole);
}

/// Many at once are what each alone is; more people than one thread takes together.
#[test]
fn many_customers_at_once_are_what_each_alone_is() {
    let frame = frame();
    let people: Vec<Vec<Act>> = (0..20).flat_map(|_| population()).collect();
    let none = Consents::default();
    let all: Vec<(&[Act], Consents)> = people.iter().map(|acts| (acts.as_slice(), none)).collect();
    let found = many::usual(&frame, &all, clocks(NOW)).unwrap();
    let usual = baseline(&frame, &people);
    assert_eq!(found.finish(&frame), usual);
    let frame = frame.with_baseline(usual);
    let person = |(customer, acts): (usize, &Vec<Act>)| many::Person {
        customer: customer as i64,
        acts: acts.clone(),
        consents: none,
        predicted: Vec::new(),
    };
    let asked: Vec<many::Person> = people.iter().enumerate().map(person).collect();
    let made = many::genomes(&frame, asked.clone(), clocks(NOW)).unwrap();
    assert_eq!(made.len(), asked.len());
    for (made, of) in made.iter().zip(asked) {
        let alone = genome(&frame, of.customer, &of.acts, clocks(NOW), none, Vec::new()).unwrap();
        assert_eq!(made.snapshot, Snapshot::first(&alone, i64::MAX).unwrap());
        assert_eq!((&made.genome, &made.acts), (&alone, &of.acts));
    }
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let frame = usual_frame();
    let mut state = State::rebuild(&frame, Consents::default(), &[buy(1, 0, 3)]).unwrap();
    let before = state.clone();
    let told = |error: Result<(), GenomeError>| error.unwrap_err().to_string();
    assert!(told(state.apply(&frame, &buy(2, 99, 3))).contains("catalogue"));
    assert!(told(state.apply(&frame, &buy(2, 0, -40_000))).contains("later landmark"));
    assert!(told(state.retract(&frame, &buy(2, 5, 3))).contains("taken back"));
    let mut named = buy(3, 0, 3);
    named.values = vec![12_345];
    assert!(told(state.apply(&frame, &named)).contains("12345"));
    let other = Frame::new("run-2", NOW, spec()).unwrap();
    assert!(told(state.apply(&other, &buy(1, 0, 3))).contains("run-2"));
    assert_eq!(state, before);
    let early = genes(&frame, &state, NOW - 1).unwrap_err().to_string();
    assert!(early.contains("earlier run"));
}

#[test]
fn changes_are_told_with_what_they_are_made_of() {
    let frame = usual_frame();
    let spec = spec();
    let mut acts: Vec<Act> = (0..6)
        .map(|n| buy(n, 3 + n as u32 % 3, 20 + n * 9))
        .collect();
    let first = genome_of(&frame, &acts, NOW);
    let later = NOW + 290 * DAY;
    for n in 0..9 {
        let at = later - (n + 1) * 6 * DAY;
        let mut act = act(50 + n, ActKind::Buy, 9 + n as u32 % 3, at);
        act.line.as_mut().unwrap().price_place = Some(100);
        acts.push(act);
    }
    let second = genome_of(&frame, &acts, later);
    let changes = diff(&first, &second, &spec);
    let told: Vec<String> = changes
        .iter()
        .map(|one| one.sentence(NOW, later, &spec))
        .collect();
    let has = |text: &str| {
        assert!(
            told.iter().any(|one| one.contains(text)),
            "{text}: {told:#?}"
        )
    };
    has("Duna (brand) appeared: 9 purchases since 23 December 2026");
    has("Bora (brand) faded: nothing for 10 months");
    has("price tier shifted from high to low: ");
    assert!(
        changes
            .iter()
            .any(|one| one.kind() == ChangeKind::Appeared && one.is_alert(&spec))
    );
    let back = changes[0].mirrored().sentence(later, NOW, &spec);
    assert!(back.starts_with("Looking back, undone: "), "{back}");
}
