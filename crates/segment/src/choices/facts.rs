//! The rows of the lake as the kernel's arrays: ids in a fixed order, baskets, categories, attributes.
//! It must not estimate anything.

use super::offer::{Shelf, offer};
use crate::SegmentError;
use demand::baskets::{Baskets, Lines, NONE, Sizes};
use demand::offer::{Offer, Span};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Most products of a category that the kernel takes: tables of all its pairs are held.
const PRODUCTS_MAX: usize = 2_000;
/// Most attributes: one bit of a word each.
const ATTRIBUTES_MAX: usize = 64;

/// One product bought in one basket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sale {
    /// The basket: the receipt's key.
    pub receipt: i64,
    /// The product, a place in the names.
    pub product: u32,
    /// The shop, a place in the shops.
    pub store: u32,
    /// The customer's key, where known.
    pub customer: Option<i64>,
    /// The day, counted from 1970.
    pub day: i64,
}

/// What was sold, in any order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sales {
    /// Codes of the products, in any order.
    pub products: Vec<String>,
    /// Codes of the shops, in any order.
    pub stores: Vec<String>,
    /// The sales.
    pub lines: Vec<Sale>,
}

/// A product of the catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// Its code.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Its categories from the top, without blanks.
    pub categories: Vec<String>,
    /// First day on sale.
    pub launched: Option<i64>,
    /// Last day on sale.
    pub withdrawn: Option<i64>,
    /// Attributes and their values, without blanks.
    pub attributes: Vec<(String, String)>,
}

/// One stock count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockCount {
    /// The shop, a place in the sales' shops.
    pub store: u32,
    /// The product, a place in the sales' products.
    pub product: u32,
    /// The day.
    pub day: i64,
    /// Whether any was there.
    pub any: bool,
}

/// A promotion of one product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deal {
    /// The product, a place in the sales' products.
    pub product: u32,
    /// The shop, a place in the sales' shops; none for all.
    pub store: Option<u32>,
    /// First day.
    pub first: i64,
    /// Last day.
    pub last: i64,
}

/// When a shop was open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its code.
    pub id: String,
    /// First day.
    pub opened: Option<i64>,
    /// Last day.
    pub closed: Option<i64>,
}

/// All that choices are found from.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Codes, ascending; the place is the kernel's id.
    pub products: Vec<String>,
    /// Names for people.
    pub names: Vec<String>,
    /// Paths of the categories within which shoppers choose, ascending.
    pub categories: Vec<String>,
    /// Per product its category, or [`NONE`].
    pub category_of: Vec<u32>,
    /// Names of the attributes, ascending.
    pub attributes: Vec<String>,
    /// Per attribute its levels, ascending.
    pub levels: Vec<Vec<String>>,
    /// Per attribute and product its level, or [`NONE`].
    pub level_of: Vec<Vec<u32>>,
    /// Who bought what, where and when.
    pub baskets: Baskets,
    /// What could be bought.
    pub offer: Offer,
    /// When and where products were promoted.
    pub promoted: Offer,
    /// Promotions of one product.
    pub promotions: usize,
    /// Spans of days in which a shelf was known to be empty.
    pub empty_spans: usize,
    /// Per product: days in which its shelf was, in each shop by itself.
    pub empty_days: Vec<u32>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// Places of texts in ascending order, and the texts.
pub(crate) fn ordered(names: &[String]) -> (Vec<u32>, Vec<String>) {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|&a, &b| names[a].cmp(&names[b]));
    let mut places = vec![0; names.len()];
    for (place, &name) in order.iter().enumerate() {
        places[name] = place as u32;
    }
    let sorted = order.into_iter().map(|name| names[name].clone()).collect();
    (places, sorted)
}

/// The baskets by receipt, with products and shops numbered in order and days from the first.
pub(crate) fn baskets(
    sales: &Sales,
    [products, stores]: [&[u32]; 2],
    first: i64,
    periods: usize,
) -> Result<Baskets, SegmentError> {
    let mut lines: Vec<&Sale> = sales.lines.iter().collect();
    lines.sort_unstable_by_key(|sale| {
        (
            sale.receipt,
            sale.day,
            sale.store,
            sale.customer,
            sale.product,
        )
    });
    let mut known: Vec<i64> = lines.iter().filter_map(|sale| sale.customer).collect();
    known.sort_unstable();
    known.dedup();
    let (mut of, mut bought) = (
        Vec::with_capacity(lines.len()),
        Vec::with_capacity(lines.len()),
    );
    let (mut customers, mut at, mut periods_of) = (Vec::new(), Vec::new(), Vec::new());
    for basket in lines.chunk_by(|a, b| a.receipt == b.receipt) {
        let number = customers.len() as u32;
        for sale in basket {
            of.push(number);
            bought.push(products[sale.product as usize]);
        }
        let customer = basket[0]
            .customer
            .and_then(|customer| known.binary_search(&customer).ok());
        customers.push(customer.map_or(NONE, |place| place as u32));
        at.push(stores[basket[0].store as usize]);
        periods_of.push((basket[0].day - first) as u32);
    }
    let lines = Lines {
        baskets: &of,
        products: &bought,
        customers: &customers,
        stores: &at,
        periods: &periods_of,
    };
    Ok(lines.check(Sizes {
        products: sales.products.len(),
        stores: sales.stores.len(),
        periods,
    })?)
}

/// When and where products were promoted, with products and shops numbered in order and days from the first.
fn promoted(
    deals: &[Deal],
    [products, stores]: [&[u32]; 2],
    first: i64,
    sizes: Sizes,
) -> Result<Offer, SegmentError> {
    let mut spans = Vec::new();
    for deal in deals {
        let from = (deal.first - first).max(0);
        let until = (deal.last + 1 - first).min(sizes.periods as i64);
        let at: Vec<u32> = match deal.store {
            Some(store) => vec![stores[store as usize]],
            None => (0..sizes.stores as u32).collect(),
        };
        let span = |store: u32| Span {
            product: products[deal.product as usize],
            store,
            from: from as u32,
            until: until as u32,
        };
        spans.extend(at.into_iter().filter(|_| from < until).map(span));
    }
    Ok(Offer::new(&spans, sizes)?)
}

/// Per product its category, and the paths; with notes of categories too large.
fn categories(items: &[Option<&Item>]) -> (Vec<u32>, Vec<String>, Vec<String>) {
    let path = |item: &&Item| (!item.categories.is_empty()).then(|| item.categories.join(" / "));
    let paths: Vec<Option<String>> = items
        .iter()
        .map(|item| item.as_ref().and_then(path))
        .collect();
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for path in paths.iter().flatten() {
        *sizes.entry(path).or_default() += 1;
    }
    let large = sizes.iter().filter(|(_, size)| **size > PRODUCTS_MAX);
    let notes = large
        .map(|(path, size)| {
            format!(
                "{path} has {size} products and is left out: a category can have {PRODUCTS_MAX}. File them one level \
                 deeper in the catalogue."
            )
        })
        .collect();
    let kept: Vec<&str> = sizes
        .iter()
        .filter(|(_, size)| **size <= PRODUCTS_MAX)
        .map(|(path, _)| *path)
        .collect();
    let place = |path: &Option<String>| {
        let place = path
            .as_deref()
            .and_then(|path| kept.binary_search(&path).ok());
        place.map_or(NONE, |place| place as u32)
    };
    let of = paths.iter().map(place).collect();
    (
        of,
        kept.iter().map(|path| (*path).to_string()).collect(),
        notes,
    )
}

/// Names, levels and the level of each product, of attributes that differ between products; a note where there are
/// too many.
#[allow(clippy::type_complexity)]
fn attributes(
    items: &[Option<&Item>],
) -> (Vec<String>, Vec<Vec<String>>, Vec<Vec<u32>>, Option<String>) {
    let mut levels: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, value) in items.iter().flatten().flat_map(|item| &item.attributes) {
        levels.entry(name).or_default().insert(value);
    }
    levels.retain(|_, levels| levels.len() > 1);
    let further: Vec<&str> = levels.keys().skip(ATTRIBUTES_MAX).copied().collect();
    let note = (!further.is_empty()).then(|| {
        format!(
            "The catalogue has {} attributes; the first {ATTRIBUTES_MAX} by name are used, these play no part: {}.",
            levels.len(),
            further.join(", ")
        )
    });
    let (mut names, mut all, mut of) = (Vec::new(), Vec::new(), Vec::new());
    for (name, levels) in levels.into_iter().take(ATTRIBUTES_MAX) {
        let levels: Vec<&str> = levels.into_iter().collect();
        let level = |item: &Option<&Item>| {
            let mut own = item.iter().flat_map(|item| &item.attributes);
            let value = own.find(|(own, _)| own == name);
            let place = value.and_then(|(_, value)| levels.binary_search(&value.as_str()).ok());
            place.map_or(NONE, |place| place as u32)
        };
        of.push(items.iter().map(level).collect());
        names.push(name.to_string());
        all.push(levels.iter().map(|level| (*level).to_string()).collect());
    }
    (names, all, of, note)
}

impl Facts {
    /// Brings the rows together. Nothing depends on their order.
    ///
    /// # Errors
    /// [`SegmentError::TooFew`] without sales; [`SegmentError::Demand`] where the kernel refuses.
    pub fn new(
        sales: &Sales,
        items: &[Item],
        counts: &[StockCount],
        deals: &[Deal],
        places: &[Place],
    ) -> Result<Self, SegmentError> {
        let days = || sales.lines.iter().map(|sale| sale.day);
        let (Some(first), Some(last)) = (days().min(), days().max()) else {
            return Err(SegmentError::TooFew {
                what: "sales",
                got: 0,
                least: 1,
            });
        };
        let (product_places, products) = ordered(&sales.products);
        let (store_places, stores) = ordered(&sales.stores);
        let periods = (last - first + 1) as usize;
        let baskets = baskets(sales, [&product_places, &store_places], first, periods)?;
        let by_id: HashMap<&str, &Item> = items.iter().map(|item| (&*item.id, item)).collect();
        let items: Vec<Option<&Item>> = products
            .iter()
            .map(|id| by_id.get(id.as_str()).copied())
            .collect();
        let names = items.iter().zip(&products);
        let names = names.map(|(item, id)| {
            let name = item.and_then(|item| item.name.clone());
            name.unwrap_or_else(|| id.clone())
        });
        let (category_of, categories, mut notes) = categories(&items);
        let (attributes, levels, level_of, further) = attributes(&items);
        notes.extend(further);
        let shelf = Shelf {
            baskets: &baskets,
            items: &items,
            stores: &stores,
            places,
            first,
        };
        let mut seen: Vec<StockCount> = counts
            .iter()
            .map(|count| StockCount {
                store: store_places[count.store as usize],
                product: product_places[count.product as usize],
                ..*count
            })
            .collect();
        seen.sort_unstable_by_key(|count| (count.product, count.store, count.day));
        let (offer, empty_spans, empty_days) = offer(&shelf, &seen)?;
        if categories.is_empty() {
            notes.push(
                "The catalogue names no categories, so nothing can be said of substitutes: they are looked for within \
                 a category."
                    .into(),
            );
        }
        Ok(Self {
            names: names.collect(),
            products,
            categories,
            category_of,
            attributes,
            levels,
            level_of,
            promoted: promoted(
                deals,
                [&product_places, &store_places],
                first,
                baskets.sizes(),
            )?,
            promotions: deals.len(),
            baskets,
            offer,
            empty_spans,
            empty_days,
            notes,
        })
    }
}
