//! What the fields of a spec may be. One place for all, so that each error names its field and how to mend it.

use super::{GenomeError, Spec};

/// Refuses a spec with a field outside its range.
pub(super) fn check(spec: &Spec) -> Result<(), GenomeError> {
    require(spec.version == 1, "version", spec.version, "1")?;
    let named = !spec.title.trim().is_empty();
    require(named, "title", "empty", "a few words that tell specs apart")?;
    weights(spec)?;
    let lives = &spec.half_life_days;
    let usual = ("usual".to_string(), lives.usual);
    let each = lives
        .attributes
        .iter()
        .map(|(name, days)| (format!("attributes.{name}"), *days));
    for (name, days) in each.chain([usual]) {
        within(
            &format!("half_life_days.{name}"),
            days,
            1.0,
            36_525.0,
            "days from 1 to 36525",
        )?;
    }
    thresholds(spec)?;
    let topics = spec.topics().len();
    require(
        topics <= 32,
        "sensitive",
        format!("about {topics} topics"),
        "32 topics at most",
    )?;
    for (place, one) in spec.sensitive.iter().enumerate() {
        let whole = !one.topic.trim().is_empty() && !one.attribute.trim().is_empty();
        let field = format!("sensitive, entry {}", place + 1);
        require(whole, &field, "without topic or attribute", "both")?;
    }
    for (place, one) in spec.motivations.iter().enumerate() {
        let field = format!("motivations, entry {}", place + 1);
        let whole = !one.name.trim().is_empty() && !one.attribute.trim().is_empty();
        require(whole, &field, "without name or attribute", "both")?;
        require(
            !one.values.is_empty(),
            &field,
            "without values",
            "at least one value",
        )?;
        within(
            &format!("{field}, part"),
            one.part,
            0.000_001,
            1.0,
            "a part above 0 and at most 1",
        )?;
    }
    Ok(())
}

fn weights(spec: &Spec) -> Result<(), GenomeError> {
    let w = &spec.weights;
    let for_it = [
        ("view", w.view),
        ("search", w.search),
        ("ad_click", w.ad_click),
        ("favourite", w.favourite),
        ("cart", w.cart),
        ("buy", w.buy),
        ("try", w.try_out),
        ("keep", w.keep),
        ("answer", w.answer),
    ];
    for (name, weight) in for_it {
        within(
            &format!("weights.{name}"),
            weight,
            0.0,
            100.0,
            "0 to 100 (a purchase is 1)",
        )?;
    }
    let against = [
        ("return", w.give_back),
        ("complaint", w.complaint),
        ("discard", w.discard),
        ("answer_against", w.answer_against),
    ];
    for (name, weight) in against {
        let mend = "-100 to 0: it speaks against";
        within(&format!("weights.{name}"), weight, -100.0, 0.0, mend)?;
    }
    for (stars, weight) in w.review.iter().enumerate() {
        let field = format!("weights.review, {} stars", stars + 1);
        within(&field, *weight, -100.0, 100.0, "-100 to 100")?;
    }
    let rising = w.review.is_sorted();
    require(
        rising,
        "weights.review",
        "falling",
        "weights that do not fall with the stars",
    )
}

fn thresholds(spec: &Spec) -> Result<(), GenomeError> {
    let genes = &spec.genes;
    within(
        "genes.least_evidence",
        genes.least_evidence,
        0.0,
        1e6,
        "purchases from 0 on",
    )?;
    within(
        "genes.prior_weight",
        genes.prior_weight,
        0.1,
        10_000.0,
        "observations from 0.1 to 10000",
    )?;
    let share = "a share from 0 to below 1";
    within("genes.notable_share", genes.notable_share, 0.0, 0.99, share)?;
    within(
        "genes.notable_part",
        genes.notable_part,
        0.0,
        100.0,
        "a part of the usual share from 0 to 100",
    )?;
    let few = (1..=1_000).contains(&genes.least_acts);
    require(few, "genes.least_acts", genes.least_acts, "1 to 1000")?;
    let chance = "a chance from 0.5 to 0.9999";
    let chances = [
        ("genes.present_from", genes.present_from),
        ("genes.level", genes.level),
        ("genes.likely_from", genes.likely_from),
        ("genes.sure_from", genes.sure_from),
        ("genes.very_sure_from", genes.very_sure_from),
        ("passion.sure_from", spec.passion.sure_from),
    ];
    for (field, value) in chances {
        within(field, value, 0.5, 0.9999, chance)?;
    }
    let words = [genes.likely_from, genes.sure_from, genes.very_sure_from];
    let rising = words.is_sorted();
    require(
        rising,
        "genes.likely_from, sure_from, very_sure_from",
        "falling",
        "chances that rise",
    )?;
    let passion = &spec.passion;
    let months = (1..=60).contains(&passion.months);
    require(months, "passion.months", passion.months, "1 to 60")?;
    let few = (1..=passion.months).contains(&passion.months_bought);
    require(
        few,
        "passion.months_bought",
        passion.months_bought,
        "1 to passion.months",
    )?;
    within(
        "passion.promotion_share_max",
        passion.promotion_share_max,
        0.0,
        1.0,
        "0 to 1",
    )?;
    within(
        "passion.price_place_min",
        passion.price_place_min,
        0.0,
        1.0,
        "0 to 1",
    )?;
    let habits = &spec.habits;
    let months = (1..=120).contains(&habits.months);
    require(months, "habits.months", habits.months, "1 to 120")?;
    let [low, high] = habits.price_tiers;
    let rising = 0.0 < low && low < high && high < 1.0;
    let told = format!("{low} and {high}");
    require(
        rising,
        "habits.price_tiers",
        told,
        "two places between 0 and 1, the lower one first",
    )?;
    let drift = &spec.drift;
    let steps = [
        ("drift.told", drift.told),
        ("drift.alert", drift.alert),
        ("drift.habit_told", drift.habit_told),
        ("drift.habit_alert", drift.habit_alert),
    ];
    for (field, value) in steps {
        within(field, value, 0.001, 10.0, "0.001 to 10")?;
    }
    Ok(())
}

fn within(
    field: &str,
    value: f64,
    least: f64,
    most: f64,
    mend: &'static str,
) -> Result<(), GenomeError> {
    require((least..=most).contains(&value), field, value, mend)
}

fn require(
    holds: bool,
    field: &str,
    value: impl ToString,
    mend: &'static str,
) -> Result<(), GenomeError> {
    if holds {
        return Ok(());
    }
    Err(GenomeError::Spec {
        field: field.into(),
        value: value.to_string(),
        mend,
    })
}
