//! Imports that people think again about: replays that help nobody, files read twice, imports taken back, files
//! that did not come to their end.

use super::*;

const HEADER: &str =
    "receipt_id,happened_at,product_id,description,quantity,unit_price,customer_id\n";
const IN_EURO: &[&str] = &["--as", "orders", "--currency", "EUR"];

fn good(rows: u32) -> String {
    let line = |n: u32| format!("R{n},2024-03-{:02} 10:00:00,A,Mug,1,2.50,C1\n", n % 28 + 1);
    HEADER.to_string() + &(1..=rows).map(line).collect::<String>()
}

fn written(folder: &Path, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, text).unwrap();
    file
}

/// A command of a project that must go well.
fn of(shop: &Path, args: &[&str]) -> Value {
    json(&[args, &["--project", shop.to_str().unwrap()]].concat())
}

/// A command that must fail: its exit code and what it said.
fn refused(shop: &Path, args: &[&str]) -> (Option<i32>, String) {
    let done = tessera(&[args, &["--project", shop.to_str().unwrap()]].concat());
    let told = String::from_utf8_lossy(&done.stderr).to_string();
    assert!(!done.status.success(), "{args:?} went well");
    (done.status.code(), told)
}

fn orders(feeds: &Value) -> Value {
    let feeds = feeds["feeds"].as_array().unwrap();
    let orders = feeds.iter().find(|feed| feed["kind"] == "orders");
    orders.unwrap().clone()
}

fn counts(done: &Value) -> [i64; 4] {
    ["read", "loaded", "duplicate", "quarantined"].map(|name| done[name].as_i64().unwrap())
}

#[test]
fn a_replay_that_helps_nobody_changes_nothing_but_the_reasons() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let bad =
        "R98,2024-03-30 10:00:00,A,Mug,many,2.50,C1\nR99,31/03/2024 10:00:00,A,Mug,1,2.50,C1\n";
    let file = written(folder.path(), "mixed.csv", good(20) + bad);
    assert_eq!(counts(&import(&shop, &file, IN_EURO)), [22, 20, 0, 2]);
    for _ in 0..2 {
        let replay = of(&shop, &["quarantine", "replay"]);
        assert_eq!(counts(&replay), [2, 0, 0, 2]);
    }
    assert_eq!(of(&shop, &["imports", "list"])["total"], 1);
    let waiting = of(&shop, &["quarantine", "list"]);
    assert_eq!(waiting["total"], 2, "{waiting}");

    let mend = ["quarantine", "replay", "--date-format", "%d/%m/%Y %H:%M:%S"];
    assert_eq!(counts(&of(&shop, &mend)), [2, 1, 0, 1]);
    let waiting = of(&shop, &["quarantine", "list"]);
    assert_eq!(waiting["total"], 1);
    assert_eq!(waiting["rows"][0]["file"], "mixed.csv");
    assert_eq!(waiting["rows"][0]["column"], "quantity", "{waiting}");
    let imports = of(&shop, &["imports", "list"]);
    assert_eq!(imports["rows"][0]["file"], "mixed.csv (replay)");
    assert_eq!(
        imports["rows"][0]["replay_of"],
        imports["rows"][1]["import_id"]
    );

    let feed = orders(&of(&shop, &["quality"]));
    let sums = ["rows_read", "loaded", "quarantined"].map(|name| feed[name].as_i64().unwrap());
    assert_eq!(sums, [22, 21, 1]);
    let (code, told) = refused(&shop, &["quarantine", "drop", "--reason", "typed wrongly"]);
    assert_eq!(code, Some(2), "one import or all must be named: {told}");
    let drop = ["quarantine", "drop", "--all", "--reason", "typed wrongly"];
    assert_eq!(of(&shop, &drop)["rows"], 1);
    assert_eq!(of(&shop, &["quarantine", "list"])["total"], 0);
    assert_eq!(
        of(&shop, &["quarantine", "list", "--state", "any"])["total"],
        2
    );
}

#[test]
fn a_broken_file_read_twice_holds_its_rows_once() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let bad = "R98,2024-03-30 10:00:00,A,Mug,many,2.50,C1\n";
    let file = written(folder.path(), "mixed.csv", good(20) + bad);
    for loaded in [20, 0] {
        let done = counts(&import(&shop, &file, IN_EURO));
        assert_eq!(done, [21, loaded, 20 - loaded, 1]);
    }
    assert_eq!(of(&shop, &["quarantine", "list"])["total"], 1);
    let past = of(&shop, &["quarantine", "list", "--state", "superseded"]);
    assert_eq!(past["total"], 1);
}

#[test]
fn a_file_counts_once_whatever_its_options_and_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let file = written(folder.path(), "sales.csv", good(20));
    let wrong = ["--as", "orders", "--currency", "USD"];
    let first = import(&shop, &file, &wrong)["files"][0]["import_id"].clone();
    let place = file.to_str().unwrap();
    let (code, told) = refused(&shop, &[&["import", place], IN_EURO].concat());
    assert_eq!(code, Some(1));
    assert!(told.contains("currency = USD (now EUR)"), "{told}");
    assert!(told.contains("tessera imports withdraw"), "{told}");
    let lines = || sql(&shop, "select count(*), min(currency) from order_lines");
    assert_eq!(lines(), serde_json::json!([20, "USD"]));
    let known = "select to_char(max(known_at), '%Y-%m-%dT%H:%M:%S%.6fZ') from order_lines";
    let then = sql(&shop, known)[0].as_str().unwrap().to_string();

    let first = first.as_str().unwrap();
    let back = ["imports", "withdraw", first, "--reason", "it was in euro"];
    assert_eq!(of(&shop, &back)["rows"], 20);
    assert_eq!(lines()[0], 0);
    let (code, told) = refused(&shop, &back);
    assert!(code == Some(1) && told.contains("before"), "{told}");
    assert_eq!(counts(&import(&shop, &file, IN_EURO)), [20, 20, 0, 0]);
    assert_eq!(lines(), serde_json::json!([20, "EUR"]));
    let asked = "select count(*), min(currency) from order_lines";
    let past = of(&shop, &["sql", asked, "--as-of", &then]);
    assert_eq!(
        past["rows"][0],
        serde_json::json!([20, "USD"]),
        "as of {then}"
    );
    let feed = orders(&of(&shop, &["quality"]));
    assert_eq!(
        (&feed["rows_read"], &feed["loaded"]),
        (&20.into(), &20.into())
    );
    assert_eq!(of(&shop, &["audit", "verify"])["intact"], true);
}

#[test]
fn the_same_sales_in_another_form_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let file = written(folder.path(), "till.csv", good(20));
    let first = import(&shop, &file, IN_EURO);
    assert_eq!(first["files"][0]["warnings"], serde_json::json!([]));
    let other = good(20)
        .replace(",description", ",note")
        .replace(",Mug", ",");
    let file = written(folder.path(), "shop.csv", other);
    let done = import(&shop, &file, IN_EURO);
    assert_eq!(counts(&done), [20, 20, 0, 0]);
    let told = done["files"][0]["warnings"][0].as_str().unwrap();
    assert!(
        told.starts_with("20 receipts have lines from another file"),
        "{told}"
    );
    let listed = of(&shop, &["imports", "list"]);
    assert_eq!(listed["rows"][0]["message"], told);
    // A column that no field takes is named, not dropped without a word.
    let choices = done["files"][0]["choices"].to_string();
    assert!(choices.contains("columns not read"), "{choices}");
}

#[test]
fn amounts_of_two_currencies_are_told_and_not_added_up() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    import(&shop, &written(folder.path(), "a.csv", good(20)), IN_EURO);
    let pounds = good(5).replace("R", "P");
    let file = written(folder.path(), "b.csv", pounds);
    let done = import(&shop, &file, &["--as", "orders", "--currency", "GBP"]);
    let told = done["files"][0]["warnings"].to_string();
    assert!(told.contains("the receipts are in EUR and GBP"), "{told}");
    let (code, told) = refused(&shop, &["run"]);
    assert!(code == Some(1) && told.contains("currenc"), "{told}");
}

#[test]
fn lines_of_one_number_that_differ_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let text = "receipt_id,line_no,happened_at,product_id,quantity,unit_price\n\
                R1,1,2024-03-01 10:00:00,A,1,2.50\nR1,1,2024-03-01 10:00:00,B,4,9.99\n\
                R1,2,2024-03-01 10:00:00,A,1,2.50\nR1,2,2024-03-01 10:00:00,A,1,2.50\n";
    let done = import(&shop, &written(folder.path(), "lines.csv", text), IN_EURO);
    assert_eq!(counts(&done), [4, 2, 2, 0]);
    let told = done["files"][0]["warnings"].to_string();
    assert!(
        told.contains("1 row has the number of a row before it"),
        "{told}"
    );
}

#[test]
fn a_file_without_its_end_keeps_the_stages_from_running() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let mut whole = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    whole.write_all(good(20_000).as_bytes()).unwrap();
    let whole = whole.finish().unwrap();
    let cut = written(folder.path(), "sales.csv.gz", &whole[..whole.len() / 2]);
    let place = cut.to_str().unwrap();
    let (code, _) = refused(&shop, &[&["import", place], IN_EURO].concat());
    assert_eq!(code, Some(1));
    let (code, told) = refused(&shop, &["run"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("unfinished_max"), "{told}");
    let (code, told) = refused(&shop, &["quality"]);
    assert!(code == Some(1) && told.contains("orders"), "{told}");
    // The whole file under the same name holds every row of the part.
    written(folder.path(), "sales.csv.gz", &whole);
    import(&shop, &cut, IN_EURO);
    let gate = orders(&of(&shop, &["quality"]))["gate"].clone();
    assert_eq!(gate["passed"], true, "{gate}");
}

#[test]
fn rows_of_the_future_make_no_feed_young() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let far = "R99,2099-03-30 10:00:00,A,Mug,1,2.50,C1\n";
    let file = written(folder.path(), "sales.csv", good(20) + far);
    assert_eq!(counts(&import(&shop, &file, IN_EURO)), [21, 21, 0, 0]);
    let done = tessera(&["quality", "--json", "--project", shop.to_str().unwrap()]);
    assert_eq!(done.status.code(), Some(1));
    let feed = orders(&serde_json::from_slice(&done.stdout).unwrap());
    assert!(
        feed["last_happened_at"]
            .as_str()
            .unwrap()
            .starts_with("2024-03")
    );
    assert!(feed["days_since_last"].as_i64().unwrap() > 0, "{feed}");
    let told = feed["gate"]["sentence"].as_str().unwrap();
    assert!(told.contains("future_share_max"), "{told}");
    of(&shop, &["quality", "--set", "orders.future_share_max=0.1"]);
    of(&shop, &["quality"]);
}

/// A list read anew replaces the one before, and taken back gives that back.
#[test]
fn the_list_before_counts_again_when_the_newest_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let list = |price: &str| format!("product_id,name,department\nA,Mug,{price}\nB,Cup,{price}\n");
    let kind = ["--as", "products"];
    import(
        &shop,
        &written(folder.path(), "spring.csv", list("Kitchen")),
        &kind,
    );
    let autumn = written(folder.path(), "autumn.csv", list("Gifts"));
    let id = import(&shop, &autumn, &kind)["files"][0]["import_id"].clone();
    let departments = || {
        let asked = "select count(*), min(category_1), max(category_1) from current_products";
        sql(&shop, asked)
    };
    assert_eq!(departments(), serde_json::json!([2, "Gifts", "Gifts"]));
    let back = [
        "imports",
        "withdraw",
        id.as_str().unwrap(),
        "--reason",
        "not yet",
    ];
    assert_eq!(of(&shop, &back)["rows"], 2);
    assert_eq!(departments(), serde_json::json!([2, "Kitchen", "Kitchen"]));
    assert_eq!(counts(&import(&shop, &autumn, &kind)), [2, 2, 0, 0]);
    assert_eq!(departments()[1], "Gifts");
}

#[test]
fn a_file_at_which_someone_is_at_work_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let bad = "R99,31/03/2024 10:00:00,A,Mug,1,2.50,C1\n";
    let file = written(folder.path(), "mixed.csv", good(20) + bad);
    let as_written = [IN_EURO, &["--date-format", "%Y-%m-%d %H:%M:%S"]].concat();
    import(&shop, &file, &as_written);
    let other = written(folder.path(), "other.csv", HEADER.to_string() + bad);
    import(&shop, &other, &as_written);
    let rows = of(&shop, &["imports", "list"])["rows"].clone();
    let other = rows[0]["import_id"].as_str().unwrap();
    let locks = std::fs::read_dir(shop.join("locks")).unwrap();
    let locks = locks.map(|entry| entry.unwrap().path());
    let of_imports: Vec<_> = locks
        .filter(|path| path.to_string_lossy().contains("import-"))
        .collect();
    assert_eq!(of_imports.len(), 2);
    let held: Vec<_> = of_imports
        .iter()
        .map(|path| std::fs::File::open(path).unwrap())
        .collect();
    held.iter().for_each(|file| file.try_lock().unwrap());
    let mend = ["quarantine", "replay", "--date-format", "%d/%m/%Y %H:%M:%S"];
    let (code, told) = refused(&shop, &mend);
    assert_eq!(code, Some(1));
    assert!(told.contains("at the moment"), "{told}");
    let give_up = ["quarantine", "drop", "--import", other, "--reason", "late"];
    let (code, told) = refused(&shop, &give_up);
    assert!(code == Some(1) && told.contains("at the moment"), "{told}");
    // One of two: the other's rows are read, and it is said that these were not.
    held[0].unlock().unwrap();
    let (code, told) = refused(&shop, &mend);
    assert_eq!(code, Some(1));
    assert!(told.contains("rows that were not tried"), "{told}");
    held[1].unlock().unwrap();
    of(&shop, &mend);
    assert_eq!(of(&shop, &["quarantine", "list"])["total"], 0);
}

/// Killed wherever it is, a replay loads each row once in the end, true repeats as often as they are written.
#[test]
fn a_replay_killed_at_any_point_loads_each_row_once() {
    let folder = tempfile::tempdir().unwrap();
    let held = |n: u32| format!("H{n},31/03/2024 10:00:00,A,Mug,1,2.50,C1\n").repeat(2);
    let text = good(20) + &(0..1_500).map(held).collect::<String>();
    let file = written(folder.path(), "mixed.csv", text);
    let (mut killed, mut span) = (0, std::time::Duration::from_millis(600));
    for point in 0..8_u32 {
        let shop = project(&folder.path().join(format!("killed-{point}")));
        let loaded = import(
            &shop,
            &file,
            &[IN_EURO, &["--date-format", "%Y-%m-%d %H:%M:%S"]].concat(),
        );
        assert_eq!(counts(&loaded), [3_020, 20, 0, 3_000]);
        let place = ["--project", shop.to_str().unwrap()];
        let mend = ["quarantine", "replay", "--date-format", "%d/%m/%Y %H:%M:%S"];
        let mut running = Command::new(env!("CARGO_BIN_EXE_tessera"))
            .args([&mend[..], &place[..]].concat())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(span.mul_f64(0.1 + 0.11 * f64::from(point)));
        match running.try_wait().unwrap() {
            None => killed += 1,
            Some(_) => span = span.mul_f64(0.7),
        }
        running.kill().unwrap();
        running.wait().unwrap();
        of(&shop, &mend);
        assert_eq!(
            of(&shop, &["quarantine", "list"])["total"],
            0,
            "killed at point {point}"
        );
        let told_apart =
            "select count(*) from (select distinct receipt_key, line_key from order_lines)";
        for asked in ["select count(*) from order_lines", told_apart] {
            assert_eq!(
                sql(&shop, asked)[0],
                3_020,
                "killed at point {point}: {asked}"
            );
        }
        let feed = orders(&of(
            &shop,
            &["quality", "--set", "orders.customer_share_min=0"],
        ));
        let sums = ["rows_read", "loaded", "duplicate", "quarantined"];
        let sums = sums.map(|name| feed[name].as_i64().unwrap());
        assert_eq!(sums, [3_020, 3_020, 0, 0], "killed at point {point}");
    }
    assert!(
        killed >= 3,
        "only {killed} replays were still running when killed"
    );
}
