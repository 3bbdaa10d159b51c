//! Encodings, delimiters, decimal marks, dates, currencies and tax: declared, or detected and shown.

use collect::{ImportSpec, preview, sniff};
use retail::Kind;

use crate::support::*;

fn spec() -> ImportSpec {
    let mut spec = ImportSpec::new(Kind::Orders);
    spec.options.currency = Some("EUR".to_string());
    spec
}

/// Product, quantity, price and time of the first row.
fn check(content: impl AsRef<[u8]>, spec: &ImportSpec, expect: [&str; 4]) {
    let folder = Folder::new();
    let outcome = import(&folder.write("t.csv", content), spec).unwrap();
    assert_eq!(outcome.codes(), [], "{:?}", outcome.bad());
    let first = |name| outcome.text(name)[0].clone();
    let found = [
        first("product_id"),
        first("quantity"),
        first("unit_price"),
        first("happened_at"),
    ];
    assert_eq!(found, expect);
}

const EXPECT: [&str; 4] = ["Caf\u{e9}", "1234.5000", "2.5000", "2024-12-31T10:00:00Z"];

#[test]
fn encodings_are_detected() {
    let text = "receipt_id,product_id,happened_at,quantity,unit_price\nR1,Caf\u{e9},2024-12-31 10:00,1234.5,2.50\n";
    let utf16 = |big: bool, mark: bool| -> Vec<u8> {
        let units = mark
            .then_some(0xFEFF)
            .into_iter()
            .chain(text.encode_utf16());
        units
            .flat_map(|u: u16| {
                if big {
                    u.to_be_bytes()
                } else {
                    u.to_le_bytes()
                }
            })
            .collect()
    };
    check(text, &spec(), EXPECT);
    check(format!("\u{feff}{text}"), &spec(), EXPECT);
    check(
        text.replace('\u{e9}', "\u{1}")
            .bytes()
            .map(|b| if b == 1 { 0xE9 } else { b })
            .collect::<Vec<u8>>(),
        &spec(),
        EXPECT,
    );
    for (big, mark) in [(true, true), (false, true), (true, false), (false, false)] {
        check(utf16(big, mark), &spec(), EXPECT);
    }
    check(gzip(&utf16(false, true)), &spec(), EXPECT);
}

#[test]
fn delimiters_and_decimal_commas_and_dates_are_detected() {
    check(
        "receipt_id;product_id;happened_at;quantity;unit_price\nR1;Caf\u{e9};31.12.2024 10:00;1.234,5;2,50 €\n",
        &spec(),
        EXPECT,
    );
    check(
        "receipt_id\tproduct_id\thappened_at\tquantity\tunit_price\nR1\tCaf\u{e9}\t12/31/2024 10:00\t1,234.5\t€2.50\n",
        &spec(),
        EXPECT,
    );
    check(
        "receipt_id|product_id|happened_at|quantity|unit_price\r\nR1|Caf\u{e9}|1735639200|1234.5|2.50\r\n",
        &spec(),
        EXPECT,
    );
}

#[test]
fn what_is_declared_holds() {
    let mut declared = spec();
    declared.options.delimiter = Some(";".to_string());
    declared.options.decimal = Some(',');
    declared.options.date_format = Some("%d %b %Y %H:%M".to_string());
    declared.options.timezone = Some("Europe/Berlin".to_string());
    declared.options.tax = Some(collect::Tax::Included);
    check(
        "receipt_id;product_id;happened_at;quantity;unit_price\nR1;Caf\u{e9};31 Dec 2024 11:00;1234,5;2,50\n",
        &declared,
        EXPECT,
    );

    let folder = Folder::new();
    let file = folder.write(
        "t.csv",
        "receipt_id;product_id;happened_at;quantity;unit_price\nR1;P;31 Dec 2024 23:30;1;2\n",
    );
    let outcome = import(&file, &declared).unwrap();
    assert_eq!(
        (outcome.text("weekday"), outcome.text("hour")),
        (vec!["2".to_string()], vec!["23".to_string()])
    );
    assert_eq!(outcome.text("tax_included"), ["true"]);
}

#[test]
fn choices_are_shown_with_their_reason() {
    let folder = Folder::new();
    let file = folder.write(
        "t.csv",
        "InvoiceNo;SKU;Date;Qty;Price\nR1;P;1/2/2024;1;2,5\n",
    );
    let spec = spec();
    let valid = spec.check(&sniff(&file, &spec.options).unwrap()).unwrap();
    let chosen = |what: &str| {
        valid
            .choices()
            .iter()
            .find(|c| c.what == what)
            .map(|c| (c.chosen.as_str(), c.why.as_str()))
    };
    assert_eq!(chosen("delimiter").unwrap().0, ";");
    assert_eq!(chosen("decimal").unwrap().0, ",");
    assert!(
        chosen("date_format")
            .unwrap()
            .1
            .contains("give date_format to be sure")
    );
    assert_eq!(chosen("quantity").unwrap(), ("Qty", "by its heading"));
    assert_eq!(chosen("timezone").unwrap().0, "UTC");
    assert!(chosen("tax").is_some() && chosen("encoding").is_some());
}

#[test]
fn a_file_without_header_is_mapped_by_place() {
    let folder = Folder::new();
    let file = folder.write(
        "t.csv",
        "R1,P1,2024-01-01,2,1.50\nR2,P2,2024-01-02,1,1.50\n",
    );
    let text = "kind = \"orders\"\n[options]\ncurrency = \"EUR\"\n[mapping]\nreceipt_id = \"column_1\"\nproduct_id = \"column_2\"\nhappened_at = \"column_3\"\nquantity = \"column_4\"\nunit_price = \"column_5\"\n";
    let spec = ImportSpec::from_toml(text).unwrap();
    let outcome = import(&file, &spec).unwrap();
    assert_eq!(outcome.text("receipt_id"), ["R1", "R2"]);
    assert_eq!(
        ImportSpec::from_toml(&spec.to_toml().unwrap()).unwrap(),
        spec
    );
    assert!(ImportSpec::from_toml("kind = \"orders\"\ncolour = 1").is_err());
    let rules = "kind = \"orders\"\n[options.carry]\nby = \"column_1\"\ncolumns = [\"column_3\"]\n[rules]\ncancel_prefix = \"X\"\n[[rules.services]]\ncode = \"SHIP*\"\nkind = \"postage\"\n";
    let rules = ImportSpec::from_toml(rules).unwrap();
    assert_eq!(rules.rules.services[0].code, "SHIP*");
    let json = "{\"kind\":\"orders\",\"mapping\":{\"discount\":{\"sum\":[\"a\",\"b\"]}},\"options\":{\"tax\":\"included\"}}";
    assert!(ImportSpec::from_json(json).is_ok());
}

#[test]
fn amounts_follow_from_prices_or_prices_from_amounts() {
    let folder = Folder::new();
    let head = "receipt_id,product_id,happened_at,quantity,unit_price,amount,discount";
    let rows = [
        "R1,P,2024-01-01,3,0.3333,,",
        "R2,P,2024-01-01,3,,1.00,",
        "R3,P,2024-01-01,2,5,,-1.5",
        "R4,P,2024-01-01,-2,5,,1.5",
        "R5,P,2024-01-01,0.125,0.0004,,",
        "R6,P,2024-01-01,0,,4,",
        "R7,P,2024-01-01,1,,,",
    ];
    let outcome = import(
        &folder.write("t.csv", format!("{head}\n{}\n", rows.join("\n"))),
        &spec(),
    )
    .unwrap();
    assert_eq!(outcome.codes(), [(8, "missing_value")]);
    assert_eq!(
        outcome.text("amount"),
        ["0.9999", "1.0000", "8.5000", "-8.5000", "0.0001", "4.0000"]
    );
    assert_eq!(
        outcome.text("unit_price"),
        ["0.3333", "0.3333", "5.0000", "5.0000", "0.0004", "0.0000"]
    );
    assert_eq!(outcome.text("discount")[2..4], ["1.5000", "-1.5000"]);
    assert_eq!(
        outcome.text("line_type"),
        ["sale", "sale", "sale", "return", "sale", "sale"]
    );
}

#[test]
fn a_preview_shows_what_would_load() {
    let folder = Folder::new();
    let file = folder.write("t.csv", "receipt_id,product_id,happened_at,quantity,unit_price,customer\nR1,P1,2024-01-01,2,1.50,C7\nR2,P1,2024-01-01,two,1.50,\n");
    let spec = spec();
    let valid = spec.check(&sniff(&file, &spec.options).unwrap()).unwrap();
    let preview = preview(&valid).unwrap();
    assert_eq!((preview.good, preview.bad), (1, 1));
    assert_eq!(preview.rows[0]["customer_id"], "C7");
    assert_eq!(preview.rows[0]["amount"], "3.0000");
    assert!(!preview.rows[0].contains_key("receipt_key"));
    assert_eq!(preview.problems[0].column.as_deref(), Some("quantity"));
}
