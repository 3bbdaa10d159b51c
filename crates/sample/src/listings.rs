//! Master data as the retailer hands it over: products, stores, prices, promotions. Holds no truth: hidden
//! appeal, true groups and catchment types stay out of these rows.

use crate::calendar::Date;
use crate::habits::Axis;
use crate::output::Output;
use crate::pricing::{competitor_price, zone_price};
use crate::random::{Purpose, Random};
use crate::receipts::promotion_id;
use crate::rows::{Rows, Stamp};
use crate::stores::{StoreFormat, ZONES, store_id};
use crate::tables::{PRICES, PRODUCTS, PROMOTIONS, STORES};
use crate::wording;
use crate::words::{COMPETITORS, TOWNS};
use crate::world::World;

/// Most products for which pictures are drawn.
pub(crate) const PICTURED_PRODUCTS_MAX: usize = 2_000;

/// Product indices in the order of their outside ids.
pub(crate) fn by_id(world: &World) -> Vec<usize> {
    let mut order: Vec<usize> = (0..world.shelf.products.len()).collect();
    order.sort_by_key(|&index| world.shelf.products[index].number);
    order
}

pub(crate) fn product_rows(world: &World) -> Rows {
    let mut rows = Output::rows(world.spec.format, &PRODUCTS);
    let shelf = &world.shelf;
    let pictured = shelf.products.len() <= PICTURED_PRODUCTS_MAX;
    for index in by_id(world) {
        let (product, need) = (&shelf.products[index], shelf.need_of(index));
        let mut random = Random::new(world.spec.seed, Purpose::Product, index as u64, 2);
        let id = product.id();
        rows.code(&id);
        rows.code(&wording::gtin(shelf, index));
        rows.text(&wording::name(shelf, index));
        rows.text(&wording::description(world.spec.seed, shelf, index));
        rows.text(wording::brand(product));
        need.categories
            .iter()
            .for_each(|category| rows.text(category));
        // The buyers have filed most products by need, not all.
        rows.text(if random.chance(0.85) { need.name } else { "" });
        rows.text(&wording::colour(shelf, index));
        rows.text(wording::material(shelf, index));
        rows.code(wording::pattern(product));
        let edible = matches!(need.categories[0], "Food" | "Drinks" | "Pet");
        rows.text(if edible {
            need.kinds[usize::from(product.kind)]
        } else {
            ""
        });
        rows.text(need.sizes[usize::from(product.size)]);
        rows.code(product.tier.name());
        rows.text(&wording::attributes(shelf, index));
        rows.money(i64::from(product.unit_cost));
        rows.money(i64::from(product.list_price) * 100);
        let pack = 0.75 + 0.5 * f32::from(product.size) / (need.sizes.len() - 1).max(1) as f32;
        for side in need.box_cm {
            rows.number(f64::from(side * pack * random.lognormal(0.06)), 1);
        }
        rows.text(&wording::option_sets(shelf, index));
        rows.code(&if pictured {
            format!("images/{id}.png")
        } else {
            String::new()
        });
        rows.date(Some(world.spec.start.plus(product.launched)));
        rows.date(product.withdrawn.map(|day| world.spec.start.plus(day)));
        rows.code(if product.must_carry { "yes" } else { "no" });
        rows.end();
    }
    rows
}

pub(crate) fn store_rows(world: &World) -> Rows {
    let mut rows = Output::rows(world.spec.format, &STORES);
    for (index, store) in world.stores.iter().enumerate() {
        let (town, region, ..) = TOWNS[store.town];
        let online = store.format == StoreFormat::Online;
        let mut random = Random::new(world.spec.seed, Purpose::Store, index as u64, 1);
        rows.code(&store_id(index));
        let banner = match store.format {
            StoreFormat::HomeCentre => "Marketon Home",
            StoreFormat::Fashion => "Marketon Wear",
            StoreFormat::Express => "Marketon Go",
            _ => "Marketon",
        };
        rows.text(&if online {
            "Marketon Online".to_owned()
        } else {
            format!("{banner} {town} {}", index + 1)
        });
        rows.code(store.format.name());
        rows.text(region);
        rows.text(town);
        rows.number(store.lat, 5);
        rows.number(store.lon, 5);
        rows.number(f64::from(store.area), 0);
        rows.date(Some(world.spec.start.plus(store.opened)));
        rows.date(store.closed.map(|day| world.spec.start.plus(day)));
        rows.date(store.refit.map(|day| world.spec.start.plus(day)));
        rows.text(banner);
        if online {
            (0..4).for_each(|_| rows.none());
        } else {
            rows.int(i64::from(store.households));
            rows.number(f64::from(store.income), 1);
            rows.number(f64::from(store.children), 3);
            rows.number(f64::from(store.urban), 3);
        }
        rows.int(
            (f64::from(store.area) / 25.0
                * (1.2 - f64::from(store.urban))
                * f64::from(random.unit() + 0.5)) as i64,
        );
        rows.number(f64::from(store.competitor_km), 2);
        rows.code(ZONES[store.zone].0);
        rows.end();
    }
    rows
}

pub(crate) fn promotion_rows(world: &World) -> Rows {
    let mut rows = Output::rows(world.spec.format, &PROMOTIONS);
    let at = |day: i32| Stamp::new(world.spec.start.plus(day));
    for (number, promotion) in world.prices.promotions.iter().enumerate() {
        let product = promotion.product as usize;
        let need = world.shelf.need_of(product);
        rows.code(&promotion_id(number as u32));
        let name = format!("{} {:.0} %", need.categories[2], promotion.depth * 100.0);
        rows.text(&name);
        rows.code(&world.shelf.products[product].id());
        // All zones.
        rows.none();
        rows.time(&at(promotion.starts), 0);
        rows.time(&at(promotion.ends), 0);
        rows.code(promotion.mechanic.name());
        rows.number(f64::from(promotion.depth), 4);
        rows.end();
    }
    rows
}

/// Regular prices by zone, promotion prices for all zones, and a watch on some competitors' prices.
pub(crate) fn price_rows(world: &World) -> Rows {
    let mut rows = Output::rows(world.spec.format, &PRICES);
    let ids: Vec<String> = world
        .shelf
        .products
        .iter()
        .map(crate::catalogue::Product::id)
        .collect();
    let regular = &world.prices.regular;
    for (place, price) in regular.iter().enumerate() {
        let next = regular
            .get(place + 1)
            .filter(|next| next.product == price.product)
            .map(|next| next.from);
        for (zone, (name, _)) in ZONES.iter().enumerate() {
            let cents = zone_price(price.cents, zone);
            write_price(
                world,
                &mut rows,
                &ids[price.product as usize],
                name,
                (price.from, next),
                cents,
                ("regular", ""),
            );
        }
    }
    for promotion in &world.prices.promotions {
        let span = |price: &&crate::pricing::RegularPrice| {
            (price.product, price.from) <= (promotion.product, promotion.starts)
        };
        let base = regular.partition_point(|price| span(&price));
        let cents = zone_price(regular[base - 1].cents, 1) as f32 * (1.0 - promotion.depth);
        let (id, dates) = (
            &ids[promotion.product as usize],
            (promotion.starts, Some(promotion.ends)),
        );
        write_price(
            world,
            &mut rows,
            id,
            "",
            dates,
            (cents + 0.5) as u32,
            ("promotion", ""),
        );
    }
    // Fast sellers only, as price watches do: the core range and organic goods, once a month.
    let watched = |index: &usize| {
        let product = &world.shelf.products[*index];
        product.must_carry
            || (product.axes[Axis::Organic as usize] > 0.0 && product.number.is_multiple_of(5))
    };
    for index in by_id(world).into_iter().filter(watched) {
        for month in 0..world.spec.days.div_ceil(30) as i32 {
            for (number, competitor) in COMPETITORS.iter().enumerate() {
                let cents = competitor_price(world.spec.seed, &world.shelf, index, number, month);
                let dates = (month * 30, Some(month * 30 + 30));
                write_price(
                    world,
                    &mut rows,
                    &ids[index],
                    "",
                    dates,
                    cents,
                    ("competitor", competitor),
                );
            }
        }
    }
    rows
}

fn write_price(
    world: &World,
    rows: &mut Rows,
    product: &str,
    zone: &str,
    (from, to): (i32, Option<i32>),
    cents: u32,
    (kind, competitor): (&str, &str),
) {
    let at = |day: i32| -> Stamp { Stamp::new(Date::plus(world.spec.start, day)) };
    rows.code(product);
    rows.code(zone);
    rows.time(&at(from), 0);
    match to {
        Some(day) => rows.time(&at(day), 0),
        None => rows.none(),
    }
    rows.money(i64::from(cents) * 100);
    rows.code(kind);
    rows.code(competitor);
    rows.end();
}
