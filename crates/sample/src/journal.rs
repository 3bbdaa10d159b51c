//! What a day leaves behind, into rows: order lines, stock records, web events, reviews, and the truth that
//! only the simulation knows. Days are gathered into batches and encoded in parallel pieces whose order is
//! fixed. Holds no file and no decision.

use rayon::prelude::*;

use crate::basket::{Missed, StoreDay};
use crate::calendar::Date;
use crate::day::ChainDay;
use crate::output::Output;
use crate::people::person_id;
use crate::receipts::{Labels, ascii, promotion_id, write_orders};
use crate::reviews::write_reviews;
use crate::rows::Rows;
use crate::tables::{EVENTS, INVENTORY, ORDERS, REVIEWS};
use crate::truth::{LOST_SALES, RECEIPTS, UPLIFT};
use crate::visits::write_visits;
use crate::world::World;

/// Lines that one piece of encoding work holds at least; small enough to spread over threads.
const PIECE_LINES: usize = 2_048;

/// Encodes days, oldest first: the rows of each piece in the order they belong in the files.
pub(crate) fn encode(world: &World, labels: &Labels, days: &[ChainDay]) -> Vec<Vec<Rows>> {
    let mut pieces: Vec<Vec<(i32, usize, &StoreDay)>> = vec![Vec::new()];
    let mut lines = 0;
    for day in days {
        for (store, left) in day.stores.iter().enumerate() {
            if lines >= PIECE_LINES {
                pieces.push(Vec::new());
                lines = 0;
            }
            lines += left.lines.len() + left.stock.len() / 4;
            if let Some(piece) = pieces.last_mut() {
                piece.push((day.index, store, left));
            }
        }
    }
    pieces
        .par_iter()
        .map(|piece| encode_piece(world, labels, piece))
        .collect()
}

fn encode_piece(world: &World, labels: &Labels, piece: &[(i32, usize, &StoreDay)]) -> Vec<Rows> {
    let format = world.spec.format;
    let [mut orders, mut stock, mut events, mut reviews] =
        [&ORDERS, &INVENTORY, &EVENTS, &REVIEWS].map(|table| Output::rows(format, table));
    let (mut receipts, mut lost) = (Rows::arrow(&RECEIPTS), Rows::arrow(&LOST_SALES));
    for &(day, store, left) in piece {
        write_orders(world, labels, left, &mut orders);
        write_stock(labels, day, store, left, &mut stock);
        write_visits(world, labels, day, store, left, &mut events);
        write_reviews(world, labels, left, &mut reviews);
        write_receipts(labels, left, &mut receipts);
        write_lost(
            labels,
            world.spec.start.plus(day),
            store,
            &left.missed,
            &mut lost,
        );
    }
    vec![orders, stock, events, reviews, receipts, lost]
}

fn write_stock(labels: &Labels, day: i32, store: usize, left: &StoreDay, rows: &mut Rows) {
    for &(product, on_hand, on_order) in &left.stock {
        rows.code(&labels.stores[store]);
        rows.code(&labels.products[product as usize]);
        // Counted after closing.
        rows.time(&labels.days[day as usize].1, 22 * 3600);
        rows.int(i64::from(on_hand));
        rows.int(i64::from(on_order));
        rows.end();
    }
}

fn write_receipts(labels: &Labels, left: &StoreDay, rows: &mut Rows) {
    let mut id = Vec::new();
    for receipt in &left.receipts {
        labels.receipt(&mut id, receipt.key);
        rows.code(ascii(&id));
        rows.code(&person_id(receipt.trip.person as usize));
        rows.code(if receipt.return_of.is_some() {
            "return"
        } else {
            receipt.trip.mission.name()
        });
        rows.end();
    }
}

fn write_lost(labels: &Labels, date: Date, store: usize, missed: &[Missed], rows: &mut Rows) {
    let mut sorted: Vec<&Missed> = missed.iter().collect();
    sorted.sort_by_key(|missed| missed.product);
    for same in sorted.chunk_by(|a, b| a.product == b.product) {
        let switched = same
            .iter()
            .filter(|missed| missed.switched_to.is_some())
            .count();
        rows.date(Some(date));
        rows.code(&labels.stores[store]);
        rows.code(&labels.products[same[0].product as usize]);
        rows.int(same.len() as i64);
        rows.int(switched as i64);
        rows.int((same.len() - switched) as i64);
        rows.end();
    }
}

/// The sums behind each promotion's true uplift, added up in the order of days and stores.
#[derive(Debug)]
pub(crate) struct Uplift(Vec<[f64; 2]>);

impl Uplift {
    pub(crate) fn new(world: &World) -> Self {
        Self(vec![[0.0; 2]; world.prices.promotions.len()])
    }

    pub(crate) fn add(&mut self, day: &ChainDay) {
        for (number, with, without) in day.stores.iter().flat_map(|store| &store.uplift) {
            let sums = &mut self.0[*number as usize];
            sums[0] += f64::from(*with);
            sums[1] += f64::from(*without);
        }
    }

    /// Expected lines with a promotion and without it.
    pub(crate) fn of(&self, number: usize) -> [f64; 2] {
        self.0[number]
    }

    pub(crate) fn rows(&self, world: &World, labels: &Labels) -> Rows {
        let mut rows = Rows::arrow(&UPLIFT);
        for (number, [with, without]) in self.0.iter().enumerate() {
            let product = world.prices.promotions[number].product as usize;
            rows.code(&promotion_id(number as u32));
            rows.code(&labels.products[product]);
            rows.number(*with, 4);
            rows.number(*without, 4);
            if *without > 0.0 {
                rows.number(with / without, 4)
            } else {
                rows.none()
            }
            rows.end();
        }
        rows
    }
}
