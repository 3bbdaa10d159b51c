//! Who stands for whom, through the real program: shares that add up, signs that hold both ways, trees, clusters by
//! co-purchase beside a scheme.

use super::*;

/// The generated chain with stock counts and promotions.
fn chain(folder: &Path, kinds: &[&str]) -> PathBuf {
    let files = folder.join("files");
    if !files.exists() {
        let size = "--customers 1200 --stores 24 --products 600 --orders 15000 --seed 7";
        let size: Vec<&str> = size.split(' ').collect();
        json(&[&["synth", files.to_str().unwrap()], &size[..]].concat());
    }
    let shop = folder.join(format!("shop-{}", kinds.len()));
    json(&["new", shop.to_str().unwrap()]);
    for kind in kinds {
        let file = files.join(format!("{kind}.csv"));
        import(&shop, &file, &["--as", kind, "--preset", "native"]);
    }
    shop
}

fn demand(shop: &Path, args: &[&str]) -> Value {
    json(&[&["demand"], args, &["--project", shop.to_str().unwrap()]].concat())
}

/// A query's single number.
fn number(shop: &Path, query: &str) -> f64 {
    sql(shop, query)[0].as_f64().unwrap()
}

/// Ends a command in failure and gives its exit code and what it said.
fn refused(shop: &Path, args: &[&str]) -> (Option<i32>, String) {
    let done = tessera(&[&["demand"], args, &["--project", shop.to_str().unwrap()]].concat());
    (
        done.status.code(),
        String::from_utf8_lossy(&done.stderr).to_string(),
    )
}

const ALL: &[&str] = &[
    "products",
    "stores",
    "customers",
    "orders",
    "inventory",
    "promotions",
];

#[test]
fn demand_goes_somewhere_and_adds_up() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path(), ALL);
    let (code, said) = refused(&shop, &["tree", "Chocolate"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("tessera demand run"), "{said}");

    let ran = demand(&shop, &["run"]);
    assert!(ran["categories"].as_u64().unwrap() > 20, "{ran}");
    let run = demand(&shop, &["show"])["run"].clone();
    assert_eq!(run["run_id"], ran["run_id"]);
    assert_eq!(run["lost_from"], "promotions");
    assert!(run["empty_spans"].as_u64().unwrap() > 100);
    let of = format!("run_id = '{}'", ran["run_id"].as_str().unwrap());

    // Of every product, to rounding.
    let off = format!(
        "select max(abs(p.lost + p.others + coalesce(s.share, 0) - 1)) from demand_products p left join (select \
         product_id, sum(share) as share from demand_shares where {of} group by product_id) s on s.product_id = \
         p.product_id where p.{of} and p.held is not null"
    );
    assert!(number(&shop, &off) < 1e-9);
    let wrong = format!(
        "select count(*) from demand_shares where {of} and (share < 0 or share > 1 or product_id = substitute_id)"
    );
    assert_eq!(number(&shop, &wrong), 0.0);
    // As people read it, exactly.
    let best = demand(&shop, &["substitutes", "Chocolate"]);
    let rows = best["products"].as_array().unwrap();
    for row in rows.iter().take(5) {
        let id = row["product"]["product_id"].as_str().unwrap();
        let file = demand(&shop, &["transfer", id]);
        let transfer = &file["transfer"];
        let to = transfer["to"].as_array().unwrap().iter();
        let tenths: u64 = to.map(|share| share["tenths"].as_u64().unwrap()).sum();
        let rest =
            transfer["others_tenths"].as_u64().unwrap() + transfer["lost_tenths"].as_u64().unwrap();
        assert_eq!(tenths + rest, 1_000, "{transfer}");
    }
    // Company: nobody is near itself, nearest first, and shown companions are part of what both have.
    let near = "select count(*) from demand_company where product_id = near_id or similarity > 1.000001 or company > 1.000001";
    assert_eq!(number(&shop, near), 0.0);
    let placed = sql(
        &shop,
        "select product_id, count(*) from demand_company group by product_id order by product_id limit 1",
    );
    let file = demand(&shop, &["company", placed[0].as_str().unwrap()]);
    let company = file["company"].as_array().unwrap();
    assert_eq!(placed[1], company.len());
    let near_by = |at: usize| company[at]["similarity"].as_f64().unwrap();
    assert!(
        (1..company.len()).all(|at| near_by(at - 1) >= near_by(at)),
        "{file}"
    );
    for one in company {
        let shares = one["shared"].as_array().unwrap().iter();
        let told: f64 = shares.map(|of| of["share"].as_f64().unwrap()).sum();
        assert!(told <= one["company"].as_f64().unwrap() + 1e-6, "{one}");
        // Few persons are not counted.
        assert!(
            one["together"]
                .as_u64()
                .is_none_or(|both| both == 0 || both >= 10),
            "{one}"
        );
    }
    // One that is nearly written as it is, and one by its name, are told.
    let known = &rows[0]["product"];
    let id = known["product_id"].as_str().unwrap();
    for asked in [
        format!("{id}x"),
        known["name"].as_str().unwrap().to_string(),
    ] {
        let place = shop.to_str().unwrap();
        let done = tessera(&["demand", "transfer", &asked, "--project", place]);
        let told = String::from_utf8_lossy(&done.stderr).to_string();
        assert_eq!(done.status.code(), Some(2), "{told}");
        assert!(told.contains("did you mean"), "{asked}: {told}");
    }

    // Signs: no substitute is bought together more often, no complement less; and what is said of a pair is said
    // from both sides: each list that has room for it names it.
    let wrong = format!(
        "select count(*) from demand_partners where {of} and ((kind = 'substitute') <> (strength < 0))"
    );
    assert_eq!(number(&shop, &wrong), 0.0);
    // A pair's own baskets speak the same way: what the categories show makes no pair by itself.
    let silent = format!(
        "select count(*) from demand_partners where {of} and case kind when 'complement' then together <= by_chance \
         else together >= by_chance end"
    );
    assert_eq!(number(&shop, &silent), 0.0);
    // Every listed pair has an interval around its strength that leaves out no effect; shares and lost parts have theirs.
    let wrong = format!(
        "select count(*) from demand_partners where {of} and (low is null or high is null or not (low <= strength and \
         strength <= high) or (kind = 'substitute' and high >= 0) or (kind = 'complement' and low <= 0))"
    );
    assert_eq!(number(&shop, &wrong), 0.0);
    let wrong = format!(
        "select count(*) from demand_shares where {of} and (low is null or low > share + 1e-9 or high < share - 1e-9)"
    );
    assert_eq!(number(&shop, &wrong), 0.0);
    let wrong = format!(
        "select sum(case when lost_low > lost or lost_high < lost or lost_low is null then 1 else 0 end), \
         max(lost_high - lost_low) from demand_products where {of} and lost is not null"
    );
    let wrong = sql(&shop, &wrong);
    assert!(
        wrong[0] == 0 && wrong[1].as_f64().unwrap() > 0.01,
        "{wrong}"
    );
    // What stands behind the numbers: promotions and empty shelves by category, and a trial on the own data.
    let behind = |name: &str| -> u64 {
        let all = run["categories"].as_array().unwrap().iter();
        all.map(|category| category[name].as_u64().unwrap()).sum()
    };
    assert!(
        behind("promoted_days") > 100 && behind("empty_days") > 100,
        "{run}"
    );
    let tried = &run["backtest"];
    assert!(tried["cases"].as_u64().unwrap() > 0, "{run}");
    let figure = |name: &str| tried[name].as_f64().unwrap();
    let (cases, customers) = (figure("cases"), figure("customers"));
    assert!(cases >= customers && customers >= 1.0, "{tried}");
    for name in ["by_shares", "by_sales", "by_guessing"] {
        assert!(figure(name) > 0.0 && figure(name) < 1.0, "{tried}");
    }
    // How many times as much the shares gave as sales did lies in its interval, and what is said follows the figures.
    let times = figure("by_shares") / figure("by_sales");
    assert!(
        figure("times_low") < times && times < figure("times_high"),
        "{times} {tried}"
    );
    let even = figure("by_guessing") >= figure("by_shares").max(figure("by_sales"));
    let (low, high) = (figure("times_low"), figure("times_high"));
    let verdict = match (low > 1.0, high < 1.0) {
        (true, _) => "the shares know more than sales do",
        (_, true) => "the answer by sales is the better one",
        _ => "cannot tell which of the two is better",
    };
    let told = run["trust"].to_string();
    assert!(told.contains("Tried on your own data"), "{told}");
    assert!(told.contains(verdict), "{verdict} in {told}");
    assert_eq!(told.contains("An even split"), even, "{told}");
    for number in ["cases", "customers"] {
        let number = tried[number].to_string();
        assert!(told.contains(&number), "{number} in {told}");
    }

    let sides = format!(
        "with own as (select * from demand_partners where {of}), long as (select product_id, kind, count(*) as listed \
         from own group by product_id, kind) select count(b.strength), max(abs(a.strength - b.strength)), sum(case when \
         b.strength is null and coalesce(long.listed, 0) < 20 then 1 else 0 end) from own a left join own b on \
         b.product_id = a.partner_id and b.partner_id = a.product_id and b.kind = a.kind left join long on \
         long.product_id = a.partner_id and long.kind = a.kind"
    );
    let sides = sql(&shop, &sides);
    assert!(
        sides[0].as_u64().unwrap() > 100 && sides[1].as_f64().unwrap() < 1e-9,
        "{sides}"
    );
    assert_eq!(sides[2], 0, "{sides}");

    let tree = demand(&shop, &["tree", "Chocolate"])["tree"].clone();
    for node in tree
        .as_array()
        .unwrap()
        .iter()
        .filter(|node| !node["split"].is_null())
    {
        let below = tree.as_array().unwrap().iter();
        let below = below.filter(|other| other["parent"] == node["node"]);
        let products: u64 = below.map(|other| other["products"].as_u64().unwrap()).sum();
        assert_eq!(products, node["products"].as_u64().unwrap());
    }

    let (code, said) = refused(&shop, &["substitutes", "chocolat"]);
    assert_eq!(code, Some(2));
    assert!(
        said.contains("did you mean") && said.contains("Chocolate"),
        "{said}"
    );

    // The same again, and from as far back as one may ask: further than there are receipts.
    let again = demand(&shop, &["run", "--months", "1200"])["run_id"]
        .as_str()
        .unwrap()
        .to_string();
    let later = demand(&shop, &["show"])["run"].clone();
    assert_eq!(later["run_id"], again.as_str());
    assert_eq!(
        (&later["baskets"], &later["from"]),
        (&run["baskets"], &run["from"])
    );
    let differ = format!(
        "select count(*), sum(case when a.share is distinct from b.share then 1 else 0 end) from (select * from \
         demand_shares where {of}) a full join (select * from demand_shares where run_id = '{again}') b on b.product_id \
         = a.product_id and b.substitute_id = a.substitute_id"
    );
    let differ = sql(&shop, &differ);
    assert!(differ[0].as_u64().unwrap() > 1_000, "{differ}");
    assert_eq!(differ[1], 0, "{differ}");
}

#[test]
fn clusters_by_co_purchase_stand_beside_a_scheme_of_products() {
    let folder = tempfile::tempdir().unwrap();
    let shop = chain(folder.path(), &ALL[..4]);
    demand(&shop, &["run"]);
    // Neither stock counts nor promotions: what is lost is not made up.
    let run = demand(&shop, &["show"])["run"].clone();
    assert_eq!(run["lost_from"], "nothing");
    let behind = "select count(*) from demand_products where lost_low is not null and lost < 1";
    assert_eq!(number(&shop, behind), 0.0);
    assert!(run["notes"].to_string().contains("--as inventory"), "{run}");
    let place = shop.to_str().unwrap();
    json(&[
        "segment",
        "recipe",
        "dna",
        "--template",
        "products-by-attributes",
        "--project",
        place,
    ]);
    json(&[
        "segment",
        "fit",
        "dna",
        "--clusters",
        "5",
        "--project",
        place,
    ]);
    let found = demand(&shop, &["communities", "--scheme", "dna"]);
    let with: Vec<&str> = found["agreement"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| each["with"].as_str().unwrap())
        .collect();
    assert_eq!(with.last(), Some(&"scheme 'dna'"), "{found}");
    assert_eq!(with.len(), 4);
    let communities = found["communities"].as_array().unwrap();
    assert!(communities.len() > 1);
    let products: u64 = communities
        .iter()
        .map(|each| each["products"].as_u64().unwrap())
        .sum();
    let sold = run["products"].as_u64().unwrap();
    assert_eq!(products + found["alone"].as_u64().unwrap(), sold);
    let (code, _) = refused(&shop, &["communities", "--scheme", "no-such"]);
    assert_eq!(code, Some(2));
}
