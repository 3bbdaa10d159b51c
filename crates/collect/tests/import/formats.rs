//! Every kind in every format: the same rows with the same keys, whatever they were written in.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use collect::{ImportSpec, sample_csv, sniff};
use parquet::arrow::ArrowWriter;
use retail::{Kind, Table};
use rust_xlsxwriter::Workbook;

use crate::support::*;

/// Columns and rows of a kind: its sample row and a second one that differs in its first field.
fn table(kind: Kind) -> (Vec<String>, Vec<Vec<String>>) {
    let fields = collect::fields_of(kind);
    let names = fields.iter().map(|f| f.name.to_string()).collect();
    let first: Vec<String> = fields.iter().map(|f| f.example.to_string()).collect();
    let mut second = first.clone();
    second[0].push('x');
    (names, vec![first, second])
}

fn csv(names: &[String], rows: &[Vec<String>]) -> String {
    let line = |texts: &[String]| {
        let quoted: Vec<String> = texts
            .iter()
            .map(|t| format!("\"{}\"", t.replace('"', "\"\"")))
            .collect();
        quoted.join(",")
    };
    let mut text = line(names);
    for row in rows {
        text.push('\n');
        text.push_str(&line(row));
    }
    text
}

fn jsonl(names: &[String], rows: &[Vec<String>]) -> String {
    let object = |row: &Vec<String>| {
        let pairs = names
            .iter()
            .cloned()
            .zip(row.iter().map(|t| serde_json::Value::from(t.clone())));
        serde_json::Value::Object(pairs.collect()).to_string()
    };
    rows.iter().map(object).collect::<Vec<_>>().join("\n")
}

fn xlsx(path: &PathBuf, names: &[String], rows: &[Vec<String>]) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (i, row) in std::iter::once(names)
        .chain(rows.iter().map(Vec::as_slice))
        .enumerate()
    {
        for (j, text) in row.iter().enumerate() {
            sheet.write_string(i as u32, j as u16, text).unwrap();
        }
    }
    workbook.save(path).unwrap();
}

pub fn parquet(path: &PathBuf, columns: Vec<(&str, ArrayRef)>) {
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true)))
            .unwrap();
    let mut writer =
        ArrowWriter::try_new(std::fs::File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn text_parquet(path: &PathBuf, names: &[String], rows: &[Vec<String>]) {
    let column = |i: usize| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(|r| &r[i])))
    };
    parquet(
        path,
        names
            .iter()
            .enumerate()
            .map(|(i, n)| (n.as_str(), column(i)))
            .collect(),
    );
}

#[test]
fn every_kind_in_every_format_gives_the_same_rows() {
    for kind in Kind::ALL {
        let folder = Folder::new();
        let (names, rows) = table(kind);
        let spec = ImportSpec::preset(kind, "native");
        let text = csv(&names, &rows);
        let files = [
            folder.write("a.csv", &text),
            folder.write("a.csv.gz", gzip(text.as_bytes())),
            folder.write("a.jsonl", jsonl(&names, &rows)),
            folder.write("a.jsonl.gz", gzip(jsonl(&names, &rows).as_bytes())),
            folder.path("a.xlsx"),
            folder.path("a.parquet"),
        ];
        xlsx(&files[4], &names, &rows);
        text_parquet(&files[5], &names, &rows);
        let expect = import(&files[0], &spec).unwrap();
        assert_eq!(
            (expect.good(), expect.codes()),
            (2, vec![]),
            "{kind}: {:?}",
            expect.bad()
        );
        for file in &files {
            let outcome = import(file, &spec).unwrap();
            assert_eq!(outcome.rows(), expect.rows(), "{kind} {file:?}");
            assert_eq!(outcome.people(), expect.people(), "{kind} {file:?}");
            assert_eq!(
                outcome.person_fields(),
                expect.person_fields(),
                "{kind} {file:?}"
            );
            let sniffed = sniff(file, &spec.options).unwrap();
            assert_eq!(sniffed.guessed_kind, Some(kind), "{file:?}");
            let name = file.file_name().unwrap().to_str().unwrap();
            assert_eq!(format!("a.{}", sniffed.format()), name);
        }
    }
}

#[test]
fn sample_files_load_and_fit_the_tables() {
    for kind in Kind::ALL {
        let folder = Folder::new();
        let file = folder.write("sample.csv", sample_csv(kind));
        let outcome = import(&file, &ImportSpec::new(kind)).unwrap();
        assert_eq!(
            (outcome.good(), outcome.codes()),
            (1, vec![]),
            "{kind}: {:?}",
            outcome.bad()
        );
        let schema = Table::of_feed(kind).schema();
        let rows = outcome.rows();
        assert_eq!(rows.schema().fields().len(), schema.fields().len());
        for (field, expect) in rows.schema().fields().iter().zip(schema.fields()) {
            assert_eq!(
                (field.name(), field.data_type()),
                (expect.name(), expect.data_type())
            );
        }
    }
}

#[test]
fn what_names_a_person_stays_beside_the_rows() {
    let folder = Folder::new();
    let file = folder.write("c.csv", sample_csv(Kind::Customers));
    let outcome = import(&file, &ImportSpec::new(Kind::Customers)).unwrap();
    let fields: Vec<&str> = outcome.person_fields().iter().map(|f| f.field).collect();
    assert_eq!(
        fields,
        [
            "first_name",
            "last_name",
            "email",
            "phone",
            "street",
            "postal_code",
            "birth_date"
        ]
    );
    assert_eq!(outcome.people()[0].as_ref().unwrap().value, "17850");
    let text = format!("{:?}", outcome.rows());
    for word in ["Ann", "example.org", "High Street", "LS1", "17850"] {
        assert!(!text.contains(word), "{word}");
    }
    assert_eq!(outcome.text("birth_year"), ["1980"]);
}

#[test]
fn typed_parquet_and_workbooks_have_the_identity_of_the_csv() {
    let folder = Folder::new();
    let spec = ImportSpec::preset(Kind::Orders, "online-retail");
    let header =
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
    let csv = folder.write(
        "a.csv",
        format!("{header}\n536365,71053,LANTERN,6,2010-12-01 08:26:00,3.39,17850,UK\nC536366,71053,LANTERN,-1,2010-12-01 09:00:00,3.39,,UK\n"),
    );
    let expect = import(&csv, &spec).unwrap();

    let file = folder.path("a.parquet");
    let texts = |a: &str, b: &str| -> ArrayRef { Arc::new(StringArray::from(vec![a, b])) };
    parquet(
        &file,
        vec![
            ("InvoiceNo", texts("536365", "C536366")),
            ("StockCode", texts("71053", "71053")),
            ("Description", texts("LANTERN", "LANTERN")),
            ("Quantity", Arc::new(Float64Array::from(vec![6.0, -1.0]))),
            (
                "InvoiceDate",
                Arc::new(TimestampMicrosecondArray::from(vec![
                    1_291_191_960_000_000,
                    1_291_194_000_000_000,
                ])),
            ),
            (
                "UnitPrice",
                Arc::new(
                    Decimal128Array::from(vec![339, 339])
                        .with_precision_and_scale(10, 2)
                        .unwrap(),
                ),
            ),
            (
                "CustomerID",
                Arc::new(Float64Array::from(vec![17850.0, f64::NAN])),
            ),
            ("Country", texts("UK", "UK")),
        ],
    );
    let outcome = import(&file, &spec).unwrap();
    assert_eq!(outcome.rows(), expect.rows());
    assert_eq!(outcome.people(), expect.people());

    let file = folder.path("a.xlsx");
    let mut workbook = Workbook::new();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, header.split(',')).unwrap();
    for (row, invoice, quantity, hour, minute, customer) in [
        (1, "536365", 6, 8, 26, Some(17850)),
        (2, "C536366", -1, 9, 0, None),
    ] {
        sheet.write(row, 0, invoice).unwrap();
        sheet.write(row, 1, 71053).unwrap();
        sheet.write(row, 2, "LANTERN").unwrap();
        sheet.write(row, 3, quantity).unwrap();
        let when = rust_xlsxwriter::ExcelDateTime::from_ymd(2010, 12, 1)
            .unwrap()
            .and_hms(hour, minute, 0)
            .unwrap();
        sheet.write_with_format(row, 4, &when, &date).unwrap();
        sheet.write(row, 5, 3.39).unwrap();
        sheet.write(row, 6, customer).unwrap();
        sheet.write(row, 7, "UK").unwrap();
    }
    workbook.save(&file).unwrap();
    let outcome = import(&file, &spec).unwrap();
    assert_eq!(outcome.rows(), expect.rows());
    assert_eq!(outcome.people(), expect.people());
}

#[test]
fn nested_json_is_mapped_by_dotted_paths() {
    let folder = Folder::new();
    let file = folder.write(
        "e.jsonl",
        concat!(
            "{\"messageId\":\"m1\",\"type\":\"track\",\"event\":\"Product Viewed\",\"userId\":\"u1\",\"anonymousId\":\"a1\",\"timestamp\":\"2024-03-01T10:00:00.123Z\",\"properties\":{\"product_id\":\"P1\",\"value\":\"2.95\",\"currency\":\"GBP\"}}\n",
            "{\"messageId\":\"m2\",\"type\":\"page\",\"userId\":null,\"anonymousId\":\"a1\",\"timestamp\":\"2024-03-01T10:00:01Z\",\"properties\":{}}\n",
        ),
    );
    let mut spec = ImportSpec::new(Kind::Events);
    spec.options.id_kind = Some(retail::IdKind::Login);
    let outcome = import(&file, &spec).unwrap();
    assert_eq!((outcome.good(), outcome.codes()), (2, vec![]));
    assert_eq!(outcome.text("product_id"), ["P1", ""]);
    assert_eq!(outcome.text("value"), ["2.9500", ""]);
    assert_eq!(outcome.text("message_id"), ["m1", "m2"]);
    assert!(outcome.text("properties")[0].contains("\"value\":\"2.95\""));
    let chunk = &outcome.chunks[0];
    assert_eq!(
        (chunk.who.clone(), chunk.devices.clone()),
        (vec![Some(1), None], vec![Some(0), Some(0)])
    );
    assert_eq!(
        outcome.people()[0].as_ref().unwrap().kind,
        retail::IdKind::Login
    );
}

#[test]
fn the_sheet_read_is_the_same_named_or_not() {
    let folder = Folder::new();
    let file = folder.path("book.xlsx");
    let mut workbook = Workbook::new();
    for (name, product) in [("Orders", "P1"), ("Returns", "P2")] {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).unwrap();
        sheet.write_row(0, 0, ["product_id", "name"]).unwrap();
        sheet.write_row(1, 0, [product, "Mug"]).unwrap();
    }
    workbook.save(&file).unwrap();
    let mut spec = ImportSpec::new(Kind::Products);
    let checked = |spec: &ImportSpec| spec.check(&collect::sniff(&file, &spec.options)?);
    let first = checked(&spec).unwrap();
    assert_eq!(first.sheet(), Some("Orders"));
    assert!(first.choices().iter().any(|choice| choice.what == "sheet"));
    spec.options.sheet = Some("Orders".into());
    let named = checked(&spec).unwrap();
    assert_eq!(named.resolved(), first.resolved());
    spec.options.sheet = Some("Returns".into());
    assert_eq!(import(&file, &spec).unwrap().text("product_id"), ["P2"]);

    let text = folder.write("list.csv", "product_id,name\nP1,Mug\n");
    let refused = collect::sniff(&text, &spec.options).unwrap_err();
    assert!(
        refused.to_string().contains("only a workbook has sheets"),
        "{refused}"
    );
}

#[test]
fn an_amount_in_another_currency_than_its_row_is_held_back() {
    let folder = Folder::new();
    let head = "receipt_id,happened_at,product_id,quantity,unit_price\n";
    let rows = [
        ("2", "9.99", None),
        ("2", "€9.99", None),
        ("2", "9.99 EUR", None),
        ("2", "9.99 USD", Some("bad_currency")),
        ("2", "£9.99", Some("bad_currency")),
        ("2", "1000 JPY", Some("bad_currency")),
        ("2", "HK$5", Some("bad_currency")),
        ("2", "NT$5", Some("bad_currency")),
        ("2 doz", "9.99", Some("bad_number")),
        ("abc5", "9.99", Some("bad_number")),
        ("5pcs", "9.99", Some("bad_number")),
        ("5 EUR", "9.99", Some("bad_number")),
    ];
    let line = |(n, (quantity, price, _)): (usize, &(&str, &str, Option<&str>))| {
        format!("R{n},2024-03-01 10:00:00,A,{quantity},{price}\n")
    };
    let text: String = rows.iter().enumerate().map(line).collect();
    let file = folder.write("orders.csv", format!("{head}   \n{text}"));
    let mut spec = ImportSpec::new(Kind::Orders);
    spec.options.currency = Some("EUR".into());
    let outcome = import(&file, &spec).unwrap();
    let expect: Vec<&str> = rows.iter().filter_map(|(_, _, code)| *code).collect();
    let found = outcome.codes();
    let found: Vec<&str> = found.iter().map(|(_, code)| *code).collect();
    assert_eq!((outcome.good(), found), (3, expect));
    // A sign that several currencies share is right in each of them.
    let dollars = folder.write(
        "dollars.csv",
        format!("{head}R1,2024-03-01 10:00:00,A,1,$5\n"),
    );
    spec.options.currency = Some("CAD".into());
    assert_eq!(import(&dollars, &spec).unwrap().good(), 1);
}

#[test]
fn shops_lie_on_the_globe() {
    let folder = Folder::new();
    let text = "store_id,name,lat,lon\nS1,Leeds,53.8,-1.55\nS2,Nowhere,95,0\nS3,Nowhere,0,500\n";
    let file = folder.write("stores.csv", text);
    let outcome = import(&file, &ImportSpec::new(Kind::Stores)).unwrap();
    assert_eq!((outcome.good(), outcome.codes().len()), (1, 2));
}
