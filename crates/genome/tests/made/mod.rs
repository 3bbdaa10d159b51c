//! A made-up little shop and acts in it, for the tests of this crate.
#![allow(dead_code, clippy::unwrap_used)]

use genome::spec::DEFAULT;
use genome::*;

/// 1 May 2026.
pub const NOW: i64 = 1_777_593_600;
pub const DAY: i64 = 86_400;

pub fn spec() -> Spec {
    Spec::parse(DEFAULT).unwrap()
}

/// Products 0 to 11: four brands by three flavours; 12 is gluten-free, 13 is wine, 14 organic.
pub fn frame() -> Frame {
    let mut frame = Frame::new("run-1", NOW, spec()).unwrap();
    let brands = ["Alba", "Bora", "Cima", "Duna"];
    let flavours = ["lemon", "cocoa", "mint"];
    for brand in brands {
        for flavour in flavours {
            let traits = [
                ("brand", brand, 1.0),
                ("flavour", flavour, 0.9),
                ("category", "sweets", 1.0),
            ];
            frame.product(&traits).unwrap();
        }
    }
    let traits = [("brand", "Alba", 1.0), ("dietary", "gluten-free", 1.0)];
    frame.product(&traits).unwrap();
    frame
        .product(&[("origin", "Italy", 1.0), ("category_2", "Red Wine", 1.0)])
        .unwrap();
    frame
        .product(&[("brand", "Bora", 1.0), ("dietary", "organic", 1.0)])
        .unwrap();
    for channel in ["shop", "web"] {
        frame.value(CHANNEL, channel).unwrap();
    }
    frame
}

/// An act of the number `id` about a product, known on the day it happened.
pub fn act(id: i64, kind: ActKind, product: u32, at: i64) -> Act {
    let line = Line {
        receipt: at / DAY,
        amount: 25_000,
        promoted: Some(false),
        price_place: Some(700),
        channel: None,
        weekday: (at / DAY).rem_euclid(7) as u8 + 1,
        hour: 10,
    };
    Act {
        source: Source {
            rows: Rows::OrderLines,
            key: (id, 0),
        },
        kind,
        at,
        known_at: at,
        product: Some(product),
        values: Vec::new(),
        line: matches!(kind, ActKind::Buy | ActKind::Return).then_some(line),
    }
}

pub fn buy(id: i64, product: u32, days_ago: i64) -> Act {
    act(id, ActKind::Buy, product, NOW - days_ago * DAY)
}

pub fn clocks(as_of: i64) -> Clocks {
    Clocks {
        as_of,
        known_by: i64::MAX,
    }
}

/// Everybody's acts: each customer leans to one brand in half of the purchases.
pub fn population() -> Vec<Vec<Act>> {
    (0..60i64)
        .map(|customer| {
            let purchase = |n: i64| {
                let brand = if n % 2 == 0 {
                    customer % 4
                } else {
                    (customer + n) % 4
                };
                let product = brand * 3 + (customer * 7 + n * 5) % 3;
                let mut act = buy(customer * 1_000 + n, product as u32, 5 + n * 17);
                if let Some(line) = &mut act.line {
                    line.promoted = Some((customer + n) % 4 == 0);
                    line.price_place = Some(((customer * 37 + n * 11) % 1_000) as u16);
                }
                act
            };
            (0..20).map(purchase).collect()
        })
        .collect()
}

pub fn baseline(frame: &Frame, population: &[Vec<Act>]) -> Baseline {
    let mut builder = BaselineBuilder::default();
    for acts in population {
        let none = Consents::default();
        let state = State::rebuild(frame, none, acts).unwrap();
        let habits = observe(frame, acts, clocks(NOW), none).unwrap();
        builder.add(frame, &state, &habits);
    }
    builder.finish(frame)
}

/// The frame with what is usual among [`population`].
pub fn usual_frame() -> Frame {
    let frame = frame();
    let baseline = baseline(&frame, &population());
    frame.with_baseline(baseline)
}

pub fn genome_of(frame: &Frame, acts: &[Act], as_of: i64) -> Genome {
    genome(
        frame,
        7,
        acts,
        clocks(as_of),
        Consents::default(),
        Vec::new(),
    )
    .unwrap()
}
