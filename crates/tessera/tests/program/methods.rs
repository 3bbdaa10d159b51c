//! Methods of the workbench through the real program: a run by another method than the recipe's, the tree that it
//! was cut from, and how sure memberships are.

use super::workbench::{chain, clusters, segment};
use super::*;

#[test]
fn a_scheme_is_run_by_ward_and_its_tree_is_cut_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    segment(
        &shop,
        &["recipe", "shops", "--template", "stores-by-sales-mix"],
    );
    segment(&shop, &["fit", "shops", "--clusters", "4"]);
    // k-means makes no tree, and says by what there would be one.
    let place = shop.to_str().unwrap();
    let told = tessera(&["segment", "tree", "shops", "--project", place]);
    assert_eq!(told.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&told.stderr).contains("--method ward"));
    let wrong = tessera(&[
        "segment",
        "fit",
        "shops",
        "--method",
        "warts",
        "--project",
        place,
    ]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("genie"));

    let ran = segment(
        &shop,
        &["fit", "shops", "--clusters", "4", "--method", "ward"],
    );
    assert_eq!(ran["clusters"], 4);
    assert_eq!(ran["title"], "Recipe 1, 4 clusters, Ward's linkage");
    // A tree puts some nearer to another centre than to their own: without new data they belong where it has them.
    let same = segment(&shop, &["assign", "shops", "--run", "newest"]);
    assert_eq!(same["changed"], 0, "{same}");
    let found = clusters(&shop, "shops");
    let tree = segment(&shop, &["tree", "shops"]);
    let leaves = tree["trees"][0]["leaves"].as_array().unwrap();
    assert_eq!(leaves.len(), found.len());
    for leaf in leaves {
        assert_eq!(
            leaf["cluster"].as_i64().unwrap(),
            found[leaf["member"].as_str().unwrap()]
        );
    }
    // Cut where the run cut it, the tree gives the run's clusters; one join higher, two of them are one.
    let cut = |number: &str| {
        segment(&shop, &["tree", "shops", "--clusters", number])["cuts"][0]["clusters"].clone()
    };
    let sizes = |cut: &Value| {
        let each = cut.as_array().unwrap().iter();
        let mut sizes: Vec<u64> = each
            .map(|group| group["members"].as_u64().unwrap())
            .collect();
        sizes.sort_unstable();
        sizes
    };
    let mut own: Vec<u64> = (1..=20)
        .map(|id| found.values().filter(|cluster| **cluster == id).count() as u64)
        .filter(|size| *size > 0)
        .collect();
    own.sort_unstable();
    assert_eq!(sizes(&cut("4")), own);
    let three = cut("3");
    assert_eq!(sizes(&three).iter().sum::<u64>() as usize, found.len());
    let joined = three.as_array().unwrap().iter();
    let joined = joined.filter(|group| group["of_clusters"].as_array().unwrap().len() == 2);
    assert_eq!(joined.count(), 1);

    // How sure: shares that sum to one, and the own cluster's is that of the list.
    let page = segment(&shop, &["members", "shops", "--limit", "1000"]);
    for row in page["rows"].as_array().unwrap().iter().take(5) {
        let why = segment(
            &shop,
            &["explain", "shops", row["member"].as_str().unwrap()],
        );
        let shares = why["memberships"].as_array().unwrap();
        assert_eq!(shares.len(), 4);
        let sum: f64 = shares
            .iter()
            .map(|share| share["probability"].as_f64().unwrap())
            .sum();
        assert!((sum - 1.0).abs() < 1e-9);
        let own = shares
            .iter()
            .find(|share| share["cluster"] == row["cluster"])
            .unwrap();
        assert_eq!(own["probability"], row["probability"]);
    }
}

#[test]
fn the_size_of_rules_is_told_before_anything_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    let place = shop.to_str().unwrap();
    let file = folder.path().join("rules.toml");
    let write = |entity: &str, when: &str| {
        let text = format!(
            "title = \"By rules\"\nof = \"{entity}\"\n[rules]\nelse = \"All others\"\n[[rules.cells]]\nname = \"First\"\n\
             when = '{when}'\n[[features]]\nuse = \"performance\"\nweight = 100\n"
        );
        let text = text.replace(
            "performance",
            if entity == "customers" {
                "buying"
            } else {
                "performance"
            },
        );
        std::fs::write(&file, text).unwrap();
    };
    let size = || {
        segment(
            &shop,
            &["recipe", "ruled", file.to_str().unwrap(), "--dry-run"],
        )
    };
    // Shops are told exactly, with their sales; cells and the others are all there are.
    write("stores", "area_m2 >= 1500");
    let told = size();
    let big = sql(
        &shop,
        "select count(*) as n from current_stores s where area_m2 >= 1500 and exists (select 1 from \
                          order_lines l where l.store_id = s.store_id)",
    );
    assert_eq!(told["cells"][0]["members"], big[0]);
    assert_eq!(told["step"], 1);
    let cells = told["cells"].as_array().unwrap();
    let sum: u64 = cells
        .iter()
        .map(|cell| cell["members"].as_u64().unwrap())
        .sum();
    assert_eq!((cells.len(), Some(sum)), (2, told["members"].as_u64()));
    let share: f64 = cells
        .iter()
        .map(|cell| cell["share_sales"].as_f64().unwrap())
        .sum();
    assert!((share - 1.0).abs() < 1e-9);
    // People are told in steps, without what they spend, and no finer than that.
    write("customers", "receipts >= 3");
    let told = size();
    let step = told["step"].as_u64().unwrap();
    assert!(step > 1);
    for cell in told["cells"].as_array().unwrap() {
        assert_eq!(cell["members"].as_u64().unwrap() % step, 0);
        assert!(cell["sales"].is_null());
        // The share is of what is told, since an exact one would give the exact number back.
        let share = cell["members"].as_f64().unwrap() / told["all"].as_f64().unwrap();
        assert_eq!(cell["share"].as_f64(), Some(share));
    }
    // Nothing was saved, and a rule that cannot be read says where.
    let missing = tessera(&["segment", "show", "ruled", "--project", place]);
    assert!(!missing.status.success());
    write("customers", "recipts >= 3");
    let wrong = tessera(&[
        "segment",
        "recipe",
        "ruled",
        file.to_str().unwrap(),
        "--dry-run",
        "--project",
        place,
    ]);
    assert!(!wrong.status.success());
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("receipts"));
}
