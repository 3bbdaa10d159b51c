//! Exports of known systems by their preset, without any mapping by hand.

use std::path::Path;

use collect::{ImportSpec, sniff};
use retail::{IdKind, Kind};

use crate::support::*;

fn load(kind: Kind, preset: &str, text: &str) -> Outcome {
    let folder = Folder::new();
    let file = folder.write("t.csv", text);
    let guessed = sniff(&file, &Default::default()).unwrap();
    assert_eq!(
        (guessed.guessed_preset, guessed.guessed_kind),
        (Some(preset), Some(kind))
    );
    let outcome = import(&file, &ImportSpec::preset(kind, preset)).unwrap();
    assert!(outcome.failure.is_none());
    outcome
}

#[test]
fn shopify_orders_carry_order_columns_on() {
    let outcome = load(
        Kind::Orders,
        "shopify",
        "Name,Email,Financial Status,Paid at,Currency,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem discount,Shipping Country,Cancelled at,Discount Code\n\
         #1001,Ann@example.org,paid,2024-01-05 10:11:12 -0500,USD,2024-01-05 10:10:00 -0500,2,Mug - Red,12.00,MUG-R,1.00,US,,SPRING\n\
         #1001,,,,,,1,Gift wrap,3.00,,0.00,,,\n\
         #1002,bob@example.org,refunded,,USD,2024-01-06 09:00:00 -0500,1,Mug - Red,12.00,MUG-R,0.00,CA,2024-01-07 09:00:00 -0500,\n",
    );
    assert_eq!((outcome.good(), outcome.codes()), (3, vec![]));
    assert_eq!(outcome.text("product_id"), ["MUG-R", "Gift wrap", "MUG-R"]);
    assert_eq!(
        outcome.text("happened_at"),
        [
            "2024-01-05T15:10:00Z",
            "2024-01-05T15:10:00Z",
            "2024-01-06T14:00:00Z"
        ]
    );
    assert_eq!(outcome.text("amount"), ["23.0000", "3.0000", "12.0000"]);
    assert_eq!(outcome.text("cancelled"), ["false", "false", "true"]);
    // What was never paid is no return: the cancelled order stays a sale that no view counts.
    assert_eq!(outcome.text("line_type"), ["sale", "sale", "sale"]);
    assert_eq!(outcome.text("country"), ["US", "US", "CA"]);
    let people = outcome.people();
    assert_eq!(people[0], people[1]);
    let id = people[0].clone().unwrap();
    assert_eq!(
        (id.kind, id.value.as_str()),
        (IdKind::Email, "ann@example.org")
    );
}

#[test]
fn shopify_products_and_customers() {
    let outcome = load(
        Kind::Products,
        "shopify",
        "Handle,Title,Body (HTML),Vendor,Product Category,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Barcode,Image Src,Cost per item\n\
         mug,Mug,\"<p>Big,\nwarm</p>\",Lumen,Home & Garden > Kitchen > Mugs,Mugs,Color,Red,MUG-R,12.00,4006381333931,https://x/1.jpg,4.50\n\
         mug,,,,,,,Blue,MUG-B,13.00,,https://x/2.jpg,4.50\n\
         mug,,,,,,,,,,,https://x/3.jpg,\n",
    );
    assert_eq!(
        (outcome.read(), outcome.good(), outcome.duplicate()),
        (3, 2, 1)
    );
    assert_eq!(outcome.text("name"), ["Mug", "Mug"]);
    assert_eq!(outcome.text("color"), ["Red", "Blue"]);
    assert_eq!(outcome.text("attributes"), ["Color=Red", "Color=Blue"]);
    assert_eq!(outcome.text("category_2"), ["Kitchen", "Kitchen"]);
    assert_eq!(outcome.text("gtin"), ["04006381333931", ""]);
    assert_eq!(outcome.text("group_id"), ["mug", "mug"]);
    assert_eq!(outcome.text("image")[1], "https://x/2.jpg");

    let outcome = load(
        Kind::Customers,
        "shopify",
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Address1,Default Address City,Default Address Zip,Total Spent,Total Orders,Tags\n\
         1,Ann,Lee,ann@example.org,yes,1 High St,Leeds,LS1,10.00,1,\n2,Bob,Ray,bob@example.org,no,,,,0.00,0,\n",
    );
    assert_eq!(outcome.text("marketing_consent"), ["yes", "no"]);
    assert_eq!(outcome.text("city"), ["Leeds", ""]);
    assert_eq!(
        outcome
            .person_fields()
            .iter()
            .filter(|f| f.row == 0)
            .count(),
        5
    );
}

#[test]
fn woocommerce_products() {
    let outcome = load(
        Kind::Products,
        "woocommerce",
        "ID,Type,SKU,\"GTIN, UPC, EAN, or ISBN\",Name,Published,Short description,In stock?,Regular price,Categories,Images,Parent,Brands,Attribute 1 name,Attribute 1 value(s)\n\
         10,variable,TEE,,Tee,1,Soft,1,,\"Clothing > Tees, Sale\",\"https://x/1.jpg, https://x/2.jpg\",,Lumen,Color,\"Red, Blue\"\n\
         11,variation,TEE-R,,Tee - Red,1,,0,19.90,,,id:10,,Color,Red\n\
         12,simple,,,Cap,1,,1,9,Clothing,,,,,\n",
    );
    assert_eq!((outcome.good(), outcome.codes()), (3, vec![]));
    assert_eq!(outcome.text("product_id"), ["TEE", "TEE-R", "12"]);
    assert_eq!(outcome.text("category_1"), ["Clothing", "", "Clothing"]);
    assert_eq!(outcome.text("category_2"), ["Tees", "", ""]);
    assert_eq!(
        outcome.text("availability"),
        ["in_stock", "out_of_stock", "in_stock"]
    );
    assert_eq!(outcome.text("image")[0], "https://x/1.jpg");
    assert_eq!(outcome.text("group_id"), ["", "id:10", ""]);
    assert_eq!(outcome.text("color")[1], "Red");
}

#[test]
fn google_feed_as_tabs() {
    let outcome = load(
        Kind::Products,
        "google-feed",
        "id\ttitle\tdescription\tlink\timage_link\tavailability\tprice\tbrand\tgtin\tproduct_type\tcolor\n\
         A1\tMug\tBig mug\thttps://x/a\thttps://x/a.jpg\tin_stock\t15.00 USD\tLumen\t4006381333931\tHome > Kitchen\tred\n\
         A2\tCup\tSmall cup\thttps://x/b\thttps://x/b.jpg\tpreorder\t9.50 USD\tLumen\t123\tHome\tblue\n",
    );
    assert_eq!(outcome.codes(), [(3, "bad_gtin")]);
    assert_eq!(
        (outcome.text("list_price"), outcome.text("currency")),
        (vec!["15.0000".to_string()], vec!["USD".to_string()])
    );
    assert_eq!(outcome.text("category_2"), ["Kitchen"]);
}

#[test]
fn till_receipts() {
    let folder = Folder::new();
    let file = folder.write(
        "t.csv",
        "receipt_id,store_id,till,ts,customer_id,sku,qty,unit_price,discount,promo_id,void\n\
         T1,S1,2,2024-03-01 10:00:00,,P1,2,1.50,0.50,X1,0\nT1,S1,2,2024-03-01 10:00:00,,BAG,1,0.10,,,0\n\
         T2,S1,2,2024-03-01 11:00:00,L7,P1,-1,1.50,,,0\nT3,S1,2,2024-03-01 12:00:00,,P1,1,1.50,,,1\n",
    );
    let mut spec = ImportSpec::preset(Kind::Orders, "pos");
    spec.options.currency = Some("GBP".to_string());
    let outcome = import(&file, &spec).unwrap();
    assert_eq!(outcome.codes(), []);
    assert_eq!(
        outcome.text("line_type"),
        ["sale", "service", "return", "sale"]
    );
    assert_eq!(
        outcome.text("cancelled"),
        ["false", "false", "false", "true"]
    );
    assert_eq!(outcome.text("service_kind"), ["", "fee", "", ""]);
    assert_eq!(
        outcome.text("amount"),
        ["2.5000", "0.1000", "-1.5000", "1.5000"]
    );
    assert_eq!(outcome.text("tax_included")[0], "true");
    assert_eq!(outcome.text("channel")[0], "shop");
}

/// The panel may not be copied into the project, so its test runs only where it lies beside it.
#[test]
fn complete_journey_where_it_is_at_hand() {
    // The panel's files may not be bundled: whoever has them names their folder.
    let folder = std::env::var("TESSERA_COMPLETE_JOURNEY").unwrap_or_default();
    let folder = Path::new(&folder);
    if !folder.exists() {
        return;
    }
    let load = |name: &str, kind| {
        let file = folder.join(name);
        let sniffed = sniff(&file, &Default::default()).unwrap();
        assert_eq!(
            (sniffed.guessed_preset, sniffed.guessed_kind),
            (Some("complete-journey"), Some(kind)),
            "{name}"
        );
        let outcome = import(&file, &ImportSpec::preset(kind, "complete-journey")).unwrap();
        assert!(outcome.failure.is_none());
        let codes = outcome.bad().first().map(|b| b.reason.clone());
        assert_eq!(codes, None, "{name}");
        outcome
    };
    let orders = load("transactions_sample.csv.gz", Kind::Orders);
    assert_eq!(orders.good(), 75_000);
    assert_eq!(orders.text("happened_at")[0], "2017-01-29T00:06:53Z");
    let first = |name| orders.text(name)[0].clone();
    assert_eq!(
        (first("unit_price"), first("discount"), first("amount")),
        ("4.2900".into(), "0.4300".into(), "3.8600".into())
    );
    assert_eq!(load("products.csv.gz", Kind::Products).good(), 92_331);
    let customers = load("demographics.csv.gz", Kind::Customers);
    assert_eq!(customers.good(), 801);
    assert_eq!(
        customers
            .text("household_size")
            .iter()
            .filter(|s| *s == "5")
            .count(),
        66
    );
    let promotions = load("promotions_sample.csv.gz", Kind::Promotions);
    assert_eq!(
        (
            promotions.text("happened_at")[0].clone(),
            promotions.text("mechanic")[0].clone()
        ),
        ("2016-12-26T05:00:00Z".into(), "display".into())
    );
    assert_eq!(
        load("campaign_descriptions.csv.gz", Kind::Promotions).text("ends_at")[0],
        "2017-04-09T04:00:00Z"
    );
}
