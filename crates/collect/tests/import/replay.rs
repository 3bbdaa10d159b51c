//! Bad rows read again without their file: by the spec that the import resolved, and only where they are whole.

use collect::{BadCode, BadRow, ImportSpec, Importer, Source, StoredRow, Tax, sniff, sniff_stored};
use retail::{IdKind, Kind};

use crate::support::*;

const HEADER: &str = "InvoiceNo;SKU;Date;Qty;Price;Email";

fn spec() -> ImportSpec {
    let mut spec = ImportSpec::new(Kind::Orders);
    spec.options.currency = Some("EUR".to_string());
    spec
}

fn stored(bad: Vec<BadRow>) -> Vec<StoredRow> {
    let whole = bad.into_iter().filter(|bad| bad.replayable);
    let rows = whole.map(|bad| StoredRow {
        row: bad.row,
        raw: bad.raw,
    });
    rows.collect()
}

/// Imports a text; gives the spec as resolved and the bad rows.
fn first(content: impl AsRef<[u8]>, spec: &ImportSpec) -> (ImportSpec, Vec<StoredRow>) {
    let folder = Folder::new();
    let file = folder.write("t.csv", content);
    let valid = spec.check(&sniff(&file, &spec.options).unwrap()).unwrap();
    let outcome = drain(Importer::open(&valid, args()).unwrap());
    (valid.resolved(), stored(outcome.bad()))
}

/// Reads bad rows without their file.
fn again(spec: &ImportSpec, rows: &[StoredRow]) -> Outcome {
    let sniffed = sniff_stored(rows, &spec.options).unwrap();
    let valid = spec.check(&sniffed).unwrap();
    drain(Importer::replay(&valid, args(), rows.to_vec(), collect::IdentitySet::new()).unwrap())
}

#[test]
fn a_resolved_spec_leaves_nothing_to_detect_and_says_the_same() {
    let folder = Folder::new();
    let file = folder.write(
        "t.csv",
        format!("{HEADER}\nR1;P;2/13/2024 10:00;1;1.234,5;Ann@x.org\n"),
    );
    let valid = spec()
        .check(&sniff(&file, &Default::default()).unwrap())
        .unwrap();
    let resolved = valid.resolved();
    let options = &resolved.options;
    assert_eq!(
        (options.encoding.as_deref(), options.delimiter.as_deref()),
        (Some("utf-8"), Some(";"))
    );
    assert_eq!((options.quotes, options.header), (Some(true), Some(true)));
    assert_eq!(options.decimal, Some(','));
    assert_eq!(options.date_format.as_deref(), Some("%m/%d/%Y %H:%M:%S"));
    assert_eq!(options.timezone.as_deref(), Some("UTC"));
    assert_eq!(options.id_kind, Some(IdKind::Email));
    assert_eq!(options.tax, Some(Tax::Excluded));
    assert_eq!(options.source.as_deref(), Some("orders"));
    assert_eq!(options.currency.as_deref(), Some("EUR"));
    assert_eq!(resolved.mapping["quantity"], Source::from("Qty"));

    let kept = ImportSpec::from_toml(&resolved.to_toml().unwrap()).unwrap();
    let second = kept.check(&sniff(&file, &kept.options).unwrap()).unwrap();
    assert_eq!(second.choices(), []);
    assert_eq!(second.resolved(), resolved);
    assert_eq!(
        (second.mapped(), second.columns(), second.source()),
        (valid.mapped(), valid.columns(), valid.source())
    );
    let rows = |valid| drain(Importer::open(valid, args()).unwrap()).rows();
    assert_eq!(rows(&second), rows(&valid));
}

#[test]
fn a_replay_reads_bad_rows_as_the_file_was_read() {
    let text = format!(
        "{HEADER}\nR1;P;2/13/2024;1;2,5;ann@x.org\nR2;P;1/2/2024;two;1.234;7\nR3;P;3/4/2024;two;1,5;8\n"
    );
    let (mut resolved, rows) = first(text, &spec());
    let replace = "{\"column\": \"Qty\", \"replace\": {\"two\": \"2\"}}";
    let quantity = serde_json::from_str(replace).unwrap();
    resolved.mapping.insert("quantity".to_string(), quantity);
    let outcome = again(&resolved, &rows);
    assert_eq!(outcome.codes(), []);
    assert_eq!(
        outcome.text("happened_at"),
        ["2024-01-02T00:00:00Z", "2024-03-04T00:00:00Z"]
    );
    assert_eq!(outcome.text("unit_price"), ["1234.0000", "1.5000"]);
}

#[test]
fn raw_lines_are_cut_as_the_options_say() {
    let text = format!("{HEADER}\nR1;P;2/13/2024;1;2,5;\nR2;\"P;2/14/2024;1;2,5;\n");
    let (mut resolved, mut rows) = first(text, &spec());
    assert_eq!(rows.len(), 1);
    assert!(rows[0].raw.starts_with('"'), "{}", rows[0].raw);
    // What was cut for its length is kept in a form that is no row.
    rows.push(StoredRow {
        row: 9,
        raw: "[\"R9;P\"]".to_string(),
    });
    resolved.options.quotes = Some(false);
    let sniffed = sniff_stored(&rows, &resolved.options).unwrap();
    let names: Vec<&str> = sniffed.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names.join(";"), HEADER);
    let outcome = again(&resolved, &rows[..1]);
    assert_eq!(outcome.text("product_id"), ["\"P"]);
    assert_eq!(outcome.text("happened_at"), ["2024-02-14T00:00:00Z"]);

    // A line of JSON is cut as JSON.
    let mut json = ImportSpec::preset(Kind::Products, "native");
    json.options.encoding = Some("utf-8".to_string());
    let lines =
        b"{\"product_id\":\"A\",\"name\":\"B\"}\n{\"product_id\":\"C\",\"name\":\"Caf\xE9\"}\n";
    let (resolved, rows) = first(lines, &json);
    assert_eq!(again(&resolved, &rows).text("name"), ["Caf\u{e9}"]);
}

#[test]
fn columns_without_a_header_can_be_named() {
    let mut spec = ImportSpec::preset(Kind::Products, "native");
    spec.options.header = Some(false);
    spec.options.columns = Some(["product_id", "name"].map(String::from).to_vec());
    let folder = Folder::new();
    let file = folder.write("t.csv", "A,Lamp\nB,Desk\n");
    assert_eq!(import(&file, &spec).unwrap().text("name"), ["Lamp", "Desk"]);
    spec.options.columns = Some(vec!["product_id".to_string()]);
    let text = import(&file, &spec).err().map(|e| e.to_string());
    assert!(text.unwrap_or_default().contains("the file has 2 columns"));
}

#[test]
fn pieces_of_rows_are_not_replayed() {
    let folder = Folder::new();
    let header = "receipt_id,product_id,happened_at,quantity,unit_price,currency";
    let good = "R1,P1,2024-01-02,1,2.50,EUR";
    let native = ImportSpec::preset(Kind::Orders, "native");
    let torn = |rest: &str| {
        let packed = gzip(format!("{header}\n{good}\nR2,P1\n{rest}").as_bytes());
        // Without its last bytes the stream gives all text and then breaks off.
        let file = folder.write("t.csv.gz", &packed[..packed.len() - 8]);
        let outcome = import(&file, &native).unwrap();
        assert!(outcome.failure.is_some());
        assert_eq!(outcome.good(), 1);
        let bad = outcome.bad();
        assert_eq!(
            (bad[0].code, bad[0].replayable),
            (BadCode::WrongColumnCount, true)
        );
        bad[1..]
            .iter()
            .map(|b| (b.row, b.code, b.replayable))
            .collect::<Vec<_>>()
    };
    let piece = |row| (row, BadCode::Truncated, false);
    assert_eq!(torn("R3,P1,2024-"), [piece(4)]);
    // The quoted text went on over several lines.
    assert_eq!(torn("R3,\"P1\nand more"), [piece(4), piece(5)]);
    assert_eq!(
        torn("R3,\"P1\nand\nmore"),
        [piece(4), (5, BadCode::WrongColumnCount, false), piece(6)]
    );
    assert_eq!(torn("R3,\"P1\n"), [piece(4)]);

    let long = format!(
        "{header}\n{good}\nR2,{},2024-01-02,x,2.50,EUR\n",
        "x".repeat(70_000)
    );
    let bad = import(&folder.write("t.csv", long), &native).unwrap().bad();
    assert_eq!(
        (bad[0].code, bad[0].replayable),
        (BadCode::BadNumber, false)
    );
}

/// A declared comma is how texts are written; a number in the file itself is what it is, also after a replay.
#[test]
fn numbers_of_a_file_are_not_read_by_the_mark_of_its_texts() {
    let folder = Folder::new();
    let row = |receipt: &str, when: &str, quantity: &str, price: &str| {
        format!(
            "{{\"receipt_id\":\"{receipt}\",\"product_id\":\"P\",\"happened_at\":\"{when}\",\"quantity\":{quantity},\"unit_price\":{price}}}\n"
        )
    };
    let lines = row("R1", "2024-01-02", "1.234", "4.9")
        + &row("R2", "2024-01-02", "\"1,5\"", "\"1.234,50\"")
        + &row("R3", "some day", "2.125", "19.5");
    let file = folder.write("t.jsonl", lines);
    let mut spec = spec();
    spec.options.decimal = Some(',');
    let valid = spec.check(&sniff(&file, &spec.options).unwrap()).unwrap();
    let outcome = drain(Importer::open(&valid, args()).unwrap());
    assert_eq!(outcome.text("quantity"), ["1.2340", "1.5000"]);
    assert_eq!(outcome.text("unit_price"), ["4.9000", "1234.5000"]);
    let mut mended = stored(outcome.bad());
    assert_eq!(mended.len(), 1);
    mended[0].raw = mended[0].raw.replace("some day", "2024-01-03");
    let outcome = again(&valid.resolved(), &mended);
    assert_eq!(outcome.text("quantity"), ["2.1250"]);
    assert_eq!(outcome.text("unit_price"), ["19.5000"]);
}
