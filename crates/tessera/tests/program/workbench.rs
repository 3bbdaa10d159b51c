//! The clustering workbench through the real program: recipes per category, cost before a change, changes that
//! the next run obeys, undoing, going live and back.

use super::history::refused;
use super::*;

/// The generated chain, imported, its customers in segments.
pub fn chain(folder: &Path) -> PathBuf {
    let files = folder.join("files");
    let size = [
        "--customers",
        "1200",
        "--stores",
        "24",
        "--products",
        "600",
        "--orders",
        "15000",
        "--seed",
        "7",
    ];
    json(&[&["synth", files.to_str().unwrap()], &size[..]].concat());
    let shop = folder.join("shop");
    json(&["new", shop.to_str().unwrap()]);
    for kind in ["products", "stores", "customers", "orders"] {
        import(
            &shop,
            &files.join(format!("{kind}.csv")),
            &["--as", kind, "--preset", "native"],
        );
    }
    json(&["run", "--project", shop.to_str().unwrap()]);
    shop
}

pub fn segment(shop: &Path, args: &[&str]) -> Value {
    json(&[&["segment"], args, &["--project", shop.to_str().unwrap()]].concat())
}

/// Member and cluster of every shop in a run.
pub fn clusters(shop: &Path, scheme: &str) -> std::collections::BTreeMap<String, i64> {
    let page = segment(shop, &["members", scheme, "--limit", "1000"]);
    let rows = page["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        (
            row["member"].as_str().unwrap().to_string(),
            row["cluster"].as_i64().unwrap(),
        )
    })
    .collect()
}

#[test]
fn a_shop_is_clustered_by_category_moved_at_a_known_cost_and_stays_there() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    for (scheme, category) in [("wine-stores", "Red Wine"), ("nappy-stores", "Nappies")] {
        let saved = segment(
            &shop,
            &[
                "recipe",
                scheme,
                "--template",
                "stores-for-category",
                "--category",
                category,
            ],
        );
        assert_eq!(saved["version"], 1);
        let ran = segment(&shop, &["fit", scheme, "--clusters", "3"]);
        assert_eq!(ran["clusters"], 3);
        assert_eq!(ran["conflicts"], serde_json::json!([]));
    }
    let (wine, nappies) = (
        clusters(&shop, "wine-stores"),
        clusters(&shop, "nappy-stores"),
    );
    // Some two shops are alike in wine and not in nappies: the schemes are no copies of each other.
    let both: Vec<&String> = wine.keys().filter(|id| nappies.contains_key(*id)).collect();
    let differ = both.iter().any(|a| {
        both.iter()
            .any(|b| (wine[*a] == wine[*b]) != (nappies[*a] == nappies[*b]))
    });
    assert!(differ, "{wine:?} {nappies:?}");

    // The cost is known before, and asking for it changes nothing.
    let (member, from) = wine.iter().next().unwrap();
    let to = wine
        .values()
        .find(|cluster| *cluster != from)
        .unwrap()
        .to_string();
    let cost = segment(
        &shop,
        &["move", "wine-stores", member, "--to", &to, "--dry-run"],
    );
    assert_eq!(cost["moved"], 1);
    assert!(cost["fit_after"].as_f64().unwrap() < cost["fit_before"].as_f64().unwrap());
    assert_eq!(clusters(&shop, "wine-stores"), wine);
    let searched = segment(&shop, &["show", "wine-stores"])["silhouette"].clone();
    let saved = segment(
        &shop,
        &[
            "move",
            "wine-stores",
            member,
            "--to",
            &to,
            "--reason",
            "new fit-out",
        ],
    );
    assert_eq!(saved["hand"]["cost"], cost);
    let moved = clusters(&shop, "wine-stores");
    assert_eq!(moved[member].to_string(), to);
    assert_eq!(
        moved
            .iter()
            .filter(|(id, cluster)| wine[*id] != **cluster)
            .count(),
        1
    );

    // The run is listed, and so ranked, by how it is now and not by how the search left it.
    let now = segment(&shop, &["show", "wine-stores"])["silhouette"].clone();
    assert_ne!(now, searched);
    let listed = segment(&shop, &["history", "wine-stores"])["scheme"]["scenarios"].clone();
    assert_eq!(listed[0]["silhouette"], now);

    // The next run obeys, and says who placed it there; undone, the one after is as the first.
    segment(&shop, &["fit", "wine-stores", "--clusters", "3"]);
    let again = clusters(&shop, "wine-stores");
    assert_eq!(again[member].to_string(), to);
    let why = segment(&shop, &["explain", "wine-stores", member]);
    assert_eq!(why["member"]["pinned"], true);
    assert_eq!(why["hands"][0]["reason"], "new fit-out");
    let sum = |key: &str| {
        why["reasons"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r[key].as_f64().unwrap())
            .sum::<f64>()
    };
    assert!((sum("own") - why["distance"].as_f64().unwrap().powi(2)).abs() < 1e-9);
    assert!((sum("second") - why["second_distance"].as_f64().unwrap().powi(2)).abs() < 1e-9);
    let seq = saved["hand"]["seq"].to_string();
    segment(&shop, &["undo", "wine-stores", &seq]);
    segment(&shop, &["fit", "wine-stores", "--clusters", "3"]);
    assert_eq!(clusters(&shop, "wine-stores"), wine);
}

#[test]
fn what_is_live_can_be_left_and_come_back_to_alike() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    segment(
        &shop,
        &["recipe", "shops", "--template", "stores-by-sales-mix"],
    );
    let first = segment(&shop, &["fit", "shops", "--clusters", "4"])["run_id"]
        .as_str()
        .unwrap()
        .to_string();
    segment(&shop, &["publish", "shops", "--run", &first]);
    let shown = |run: &str| {
        let mut board = segment(&shop, &["show", "shops", "--run", run]);
        // Who took the last step, and when, is not what the run found.
        board["scenario"] = Value::Null;
        board["shown"] = Value::Null;
        board["hands_version"] = Value::Null;
        board
    };
    let before = shown("live");
    // What is live is not changed: a new draft is, with a cluster made by hand.
    let on_live = tessera(&[
        "segment",
        "create",
        "shops",
        "Flagships",
        "--project",
        shop.to_str().unwrap(),
    ]);
    assert_eq!(on_live.status.code(), Some(1));
    // Nor is a cost told of what cannot be done there.
    let ids = clusters(&shop, "shops");
    let (member, own) = ids.iter().next().unwrap();
    let to = ids.values().find(|cluster| *cluster != own).unwrap();
    let to = to.to_string();
    let (code, told) = refused(&shop, &["move", "shops", member, "--to", &to, "--dry-run"]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("change a draft"), "{told}");
    segment(&shop, &["fit", "shops", "--clusters", "4"]);
    segment(&shop, &["create", "shops", "Flagships"]);
    let made = shown("newest")["empty"][0]["cluster"]
        .as_i64()
        .unwrap()
        .to_string();
    let all = clusters(&shop, "shops");
    let some: Vec<&str> = all.keys().take(2).map(String::as_str).collect();
    segment(&shop, &["move", "shops", some[0], "--to", &made]);
    // One member is no two clusters, and no change is kept that does nothing.
    for dry in [&["--dry-run"][..], &[]] {
        let (code, told) = refused(&shop, &[&["split", "shops", &made], dry].concat());
        assert_eq!(code, Some(2), "{told}");
        assert!(told.contains("cannot be split"), "{told}");
    }
    segment(&shop, &["move", "shops", some[1], "--to", &made]);
    // Nor can those be parted whom somebody placed there.
    let (code, told) = refused(&shop, &["split", "shops", &made]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("placed or locked by hand"), "{told}");
    let second = segment(&shop, &["fit", "shops", "--clusters", "4"])["run_id"]
        .as_str()
        .unwrap()
        .to_string();
    let now = clusters(&shop, "shops");
    let inside: Vec<&str> = now
        .iter()
        .filter(|(_, c)| c.to_string() == made)
        .map(|(id, _)| id.as_str())
        .collect();
    assert_eq!(inside, some);
    segment(&shop, &["publish", "shops", "--run", &second]);
    let compared = segment(&shop, &["compare", "shops", &first, "live"]);
    assert_eq!(compared["b"]["run_id"], second.as_str());
    let flows = compared["flows"].as_array().unwrap();
    assert_eq!(
        flows
            .iter()
            .map(|flow| flow["members"].as_u64().unwrap())
            .sum::<u64>(),
        all.len() as u64
    );
    // Back to the first: to the byte, although changes were made on the way.
    segment(
        &shop,
        &[
            "undo",
            "shops",
            &segment(&shop, &["history", "shops"])["hands"]["hands"][0]["seq"].to_string(),
        ],
    );
    for _ in 0..2 {
        segment(&shop, &["undo", "shops", &undoable(&shop)]);
    }
    segment(&shop, &["publish", "shops", "--run", &first]);
    assert_eq!(shown("live").to_string(), before.to_string());
}

/// The newest change that still stands.
fn undoable(shop: &Path) -> String {
    let history = segment(shop, &["history", "shops"]);
    let hands = history["hands"]["hands"].as_array().unwrap().iter();
    let found = hands
        .into_iter()
        .find(|hand| hand["stands"] == true && hand["undoes"].is_null());
    found.unwrap()["seq"].to_string()
}

#[test]
fn wrong_recipes_and_changes_are_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let place = shop.to_str().unwrap();
    let refused = |args: &[&str], says: &str| {
        let done = tessera(&[&["segment"], args, &["--project", place]].concat());
        let told = String::from_utf8_lossy(&done.stderr).to_string();
        assert_eq!(done.status.code(), Some(2), "{args:?}: {told}");
        assert!(told.contains(says), "{args:?}: {told}");
    };
    let file = folder.path().join("wrong.toml");
    let text = String::from_utf8(tessera(&["segment", "templates", "stores-by-sales-mix"]).stdout)
        .unwrap();
    std::fs::write(&file, text.replace("weight = 50", "weight = 40")).unwrap();
    refused(
        &["recipe", "shops", file.to_str().unwrap()],
        "sum to 90 per cent",
    );
    refused(
        &["recipe", "Shops!", "--template", "stores-by-sales-mix"],
        "lower-case",
    );
    refused(&["fit", "nothing"], "there is no scheme 'nothing'");
    json(&[
        "segment",
        "recipe",
        "shops",
        "--template",
        "stores-by-sales-mix",
        "--project",
        place,
    ]);
    refused(&["show", "shops"], "run of the scheme");
    refused(
        &["recipe", "shops", "--template", "customer-value"],
        "clusters stores",
    );
}
