//! Schemes that are retired, removed and brought back, through the real program: what was live at a past instant can
//! still be asked for, and nobody's plans lose their ground by a removal.

use super::history::{day, refused};
use super::workbench::{chain, clusters, segment};
use super::*;

/// A shop, and another cluster than its own.
fn elsewhere(shop: &Path) -> (String, String) {
    let ids = clusters(shop, "shops");
    let (member, own) = ids.iter().next().unwrap();
    let to = ids.values().find(|cluster| *cluster != own).unwrap();
    (member.clone(), to.to_string())
}

#[test]
fn a_scheme_that_is_live_is_retired_before_it_is_removed_and_its_past_stays() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path());
    segment(
        &shop,
        &["recipe", "shops", "--template", "stores-by-sales-mix"],
    );
    segment(&shop, &["fit", "shops", "--clusters", "3"]);
    let (member, to) = elsewhere(&shop);
    let placing = ["--to", &to, "--reason", "seen on site"];
    segment(&shop, &[&["move", "shops", &member], &placing[..]].concat());
    segment(&shop, &["publish", "shops"]);
    segment(&shop, &["fit", "shops", "--clusters", "4"]);
    segment(&shop, &["publish", "shops", "--from", &day(3)]);
    let lived = segment(&shop, &["history", "shops"])["scheme"]["publications"].clone();
    let first = lived.as_array().unwrap().last().unwrap();
    let (since, run) = (first["from"].as_str().unwrap(), first["run_id"].clone());

    let why = ["--reason", "one plan for all"];
    let (code, told) = refused(&shop, &[&["remove", "shops", "--yes"], &why[..]].concat());
    assert_eq!(code, Some(2));
    assert!(told.contains("retire it first"), "{told}");
    let retired = segment(&shop, &[&["retire", "shops"], &why[..]].concat());
    assert_eq!(retired["word"], "retired");

    // Live no more, now and from the day that was planned; then it was, and is so told.
    for on in [day(0), day(4)] {
        let (_, told) = refused(&shop, &["show", "shops", "--on", &on]);
        assert!(told.contains("it was retired at"), "{told}");
    }
    let then = segment(&shop, &["show", "shops", "--on", since]);
    assert_eq!(then["run"]["run_id"], run);
    assert_eq!(
        (&then["shown"]["word"], &then["shown"]["until"]),
        (&"past".into(), &retired["since"])
    );
    let told = segment(&shop, &["migration", "shops"]);
    assert_eq!(told["to"]["publication"]["run_id"], run);
    for change in [
        &["fit", "shops"][..],
        &["publish", "shops"],
        &["rename", "shops", "1", "City"],
        &["recipe", "shops", "--template", "stores-by-format"],
    ] {
        let (code, told) = refused(&shop, change);
        assert_eq!(code, Some(2), "{change:?}");
        assert!(told.contains("bring it back first"), "{told}");
    }

    // Removed only with a yes, and only from the lists.
    let remove = [&["remove", "shops"], &why[..]].concat();
    let (code, told) = refused(&shop, &remove);
    assert_eq!(code, Some(2));
    assert!(told.contains("3 runs") && told.contains("--yes"), "{told}");
    segment(&shop, &[&remove[..], &["--yes"]].concat());
    assert_eq!(
        segment(&shop, &["schemes"])["schemes"],
        serde_json::json!([])
    );
    let all = segment(&shop, &["schemes", "--all"]);
    assert_eq!(all["schemes"][0]["standing"]["word"], "removed");
    assert_eq!(
        segment(&shop, &["show", "shops", "--on", since])["run"]["run_id"],
        run
    );
    segment(&shop, &[&["restore", "shops"], &why[..]].concat());
    let (_, told) = refused(&shop, &["show", "shops", "--run", "live"]);
    assert!(told.contains("no live scenario"), "{told}");
    segment(&shop, &["publish", "shops"]);
    assert_eq!(
        segment(&shop, &["show", "shops", "--run", "live"])["shown"]["word"],
        "live"
    );
    // Whose hand put it there in the first run, and that nothing was live for a while.
    let history = segment(&shop, &["history-of", "shops", &member]);
    let stays = history["stays"].as_array().unwrap();
    let first = stays.last().unwrap();
    assert_eq!(first["hand"]["reason"], "seen on site", "{first}");
    assert_eq!(first["until"], retired["since"]);
    assert_eq!(stays.len(), 2, "{history}");
    let again = stays[0]["sentence"].as_str().unwrap();
    assert!(
        again.starts_with("Nothing of the scheme was live"),
        "{again}"
    );
    let place = shop.to_str().unwrap();
    assert_eq!(
        json(&["audit", "verify", "--project", place])["intact"],
        true
    );
}
