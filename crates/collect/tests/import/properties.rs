//! What must hold for every file: the counts add up, chunk size does not show, and no bytes make it crash.

use collect::{ImportSpec, sample_csv};
use proptest::prelude::*;
use retail::Kind;

use super::formats::parquet;
use crate::support::*;

fn spec() -> ImportSpec {
    ImportSpec::preset(Kind::Orders, "native")
}

/// A field of a line: good, bad, quoted, or worse.
fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Z][0-9]{1,3}",
        3 => "-?[0-9]{1,4}(\\.[0-9]{1,2})?",
        3 => Just("2024-01-02 10:00:00".to_string()),
        2 => Just("EUR".to_string()),
        1 => "\"[a-z, ]{0,6}\"",
        1 => ".{0,6}",
        1 => Just("\"".to_string()),
        1 => Just(String::new()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn read_is_good_and_quarantined(lines in prop::collection::vec(prop::collection::vec(field(), 4..8), 1..30)) {
        let body: Vec<String> = lines.iter().map(|l| l.join(",")).collect();
        let text = format!("receipt_id,product_id,happened_at,quantity,unit_price,currency\nR1,P1,2024-01-02,1,1,EUR\n{}\n", body.join("\n"));
        let folder = Folder::new();
        let file = folder.write("t.csv", text);
        let whole = import(&file, &spec()).unwrap();
        prop_assert!(whole.failure.is_none());
        prop_assert_eq!(whole.read(), whole.good() + whole.bad().len() as u64);
        prop_assert!(whole.good() >= 1);

        let mut small = args();
        small.chunk_rows = 3;
        let chunked = import_within(&file, &spec(), small, Default::default()).unwrap();
        prop_assert_eq!(chunked.rows(), whole.rows());
        prop_assert_eq!(chunked.bad(), whole.bad());
    }

    #[test]
    fn good_rows_survive_bad_neighbours(bad in prop::collection::vec(("[^\"\n\r]{1,30}", any::<bool>()), 1..10)) {
        let mut text = "receipt_id,product_id,happened_at,quantity,unit_price,currency\n".to_string();
        for (i, (junk, open)) in bad.iter().enumerate() {
            let quote = if *open { "\"" } else { "" };
            text.push_str(&format!("{quote}{junk}\nGOOD{i},P1,2024-01-02,1,1,EUR\n"));
        }
        let folder = Folder::new();
        let outcome = import(&folder.write("t.csv", text), &spec()).unwrap();
        let good = outcome.text("receipt_id").iter().filter(|r| r.starts_with("GOOD")).count();
        prop_assert_eq!(good, bad.len());
    }

    #[test]
    fn any_bytes_give_rows_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400), start in 0..5_usize) {
        let starts: [&[u8]; 5] = [b"", b"PK\x03\x04", b"PAR1", b"\x1f\x8b\x08\0", b"{\"receipt_id\":"];
        let content = [starts[start], &bytes].concat();
        let folder = Folder::new();
        let _ = import(&folder.write("t.csv", content), &spec());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn files_with_damaged_bytes_never_crash(damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let folder = Folder::new();
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| ()));
        let sheet = folder.path("t.xlsx");
        let mut workbook = rust_xlsxwriter::Workbook::new();
        let csv = sample_csv(Kind::Inventory);
        for (i, line) in csv.lines().enumerate() {
            workbook.worksheet_from_index(0).map(|_| ()).unwrap_or_else(|_| { workbook.add_worksheet(); });
            workbook.worksheet_from_index(0).unwrap().write_row(i as u32, 0, line.split(',')).unwrap();
        }
        workbook.save(&sheet).unwrap();
        let table = folder.path("t.parquet");
        let (names, row) = csv.split_once('\n').unwrap();
        let columns = names.split(',').zip(row.trim().split(','));
        parquet(&table, columns.map(|(n, v)| (n, std::sync::Arc::new(arrow::array::StringArray::from(vec![v])) as _)).collect());
        let packed = gzip(csv.as_bytes());
        for content in [std::fs::read(&sheet).unwrap(), std::fs::read(&table).unwrap(), packed] {
            let mut content = content;
            for (index, byte) in &damage {
                let at = index.index(content.len());
                content[at] = *byte;
            }
            let _ = import(&folder.write("t.bin", content), &ImportSpec::preset(Kind::Inventory, "native"));
        }
        std::panic::set_hook(hook);
    }
}
