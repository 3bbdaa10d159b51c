//! Reviews and posts: what some buyers say about what they bought, by how well it suits them. The words name
//! attributes, also such as the catalogue does not. Holds no survey.

use crate::basket::StoreDay;
use crate::habits::AXES;
use crate::random::{Purpose, Random, hash};
use crate::receipts::{Labels, lines};
use crate::rows::Rows;
use crate::trips::{Known, Line, Receipt};
use crate::wording::misspell;
use crate::world::World;

/// Reviews per bought line of a recognised shopper.
const REVIEW_RATE: f32 = 0.012;

/// What people say for and against each axis.
const WORDS: [(&str, &str); AXES] = [
    ("great value for money", "you can tell it is cheap"),
    ("feels really high quality", "overpriced for what it is"),
    (
        "love that it is organic",
        "organic, but I taste no difference",
    ),
    ("finally something plant-based", "too vegan for my family"),
    ("so quick and easy", "tastes like convenience food"),
    ("perfect for the whole family", "far too big a pack for me"),
    ("such a treat", "much too sweet and heavy"),
    ("love the new one", "the old version was better"),
    (
        "good to buy something from around here",
        "local does not make it better",
    ),
    ("the kids adore it", "too childish"),
    ("lovely natural material", "the material feels rough"),
    ("gorgeous colour", "the colour is too loud"),
];

/// Writes the reviews that a store's day will cause.
pub(crate) fn write_reviews(world: &World, labels: &Labels, left: &StoreDay, rows: &mut Rows) {
    for receipt in &left.receipts {
        if receipt.return_of.is_some() || receipt.trip.known == Known::Nobody {
            continue;
        }
        for line in lines(left, receipt) {
            let key = u64::from(receipt.trip.person) << 32 | u64::from(line.product);
            let mut random = Random::new(
                world.spec.seed,
                Purpose::Survey,
                key,
                receipt.key.day as u64,
            );
            if random.chance(REVIEW_RATE) {
                write_review(world, labels, receipt, line, &mut random, rows);
            }
        }
    }
}

fn write_review(
    world: &World,
    labels: &Labels,
    receipt: &Receipt,
    line: &Line,
    random: &mut Random,
    rows: &mut Rows,
) {
    let person = &world.people[receipt.trip.person as usize];
    let product = &world.shelf.products[line.product as usize];
    let day = receipt.key.day + random.between(1, 20) as i32;
    if day >= world.spec.days as i32 {
        return;
    }
    // Contentment is how well the product suits, and its hidden appeal.
    let suits: f32 = person
        .tastes
        .iter()
        .zip(product.axes)
        .map(|(taste, share)| taste * share)
        .sum();
    let score = 3.9 + 0.45 * suits + 0.35 * product.appeal.clamp(-2.0, 1.0) + 0.7 * random.normal();
    let rating = (score.round() as i64).clamp(1, 5);
    let social = random.chance(0.3);
    let mut customer = String::new();
    labels.ids.of(
        &mut customer,
        receipt.trip.person,
        receipt.trip.known,
        receipt.key.day,
    );
    rows.code(&format!(
        "V{:014x}",
        hash(
            world.spec.seed,
            Purpose::Survey,
            u64::from(line.product),
            receipt.key.day as u64 ^ u64::from(receipt.trip.person) << 20
        ) >> 8
    ));
    rows.time(
        &labels.days[day as usize].1,
        random.between(8 * 3600, 23 * 3600 - 1) as u32,
    );
    // A post seldom says who wrote it.
    rows.code(if social && random.chance(0.7) {
        ""
    } else {
        &customer
    });
    rows.code(&labels.products[line.product as usize]);
    rows.int(rating);
    rows.text(
        [
            "Never again",
            "Disappointed",
            "It is okay",
            "Happy with it",
            "Love it!",
        ][rating as usize - 1],
    );
    rows.text(&body(world, receipt, line, rating, random));
    rows.code(if social { "social" } else { "site" });
    rows.end();
}

/// One to three remarks on what the product is, in the person's eyes.
fn body(world: &World, receipt: &Receipt, line: &Line, rating: i64, random: &mut Random) -> String {
    let person = &world.people[receipt.trip.person as usize];
    let product = &world.shelf.products[line.product as usize];
    let need = world.shelf.need_of(line.product as usize);
    let noun = need.nouns[usize::from(product.noun)].to_lowercase();
    let mut text = match rating {
        5 => format!("Best {noun} I have had"),
        4 => format!("Good {noun}"),
        3 => format!("Average {noun}"),
        _ => format!("This {noun} is not for me"),
    };
    let mut said = 0;
    for (axis, (praise, blame)) in WORDS.into_iter().enumerate() {
        if product.axes[axis] > 0.0 && said < 3 && random.chance(0.7) {
            let likes = person.tastes[axis] >= 0.0;
            text.push_str(", ");
            text.push_str(if likes { praise } else { blame });
            said += 1;
        }
    }
    if random.chance(0.1) {
        misspell(&text, random)
    } else {
        text
    }
}
