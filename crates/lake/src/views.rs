//! Views that every SQL session has, so that nobody has to write them again. A view may read tables and
//! earlier views only.

/// Name, what it is, and its query, in the order in which they are made.
pub const VIEWS: &[(&str, &str, &str)] = &[
    (
        "current_products",
        "the newest version of each product",
        "select * except (newest) from (select *, row_number() over (partition by product_id \
         order by happened_at desc, known_at desc, row_key) as newest from products) where newest = 1",
    ),
    (
        "current_stores",
        "the newest version of each shop",
        "select * except (newest) from (select *, row_number() over (partition by store_id \
         order by happened_at desc, known_at desc, row_key) as newest from stores) where newest = 1",
    ),
    (
        "sales",
        "goods sold to anybody: no returns, no services, no cancelled receipts",
        "select * from order_lines where line_type = 'sale' and not cancelled",
    ),
];
