//! Receipts into order lines, and the truth about who made them. Holds no choice: what was bought is settled.

use crate::basket::StoreDay;
use crate::catalogue::Catalogue;
use crate::identities::Identities;
use crate::payments::payer;
use crate::random::{Purpose, hash};
use crate::rows::{Rows, Stamp, digits};
use crate::stores::store_id;
use crate::trips::{Channel, Known, Line, Receipt, ReceiptKey};
use crate::wording::till_text;
use crate::world::World;

/// The only currency of the made-up country.
pub(crate) const CURRENCY: &str = "EUR";

/// Texts that many rows share, made once.
#[derive(Debug)]
pub(crate) struct Labels {
    pub products: Vec<String>,
    pub till_texts: Vec<String>,
    pub stores: Vec<String>,
    /// `YYMMDD` and the stamp, per day.
    pub days: Vec<(String, Stamp)>,
    pub ids: Identities,
}

impl Labels {
    pub(crate) fn new(world: &World) -> Self {
        let shelf = &world.shelf;
        let day = |index: i32| {
            let date = world.spec.start.plus(index);
            let (year, month, day) = date.civil();
            (
                format!("{:02}{month:02}{day:02}", year % 100),
                Stamp::new(date),
            )
        };
        Self {
            products: shelf
                .products
                .iter()
                .map(crate::catalogue::Product::id)
                .collect(),
            till_texts: (0..shelf.products.len())
                .map(|index| till_text(shelf, index))
                .collect(),
            stores: (0..world.stores.len()).map(store_id).collect(),
            days: (0..world.spec.days as i32).map(day).collect(),
            ids: Identities::new(world),
        }
    }

    /// `R0012-250131-0007`: store, day, running number.
    pub(crate) fn receipt(&self, text: &mut Vec<u8>, key: ReceiptKey) {
        text.clear();
        text.push(b'R');
        digits(text, i64::from(key.store) + 1, 4);
        text.push(b'-');
        text.extend_from_slice(self.days[key.day as usize].0.as_bytes());
        text.push(b'-');
        digits(text, i64::from(key.number), 4);
    }
}

/// The id outside of a promotion's number.
pub(crate) fn promotion_id(number: u32) -> String {
    format!("M{:06}", number + 1)
}

/// Text of bytes that are ASCII by the way they were made.
pub(crate) fn ascii(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// Chosen options as `k=v;k=v`; empty for what is not made to order.
pub(crate) fn options(shelf: &Catalogue, line: &Line) -> String {
    let sets = shelf.products[line.product as usize]
        .made
        .map_or(&[][..], |made| made.sets());
    let picks = [line.options / 10, line.options % 10];
    let cells = sets.iter().zip(picks).map(|((name, values), pick)| {
        format!("{name}={}", values[usize::from(pick).min(values.len() - 1)])
    });
    cells.collect::<Vec<_>>().join(";")
}

/// Writes the order lines of a store's day.
pub(crate) fn write_orders(world: &World, labels: &Labels, store: &StoreDay, orders: &mut Rows) {
    let (mut id, mut back) = (Vec::new(), Vec::new());
    let (mut customer, mut card) = (String::new(), String::new());
    for receipt in &store.receipts {
        let trip = &receipt.trip;
        labels.receipt(&mut id, receipt.key);
        if let Some(key) = receipt.return_of {
            labels.receipt(&mut back, key);
        }
        let return_of = if receipt.return_of.is_some() {
            ascii(&back)
        } else {
            ""
        };
        labels
            .ids
            .of(&mut customer, trip.person, trip.known, receipt.key.day);
        card.clear();
        if let Some(payer) = payer(world, receipt) {
            labels
                .ids
                .of(&mut card, payer, Known::Card, receipt.key.day);
        }
        let stamp = &labels.days[receipt.key.day as usize].1;
        let till = till(world, receipt);
        for (number, line) in lines(store, receipt).iter().enumerate() {
            let product = line.product as usize;
            let sign = i64::from(line.quantity.signum());
            orders.code(ascii(&id));
            orders.int(number as i64 + 1);
            orders.time(stamp, trip.second);
            orders.code(&labels.stores[trip.store as usize]);
            orders.int(till);
            orders.code(trip.channel.name());
            orders.code(&customer);
            orders.code(trip.known.name());
            orders.code(&card);
            orders.code(&labels.products[product]);
            orders.code(&labels.till_texts[product]);
            orders.int(i64::from(line.quantity));
            orders.money(i64::from(line.price) * 100);
            orders.money(i64::from(line.discount) * 100 * sign);
            orders.code(CURRENCY);
            if line.promotion > 0 {
                orders.code(&promotion_id(line.promotion - 1))
            } else {
                orders.none()
            }
            orders.code(&options(&world.shelf, line));
            orders.code(return_of);
            orders.end();
        }
    }
}

/// The lines of a receipt.
pub(crate) fn lines<'a>(store: &'a StoreDay, receipt: &Receipt) -> &'a [Line] {
    &store.lines[receipt.first as usize..(receipt.first + receipt.count) as usize]
}

/// Till of the store (0 online): larger shops have more.
fn till(world: &World, receipt: &Receipt) -> i64 {
    if receipt.trip.channel != Channel::Shop {
        return 0;
    }
    let tills = (world.stores[receipt.trip.store as usize].area / 300.0) as u64 + 1;
    let bits = hash(
        world.spec.seed,
        Purpose::Record,
        u64::from(receipt.trip.person),
        receipt.key.day as u64 | 1 << 40,
    );
    (bits % tills.min(12)) as i64 + 1
}
