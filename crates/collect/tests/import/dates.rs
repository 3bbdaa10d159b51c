//! Dates of which day and month look alike: told by a value further down, or refused, never guessed.

use collect::{ImportSpec, StoredRow, sniff, sniff_stored};
use retail::Kind;

use crate::support::*;

fn spec() -> ImportSpec {
    let mut spec = ImportSpec::new(Kind::Orders);
    spec.options.currency = Some("EUR".to_string());
    spec
}

fn text<'a>(dates: impl IntoIterator<Item = &'a str>) -> String {
    let head = "receipt_id;product_id;happened_at;quantity;unit_price\n".to_string();
    let lines = dates.into_iter().enumerate();
    lines.fold(head, |text, (i, date)| {
        text + &format!("R{i};P;{date};1;2\n")
    })
}

/// The first row's time, or the error.
fn first<'a>(
    dates: impl IntoIterator<Item = &'a str>,
    spec: &ImportSpec,
) -> Result<String, String> {
    let folder = Folder::new();
    let file = folder.write("t.csv", text(dates));
    let outcome = import(&file, spec).map_err(|e| e.to_string())?;
    assert_eq!(outcome.codes(), []);
    Ok(outcome.text("happened_at")[0].clone())
}

#[test]
fn a_value_below_the_samples_tells_day_from_month() {
    let unclear = ["03/04/2024 10:00", "05/06/2024 11:00"];
    let many = || unclear.into_iter().cycle().take(3_000);
    let found = first(many().chain(["04/13/2024"]), &spec());
    assert_eq!(found.unwrap(), "2024-03-04T10:00:00Z");
    let found = first(many().chain(["13/04/2024"]), &spec());
    assert_eq!(found.unwrap(), "2024-04-03T10:00:00Z");
    // Also where the first rows mean the same day both ways.
    let same = ["01/01/2024"; 3_000];
    let found = first(
        ["05/05/2024"].into_iter().chain(same).chain(["04/13/2024"]),
        &spec(),
    );
    assert_eq!(found.unwrap(), "2024-05-05T00:00:00Z");

    let folder = Folder::new();
    let file = folder.write("t.csv", text(many().chain(["04/13/2024"])));
    let valid = spec().check(&sniff(&file, &Default::default()).unwrap());
    let valid = valid.unwrap();
    let choice = valid.choices().iter().find(|c| c.what == "date_format");
    assert!(
        choice
            .unwrap()
            .why
            .contains("'04/13/2024' fits it and not %d/%m/%Y")
    );
}

#[test]
fn a_file_whose_dates_all_read_both_ways_is_refused() {
    for (dates, month_first) in [
        (["03/04/2024", "05/06/2024"], "%m/%d/%Y"),
        (["03-04-2024", "05-06-2024"], "%m-%d-%Y"),
        (["03/04/24", "05/06/24"], "%m/%d/%y"),
        (
            ["03/04/2024 5:30 PM", "05/06/2024 9:00 AM"],
            "%m/%d/%Y %I:%M %p",
        ),
    ] {
        let error = first(dates, &spec()).unwrap_err();
        for word in [
            "'happened_at'",
            dates[0],
            "declare date_format",
            month_first,
        ] {
            assert!(error.contains(word), "'{word}' is missing in: {error}");
        }
        let mut declared = spec();
        declared.options.date_format = Some(month_first.to_string());
        assert!(first(dates, &declared).unwrap().starts_with("2024-03-04"));
    }
}

#[test]
fn what_is_no_tie_is_not_refused() {
    let check = |dates: &[&str], expect: &str| {
        let found = first(dates.iter().copied(), &spec());
        assert_eq!(found.unwrap(), expect, "{dates:?}");
    };
    check(&["01/01/2024", "02/02/2024"], "2024-01-01T00:00:00Z");
    check(&["03/04/2024", "03/04/2024"], "2024-04-03T00:00:00Z");
    check(&["3.4.2024", "5.6.2024"], "2024-04-03T00:00:00Z");
    check(&["2024-03-04", "2024-05-06"], "2024-03-04T00:00:00Z");
}

#[test]
fn rows_held_back_are_all_looked_at() {
    let raw = |date: &str| {
        format!(
            "{{\"receipt_id\":\"R\",\"product_id\":\"P\",\"happened_at\":\"{date}\",\"quantity\":\"1\",\"unit_price\":\"2\"}}"
        )
    };
    let check = |dates: &[&str], expect: Option<&str>| {
        let rows: Vec<StoredRow> = dates
            .iter()
            .map(|date| StoredRow {
                row: 1,
                raw: raw(date),
            })
            .collect();
        let sniffed = sniff_stored(&rows, &Default::default()).unwrap();
        let valid = spec().check(&sniffed);
        let format = valid.ok().and_then(|v| v.resolved().options.date_format);
        assert_eq!(format.as_deref(), expect);
    };
    check(&["03/04/2024", "05/06/2024"], None);
    let many = ["03/04/2024"; 1_500];
    check(
        &[&many[..], &["05/23/2024"]].concat(),
        Some("%m/%d/%Y %H:%M:%S"),
    );
}
