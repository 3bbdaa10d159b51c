//! Specs are read, written back and refused with their field.
#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn the_default_is_read_and_written_back_alike() {
    let spec = Spec::parse(DEFAULT).unwrap();
    assert_eq!(Spec::parse(&spec.text().unwrap()).unwrap(), spec);
    assert_eq!(spec.weight(ActKind::Return), -1_200_000);
    assert_eq!(
        spec.weight(ActKind::Review(0)),
        spec.weight(ActKind::Review(1))
    );
    assert_eq!(spec.weight(ActKind::Review(9)), 1_000_000);
    assert_eq!(spec.half_life("brand"), 365 * 86_400);
    assert_eq!(spec.half_life("moon"), 270 * 86_400);
    assert_eq!(spec.topic("dietary", "Halal"), Some("religion or belief"));
    assert_eq!(spec.topic("flavour", "halal"), None);
    assert_eq!(spec.topic("category_3", "wine"), Some("alcohol"));
    assert_eq!(spec.topic("category_of_bin", "wine"), None);
    assert_eq!(spec.motivations("promotion", "yes")["price"], 500_000);
    assert_eq!(spec.topics().len(), 6);
}

#[test]
fn what_is_wrong_is_said_with_its_field() {
    let told = |from: &str, to: &str| {
        assert!(DEFAULT.contains(from), "{from}");
        Spec::parse(&DEFAULT.replacen(from, to, 1))
            .unwrap_err()
            .to_string()
    };
    let check = |from: &str, to: &str, field: &str| {
        let error = told(from, to);
        assert!(error.contains(field) && error.contains("write"), "{error}");
    };
    check("version = 1", "version = 2", "version");
    check("\"Usual\"", "\" \"", "title");
    check("return = -1.2", "return = 1.2", "weights.return");
    check("view = 0.05", "view = nan", "weights.view");
    check("0.0, 0.5, 1.0]", "0.0, 0.5, 0.1]", "weights.review");
    check("usual = 270", "usual = 0", "half_life_days.usual");
    check(
        "color = 150",
        "color = -1",
        "half_life_days.attributes.color",
    );
    check(
        "present_from = 0.8",
        "present_from = 80",
        "genes.present_from",
    );
    check(
        "very_sure_from = 0.99",
        "very_sure_from = 0.9",
        "very_sure_from",
    );
    check(
        "months_bought = 4",
        "months_bought = 13",
        "passion.months_bought",
    );
    check("[0.4, 0.6]", "[0.6, 0.4]", "habits.price_tiers");
    check("alert = 0.1", "alert = 0", "drift.alert");
    check("\npart = 0.5", "\npart = 5", "motivations, entry 12, part");
    check("least_acts = 2", "least_acts = 0", "genes.least_acts");
    check("topic = \"tobacco\"", "topic = \"\"", "sensitive, entry 10");
    assert!(told("cart = 0.2", "card = 0.2").contains("card"));
}
