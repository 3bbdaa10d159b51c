//! What customers answer when asked: a few questions on wants, motives, visits and service. Answers follow
//! tastes with error, and not everybody answers. Holds no review.

use crate::habits::Axis;
use crate::output::Output;
use crate::people::Person;
use crate::random::{Purpose, Random};
use crate::receipts::Labels;
use crate::rows::Rows;
use crate::tables::SURVEYS;
use crate::world::World;

/// Share of the customers who answer the yearly survey.
const RESPONSE_RATE: f32 = 0.08;

/// All answers.
pub(crate) fn survey_rows(world: &World, labels: &Labels) -> Rows {
    let mut rows = Output::rows(world.spec.format, &SURVEYS);
    let mut customer = String::new();
    for index in 0..world.spec.customers {
        let person = &world.people[index as usize];
        let mut random = Random::new(world.spec.seed, Purpose::Survey, u64::from(index), 1 << 50);
        if !random.chance(RESPONSE_RATE) {
            continue;
        }
        let day = random.between(0, i64::from(world.spec.days) - 1) as i32;
        if day < person.joined || day >= person.left {
            continue;
        }
        labels.ids.main(&mut customer, person, index, day);
        let second = random.between(8 * 3600, 22 * 3600) as u32;
        for (id, question, answer) in answers(person, &mut random) {
            rows.code(&format!("Q{:07}", index + 1));
            rows.time(&labels.days[day as usize].1, second);
            rows.code(&customer);
            rows.code("yearly");
            rows.code(id);
            rows.text(question);
            rows.text(&answer);
            rows.end();
        }
    }
    rows
}

fn answers(person: &Person, random: &mut Random) -> Vec<(&'static str, &'static str, String)> {
    let taste = |axis: Axis, random: &mut Random| noisy_taste(person, axis, random);
    let scale =
        |value: f32, low: i64, high: i64| ((value.round() as i64).clamp(low, high)).to_string();
    let motive = motive(person, random);
    let service = 7.6 + 1.6 * random.normal();
    let mut list = vec![
        (
            "organic",
            "How important is organic quality to you? (1-5)",
            scale(3.0 + 0.8 * taste(Axis::Organic, random), 1, 5),
        ),
        (
            "price",
            "How closely do you compare prices? (1-5)",
            scale(3.0 + 0.8 * taste(Axis::Value, random), 1, 5),
        ),
        ("diet", "Do you eat meat?", diet(person).to_owned()),
        (
            "motive",
            "What matters most when you shop?",
            motive.to_owned(),
        ),
        (
            "speed",
            "How quick was your last visit? (0-10)",
            scale(7.2 + 1.8 * random.normal(), 0, 10),
        ),
        (
            "friendliness",
            "How friendly was the staff? (0-10)",
            scale(service, 0, 10),
        ),
        (
            "recommend",
            "Would you recommend us? (0-10)",
            scale(0.7 * service + 2.4 + 1.2 * random.normal(), 0, 10),
        ),
        (
            "household",
            "How many people live in your household?",
            person.household_size.to_string(),
        ),
    ];
    if random.chance(0.3) {
        let wish = *random.pick(&[
            "longer opening hours",
            "more vegan choice",
            "wider fashion sizes",
            "a repair desk",
            "cheaper basics",
        ]);
        list.push(("wish", "What do you miss in our shops?", wish.to_owned()));
    }
    list
}

/// What a person answers about a taste: the truth with an error.
fn noisy_taste(person: &Person, axis: Axis, random: &mut Random) -> f32 {
    person.tastes[axis as usize] + 0.6 * random.normal()
}

fn motive(person: &Person, random: &mut Random) -> &'static str {
    let motives = [
        ("saving money", Axis::Value),
        ("eating healthily", Axis::Organic),
        ("saving time", Axis::Convenience),
        ("enjoying good things", Axis::Premium),
        ("trying what is new", Axis::Novelty),
        ("caring for my family", Axis::Family),
        ("supporting the region", Axis::Local),
    ];
    let mut best = (f32::NEG_INFINITY, "");
    for (motive, axis) in motives {
        let score = noisy_taste(person, axis, random);
        if score > best.0 {
            best = (score, motive);
        }
    }
    best.1
}

fn diet(person: &Person) -> &'static str {
    match person.tastes[Axis::Vegan as usize] {
        taste if taste > 1.6 => "no",
        taste if taste > 0.6 => "sometimes",
        _ => "yes",
    }
}
