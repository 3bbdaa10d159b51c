//! Imports through the program: kills, overlaps, bad rows, gates.

use super::*;

#[test]
fn an_import_killed_at_twenty_points_equals_an_undisturbed_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = head(folder.path(), 60_000);
    let calm = project(&folder.path().join("calm"));
    let started = std::time::Instant::now();
    let whole = import(&calm, &file, ORDERS);
    let mut span = started.elapsed();
    let mut expect = sql(&calm, SUMS);
    assert_eq!(expect[0], 60_000);
    let mut killed = 0;
    for point in 0..20_u64 {
        let shop = project(&folder.path().join(format!("killed-{point}")));
        let mut running = Command::new(env!("CARGO_BIN_EXE_tessera"))
            .args([
                "import",
                file.to_str().unwrap(),
                "--project",
                shop.to_str().unwrap(),
            ])
            .args(ORDERS)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Twenty points spread over the time that an import takes; other tests take the machine's time as well,
        // so that a later import may be the faster one.
        std::thread::sleep(span.mul_f64(0.02 + 0.045 * point as f64));
        match running.try_wait().unwrap() {
            None => killed += 1,
            Some(_) => span = span.mul_f64(0.7),
        }
        // SIGKILL: nothing of the program runs any more.
        running.kill().unwrap();
        running.wait().unwrap();
        let resumed = import(&shop, &file, ORDERS);
        let got = sql(&shop, SUMS);
        // Row identities rest on each project's own secret.
        for own in [5, 6] {
            expect[own] = got[own].clone();
        }
        assert_eq!(got, expect, "killed at point {point}");
        assert_eq!(resumed["read"], whole["read"], "killed at point {point}");
        let kept = resumed["loaded"].as_i64().unwrap() + resumed["duplicate"].as_i64().unwrap();
        assert_eq!(kept + resumed["quarantined"].as_i64().unwrap(), 60_000);
        let again = import(&shop, &file, ORDERS);
        assert_eq!(again["loaded"], 0, "killed at point {point}");
    }
    assert!(
        killed >= 10,
        "only {killed} imports were still running when killed"
    );
}

#[test]
fn overlapping_exports_count_no_line_twice_and_keep_true_repeats() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let header = "receipt_id,happened_at,product_id,quantity,unit_price,customer_id\n";
    let line = |receipt: u32, product: &str| {
        format!("R{receipt},2024-03-0{receipt} 10:00:00,{product},1,2.50,C1\n")
    };
    // Two equal lines on receipt 1 are two sold units.
    let march = header.to_string() + &line(1, "A") + &line(1, "A") + &line(2, "B");
    let april = header.to_string() + &line(2, "B") + &line(3, "C");
    for (name, text, loaded, duplicate) in [("march", march, 3, 0), ("april", april, 1, 1)] {
        let file = folder.path().join(format!("{name}.csv"));
        std::fs::write(&file, text).unwrap();
        let done = import(
            &shop,
            &file,
            &["--as", "orders", "--currency", "EUR", "--source", "pos"],
        );
        assert_eq!(
            (&done["loaded"], &done["duplicate"]),
            (&loaded.into(), &duplicate.into()),
            "{name}"
        );
    }
    assert_eq!(sql(&shop, "select count(*) from order_lines")[0], 4);
}

#[test]
fn bad_rows_are_held_back_and_load_after_a_fix() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let mut text =
        String::from("receipt_id,happened_at,product_id,quantity,unit_price,customer_id\n");
    for day in 1..=20 {
        text.push_str(&format!("R{day},2024-03-{day:02} 10:00:00,A,1,2.50,C1\n"));
    }
    text.push_str("R21,31/03/2024 10:00,A,1,2.50,C1\nR22,2024-03-30 10:00:00,A,many,2.50,C1\n");
    let file = folder.path().join("mixed.csv");
    std::fs::write(&file, text).unwrap();
    let done = import(
        &shop,
        &file,
        &[
            "--as",
            "orders",
            "--currency",
            "EUR",
            "--date-format",
            "%Y-%m-%d %H:%M:%S",
        ],
    );
    assert_eq!(
        (&done["read"], &done["loaded"], &done["quarantined"]),
        (&22.into(), &20.into(), &2.into())
    );
    let shown = shop.to_str().unwrap();
    let held = json(&["quarantine", "list", "--project", shown]);
    let rows = held["rows"].as_array().unwrap();
    let by = |column: &str| {
        rows.iter()
            .find(|row| row["column"] == column)
            .unwrap_or_else(|| panic!("{held}"))
    };
    assert_eq!(by("happened_at")["value"], "31/03/2024 10:00");
    assert_eq!(by("quantity")["value"], "many");
    let again = json(&[
        "quarantine",
        "replay",
        "--date-format",
        "%d/%m/%Y %H:%M",
        "--project",
        shown,
    ]);
    assert_eq!(
        (&again["read"], &again["loaded"], &again["quarantined"]),
        (&2.into(), &1.into(), &1.into())
    );
    assert_eq!(sql(&shop, "select count(*) from order_lines")[0], 21);
}

#[test]
fn a_stage_refuses_a_feed_below_its_limits_and_says_which() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let shown = shop.to_str().unwrap();
    let file = head(folder.path(), 2_000);
    import(&shop, &file, ORDERS);
    json(&[
        "quality",
        "--set",
        "orders.customer_share_min=0.999",
        "--reason",
        "a strict limit",
        "--project",
        shown,
    ]);
    let refused = tessera(&["run", "--project", shown]);
    let told = String::from_utf8_lossy(&refused.stderr).to_string();
    assert_eq!(refused.status.code(), Some(1), "{told}");
    assert!(
        told.contains("share of lines with a customer") && told.contains("0.999"),
        "{told}"
    );
    json(&[
        "quality",
        "--set",
        "orders.customer_share_min=0.1",
        "--project",
        shown,
    ]);
    json(&["run", "--clusters", "3", "--project", shown]);
    let verdict = json(&["audit", "verify", "--project", shown]);
    assert_eq!(verdict["intact"], true);
}

/// Two equal lines of one receipt, of which one was written so that it could not be read, are two sold units.
#[test]
fn a_replayed_row_that_equals_a_loaded_one_is_a_true_repeat() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let mut text =
        String::from("receipt_id,happened_at,product_id,quantity,unit_price,customer_id\n");
    for day in 1..=9 {
        text.push_str(&format!("R{day},2024-03-0{day} 10:00:00,A,1,2.50,C1\n"));
    }
    text.push_str("R1,01/03/2024 10:00:00,A,1,2.50,C1\nR1,01/03/2024 10:00:00,A,1,2.50,C1\n");
    let file = folder.path().join("twice.csv");
    std::fs::write(&file, text).unwrap();
    let format = ["--date-format", "%Y-%m-%d %H:%M:%S"];
    let orders = ["--as", "orders", "--currency", "EUR"];
    let done = import(&shop, &file, &[&orders[..], &format[..]].concat());
    assert_eq!(
        (&done["loaded"], &done["quarantined"]),
        (&9.into(), &2.into())
    );
    let place = ["--project", shop.to_str().unwrap()];
    let mended = ["quarantine", "replay", "--date-format", "%d/%m/%Y %H:%M:%S"];
    let again = json(&[&mended[..], &place[..]].concat());
    assert_eq!(
        (&again["loaded"], &again["duplicate"]),
        (&2.into(), &0.into()),
        "{again}"
    );
    let units = sql(
        &shop,
        "select sum(quantity) from order_lines where receipt_id = 'R1'",
    );
    assert_eq!(units[0], "3.0000");
    let feeds = json(&[&["quality"], &place[..]].concat());
    let orders = feeds["feeds"]
        .as_array()
        .unwrap()
        .iter()
        .find(|feed| feed["kind"] == "orders");
    let of = |name: &str| orders.unwrap()[name].as_i64().unwrap();
    assert_eq!(
        [of("rows_read"), of("loaded"), of("quarantined")],
        [11, 11, 0]
    );
}

/// Lines with numbers of their own, in one file and over two, with a stop between: each is loaded once.
#[test]
fn numbered_lines_load_once_within_and_across_files() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let line = |n: u32| format!("R{},{},2024-03-05 10:00:00,A,1,2.50,C1\n", n / 4, n % 4);
    let lines = |range: std::ops::Range<u32>| range.map(line).collect::<String>();
    let header = "receipt_id,line_no,happened_at,product_id,quantity,unit_price,customer_id\n";
    // A line of the first part comes again in the third, and one twice in the last.
    let text =
        header.to_string() + &lines(0..12_000) + &line(7) + &lines(12_000..12_010) + &line(12_009);
    let loads = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        let done = import(&shop, &file, &["--as", "orders", "--currency", "EUR"]);
        ["read", "loaded", "duplicate"].map(|count| done[count].as_i64().unwrap())
    };
    assert_eq!(loads("first.csv", &text), [12_012, 12_010, 2]);
    let more = header.to_string() + &lines(11_990..12_030);
    assert_eq!(loads("more.csv", &more), [40, 20, 20]);
    assert_eq!(
        sql(
            &shop,
            "select count(*), count(distinct line_key) from order_lines"
        )[0],
        12_030
    );
}
