//! The fields of stock, prices and promotions.

use super::{Choice, Field, FieldType::*};

const PRICE_KINDS: &[Choice] = &[
    ("regular", &["list", "base", "normal", "shelf"]),
    ("promotion", &["promo", "sale", "offer"]),
    ("competitor", &["competition"]),
];

pub(super) const INVENTORY: &[Field] = &[
    Field::new(
        "store_id",
        "Shop",
        Text,
        "code of the shop",
        "S001",
        &[
            "storeid",
            "store",
            "storecode",
            "shop",
            "shopid",
            "location",
            "warehouse",
            "branch",
        ],
    )
    .required(),
    Field::new(
        "product_id",
        "Product",
        Text,
        "code of the product (SKU)",
        "85123A",
        &[
            "productid",
            "product",
            "sku",
            "stockcode",
            "itemid",
            "item",
            "article",
        ],
    )
    .required(),
    Field::new(
        "happened_at",
        "Counted at",
        Time,
        "when it was counted",
        "2024-03-01 06:00:00",
        &[
            "happenedat",
            "date",
            "datetime",
            "countedat",
            "snapshotdate",
            "asof",
            "timestamp",
            "time",
            "day",
        ],
    )
    .required(),
    Field::new(
        "on_hand",
        "On hand",
        Decimal,
        "units on hand",
        "24",
        &[
            "onhand",
            "stock",
            "quantity",
            "qty",
            "instock",
            "available",
            "units",
            "stockonhand",
        ],
    )
    .required(),
    Field::new(
        "on_order",
        "On order",
        Decimal,
        "units on order",
        "12",
        &["onorder", "ordered", "incoming"],
    ),
];

pub(super) const PRICES: &[Field] = &[
    Field::new(
        "product_id",
        "Product",
        Text,
        "code of the product (SKU)",
        "85123A",
        &[
            "productid",
            "product",
            "sku",
            "stockcode",
            "itemid",
            "item",
            "article",
        ],
    )
    .required(),
    Field::new(
        "store_id",
        "Shop",
        Text,
        "code of the shop; blank for all",
        "S001",
        &["storeid", "store", "storecode", "shop", "shopid"],
    ),
    Field::new(
        "zone",
        "Price zone",
        Text,
        "price zone; blank for all",
        "north",
        &["zone", "pricezone"],
    ),
    Field::new(
        "valid_from",
        "Valid from",
        Time,
        "from when it held; blank: when it was imported",
        "2024-03-01",
        &[
            "validfrom",
            "happenedat",
            "from",
            "start",
            "startdate",
            "date",
            "effectivefrom",
        ],
    )
    .into_column("happened_at"),
    Field::new(
        "valid_to",
        "Valid to",
        Time,
        "until when",
        "2024-03-31",
        &["validto", "to", "end", "enddate", "until", "effectiveto"],
    ),
    Field::new(
        "price",
        "Price",
        Decimal,
        "price of one unit",
        "2.95",
        &["price", "unitprice", "amount", "value", "listprice"],
    )
    .required(),
    Field::new(
        "currency",
        "Currency",
        Currency,
        "three letters",
        "GBP",
        &["currency", "currencycode"],
    ),
    Field::new(
        "kind",
        "Kind of price",
        Choice(PRICE_KINDS),
        "regular, promotion or competitor; blank for regular",
        "regular",
        &["kind", "type", "pricetype", "pricekind"],
    ),
    Field::new(
        "competitor",
        "Competitor",
        Text,
        "whose price it is, where not your own",
        "Rival",
        &["competitor", "rival"],
    ),
];

pub(super) const PROMOTIONS: &[Field] = &[
    Field::new(
        "promotion_id",
        "Promotion",
        Text,
        "number or code of the promotion",
        "P12",
        &[
            "promotionid",
            "promotion",
            "promo",
            "promoid",
            "id",
            "campaign",
            "campaignid",
        ],
    )
    .required(),
    Field::new(
        "name",
        "Name",
        Text,
        "its name",
        "Spring candles",
        &["name", "title", "description", "promotionname"],
    ),
    Field::new(
        "product_id",
        "Product",
        Text,
        "the product; blank for all",
        "85123A",
        &["productid", "product", "sku", "stockcode", "itemid", "item"],
    ),
    Field::new(
        "store_id",
        "Shop",
        Text,
        "the shop; blank for all",
        "S001",
        &["storeid", "store", "storecode", "shop", "shopid"],
    ),
    Field::new(
        "zone",
        "Price zone",
        Text,
        "the price zone; blank for all",
        "north",
        &["zone", "pricezone"],
    ),
    Field::new(
        "starts_at",
        "Starts",
        Time,
        "its start",
        "2024-03-01",
        &[
            "startsat",
            "happenedat",
            "start",
            "startdate",
            "from",
            "validfrom",
        ],
    )
    .required()
    .into_column("happened_at"),
    Field::new(
        "ends_at",
        "Ends",
        Time,
        "its end",
        "2024-03-14",
        &["endsat", "end", "enddate", "to", "validto", "until"],
    ),
    Field::new(
        "mechanic",
        "Mechanic",
        Text,
        "price_off, multibuy, display, mailer or coupon",
        "price_off",
        &["mechanic", "type", "promotiontype", "campaigntype"],
    ),
    Field::new(
        "depth",
        "Depth",
        Float,
        "share off the price, 0 to 1",
        "0.2",
        &["depth", "discount", "discountshare"],
    ),
];
