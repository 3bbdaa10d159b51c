//! What the true choice model answers when asked directly: own-price elasticities per product and segment,
//! where demand goes when a product leaves, what a shopper wants next. Reads the simulation, changes nothing.

use rayon::prelude::*;

use crate::basket::Memory;
use crate::choice::{Offer, WIDENING, Weights, weigh};
use crate::day::{Day, Simulation};
use crate::habits::{MISSIONS, SEGMENT_COUNT, SEGMENTS};
use crate::likings::Likings;
use crate::people::Person;
use crate::receipts::Labels;
use crate::rows::Rows;
use crate::truth::{ELASTICITIES, SUBSTITUTES};
use crate::world::World;

/// Customers per segment who are asked.
const ASKED_PER_SEGMENT: usize = 32;
/// Smallest diversion that is written; the rest stands in the row of smaller ones.
const DIVERSION_MIN: f64 = 0.01;

/// One person before one need group: what would be bought, and how surely anything.
struct Answer {
    weights: Weights,
    /// Probability of buying anything of the group.
    purchase: f32,
    expected: f32,
    level: f32,
    price_coefficient: f32,
}

/// Sums over those asked, for one group.
struct GroupAnswer {
    /// Per segment and product: probability of purchase, the same times elasticity.
    demand: Vec<[[f64; 2]; SEGMENT_COUNT]>,
    /// Per product that leaves and product that gains: probability gained.
    gained: Vec<Vec<f64>>,
    /// Per product that leaves: probability lost to the group.
    lost: Vec<f64>,
}

fn ask(simulation: &Simulation<'_>, day: &Day<'_>, index: u32, group: usize) -> Answer {
    let world = day.world;
    let person = &world.people[index as usize];
    let need = usize::from(world.shelf.groups[group].need);
    let zone = world.stores[person.home as usize].zone;
    let offer = Offer {
        world,
        menu: day.menu,
        shelf: day.shelf,
        zone,
    };
    let last = simulation
        .memory
        .recall(index, need, day.index)
        .map(|(_, product)| product);
    let likings = Likings::new(world.spec.seed, index);
    let stock = &simulation.stocks[person.home as usize];
    let weights = weigh(offer, person, &likings, group, last, |product| {
        stock.carries(product)
    });
    let expected = world.expected[usize::from(person.segment)][group];
    let level = day.competitors[world.category_of[need]];
    let purchase = weights.purchase(expected, level);
    Answer {
        weights,
        purchase,
        expected,
        level,
        price_coefficient: person.price,
    }
}

/// The true elasticities and substitutes at the end of the simulation, at the prices of the last day.
///
/// With share `s` of the group and purchase probability `P` of the group, a nested logit in log prices has the
/// own-price elasticity `α [(1 − s) + λ s (1 − P)]` (Train, *Discrete Choice Methods*, 2009, chapter 4; here λ
/// is [`WIDENING`]); over people it is averaged by their probability of purchase.
pub(crate) fn responses(simulation: &Simulation<'_>, labels: &Labels) -> Vec<Rows> {
    let day = simulation.today();
    let world = day.world;
    let asked = asked(world);
    let groups: Vec<GroupAnswer> = (0..world.shelf.groups.len())
        .into_par_iter()
        .map(|group| ask_group(simulation, &day, &asked, group))
        .collect();
    let (mut elasticities, mut substitutes) =
        (Rows::arrow(&ELASTICITIES), Rows::arrow(&SUBSTITUTES));
    for (group, answer) in world.shelf.groups.iter().zip(&groups) {
        let first = group.products.start as usize;
        let sums: [f64; SEGMENT_COUNT] = std::array::from_fn(|segment| {
            answer
                .demand
                .iter()
                .map(|product| product[segment][0])
                .sum()
        });
        for (slot, product) in answer.demand.iter().enumerate() {
            for (segment, [demand, weighted]) in
                product.iter().enumerate().filter(|(_, sums)| sums[0] > 0.0)
            {
                elasticities.code(&labels.products[first + slot]);
                elasticities.code(SEGMENTS[segment].name);
                elasticities.number(demand / sums[segment], 5);
                elasticities.number(weighted / demand, 4);
                elasticities.end();
            }
            write_substitutes(labels, first, slot, answer, &mut substitutes);
        }
    }
    vec![elasticities, substitutes]
}

/// Products of the first `groups` need groups, each with the product that gains most when it leaves.
pub(crate) fn best_substitutes(simulation: &Simulation<'_>, groups: usize) -> Vec<(u32, u32)> {
    let day = simulation.today();
    let world = day.world;
    let asked = asked(world);
    let best = |group: usize| {
        let first = world.shelf.groups[group].products.start;
        let answer = ask_group(simulation, &day, &asked, group);
        let pairs = answer
            .gained
            .iter()
            .enumerate()
            .filter_map(|(slot, gained)| {
                let most = (0..gained.len()).max_by(|&a, &b| gained[a].total_cmp(&gained[b]))?;
                (gained[most] > 0.0).then_some((first + slot as u32, first + most as u32))
            });
        pairs.collect::<Vec<_>>()
    };
    let count = world.shelf.groups.len().min(groups);
    let each: Vec<Vec<(u32, u32)>> = (0..count).into_par_iter().map(best).collect();
    each.concat()
}

fn write_substitutes(
    labels: &Labels,
    first: usize,
    slot: usize,
    answer: &GroupAnswer,
    rows: &mut Rows,
) {
    let demand: f64 = answer.demand[slot].iter().map(|sums| sums[0]).sum();
    if demand <= 0.0 {
        return;
    }
    let mut row = |substitute: &str, diversion: f64| {
        rows.code(&labels.products[first + slot]);
        rows.code(substitute);
        rows.number(diversion, 5);
        rows.end();
    };
    let mut small = 0.0;
    for (other, gained) in answer.gained[slot].iter().enumerate() {
        let share = gained / demand;
        if share >= DIVERSION_MIN {
            row(&labels.products[first + other], share)
        } else {
            small += share
        }
    }
    row("(others)", small);
    row("(lost)", answer.lost[slot] / demand);
}

/// Who is asked, by segment.
fn asked(world: &World) -> Vec<Vec<u32>> {
    (0..SEGMENT_COUNT)
        .map(|segment| members(world, segment))
        .collect()
}

fn members(world: &World, segment: usize) -> Vec<u32> {
    let customers = 0..world.spec.customers;
    let inside = |index: &u32| usize::from(world.people[*index as usize].segment) == segment;
    customers.filter(inside).take(ASKED_PER_SEGMENT).collect()
}

fn ask_group(
    simulation: &Simulation<'_>,
    day: &Day<'_>,
    asked: &[Vec<u32>],
    group: usize,
) -> GroupAnswer {
    let count = day.world.shelf.groups[group].products.len();
    let mut sums = GroupAnswer {
        demand: vec![[[0.0; 2]; SEGMENT_COUNT]; count],
        gained: vec![vec![0.0; count]; count],
        lost: vec![0.0; count],
    };
    for (segment, people) in asked.iter().enumerate() {
        for &person in people {
            let answer = ask(simulation, day, person, group);
            if answer.weights.sum > 0.0 {
                add(&mut sums, segment, &answer);
            }
        }
    }
    sums
}

fn add(sums: &mut GroupAnswer, segment: usize, answer: &Answer) {
    let Answer {
        weights, purchase, ..
    } = answer;
    for slot in 0..weights.count {
        let weight = weights.each[slot];
        if weight <= 0.0 {
            continue;
        }
        let share = weight / weights.sum;
        let demand = f64::from(purchase * share);
        let elasticity =
            answer.price_coefficient * ((1.0 - share) + WIDENING * share * (1.0 - purchase));
        sums.demand[slot][segment][0] += demand;
        sums.demand[slot][segment][1] += demand * f64::from(elasticity);
        let rest = Weights {
            sum: (weights.sum - weight).max(0.0),
            ..*weights
        };
        let left = if rest.sum > 0.0 {
            rest.purchase(answer.expected, answer.level)
        } else {
            0.0
        };
        for other in (0..weights.count).filter(|other| *other != slot && weights.each[*other] > 0.0)
        {
            let after = if rest.sum > 0.0 {
                left * weights.each[other] / rest.sum
            } else {
                0.0
            };
            sums.gained[slot][other] +=
                f64::from(after - purchase * weights.each[other] / weights.sum);
        }
        sums.lost[slot] += f64::from(purchase - left);
    }
}

/// The products that a person will most probably buy on the next trip, best first: the true model's answer.
pub(crate) fn wanted(
    simulation: &Simulation<'_>,
    day: &Day<'_>,
    index: u32,
    count: usize,
) -> Vec<u32> {
    let world = day.world;
    let person = &world.people[index as usize];
    let own = Likings::new(world.spec.seed, index);
    let mut scores: Vec<(f32, u32)> = Vec::new();
    for need in 0..world.shelf.needs.len() {
        let pull = need_pull(day, &simulation.memory, person, index, need);
        if pull <= 0.0 {
            continue;
        }
        let groups = world.shelf.groups_of[need].clone();
        let likings: Vec<f32> = groups.clone().map(|group| own.group(group)).collect();
        let total: f32 = likings.iter().sum();
        for (group, liking) in groups.zip(likings) {
            let answer = ask(simulation, day, index, group as usize);
            if answer.weights.sum > 0.0 {
                let scale = pull * liking / total * answer.purchase / answer.weights.sum;
                let each = answer.weights.each[..answer.weights.count]
                    .iter()
                    .enumerate();
                scores.extend(
                    each.map(|(slot, weight)| {
                        (scale * weight, (answer.weights.first + slot) as u32)
                    }),
                );
            }
        }
    }
    scores.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    scores.truncate(count);
    scores.into_iter().map(|(_, product)| product).collect()
}

/// How often a person looks at a need, relative to other needs.
fn need_pull(day: &Day<'_>, memory: &Memory, person: &Person, index: u32, need: usize) -> f32 {
    let world = day.world;
    let gates = &world.shelf.needs[need].gate;
    if !person.has(*gates) {
        return 0.0;
    }
    let mut pull = 0.0;
    let mut before = 0.0;
    for mission in MISSIONS {
        let share = person.missions[mission as usize] - before;
        before = person.missions[mission as usize];
        let running = &day.needs[usize::from(person.segment)][mission as usize];
        let own = running[need] - if need > 0 { running[need - 1] } else { 0.0 };
        let all = running.last().copied().unwrap_or(1.0);
        pull += share * (1.0 + mission.extra_needs()) * own / all;
    }
    let cares = Likings::new(world.spec.seed, index).need(need).min(1.0);
    let cycle = f32::from(world.shelf.needs[need].cycle_days);
    let gap = memory
        .recall(index, need, day.index)
        .map_or(1.0, |(gap, _)| gap as f32 / cycle);
    pull * cares * (gap * gap).clamp(0.04, 1.0)
}
