//! A made-up crowd with the breadth of a real shop: thousands of products of a dozen attributes, customers who lean to a
//! few categories and brands. For timings and for bytes that must not change; drawn by whole numbers alone, so that
//! every machine has the same crowd. It holds no test.
#![allow(dead_code, clippy::unwrap_used)]

use genome::spec::DEFAULT;
use genome::*;

/// 1 May 2026.
pub const TODAY: i64 = 1_777_593_600;
const DAY: i64 = 86_400;
const PRODUCTS: u64 = 6_000;

/// Numbers of one stream, by SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators",
/// OOPSLA 2014).
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_F491_4F6C_DD1D))
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }

    /// As [`Draw::below`], small numbers more often.
    fn low(&mut self, n: u64) -> u64 {
        let (one, two) = (self.below(n), self.below(n));
        one.min(two)
    }
}

/// The frame of the crowd, with what is usual among some customers of it.
pub fn crowd_frame(learned_from: u64) -> Frame {
    let frame = catalogue();
    let mut builder = BaselineBuilder::default();
    for customer in 0..learned_from {
        let (acts, none) = (history(&frame, customer, 50, 100), Consents::default());
        let state = State::rebuild(&frame, none, &acts).unwrap();
        let observed = observe(&frame, &acts, today(), none).unwrap();
        builder.add(&frame, &state, &observed);
    }
    let baseline = builder.finish(&frame);
    frame.with_baseline(baseline)
}

pub fn today() -> Clocks {
    Clocks {
        as_of: TODAY,
        known_by: i64::MAX,
    }
}

fn catalogue() -> Frame {
    let mut frame = Frame::new("crowd", TODAY, Spec::parse(DEFAULT).unwrap()).unwrap();
    for channel in ["shop", "web", "app"] {
        frame.value(CHANNEL, channel).unwrap();
    }
    let mut draw = Draw::new(11);
    for product in 0..PRODUCTS {
        let leaf = product % 300;
        let mut traits = vec![
            ("category_1", format!("division {}", leaf % 10)),
            ("category_2", format!("department {}", leaf % 60)),
            ("category_3", format!("shelf {leaf}")),
            // A brand is at home in a few categories.
            (
                "brand",
                format!("brand {}", (leaf * 7 + draw.low(12)) % 240),
            ),
            ("color", format!("colour {}", draw.low(24))),
            ("material", format!("material {}", draw.low(18))),
            (
                "price_tier",
                ["low", "middle", "high"][draw.below(3) as usize].into(),
            ),
            ("style", format!("style {}", draw.low(14))),
        ];
        match draw.below(6) {
            0 => traits.push(("organic", "yes".into())),
            1 => traits.push(("dietary", "vegan".into())),
            2 => traits.push(("occasion", "gift".into())),
            3 => traits.push(("flavour", format!("flavour {}", draw.low(20)))),
            4 => traits.push(("pattern", format!("pattern {}", draw.low(12)))),
            _ if leaf == 77 => traits.push(("dietary", "gluten-free".into())),
            _ => {}
        }
        let sure = [1.0, 0.9, 0.75][draw.below(3) as usize];
        let traits: Vec<(&str, &str, f64)> = traits
            .iter()
            .enumerate()
            .map(|(place, (name, value))| {
                (*name, value.as_str(), if place < 4 { 1.0 } else { sure })
            })
            .collect();
        frame.product(&traits).unwrap();
    }
    frame.end_catalogue().unwrap();
    frame
}

/// The acts of a customer: so many receipt lines, and so many events beside them.
pub fn history(frame: &Frame, customer: u64, lines: u64, events: u64) -> Vec<Act> {
    let mut draw = Draw::new(1_000 + customer);
    let home = draw.below(300);
    let place = |draw: &mut Draw| match draw.below(10) {
        // Mostly the same few shelves, some of them again and again.
        0..7 => ((home + 10 * draw.low(9)) % 300 + 300 * draw.low(PRODUCTS / 300)) as u32,
        _ => draw.below(PRODUCTS) as u32,
    };
    let mut acts = Vec::new();
    let (mut at, mut receipt) = (TODAY, 0);
    for row in 0..lines {
        // Some three lines to a receipt.
        if row == 0 || draw.below(3) == 0 {
            at = TODAY - draw.below(900 * DAY as u64) as i64;
            receipt += 1;
        }
        let kind = if draw.below(20) == 0 {
            ActKind::Return
        } else {
            ActKind::Buy
        };
        let mut act = act(customer, row, kind, place(&mut draw), at);
        act.line = Some(Line {
            receipt: receipt as i64,
            amount: 10_000 + draw.below(900_000) as i64,
            promoted: Some(draw.below(4) == 0),
            price_place: (draw.below(20) > 0).then(|| draw.below(1_001) as u16),
            channel: frame.find(CHANNEL, ["shop", "web", "app"][draw.low(3) as usize]),
            weekday: (at / DAY).rem_euclid(7) as u8 + 1,
            hour: draw.below(24) as u8,
        });
        acts.push(act);
    }
    for row in 0..events {
        let at = TODAY - draw.below(900 * DAY as u64) as i64;
        let kind = match draw.below(20) {
            0..13 => ActKind::View,
            13..17 => ActKind::Cart,
            17 => ActKind::Favourite,
            18 => ActKind::Review(1 + draw.below(5) as u8),
            _ => ActKind::Complaint,
        };
        let mut act = act(customer, lines + row, kind, place(&mut draw), at);
        act.source.rows = Rows::Events;
        if draw.below(25) == 0 {
            act.kind = ActKind::Search;
            act.product = None;
            act.values = vec![frame.find("color", "colour 3").unwrap()];
        }
        acts.push(act);
    }
    acts
}

fn act(customer: u64, row: u64, kind: ActKind, product: u32, at: i64) -> Act {
    Act {
        source: Source {
            rows: Rows::OrderLines,
            key: (customer as i64, row as i64),
        },
        kind,
        at,
        known_at: at + DAY,
        product: Some(product),
        values: Vec::new(),
        line: None,
    }
}
