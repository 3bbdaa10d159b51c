//! A broken file of every kind through the program: a clear error or quarantined rows, never a crash, never a
//! good row lost. The readers' own tests are in `collect`.

use super::*;
use std::fs::File;
use std::io::{Seek, SeekFrom};

const HEADER: &str =
    "receipt_id,happened_at,product_id,description,quantity,unit_price,customer_id\n";

fn line(receipt: u32) -> String {
    format!(
        "R{receipt},2024-03-{:02} 10:00:00,A,Mug,1,2.50,C1\n",
        receipt % 28 + 1
    )
}

fn good(rows: u32) -> String {
    HEADER.to_string() + &(1..=rows).map(line).collect::<String>()
}

struct Told {
    code: i32,
    json: Value,
    words: String,
}

/// Imports a file and checks what must hold however broken it is.
fn broken(shop: &Path, file: &Path) -> Told {
    let (file, place) = (file.to_str().unwrap(), shop.to_str().unwrap());
    let done = tessera(&[
        "import",
        file,
        "--as",
        "orders",
        "--currency",
        "EUR",
        "--project",
        place,
        "--json",
    ]);
    let words = String::from_utf8_lossy(&done.stderr).to_string();
    assert!(!words.contains("panicked"), "{file}: {words}");
    let json: Value = serde_json::from_slice(&done.stdout)
        .unwrap_or_else(|cause| panic!("{file}: no JSON object: {cause}: {words}"));
    if json["read"].is_number() {
        let of = |name: &str| json[name].as_i64().unwrap();
        assert_eq!(
            of("read"),
            of("loaded") + of("duplicate") + of("quarantined"),
            "{json}"
        );
    }
    Told {
        code: done.status.code().unwrap_or(-1),
        json,
        words,
    }
}

fn counts(told: &Told) -> [i64; 3] {
    ["read", "loaded", "quarantined"].map(|name| told.json[name].as_i64().unwrap_or(-1))
}

#[test]
fn broken_rows_are_held_back_and_good_ones_load() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&str, Vec<u8>, &str); 4] = [
        (
            "wrong type",
            b"R90,2024-03-05 10:00:00,A,Mug,many,2.50,C1\n".to_vec(),
            "quantity",
        ),
        (
            "bad date",
            b"R90,2024-02-31 10:00:00,A,Mug,1,2.50,C1\n".to_vec(),
            "happened_at",
        ),
        (
            "too many cells",
            b"R90,2024-03-05 10:00:00,A,Mug,1,2.50,C1,x,y\n".to_vec(),
            "",
        ),
        (
            "open quote",
            b"R90,2024-03-05 10:00:00,A,\"Mug,1,2.50,C1\n".to_vec(),
            "",
        ),
    ];
    for (name, bad, column) in cases {
        let shop = project(&folder.path().join(name));
        let file = folder.path().join(format!("{name}.csv"));
        std::fs::write(&file, [good(20).as_bytes(), &bad].concat()).unwrap();
        let told = broken(&shop, &file);
        assert_eq!(
            (told.code, counts(&told)),
            (0, [21, 20, 1]),
            "{name}: {}",
            told.words
        );
        let held = json(&["quarantine", "list", "--project", shop.to_str().unwrap()]);
        assert_eq!(held["rows"][0]["row"], 22, "{name}: {held}");
        if !column.is_empty() {
            assert_eq!(held["rows"][0]["column"], column, "{name}");
        }
    }
}

#[test]
fn files_that_cannot_be_read_say_why_and_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let case = |name: &str, bytes: &[u8], words: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        let told = broken(&shop, &file);
        assert_eq!(told.code, 1, "{name}: {}", told.words);
        assert!(told.words.contains(words), "{name}: {}", told.words);
        assert!(
            told.words.contains(name),
            "{name} is not named: {}",
            told.words
        );
    };
    case("empty.csv", b"", "empty");
    let lacks = good(3).replace("quantity", "shelf");
    case("lacks.csv", lacks.as_bytes(), "'quantity'");
    case("picture.xlsx", b"PK\x03\x04 no workbook", "");
    case("cut.parquet", b"PAR1 cut short", "");
    case("notes.jsonl", b"dear diary\n", "");

    // A bomb: a few hundred kilobytes that inflate to 400 MB.
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    bomb.write_all(good(3).as_bytes()).unwrap();
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..400 {
        bomb.write_all(&zeros).unwrap();
    }
    case("bomb.csv.gz", &bomb.finish().unwrap(), "zip bomb");

    let file = folder.path().join("header.csv");
    std::fs::write(&file, HEADER).unwrap();
    let told = broken(&shop, &file);
    assert_eq!((told.code, counts(&told)), (1, [0, 0, 0]), "{}", told.words);
    assert!(told.words.contains("no rows"), "{}", told.words);
}

#[test]
fn a_gzip_cut_short_keeps_what_came_before() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let mut whole = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    whole.write_all(good(20_000).as_bytes()).unwrap();
    let whole = whole.finish().unwrap();
    let file = folder.path().join("cut.csv.gz");
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let told = broken(&shop, &file);
    assert_eq!(told.code, 1, "{}", told.words);
    let before = sql(&shop, "select count(*) from order_lines")[0]
        .as_i64()
        .unwrap();
    assert!(
        before > 5_000,
        "{before} rows before the cut: {}",
        told.words
    );
    // The whole file afterwards: what is there counts as duplicate.
    std::fs::write(&file, &whole).unwrap();
    let told = broken(&shop, &file);
    assert_eq!(told.json["duplicate"], before);
    assert_eq!(sql(&shop, "select count(*) from order_lines")[0], 20_000);
}

#[test]
fn odd_text_arrives_as_written() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    // Windows-1252, and cells that a spreadsheet would run.
    let mut bytes = good(20).into_bytes();
    bytes.extend_from_slice(b"R91,2024-03-05 10:00:00,B,Caf\xe9 cr\xe8me,1,2.50,C1\n");
    bytes.extend_from_slice(b"R92,2024-03-05 10:00:00,C,=cmd|'/c calc'!A0,1,2.50,C1\n");
    let file = folder.path().join("odd.csv");
    std::fs::write(&file, bytes).unwrap();
    let told = broken(&shop, &file);
    assert_eq!(
        (told.code, counts(&told)),
        (0, [22, 22, 0]),
        "{}",
        told.words
    );
    let text = |product: &str| {
        let query = format!("select description from order_lines where product_id = '{product}'");
        sql(&shop, &query)[0].as_str().unwrap().to_string()
    };
    assert_eq!(text("B"), "Caf\u{e9} cr\u{e8}me");
    assert_eq!(text("C"), "=cmd|'/c calc'!A0");
}

#[test]
fn one_line_of_a_gigabyte_costs_one_row() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let path = folder.path().join("long.csv");
    let mut file = File::create(&path).unwrap();
    file.write_all(good(20).as_bytes()).unwrap();
    file.write_all(b"R90,2024-03-05 10:00:00,A,").unwrap();
    // A hole in the file reads as a gigabyte of zero bytes and takes no disk.
    file.seek(SeekFrom::Current(1 << 30)).unwrap();
    file.write_all(b",1,2.50,C1\n").unwrap();
    file.write_all(line(91).as_bytes()).unwrap();
    drop(file);
    let told = broken(&shop, &path);
    assert_eq!(
        (told.code, counts(&told)),
        (0, [22, 21, 1]),
        "{}",
        told.words
    );
}
