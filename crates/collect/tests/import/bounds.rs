//! What is bounded and what is never mended in silence: bytes that are no text, cells and chunks of any size,
//! keys that come late.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use collect::{ImportSpec, Limits, sniff};
use retail::Kind;
use rust_xlsxwriter::Workbook;

use super::formats::parquet;
use crate::support::*;

fn products() -> ImportSpec {
    ImportSpec::preset(Kind::Products, "native")
}

#[test]
fn bytes_that_are_no_text_of_their_encoding_fault_their_row() {
    let folder = Folder::new();
    let check = |content: &[u8], encoding: &str, good: &[&str]| {
        let mut spec = products();
        spec.options.encoding = Some(encoding.to_string());
        let outcome = import(&folder.write("t.csv", content), &spec).unwrap();
        assert_eq!(outcome.text("name"), good, "{encoding}");
        assert_eq!(outcome.codes(), [(3, "bad_encoding")], "{encoding}");
        let bad = &outcome.bad()[0];
        assert!(
            !bad.replayable && bad.reason.contains(encoding),
            "{}",
            bad.reason
        );
    };
    check(
        b"product_id,name\nA,\x82\xA0\nB,\x82 x\nC,\x82\xA2\n",
        "Shift_JIS",
        &["\u{3042}", "\u{3044}"],
    );
    let mut utf16: Vec<u16> = "product_id,name\nA,L\u{e4}mp\nB,#\nC,D\u{fffd}sk\n"
        .encode_utf16()
        .collect();
    for unit in &mut utf16 {
        // Half of a pair is no character.
        *unit = if *unit == u16::from(b'#') {
            0xD800
        } else {
            *unit
        };
    }
    let bytes: Vec<u8> = utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    check(&bytes, "UTF-16LE", &["L\u{e4}mp", "D\u{fffd}sk"]);
    check(
        b"product_id,name\nA,Lamp\nB,\xFE\xFFx\nC,Desk\n",
        "GBK",
        &["Lamp", "Desk"],
    );
    // Half a character at the very end.
    let half = [&bytes[..], &[0x41]].concat();
    let mut spec = products();
    spec.options.encoding = Some("utf-16le".to_string());
    let outcome = import(&folder.write("t.csv", half), &spec).unwrap();
    let codes = [(3, "bad_encoding"), (5, "bad_encoding")];
    assert_eq!((outcome.codes(), outcome.good()), (codes.to_vec(), 2));
    assert!(outcome.failure.is_none());
}

#[test]
fn a_cell_longer_than_a_line_faults_its_row() {
    let limits = Limits {
        line_bytes_max: 2_000,
        ..Limits::default()
    };
    let folder = Folder::new();
    let long = "x".repeat(3_000);
    let names = ["Lamp", long.as_str(), "Desk"];

    let table = folder.path("t.parquet");
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["A", "B", "C"]));
    let texts: ArrayRef = Arc::new(StringArray::from(names.to_vec()));
    parquet(&table, vec![("product_id", ids), ("name", texts)]);

    let sheet = folder.path("t.xlsx");
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    page.write_row(0, 0, ["product_id", "name"]).unwrap();
    for (row, (id, name)) in ["A", "B", "C"].into_iter().zip(names).enumerate() {
        page.write_row(row as u32 + 1, 0, [id, name]).unwrap();
    }
    workbook.save(&sheet).unwrap();

    for (file, row) in [(table, 2), (sheet, 3)] {
        let outcome = import_within(&file, &products(), args(), limits).unwrap();
        assert_eq!(outcome.text("name"), ["Lamp", "Desk"], "{file:?}");
        assert_eq!(outcome.codes(), [(row, "line_too_long")], "{file:?}");
        assert!(!outcome.bad()[0].replayable);
    }
}

#[test]
fn raw_rows_count_towards_the_size_of_a_chunk() {
    let folder = Folder::new();
    let names: String = (0..200)
        .map(|i| format!(",a_column_with_a_long_name_{i}"))
        .collect();
    let blanks = ",".repeat(200);
    let rows: String = (0..100).map(|_| format!(",Lamp{blanks}\n")).collect();
    let file = folder.write(
        "t.csv",
        format!("product_id,name{names}\nA,B{blanks}\n{rows}"),
    );
    let limits = Limits {
        chunk_bytes_max: 100_000,
        ..Limits::default()
    };
    let outcome = import_within(&file, &products(), args(), limits).unwrap();
    assert_eq!(outcome.bad().len(), 100);
    for chunk in &outcome.chunks {
        let raw: usize = chunk.quarantined.iter().map(|bad| bad.raw.len()).sum();
        assert!(raw < 120_000, "{raw}");
    }
}

#[test]
fn keys_that_come_late_are_read_where_mapped_and_told_where_not() {
    let folder = Folder::new();
    let line = |i: usize, more: &str| {
        format!("{{\"product_id\":\"P{i}\",\"name\":\"Lamp\",\"about\":{{\"a\":1}}{more}}}\n")
    };
    let mut text: String = (0..1_500).map(|i| line(i, "")).collect();
    text += &line(1_500, ",\"Marke\":\"Lumen\",\"extra\":{\"b\":2},\"more\":1");
    text += &line(1_501, ",\"extra\":{\"b\":3}");
    let file = folder.write("t.jsonl", text);
    let mut spec = products();
    spec.mapping.insert("brand".to_string(), "Marke".into());
    let sniffed = sniff(&file, &spec.options).unwrap();
    assert!(sniffed.choices.iter().any(|c| c.what == "columns"));
    let outcome = import(&file, &spec).unwrap();
    assert_eq!(outcome.codes(), []);
    assert_eq!(outcome.text("brand")[1_499..], ["", "Lumen", ""]);
    assert_eq!(outcome.chunks[0].late_columns, ["extra", "extra.b", "more"]);

    // What every row needs must be there from the start.
    spec.mapping.insert("name".to_string(), "Titel".into());
    let error = import(&file, &spec).err().map(|e| e.to_string());
    assert!(
        error
            .unwrap_or_default()
            .contains("the column 'Titel', which the file lacks")
    );

    // A preset's other spellings are looked for, too.
    let order = |more: &str| {
        format!(
            "{{\"receipt_id\":\"R\",\"ts\":\"1/13/2024\",\"sku\":\"P\",\"qty\":1,\"price\":2{more}}}\n"
        )
    };
    let text = order("").repeat(1_200) + &order(",\"promo_id\":\"X\"");
    let mut pos = ImportSpec::preset(Kind::Orders, "pos");
    pos.options.currency = Some("EUR".to_string());
    let outcome = import(&folder.write("o.jsonl", text), &pos).unwrap();
    assert_eq!(outcome.text("promotion_id")[1_200], "X");
    assert_eq!(outcome.text("happened_at")[0], "2024-01-13T00:00:00Z");
    let columns: Vec<String> = (0..3_000).map(|i| format!("\"k{i}\":1")).collect();
    let wide = folder.write("w.jsonl", format!("{{{}}}\n", columns.join(",")));
    let error = sniff(&wide, &spec.options).unwrap_err().to_string();
    assert!(error.contains("more than 2000 different keys"), "{error}");
}

#[test]
fn headings_that_may_be_data_are_not_repeated() {
    let folder = Folder::new();
    let file = folder.write("t.csv", "Ann Lee,London,tea\nBob Ray,Paris,milk\n");
    let error = |spec: &ImportSpec| match import(&file, spec) {
        Err(error) => error.to_string(),
        Ok(_) => String::new(),
    };
    let mut spec = products();
    let mut mapped = products();
    mapped.mapping.insert("name".to_string(), "Titel".into());
    for spec in [&spec, &mapped] {
        let text = error(spec);
        assert!(
            text.contains("3 columns and seems to have no header line"),
            "{text}"
        );
        assert!(!text.contains("Ann") && !text.contains("London"), "{text}");
    }
    spec.options.header = Some(true);
    assert!(error(&spec).contains("Ann Lee, London, tea"));
}

#[test]
fn a_sign_of_several_currencies_is_refused_with_what_to_declare() {
    let folder = Folder::new();
    let head = "product_id,name,list_price,currency";
    let file = folder.write(
        "t.csv",
        format!("{head}\nA,Lamp,R$ 2.50,R$\nB,Desk,3,\u{a5}\n"),
    );
    let outcome = import(&file, &products()).unwrap();
    assert_eq!(outcome.text("currency"), ["BRL"]);
    assert_eq!(outcome.text("list_price"), ["2.5000"]);
    assert_eq!(outcome.codes(), [(3, "bad_currency")]);
    assert!(
        outcome.bad()[0]
            .reason
            .contains("currency = { constant = \"JPY\" }")
    );
}
