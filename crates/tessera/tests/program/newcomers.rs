//! Newcomers through the real program: shops without sales are placed by what they are more often right than by the
//! largest cluster, planned, and there with their first run; a weight of nothing is no attribute.

use super::workbench::{clusters, segment};
use super::*;
use std::collections::BTreeMap;

/// A chain of shops in files.
fn made(folder: &Path) -> PathBuf {
    let files = folder.join("files");
    let size = [
        "--customers",
        "1500",
        "--stores",
        "40",
        "--products",
        "400",
        "--orders",
        "20000",
        "--seed",
        "5",
    ];
    json(&[&["synth", files.to_str().unwrap()], &size[..]].concat());
    files
}

/// The receipts of some shops and those of the others, in two files.
fn parted(files: &Path, hidden: &[String]) -> (PathBuf, PathBuf) {
    let text = std::fs::read_to_string(files.join("orders.csv")).unwrap();
    let mut lines = text.lines();
    let head = lines.next().unwrap();
    let of_hidden = |line: &&str| hidden.iter().any(|id| line.contains(&format!(",{id},")));
    let (late, early): (Vec<&str>, Vec<&str>) = lines.partition(of_hidden);
    assert!(!late.is_empty());
    let write = |name: &str, lines: Vec<&str>| {
        let path = files.join(name);
        std::fs::write(&path, format!("{head}\n{}\n", lines.join("\n"))).unwrap();
        path
    };
    (write("early.csv", early), write("late.csv", late))
}

/// Imports a later version of the shops, each cell as `change` leaves it.
fn changed<'a>(
    shop: &Path,
    files: &Path,
    change: impl Fn(&str, &mut std::collections::HashMap<&'a str, &'a str>),
) {
    let text = std::fs::read_to_string(files.join("stores.csv")).unwrap();
    // Nothing is quoted, so that a comma always parts two cells.
    assert!(!text.contains('"'));
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let mut later = vec![head.join(",")];
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let mut new = std::collections::HashMap::new();
        change(cells[0], &mut new);
        let named = head.iter().zip(&cells);
        let each = named.map(|(name, cell)| new.get(*name).unwrap_or(cell).to_string());
        later.push(each.collect::<Vec<_>>().join(","));
    }
    let path = files.join("stores-later.csv");
    std::fs::write(&path, later.join("\n") + "\n").unwrap();
    import(shop, &path, &["--as", "stores", "--preset", "native"]);
}

/// A day so many days before the one that a run describes.
fn days_before(shop: &Path, told: &Value, days: u32) -> String {
    let day = &told["as_of"].as_str().unwrap()[..10];
    let query = format!("select cast(date '{day}' - interval '{days} days' as date)");
    sql(shop, &query)[0].as_str().unwrap()[..10].to_string()
}

fn rows(told: &Value) -> &Vec<Value> {
    told["rows"].as_array().unwrap()
}

fn of<'a>(told: &'a Value, member: &str) -> &'a Value {
    let found = rows(told).iter().find(|row| row["member"] == member);
    found.unwrap_or_else(|| panic!("{member} is no newcomer: {told}"))
}

/// Shops in a project without the receipts of the hidden ones, clustered.
fn chain(folder: &Path, files: &Path, orders: &Path) -> PathBuf {
    let shop = folder.join("shop");
    json(&["new", shop.to_str().unwrap()]);
    for kind in ["products", "stores", "customers"] {
        import(
            &shop,
            &files.join(format!("{kind}.csv")),
            &["--as", kind, "--preset", "native"],
        );
    }
    import(&shop, orders, &["--as", "orders", "--preset", "native"]);
    segment(
        &shop,
        &["recipe", "shops", "--template", "stores-by-sales-mix"],
    );
    segment(&shop, &["fit", "shops", "--clusters", "4"]);
    shop
}

#[test]
fn a_shop_without_sales_is_placed_planned_and_there_with_its_first_run() {
    let folder = tempfile::tempdir().unwrap();
    let files = made(folder.path());
    let hidden: Vec<String> = (3..40)
        .step_by(4)
        .map(|place| format!("S{place:04}"))
        .collect();
    let (early, late) = parted(&files, &hidden);
    let shop = chain(folder.path(), &files, &early);
    let known = clusters(&shop, "shops");

    // Who has no sales is listed with the reason, with shops like it that have some, and placed.
    let told = segment(&shop, &["newcomers", "shops"]);
    let without: Vec<&Value> = rows(&told)
        .iter()
        .filter(|row| row["in_run"] == false)
        .collect();
    assert!(without.len() >= 6, "{told}");
    for row in &without {
        let member = row["member"].as_str().unwrap();
        assert!(hidden.iter().any(|id| id == member) && !known.contains_key(member));
        assert!(row["thin"].to_string().contains("no sales yet"), "{row}");
        let likes = row["likes"].as_array().unwrap();
        assert_eq!(likes.len(), 5);
        for like in likes {
            assert_eq!(
                known[like["member"].as_str().unwrap()],
                like["cluster"].as_i64().unwrap()
            );
        }
        assert!(
            likes
                .windows(2)
                .all(|two| two[0]["similarity"].as_f64() >= two[1]["similarity"].as_f64())
        );
        assert!(!row["reasons"].as_array().unwrap().is_empty());
    }
    let proposed = |way: &str| {
        let told = segment(&shop, &["newcomers", "shops", "--method", way]);
        let trials = told["trials"].as_array().unwrap().iter();
        let trial = trials.into_iter().find(|trial| trial["way"] == way);
        let accuracy = trial.unwrap()["accuracy"].as_f64().unwrap();
        let each = rows(&told).iter().filter(|row| row["in_run"] == false);
        let each = each.map(|row| {
            let member = row["member"].as_str().unwrap().to_string();
            (member, row["proposed"]["cluster"].as_i64().unwrap())
        });
        (each.collect::<BTreeMap<String, i64>>(), accuracy)
    };
    let ways = ["auto", "largest"].map(|way| match way {
        "auto" => proposed(told["way"].as_str().unwrap()),
        way => proposed(way),
    });

    // It is no member that could be moved, and who tries is told what to do instead.
    let absent = without[0]["member"].as_str().unwrap();
    let (code, said) = super::history::refused(&shop, &["move", "shops", absent, "--to", "1"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("in the feed and not in this run"), "{said}");

    // Planned: nobody moves now, and the plan is shown.
    let row = without[0];
    let member = row["member"].as_str().unwrap();
    let to = row["proposed"]["cluster"].to_string();
    let cost = segment(&shop, &["place", "shops", member, "--to", &to, "--dry-run"]);
    assert_eq!(cost["moved"], 0);
    assert!(
        cost["sentence"].as_str().unwrap().contains("planned"),
        "{cost}"
    );
    segment(
        &shop,
        &[
            "place",
            "shops",
            member,
            "--to",
            &to,
            "--reason",
            "opens in May",
        ],
    );
    assert_eq!(clusters(&shop, "shops"), known);
    let told = segment(&shop, &["newcomers", "shops"]);
    assert_eq!(of(&told, member)["planned"]["cluster"].to_string(), to);
    let shown = segment(&shop, &["show", "shops"]);
    assert_eq!(shown["conflicts"], serde_json::json!([]));
    // A shop that nobody knows cannot be planned, a live run may be planned for.
    let wrong = [
        "segment",
        "place",
        "shops",
        "S9999",
        "--to",
        &to,
        "--project",
        shop.to_str().unwrap(),
    ];
    let refused = tessera(&wrong);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("S9999"));
    segment(&shop, &["publish", "shops"]);
    let other = without[1]["member"].as_str().unwrap();
    segment(
        &shop,
        &["place", "shops", other, "--to", &to, "--run", "live"],
    );

    // With its first sales the next run has it where it was planned.
    import(&shop, &late, &["--as", "orders", "--preset", "native"]);
    let told = segment(&shop, &["newcomers", "shops"]);
    assert!(
        of(&told, member)["thin"]
            .to_string()
            .contains("run it again"),
        "{told}"
    );
    let ran = segment(&shop, &["fit", "shops", "--clusters", "4"]);
    assert_eq!(ran["conflicts"], serde_json::json!([]));
    let now = clusters(&shop, "shops");
    assert_eq!(
        (now[member].to_string(), now[other].to_string()),
        (to.clone(), to)
    );
    let why = segment(&shop, &["explain", "shops", member]);
    assert_eq!(why["member"]["pinned"], true);
    assert_eq!(why["hands"][0]["kind"], "place");
    // What is known of shops said better than the largest cluster where their own sales put them.
    let page = segment(&shop, &["members", "shops", "--limit", "1000"]);
    let found = rows(&page).iter().map(|row| {
        let found = row["found"].as_i64().or(row["cluster"].as_i64());
        (row["member"].as_str().unwrap(), found.unwrap())
    });
    let found: BTreeMap<&str, i64> = found.collect();
    let right = ways.each_ref().map(|(places, accuracy)| {
        let right = places
            .iter()
            .filter(|(id, cluster)| found.get(id.as_str()) == Some(*cluster));
        (right.count(), *accuracy)
    });
    let [auto, largest] = right;
    assert!(auto.0 > largest.0 && auto.1 > largest.1, "{right:?}");
}

#[test]
fn a_shop_opened_lately_is_thin_and_a_weight_of_nothing_is_no_attribute() {
    let folder = tempfile::tempdir().unwrap();
    let files = made(folder.path());
    let shop = chain(folder.path(), &files, &files.join("orders.csv"));
    let before = segment(&shop, &["newcomers", "shops"]);
    let known = clusters(&shop, "shops");
    let member = known
        .keys()
        .find(|id| rows(&before).iter().all(|row| row["member"] != **id))
        .unwrap();
    assert_eq!(before["total"], rows(&before).len());

    // A new version of the shops: one opened ten days before, and nobody's area is known any more.
    let opened = days_before(&shop, &before, 10);
    let ask = [
        "newcomers",
        "shops",
        "--method",
        "like",
        "--days",
        "0",
        "--receipts",
        "200",
    ];
    let dropped = segment(&shop, &[&ask[..], &["--weight", "area_m2=0"]].concat());
    let counted = segment(&shop, &ask);
    changed(&shop, &files, |id, cells| {
        cells.insert("area_m2", "");
        if id == member {
            cells.insert("opened_on", &opened);
        }
    });

    let told = segment(&shop, &["newcomers", "shops"]);
    let row = of(&told, member);
    assert!(
        row["thin"].to_string().contains("opened 10 days before"),
        "{row}"
    );
    assert_eq!(
        (row["in_run"].as_bool(), row["cluster"].as_i64()),
        (Some(true), Some(known[member]))
    );
    assert_eq!(
        told["settled"].as_u64().unwrap() + 1,
        before["settled"].as_u64().unwrap()
    );
    // The same answer whether an attribute has no weight or is not known; another where it counts.
    let unknown = segment(&shop, &ask);
    let places = |told: &Value| {
        let each = rows(told).iter();
        each.map(|row| {
            (
                row["member"].clone(),
                row["proposed"].clone(),
                row["likes"].clone(),
            )
        })
        .collect::<Vec<_>>()
    };
    assert!(rows(&unknown).len() >= 2, "{unknown}");
    assert_eq!(places(&dropped), places(&unknown));
    assert_eq!(dropped["trials"], unknown["trials"]);
    assert_ne!(places(&counted), places(&unknown));

    // Bars that nobody passes leave nothing to learn from, and say so.
    let all = segment(&shop, &["newcomers", "shops", "--receipts", "100000"]);
    assert_eq!(all["settled"], 0);
    assert!(all["notes"].to_string().contains("lower the bars"));
    for (args, word) in [
        (["--weight", "door=1"], "area_m2"),
        (["--weight", "format"], "format=2"),
        (["--days", "1000000"], "days"),
        (["--method", "luck"], "auto"),
    ] {
        let project = ["--project", shop.to_str().unwrap()];
        let wrong =
            tessera(&[&["segment", "newcomers", "shops"], &args[..], &project[..]].concat());
        assert_eq!(wrong.status.code(), Some(2), "{args:?}");
        assert!(
            String::from_utf8_lossy(&wrong.stderr).contains(word),
            "{args:?}"
        );
    }
}

#[test]
fn what_a_shop_sold_before_its_refit_counts_where_the_recipe_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let files = made(folder.path());
    let shop = chain(folder.path(), &files, &files.join("orders.csv"));
    let told = segment(&shop, &["newcomers", "shops"]);
    let refit = days_before(&shop, &told, 100);
    let page = segment(&shop, &["members", "shops", "--limit", "1000"]);
    let most = rows(&page).iter().filter(|row| row["label"].is_string());
    let most = most.max_by_key(|row| row["receipts"].as_u64()).unwrap();
    let member = most["member"].as_str().unwrap();
    changed(&shop, &files, |id, cells| {
        if id == member {
            cells.insert("refit_on", &refit);
        }
    });
    // A refit makes a history thin; a recipe that counts all still counts all.
    let told = segment(&shop, &["newcomers", "shops", "--days", "101"]);
    assert!(
        of(&told, member)["thin"]
            .to_string()
            .contains("refitted 100 days before"),
        "{told}"
    );
    let recipe = segment(&shop, &["recipe", "shops"]);
    let text = recipe["text"].as_str().unwrap();
    let path = files.join("since.toml");
    let since = text.replacen("months = 12", "months = 12\nsince_refit = true", 1);
    assert_ne!(since, text);
    std::fs::write(&path, since).unwrap();
    segment(&shop, &["fit", "shops", "--clusters", "4"]);
    let all = receipts(&shop);
    assert_eq!(all[member], most["receipts"].as_i64().unwrap());
    segment(&shop, &["recipe", "shops", path.to_str().unwrap()]);
    segment(&shop, &["fit", "shops", "--clusters", "4"]);
    let since = receipts(&shop);
    let counted = sql(
        &shop,
        &format!(
            "select count(distinct receipt_key) from sales where store_id = '{member}' \
             and happened_at >= timestamp '{refit}T00:00:00Z'"
        ),
    );
    assert_eq!(Some(since[member]), counted[0].as_i64());
    assert!(since[member] < all[member]);
    // Nobody else changed but those whose feed tells a refit within the year.
    let refits = sql(
        &shop,
        &format!(
            "select string_agg(store_id, ' ') from current_stores where refit_on > date '{}'",
            days_before(&shop, &told, 366)
        ),
    );
    let refits = refits[0].as_str().unwrap();
    assert!(refits.contains(member));
    for (id, count) in all.iter().filter(|(id, _)| !refits.contains(id.as_str())) {
        assert_eq!(since.get(id), Some(count), "{id}");
    }
}

/// Receipts of every shop in a run.
fn receipts(shop: &Path) -> BTreeMap<String, i64> {
    let page = segment(shop, &["members", "shops", "--limit", "1000"]);
    let each = rows(&page).iter().map(|row| {
        let member = row["member"].as_str().unwrap().to_string();
        (member, row["receipts"].as_i64().unwrap())
    });
    each.collect()
}
