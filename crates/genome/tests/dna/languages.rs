//! Texts of each language, with what a reader would say of them.

use super::{GENERAL, product, told};
use genome::dna::{Attribute, Dictionary, Extractor, Language, Product, Rule};

fn holds(text: &str, language: Language, meant: &[&str]) {
    assert_eq!(told(text, language), meant, "{text}");
}

#[test]
fn english_names_end_with_their_noun() {
    let en = Language::En;
    holds(
        "RED SPOT CERAMIC DRAWER KNOB",
        en,
        &[
            "colour=red",
            "kind=drawer knob",
            "material=ceramic",
            "pattern=spot",
        ],
    );
    holds(
        "STRAWBERRY LUNCH BOX WITH CUTLERY",
        en,
        &["kind=lunch box", "pattern=strawberry"],
    );
    holds(
        "WOODEN BOX OF DOMINOES",
        en,
        &["kind=dominoes", "material=wood"],
    );
    holds(
        "CAT WITH SUNGLASSES BLANK CARD",
        en,
        &["kind=greeting card", "pattern=cat"],
    );
    holds(
        "12 PINK HEN+CHICKS IN BASKET",
        en,
        &["colour=pink", "kind=ornament", "pack=12", "pattern=chicken"],
    );
    holds(
        "NECKLACE+BRACELET PINK BUTTERFLY",
        en,
        &[
            "colour=pink",
            "kind=bracelet",
            "kind=necklace",
            "pattern=butterfly",
        ],
    );
    holds(
        "HOME SWEET HOME HANGING HEART",
        en,
        &["kind=decoration", "pattern=heart"],
    );
    holds(
        "SET 10 CARDS CHRISTMAS TREE 16955",
        en,
        &["kind=greeting card", "occasion=christmas", "pack=10"],
    );
}

#[test]
fn a_word_in_another_company_means_something_else() {
    let colours = |text| {
        told(text, Language::En)
            .into_iter()
            .filter(|one| one.starts_with("colour"))
            .count()
    };
    for text in [
        "TURQ BAG WITH ICE CREAM",
        "LAVENDER SCENTED CANDLE",
        "HERB MARKER MINT",
        "OLIVE OIL SOAP",
        "BLACK CHERRY JAM",
    ] {
        let expected = usize::from(text.starts_with("TURQ"));
        assert_eq!(colours(text), expected, "{text}");
    }
    assert!(told("LAVENDER SCENTED CANDLE", Language::En).contains(&"flavour=lavender".into()));
    assert!(
        !told("ROSE GARDEN SIGN", Language::En)
            .iter()
            .any(|one| one.starts_with("pattern"))
    );
    // A slogan is no diet.
    assert!(
        !told("GIN + TONIC DIET METAL SIGN", Language::En)
            .iter()
            .any(|one| one.starts_with("dietary"))
    );
}

#[test]
fn groceries_are_read_in_english() {
    holds(
        "Organic Vanilla Yoghurt lactose free 500g",
        Language::En,
        &[
            "dietary=lactose-free",
            "dietary=organic",
            "flavour=vanilla",
            "kind=yoghurt",
            "size=500g",
        ],
    );
    holds(
        "Vegan gluten-free cookies 6 x 30 g",
        Language::En,
        &[
            "dietary=gluten-free",
            "dietary=vegan",
            "kind=biscuits",
            "pack=6",
            "size=30g",
        ],
    );
}

#[test]
fn german_compounds_and_endings_are_read() {
    let de = Language::De;
    holds(
        "Roter Keramikbecher mit weißen Punkten",
        de,
        &[
            "colour=red",
            "colour=white",
            "kind=mug",
            "material=ceramic",
            "pattern=spot",
        ],
    );
    holds(
        "4er Set Weingläser Kristall",
        de,
        &["kind=drinking glass", "material=crystal", "pack=4"],
    );
    holds(
        "Große Holzkiste, vintage",
        de,
        &["kind=box", "material=wood", "size=large", "style=vintage"],
    );
    holds(
        "Bio Vollmilch laktosefrei 1,5 l",
        de,
        &[
            "dietary=lactose-free",
            "dietary=organic",
            "kind=milk",
            "size=1.5l",
        ],
    );
    holds(
        "Gruene Weihnachtskerze",
        de,
        &["colour=green", "kind=candle", "occasion=christmas"],
    );
}

#[test]
fn french_is_read() {
    let fr = Language::Fr;
    holds(
        "Lot de 3 bougies parfumées vanille blanches",
        fr,
        &["colour=white", "flavour=vanilla", "kind=candle", "pack=3"],
    );
    holds(
        "Coussin rose en coton à rayures",
        fr,
        &[
            "colour=pink",
            "kind=cushion",
            "material=cotton",
            "pattern=stripe",
        ],
    );
    holds(
        "Yaourt fraise sans lactose",
        fr,
        &["dietary=lactose-free", "flavour=strawberry", "kind=yoghurt"],
    );
}

#[test]
fn spanish_is_read() {
    let es = Language::Es;
    holds(
        "Juego de 2 toallas azules de algodón",
        es,
        &["colour=blue", "kind=towel", "material=cotton", "pack=2"],
    );
    holds(
        "Taza roja de Navidad, grande",
        es,
        &["colour=red", "kind=mug", "occasion=christmas", "size=large"],
    );
    holds(
        "Galletas sin gluten",
        es,
        &["dietary=gluten-free", "kind=biscuits"],
    );
}

#[test]
fn dutch_is_read() {
    let nl = Language::Nl;
    holds(
        "Set van 5 witte kaarsen",
        nl,
        &["colour=white", "kind=candle", "pack=5"],
    );
    holds(
        "Houten dienblad, grote maat, gestreept",
        nl,
        &["kind=tray", "material=wood", "pattern=stripe", "size=large"],
    );
    holds(
        "Glutenvrij brood",
        nl,
        &["dietary=gluten-free", "kind=bread"],
    );
}

#[test]
fn italian_is_read() {
    let it = Language::It;
    holds(
        "Confezione da 10 candele rosse",
        it,
        &["colour=red", "kind=candle", "pack=10"],
    );
    holds(
        "Vassoio in legno con fiori",
        it,
        &["kind=tray", "material=wood", "pattern=floral"],
    );
    holds(
        "Latte biologico senza lattosio 1 l",
        it,
        &[
            "dietary=lactose-free",
            "dietary=organic",
            "kind=milk",
            "size=1l",
        ],
    );
}

#[test]
fn polish_is_read() {
    let pl = Language::Pl;
    holds(
        "Zestaw 4 talerzy białych",
        pl,
        &["colour=white", "kind=plate", "pack=4"],
    );
    holds(
        "Drewniana taca na urodziny",
        pl,
        &["kind=tray", "material=wood", "occasion=birthday"],
    );
    holds(
        "Chleb bezglutenowy",
        pl,
        &["dietary=gluten-free", "kind=bread"],
    );
}

#[test]
fn a_language_is_guessed_where_it_is_not_told() {
    let found = GENERAL.extract(&product(
        "1",
        "Roter Becher mit weißen Blumen für die Küche",
    ));
    assert!(
        found
            .iter()
            .any(|one| one.attribute == Attribute::Kind && one.value == "mug"),
        "{found:?}"
    );
    // In a German catalogue a text of few words is German, too: "rot" is no English word.
    let catalogue: Vec<Product> = [
        "Becher rot",
        "Kissen blau mit Blumen",
        "Teller weiß",
        "Vase aus Glas",
    ]
    .iter()
    .enumerate()
    .map(|(code, text)| product(&code.to_string(), text))
    .collect();
    let german = Extractor::of_catalogue(Dictionary::bundled().unwrap(), &catalogue);
    assert!(
        german
            .extract(&catalogue[0])
            .iter()
            .any(|one| one.value == "red")
    );
}

#[test]
fn evidence_says_where_and_as_what_a_word_was_read() {
    let found = GENERAL.extract(&product("1", "MINATURE NECKLCE, Türkis"));
    let size = found
        .iter()
        .find(|one| one.attribute == Attribute::Size)
        .unwrap();
    let why = &size.evidence[0];
    assert_eq!(
        (size.value.as_str(), why.from, why.to, why.matched.as_str()),
        ("mini", 0, 8, "MINATURE")
    );
    assert_eq!(
        (why.read_as.as_deref(), why.rule),
        (Some("miniature"), Rule::Word)
    );
    assert!(why.entry.starts_with("sizes.toml:"), "{}", why.entry);
    let kind = found
        .iter()
        .find(|one| one.attribute == Attribute::Kind)
        .unwrap();
    assert_eq!(
        (kind.value.as_str(), kind.evidence[0].read_as.as_deref()),
        ("necklace", Some("necklace"))
    );
    assert!(kind.strength < 9_000, "what was mended is less sure");
}

#[test]
fn a_noun_in_no_dictionary_is_told_with_little_strength() {
    let found = GENERAL.extract(&product("1", "BLUE STEEL ZORBLAT"));
    let kind = found
        .iter()
        .find(|one| one.attribute == Attribute::Kind)
        .unwrap();
    assert_eq!(
        (kind.value.as_str(), kind.evidence[0].rule),
        ("zorblat", Rule::HeadNoun)
    );
    assert!(kind.strength < 5_000);
}

#[test]
fn fields_are_surer_than_texts_and_both_are_evidence() {
    let one = Product {
        fields: vec![
            ("color".into(), "Navy".into()),
            ("brand".into(), "Acme".into()),
        ],
        ..product("1", "BLUE MUG")
    };
    let found = GENERAL.extract(&one);
    let colour = found
        .iter()
        .find(|one| one.attribute == Attribute::Colour)
        .unwrap();
    let fields: Vec<&str> = colour
        .evidence
        .iter()
        .map(|one| one.field.as_str())
        .collect();
    assert_eq!(
        (colour.value.as_str(), fields),
        ("blue", vec!["color", "description"])
    );
    assert_eq!(colour.strength, genome::dna::CERTAIN);
    assert!(
        found
            .iter()
            .any(|one| one.attribute == Attribute::Brand && one.value == "acme")
    );
}
