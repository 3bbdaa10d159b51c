//! Exports of shop systems: Shopify, WooCommerce, and the Google product feed. Headings differ between
//! versions and apps, so each field lists the spellings it is known by.

use std::collections::BTreeMap;

use retail::{IdKind, Kind};

use super::{Layout, Preset, first, mapping};
use crate::spec::{Carry, Options, Source, SourceRule, Tax};

pub(super) const SHOPIFY: Preset = Preset {
    name: "shopify",
    label: "Shopify export",
    kinds: &[Kind::Orders, Kind::Products, Kind::Customers],
    description: "orders, products and customers as Shopify's admin exports them; order columns given only on an order's first line are carried on",
};

pub(super) const WOOCOMMERCE: Preset = Preset {
    name: "woocommerce",
    label: "WooCommerce export",
    kinds: &[Kind::Products],
    description: "the product export of WooCommerce, variations with their parent",
};

pub(super) const GOOGLE_FEED: Preset = Preset {
    name: "google-feed",
    label: "Google product feed",
    kinds: &[Kind::Products],
    description: "a product feed as tab- or comma-separated text; prices as in 15.00 USD",
};

fn layout(mapping: BTreeMap<String, Source>, options: Options) -> Option<Layout> {
    Some(Layout {
        mapping,
        options,
        guess: false,
        ..Layout::default()
    })
}

fn carry(by: &str, columns: &[&str], own: &[&str]) -> Carry {
    let owned = |names: &[&str]| names.iter().map(|n| n.to_string()).collect();
    Carry {
        by: by.to_string(),
        columns: owned(columns),
        own: owned(own),
    }
}

fn rule(change: impl FnOnce(&mut SourceRule)) -> Source {
    let mut rule = SourceRule::default();
    change(&mut rule);
    rule.into()
}

fn pairs(pairs: &[(&str, &str)], named: &[&str]) -> Source {
    rule(|rule| {
        rule.pairs = pairs
            .iter()
            .map(|(n, v)| (n.to_string(), v.to_string()))
            .collect();
        rule.named = named.iter().map(|n| n.to_string()).collect();
    })
}

fn path_part(columns: &[&str], part: usize) -> Source {
    rule(|rule| {
        rule.first = columns.iter().map(|c| c.to_string()).collect();
        rule.split = Some(">".to_string());
        rule.part = Some(part);
    })
}

pub(super) fn shopify(kind: Kind) -> Option<Layout> {
    match kind {
        Kind::Orders => shopify_orders(),
        Kind::Products => shopify_products(),
        Kind::Customers => shopify_customers(),
        _ => None,
    }
}

fn shopify_orders() -> Option<Layout> {
    let mapping = mapping([
        (
            "receipt_id",
            first(&["Name", "Order", "Order Name", "Number"]),
        ),
        (
            "happened_at",
            first(&["Created at", "Created At", "Processed at", "Paid at"]),
        ),
        (
            "customer_id",
            first(&["Email", "Customer: Email", "Customer Email"]),
        ),
        (
            "product_id",
            first(&["Lineitem sku", "Line: SKU", "Lineitem name", "Line: Title"]),
        ),
        ("description", first(&["Lineitem name", "Line: Title"])),
        ("quantity", first(&["Lineitem quantity", "Line: Quantity"])),
        ("unit_price", first(&["Lineitem price", "Line: Price"])),
        ("discount", first(&["Lineitem discount", "Line: Discount"])),
        ("currency", first(&["Currency"])),
        (
            "country",
            first(&["Shipping Country", "Billing Country", "Shipping: Country"]),
        ),
        ("store_id", first(&["Location"])),
        ("promotion_id", first(&["Discount Code"])),
        (
            "cancelled",
            rule(|rule| rule.present = Some("Cancelled at".to_string())),
        ),
    ]);
    let options = Options {
        carry: Some(carry(
            "Name",
            &[
                "Email",
                "Created at",
                "Processed at",
                "Paid at",
                "Currency",
                "Shipping Country",
                "Billing Country",
                "Location",
                "Discount Code",
                "Cancelled at",
            ],
            &[],
        )),
        id_kind: Some(IdKind::Email),
        channel: Some("web".to_string()),
        date_format: Some("iso".to_string()),
        decimal: Some('.'),
        tax: Some(Tax::Included),
        ..Options::default()
    };
    layout(mapping, options)
}

fn shopify_products() -> Option<Layout> {
    let options_of = |named: &[&str]| {
        let columns = [
            ("Option1 Name", "Option1 Value"),
            ("Option2 Name", "Option2 Value"),
            ("Option3 Name", "Option3 Value"),
            ("Option1 name", "Option1 value"),
            ("Option2 name", "Option2 value"),
            ("Option3 name", "Option3 value"),
        ];
        pairs(&columns, named)
    };
    let mapping = mapping([
        (
            "product_id",
            first(&["Variant SKU", "SKU", "Handle", "URL handle"]),
        ),
        ("group_id", first(&["Handle", "URL handle"])),
        ("name", first(&["Title", "Handle", "URL handle"])),
        (
            "description",
            first(&["Body (HTML)", "Body HTML", "Description"]),
        ),
        ("brand", first(&["Vendor"])),
        (
            "category_1",
            path_part(&["Product Category", "Product category", "Type"], 1),
        ),
        (
            "category_2",
            path_part(&["Product Category", "Product category"], 2),
        ),
        (
            "category_3",
            path_part(&["Product Category", "Product category"], 3),
        ),
        ("list_price", first(&["Variant Price", "Price"])),
        ("unit_cost", first(&["Cost per item"])),
        ("gtin", first(&["Variant Barcode", "Barcode"])),
        (
            "image",
            first(&["Variant Image", "Image Src", "Product image URL"]),
        ),
        (
            "color",
            options_of(&["color", "colour", "farbe", "couleur"]),
        ),
        ("size", options_of(&["size", "grösse", "größe", "taille"])),
        ("material", options_of(&["material"])),
        ("attributes", options_of(&[])),
    ]);
    let options = Options {
        carry: Some(carry(
            "Handle",
            &[
                "Title",
                "Body (HTML)",
                "Vendor",
                "Product Category",
                "Type",
                "Option1 Name",
                "Option2 Name",
                "Option3 Name",
                "Image Src",
            ],
            &["Variant SKU", "Variant Price", "Option1 Value"],
        )),
        decimal: Some('.'),
        ..Options::default()
    };
    layout(mapping, options)
}

fn shopify_customers() -> Option<Layout> {
    let mapping = mapping([
        ("customer_id", first(&["Email", "Customer ID", "ID"])),
        ("first_name", first(&["First Name"])),
        ("last_name", first(&["Last Name"])),
        ("email", first(&["Email"])),
        ("phone", first(&["Phone", "Default Address Phone"])),
        ("street", first(&["Default Address Address1", "Address1"])),
        ("postal_code", first(&["Default Address Zip", "Zip"])),
        ("city", first(&["Default Address City", "City"])),
        (
            "region",
            first(&["Default Address Province Code", "Province Code", "Province"]),
        ),
        (
            "country",
            first(&["Default Address Country Code", "Country Code", "Country"]),
        ),
        (
            "marketing_consent",
            first(&["Accepts Email Marketing", "Accepts Marketing"]),
        ),
    ]);
    let options = Options {
        id_kind: Some(IdKind::Email),
        ..Options::default()
    };
    layout(mapping, options)
}

pub(super) fn woocommerce(kind: Kind) -> Option<Layout> {
    if kind != Kind::Products {
        return None;
    }
    let attributes = |named: &[&str]| {
        let columns: [(String, String); 6] = std::array::from_fn(|i| {
            (
                format!("Attribute {} name", i + 1),
                format!("Attribute {} value(s)", i + 1),
            )
        });
        rule(|rule| {
            rule.pairs = columns.to_vec();
            rule.named = named.iter().map(|n| n.to_string()).collect();
        })
    };
    let mapping = mapping([
        ("product_id", first(&["SKU", "ID"])),
        ("group_id", first(&["Parent"])),
        ("gtin", first(&["GTIN, UPC, EAN, or ISBN"])),
        ("name", first(&["Name"])),
        ("description", first(&["Short description", "Description"])),
        ("brand", first(&["Brands"])),
        ("category_1", path_part(&["Categories"], 1)),
        ("category_2", path_part(&["Categories"], 2)),
        ("category_3", path_part(&["Categories"], 3)),
        ("list_price", first(&["Regular price"])),
        ("availability", first(&["In stock?"])),
        (
            "image",
            rule(|rule| {
                rule.column = Some("Images".to_string());
                rule.split = Some(",".to_string());
                rule.part = Some(1);
            }),
        ),
        ("color", attributes(&["color", "colour"])),
        ("size", attributes(&["size"])),
        ("material", attributes(&["material"])),
        ("attributes", attributes(&[])),
        ("width_cm", first(&["Width (cm)"])),
        ("height_cm", first(&["Height (cm)"])),
        ("depth_cm", first(&["Length (cm)"])),
    ]);
    layout(mapping, Options::default())
}

pub(super) fn google_feed(kind: Kind) -> Option<Layout> {
    if kind != Kind::Products {
        return None;
    }
    let named = |name: &str| first(&[name, &format!("g:{name}"), &name.replace('_', " ")]);
    let mapping = mapping([
        ("product_id", named("id")),
        ("group_id", named("item_group_id")),
        ("gtin", named("gtin")),
        ("name", named("title")),
        ("description", named("description")),
        ("brand", named("brand")),
        (
            "category_1",
            path_part(
                &[
                    "product_type",
                    "g:product_type",
                    "product type",
                    "google_product_category",
                    "g:google_product_category",
                    "google product category",
                ],
                1,
            ),
        ),
        (
            "category_2",
            path_part(
                &[
                    "product_type",
                    "g:product_type",
                    "product type",
                    "google_product_category",
                    "g:google_product_category",
                    "google product category",
                ],
                2,
            ),
        ),
        (
            "category_3",
            path_part(
                &[
                    "product_type",
                    "g:product_type",
                    "product type",
                    "google_product_category",
                    "g:google_product_category",
                    "google product category",
                ],
                3,
            ),
        ),
        ("color", named("color")),
        ("material", named("material")),
        ("pattern", named("pattern")),
        ("size", named("size")),
        ("list_price", named("price")),
        ("currency", named("price")),
        ("unit_cost", named("cost_of_goods_sold")),
        ("image", named("image_link")),
        ("link", named("link")),
        ("availability", named("availability")),
    ]);
    layout(mapping, Options::default())
}
