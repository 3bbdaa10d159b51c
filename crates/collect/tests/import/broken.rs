//! A broken file of every kind: a clear error or quarantined rows, no crash, no good row lost.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, StringArray, StructArray};
use collect::{BadCode, CollectError, ImportSpec, Importer, Limits, StoredRow, sniff};
use retail::Kind;
use rust_xlsxwriter::{Formula, Workbook};

use super::formats::parquet;
use crate::support::*;

const HEADER: &str = "receipt_id,product_id,happened_at,quantity,unit_price,currency";

fn spec() -> ImportSpec {
    ImportSpec::preset(Kind::Orders, "native")
}

fn line(i: usize) -> String {
    format!("R{i},P{},2024-01-02 10:00:00,{},2.50,EUR", i % 7, i % 5 + 1)
}

fn lines(n: usize) -> String {
    (0..n).fold(format!("{HEADER}\n"), |text, i| text + &line(i) + "\n")
}

/// A good row before and after a bad one: only the bad one goes to quarantine.
fn check_row(bad: &[u8], code: &str, column: Option<&str>) -> Outcome {
    let folder = Folder::new();
    let mut text = format!("{HEADER}\n{}\n", line(1)).into_bytes();
    text.extend_from_slice(bad);
    text.extend_from_slice(format!("\n{}\n", line(2)).as_bytes());
    let mut spec = spec();
    spec.options.encoding = Some("utf-8".to_string());
    let outcome = import(&folder.write("t.csv", text), &spec).unwrap();
    assert!(outcome.failure.is_none());
    assert_eq!(
        (outcome.read(), outcome.good(), outcome.codes()),
        (3, 2, vec![(3, code)])
    );
    assert_eq!(outcome.bad()[0].column.as_deref(), column);
    assert_eq!(outcome.text("receipt_id"), ["R1", "R2"]);
    outcome
}

fn error(content: impl AsRef<[u8]>, name: &str, words: &[&str]) {
    let folder = Folder::new();
    let file = folder.write(name, content);
    let error = match import(&file, &spec()) {
        Err(error) => error,
        Ok(outcome) => outcome.failure.expect("an error"),
    };
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "'{word}' is missing in: {text}");
    }
}

#[test]
fn bad_values_are_quarantined_with_row_column_value_and_reason() {
    let bad = check_row(
        b"R9,P1,2024-01-02,many,2.50,EUR",
        "bad_number",
        Some("quantity"),
    )
    .bad();
    assert_eq!(bad[0].value.as_deref(), Some("many"));
    assert!(bad[0].reason.contains("quantity is no number"));
    check_row(
        b"R9,P1,2024-02-30,1,2.50,EUR",
        "bad_date",
        Some("happened_at"),
    );
    check_row(
        b"R9,P1,31.12.2024,1,2.50,EUR",
        "bad_date",
        Some("happened_at"),
    );
    check_row(
        b"R9,P1,2024-01-02,1,0.123456,EUR",
        "too_fine",
        Some("unit_price"),
    );
    check_row(
        b"R9,P1,2024-01-02,1,99999999999999999,EUR",
        "too_large",
        Some("unit_price"),
    );
    check_row(
        b"R9,P1,2024-01-02,90000000,90000000,EUR",
        "too_large",
        Some("quantity"),
    );
    check_row(
        b"R9,P1,2024-01-02,1,2.50,Euros",
        "bad_currency",
        Some("currency"),
    );
    check_row(
        b"R9,,2024-01-02,1,2.50,EUR",
        "missing_value",
        Some("product_id"),
    );
    check_row(
        b"R9,NULL,2024-01-02,1,2.50,EUR",
        "missing_value",
        Some("product_id"),
    );
    check_row(b"R9,P1,2024-01-02,1,2.50", "wrong_column_count", None);
    check_row(
        b"R9,P1,a,b,2024-01-02,1,2.50,EUR",
        "wrong_column_count",
        None,
    );
    check_row(b"R9,\"P1,2024-01-02,1,2.50,EUR", "bad_quotes", None);
    check_row(b"R9,P\xE9,2024-01-02,1,2.50,EUR", "bad_encoding", None);
}

#[test]
fn missing_columns_are_named_with_those_there_are() {
    let text =
        "receipt_id,sku_code,happened_at,quantity,unit_price,currency\nR1,P1,2024-01-01,1,1,EUR\n";
    error(
        text,
        "t.csv",
        &[
            "required field 'product_id'",
            "sku_code",
            "[mapping]",
            "product_id = \"COLUMN\"",
        ],
    );
    error(
        "receipt_id,product_id,happened_at,quantity,currency\nR1,P1,2024-01-01,1,EUR\n",
        "t.csv",
        &["'unit_price'"],
    );
    error(
        "receipt_id,product_id,happened_at,quantity,price\nR1,P1,2024-01-01,1,1\n",
        "t.csv",
        &["'currency'", "constant"],
    );

    let folder = Folder::new();
    let file = folder.write("t.csv", lines(2));
    let check = |change: &dyn Fn(&mut ImportSpec), words: &str| {
        let mut spec = spec();
        change(&mut spec);
        let text = import(&file, &spec)
            .err()
            .map(|e| e.to_string())
            .unwrap_or_default();
        assert!(text.contains(words), "'{words}' is missing in: {text}");
    };
    check(
        &|s| drop(s.mapping.insert("product_id".into(), "SKU".into())),
        "the column 'SKU', which the file lacks",
    );
    check(
        &|s| drop(s.mapping.insert("colour".into(), "SKU".into())),
        "'colour' is no field of orders",
    );
    check(
        &|s| s.preset = Some("woocommerce".into()),
        "choose one of online-retail",
    );
    check(
        &|s| s.options.timezone = Some("Mars/Base".into()),
        "timezone = 'Mars/Base'",
    );
    check(
        &|s| s.options.date_format = Some("%H".into()),
        "it needs year, month and day",
    );
    check(
        &|s| s.options.encoding = Some("klingon".into()),
        "encoding = 'klingon'",
    );
    check(&|s| s.options.decimal = Some('x'), "give . or ,");
}

#[test]
fn files_that_are_nothing() {
    error("", "t.csv", &["the file is empty"]);
    error("\n\n", "t.csv", &["the file is empty"]);
    error(gzip(b""), "t.csv.gz", &["the file is empty"]);
    error(HEADER, "t.csv", &["columns but no rows"]);
    error("[{\"a\":1}]", "t.json", &["JSON array"]);
    error("<html></html>", "t.csv", &["XML or a web page"]);
    error(b"\xD0\xCF\x11\xE0old", "t.xls", &["save it as .xlsx"]);
    error(b"%PDF-1.7", "t.pdf", &["a PDF"]);
    error(b"PK\x03\x04 not a zip", "t.xlsx", &["xlsx", "truncated"]);
    error(b"PAR1 not parquet", "t.parquet", &["parquet"]);
    error("{\"a\":1\n{bad\n", "t.jsonl", &["none of its first lines"]);
    let missing = sniff(Path::new("/nowhere/t.csv"), &spec().options).unwrap_err();
    assert!(matches!(missing, CollectError::Unreadable { .. }));
}

#[test]
fn a_truncated_gzip_keeps_the_rows_before_the_break() {
    let folder = Folder::new();
    let text = lines(20_000);
    let packed = gzip(text.as_bytes());
    for share in [0.3, 0.7, 0.999] {
        let cut = &packed[..(packed.len() as f64 * share) as usize];
        let outcome = import(&folder.write("t.csv.gz", cut), &spec()).unwrap();
        let failure = outcome.failure.as_ref().unwrap().to_string();
        assert!(
            failure.contains("truncated after row") || failure.contains("truncated"),
            "{failure}"
        );
        assert!(
            outcome.good() as f64 > 20_000.0 * (share - 0.29),
            "{}",
            outcome.good()
        );
        // The piece of a row at the break is no row.
        assert!(outcome.bad().iter().all(|b| b.code == BadCode::Truncated));
        let expect: Vec<String> = (0..outcome.good()).map(|i| format!("R{i}")).collect();
        assert_eq!(outcome.text("receipt_id"), expect);
    }
    let mut damaged = packed.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 50].fill(0x55);
    let outcome = import(&folder.write("t.csv.gz", damaged), &spec()).unwrap();
    assert!(outcome.failure.is_some());
}

#[test]
fn bombs_are_stopped() {
    let folder = Folder::new();
    let limits = Limits {
        inflate_ratio_max: 50,
        inflated_free_bytes: 1 << 20,
        workbook_bytes_max: 1 << 20,
        ..Limits::default()
    };
    let text = lines(10) + &"R1,P1,2024-01-02,1,1,EUR\n".repeat(200_000);
    let file = folder.write("t.csv.gz", gzip(text.as_bytes()));
    let outcome = import_within(&file, &spec(), args(), limits).unwrap();
    assert!(outcome.good() > 10);
    assert!(matches!(
        outcome.failure,
        Some(CollectError::TooLarge { .. })
    ));

    let file = folder.path("t.xlsx");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for row in 0..50_000 {
        sheet.write(row, 0, "the same text").unwrap();
    }
    workbook.save(&file).unwrap();
    let error = import_within(&file, &spec(), args(), limits).err().unwrap();
    assert!(matches!(error, CollectError::TooLarge { .. }), "{error}");
}

#[test]
fn one_endless_line_costs_one_row() {
    let folder = Folder::new();
    let mut text = lines(3).into_bytes();
    text.resize(text.len() + (64 << 20), b'x');
    text.extend_from_slice(format!("\n{}\n", line(3)).as_bytes());
    let outcome = import(&folder.write("t.csv", &text), &spec()).unwrap();
    assert_eq!(
        (outcome.good(), outcome.codes()),
        (4, vec![(5, "line_too_long")])
    );
    assert!(!outcome.bad()[0].replayable);

    text.splice(0..lines(3).len(), *b"{\"receipt_id\":1}\n");
    let only = ImportSpec::from_toml("kind = \"orders\"\n[mapping]\nreceipt_id = \"receipt_id\"\nproduct_id = {constant = \"p\"}\nhappened_at = {constant = \"2024-01-01\"}\nquantity = {constant = \"1\"}\nunit_price = {constant = \"1\"}\ncurrency = {constant = \"EUR\"}").unwrap();
    let outcome = import(&folder.write("t.jsonl", &text), &only).unwrap();
    assert_eq!(outcome.codes(), [(2, "line_too_long"), (3, "bad_json")]);
}

#[test]
fn formulas_give_their_stored_value_and_errors_are_quarantined() {
    let folder = Folder::new();
    let file = folder.path("t.xlsx");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet
        .write_row(0, 0, HEADER.split(',').chain(["note"]))
        .unwrap();
    for row in 1..=4 {
        sheet
            .write_row(row, 0, line(row as usize).split(','))
            .unwrap();
    }
    sheet
        .write_formula(1, 4, Formula::new("=1+2").set_result("3"))
        .unwrap();
    sheet
        .write_formula(2, 4, Formula::new("=1/0").set_result("#DIV/0!"))
        .unwrap();
    sheet
        .write_formula(3, 6, Formula::new("=1/0").set_result("#DIV/0!"))
        .unwrap();
    workbook.save(&file).unwrap();
    let outcome = import(&file, &spec()).unwrap();
    assert_eq!(outcome.codes(), [(3, "cell_error")]);
    assert_eq!(outcome.bad()[0].value.as_deref(), Some("#DIV/0!"));
    assert_eq!(outcome.text("receipt_id"), ["R1", "R3", "R4"]);
    assert_eq!(outcome.text("unit_price")[0], "3.0000");
}

#[test]
fn damaged_workbooks_and_parquet_give_errors() {
    let folder = Folder::new();
    let sheet = folder.path("t.xlsx");
    let mut workbook = Workbook::new();
    workbook
        .add_worksheet()
        .write_row(0, 0, HEADER.split(','))
        .unwrap();
    workbook.save(&sheet).unwrap();
    let whole = std::fs::read(&sheet).unwrap();
    error(&whole, "t.xlsx", &["no rows"]);
    error(&whole[..whole.len() / 2], "t.xlsx", &["xlsx"]);

    let table = folder.path("t.parquet");
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    let numbers: ArrayRef = Arc::new(Int32Array::from(vec![1]));
    parquet(
        &table,
        vec![("receipt_id", texts.clone()), ("quantity", numbers.clone())],
    );
    let whole = std::fs::read(&table).unwrap();
    error(
        &whole,
        "t.parquet",
        &["required field 'happened_at'", "receipt_id, quantity"],
    );
    error(&whole[..whole.len() - 9], "t.parquet", &["parquet"]);
    let nested = StructArray::try_from(vec![("a", texts.clone())]).unwrap();
    parquet(
        &table,
        vec![("receipt_id", texts), ("nest", Arc::new(nested))],
    );
    error(
        std::fs::read(&table).unwrap(),
        "t.parquet",
        &["column 'nest' holds nested values or bytes"],
    );
}

#[test]
fn mistyped_parquet_columns_are_quarantined_rows() {
    let folder = Folder::new();
    let table = folder.path("t.parquet");
    let text = |value: &str| -> ArrayRef { Arc::new(StringArray::from(vec![value])) };
    let columns = vec![
        ("receipt_id", text("R1")),
        ("product_id", text("P1")),
        (
            "happened_at",
            Arc::new(Int32Array::from(vec![7])) as ArrayRef,
        ),
        ("quantity", text("1")),
        ("unit_price", text("1")),
        ("currency", text("EUR")),
    ];
    parquet(&table, columns);
    let outcome = import(&table, &spec()).unwrap();
    assert_eq!(outcome.codes(), [(1, "bad_date")]);
}

#[test]
fn json_lines_that_are_none_are_quarantined() {
    let folder = Folder::new();
    let good = |i: usize| {
        format!(
            "{{\"receipt_id\":\"R{i}\",\"product_id\":\"P\",\"happened_at\":\"2024-01-01\",\"quantity\":{i},\"unit_price\":1.5,\"currency\":\"EUR\"}}"
        )
    };
    let text = format!("{}\n{{broken\n[1]\n\n{}\n", good(1), good(2));
    let outcome = import(&folder.write("t.jsonl", text), &spec()).unwrap();
    assert_eq!(outcome.codes(), [(2, "bad_json"), (3, "bad_json")]);
    assert_eq!(outcome.text("receipt_id"), ["R1", "R2"]);
}

/// Imports, mends the spec, replays what was quarantined.
fn replay(content: &[u8], first: &ImportSpec, mended: &ImportSpec) -> (Outcome, Outcome) {
    let folder = Folder::new();
    let file = folder.write("t.csv", content);
    let before = import(&file, first).unwrap();
    let rows = before.bad().into_iter().filter(|bad| bad.replayable);
    let rows = rows.map(|bad| StoredRow {
        row: bad.row,
        raw: bad.raw,
    });
    let valid = mended
        .check(&sniff(&file, &mended.options).unwrap())
        .unwrap();
    let after = drain(
        Importer::replay(&valid, args(), rows.collect(), collect::IdentitySet::new()).unwrap(),
    );
    (before, after)
}

#[test]
fn quarantined_rows_load_after_a_fix_with_the_keys_they_would_have_had() {
    let text = format!(
        "{HEADER}\n{}\nR8,P1,31.12.2023 10:00,1,2.50,EUR\nR8,P1,31.12.2023 10:00,1,2.50,EUR\nR9,P1,1.2.2024,x,2.50,EUR\n",
        line(1)
    );
    let mut mended = spec();
    mended.options.date_format = Some("%d.%m.%Y %H:%M".to_string());
    let (before, after) = replay(text.as_bytes(), &spec(), &mended);
    assert_eq!(
        before.codes(),
        [(3, "bad_date"), (4, "bad_date"), (5, "bad_date")]
    );
    assert_eq!(
        (after.text("receipt_id"), after.codes()),
        (vec!["R8".to_string(); 2], vec![(5, "bad_number")])
    );

    let folder = Folder::new();
    let whole = import(&folder.write("t.csv", &text), &mended).unwrap();
    let keys = whole.keys("receipt_key", "line_key");
    assert_eq!(after.keys("receipt_key", "line_key"), keys[1..]);

    let quoted = format!("{HEADER}\nR1,\"P,2024-01-01,1,1,EUR\n");
    mended = spec();
    mended.options.quotes = Some(false);
    let (before, after) = replay(quoted.as_bytes(), &spec(), &mended);
    assert_eq!(
        (before.codes(), after.text("product_id")),
        (vec![(2, "bad_quotes")], vec!["\"P".to_string()])
    );

    let mut utf8 = spec();
    utf8.options.encoding = Some("utf-8".to_string());
    let latin = b"receipt_id,product_id,happened_at,quantity,unit_price,currency\nR1,Caf\xE9,2024-01-01,1,1,EUR\n";
    let (before, after) = replay(latin, &utf8, &spec());
    assert_eq!(
        (before.codes(), after.text("product_id")),
        (vec![(2, "bad_encoding")], vec!["Caf\u{e9}".to_string()])
    );
}
