//! Units of the CSV reader: quoting, broken lines, lengths. Whole broken files are in `tests/broken.rs`.

use super::*;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use crate::limits::Limits;

fn limits() -> Limits {
    Limits {
        line_bytes_max: 2_000,
        quoted_lines_max: 5,
        ..Limits::default()
    }
}

/// Reads a text and gives each record as its fields, or as `!code` for a fault.
fn read(text: &[u8]) -> Vec<(u64, Vec<String>)> {
    let dialect = Dialect {
        delimiter: b',',
        quotes: true,
        header: true,
    };
    let input = Box::new(Cursor::new(text.to_vec()));
    let lines = Lines::new(
        input,
        Arc::default(),
        Path::new("t.csv"),
        encoding_rs::UTF_8,
        limits(),
    );
    let mut reader = CsvReader::open(lines, dialect).unwrap();
    let mut record = Record::default();
    let mut rows = Vec::new();
    while reader.next(&mut record).unwrap() {
        let fields = match &record.fault {
            Some(fault) => vec![format!("!{}", fault.code.word())],
            None => (0..record.len())
                .map(|i| record.get(i).to_string())
                .collect(),
        };
        rows.push((record.row, fields));
    }
    rows
}

fn check(text: &str, expect: &[(u64, &[&str])]) {
    let rows = read(text.as_bytes());
    let expect: Vec<(u64, Vec<String>)> = expect
        .iter()
        .map(|(row, fields)| (*row, fields.iter().map(|f| f.to_string()).collect()))
        .collect();
    assert_eq!(rows, expect, "{text:?}");
}

#[test]
fn plain_lines_and_blank_lines() {
    check("a,b\n1,2\n\n3,4", &[(2, &["1", "2"]), (4, &["3", "4"])]);
    check("a,b\r\n1,\r\n,2\r\n", &[(2, &["1", ""]), (3, &["", "2"])]);
}

#[test]
fn quotes_hold_delimiters_quotes_and_lines() {
    check(
        "a,b\n\"1,5\",\"say \"\"hi\"\"\"\n",
        &[(2, &["1,5", "say \"hi\""])],
    );
    check(
        "a,b\n\"x\ny\",2\n3,4\n",
        &[(2, &["x\ny", "2"]), (4, &["3", "4"])],
    );
    check("a,b\n5\" plate,2\n", &[(2, &["5\" plate", "2"])]);
}

#[test]
fn an_open_quote_costs_one_row_only() {
    check(
        "a,b\n1,\"open\n2,\"good, one\"\n3,4\n",
        &[
            (2, &["!bad_quotes"]),
            (3, &["2", "good, one"]),
            (4, &["3", "4"]),
        ],
    );
    check(
        "a,b\n1,\"open\n3,4\n5,6\n",
        &[(2, &["!bad_quotes"]), (3, &["3", "4"]), (4, &["5", "6"])],
    );
    let many: String = (0..20).map(|i| format!("{i},x\n")).collect();
    let rows = read(format!("a,b\n1,\"open\n{many}").as_bytes());
    assert_eq!(rows.len(), 21);
}

#[test]
fn text_after_a_quote_and_wrong_widths_are_faults() {
    check(
        "a,b\n\"1\"x,2\n3,4\n",
        &[(2, &["!bad_quotes"]), (3, &["3", "4"])],
    );
    check(
        "a,b\n1\n1,2,3\n3,4\n",
        &[
            (2, &["!wrong_column_count"]),
            (3, &["!wrong_column_count"]),
            (4, &["3", "4"]),
        ],
    );
}

#[test]
fn a_long_line_is_skipped_in_bounded_memory() {
    let long = "x".repeat(3_000_000);
    let text = format!("a,b\n1,{long}\n3,4\n");
    let rows = read(text.as_bytes());
    assert_eq!(rows[0], (2, vec!["!line_too_long".to_string()]));
    assert_eq!(rows[1], (3, vec!["3".to_string(), "4".to_string()]));
}

#[test]
fn bytes_that_are_no_text_fault_their_row_alone() {
    let rows = read(b"a,b\ncaf\xe9,2\n3,4\n");
    assert_eq!(rows[0].1, ["!bad_encoding"]);
    assert_eq!(rows[1].1, ["3", "4"]);
}

#[test]
fn lines_within_quotes_are_cut_where_the_one_before_ended() {
    check(
        "a,b\n1,\"x \"\"y\"\"\r\n\"\"\r\n z\"\r\n3,4\n",
        &[(2, &["1", "x \"y\"\r\n\"\r\n z"]), (5, &["3", "4"])],
    );
    check(
        "a,b,c\n\"x\ny\",\"z\nw\",3\n4,5,6\n",
        &[(2, &["x\ny", "z\nw", "3"]), (5, &["4", "5", "6"])],
    );
    // More fields than columns can close in no good row.
    check(
        "a,b\n1,\"x\n\",2,\"y\n3,4\n",
        &[
            (2, &["!bad_quotes"]),
            (3, &["!bad_quotes"]),
            (4, &["3", "4"]),
        ],
    );
}

/// Cutting again from the start of the record at each line took minutes here.
#[test]
fn a_quote_that_never_closes_is_cut_once() {
    let limits = Limits::default();
    let line = format!("{}\"\"\n", "x".repeat(8_000));
    let text = format!(
        "a,b\n1,\"open\n{}",
        line.repeat(limits.quoted_lines_max - 2)
    );
    let input = Box::new(Cursor::new(text.into_bytes()));
    let path = Path::new("t.csv");
    let lines = Lines::new(input, Arc::default(), path, encoding_rs::UTF_8, limits);
    let dialect = Dialect {
        delimiter: b',',
        quotes: true,
        header: true,
    };
    let start = std::time::Instant::now();
    let mut reader = CsvReader::open(lines, dialect).unwrap();
    let mut record = Record::default();
    assert!(reader.next(&mut record).unwrap());
    assert_eq!(record.fault.map(|f| f.code), Some(BadCode::BadQuotes));
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
