//! Finding what began when: each beginning that a customer's visits allow, weighed against no beginning, against having
//! lived with it all along, and against other kinds that the same purchases could serve.

use super::explain::{Found, explain};
use super::likely::likelihood;
use super::reading::{Heard, Reader, Serving, visits};
use super::visits::Visit;
use super::{Allowed, Customer, Model};
use affinity::portable::{exp, ln};

/// Beginnings of one kind in one customer at most.
const MOST: usize = 6;
/// Logarithm of odds below which a beginning is not even weighed against others.
const FAINT: f64 = -4.0;

/// A stretch of days on which a beginning would cover the same visits.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    from: i32,
    to: i32,
    /// First visit covered, and the first after.
    visits: (usize, usize),
    /// Logarithm of the likelihood ratio.
    log: f64,
}

/// A beginning before it is told.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub kind: usize,
    /// The most likely visits.
    pub visits: (usize, usize),
    /// Day by which half of the likelihood lies, and the days by which a tenth and nine tenths do.
    pub began: [i32; 3],
    /// Logarithm of the odds, other kinds aside.
    pub odds: f64,
    /// What other kinds take from it; never above 0.
    pub others: f64,
    /// Logarithm of how often it begins in a day.
    pub prior: f64,
    pub heard: Vec<Heard>,
}

/// What began in a customer's life by a day, the likeliest first. Purchases after that day change nothing; kinds that
/// may not be looked for are not computed.
///
/// # Panics
/// Never, as long as kinds, signs and baseline of the model are of one run.
#[must_use]
pub fn find(model: Model<'_>, customer: &Customer<'_>, on: i32) -> Vec<Found> {
    let visits = visits(model, customer.purchases, on);
    let mut candidates = candidates(model, &visits, customer.allowed, on);
    let told =
        |one: &Candidate| likelihood(model.kinds.kinds[one.kind].sort, one.odds + one.others);
    candidates.retain(|one| told(one) >= model.kinds.least());
    let mut found: Vec<Found> = candidates
        .iter()
        .map(|one| explain(model, &visits, one))
        .collect();
    found.sort_by(|a, b| (b.score, &a.code, a.began).cmp(&(a.score, &b.code, b.began)));
    found
}

/// All that may have begun, however unlikely, each weighed against the others.
pub(super) fn candidates(
    model: Model<'_>,
    visits: &[Visit],
    allowed: Allowed,
    on: i32,
) -> Vec<Candidate> {
    let reader = Reader::new(&model.baseline.types, visits);
    let mut found = Vec::new();
    for kind in 0..model.kinds.kinds.len() {
        if allowed.holds(kind) {
            found.extend(beginnings(model, &reader, kind, on));
        }
    }
    weigh(model, visits, &mut found);
    found
}

/// The sum over the days of [`exposure`] of the likelihood ratio of a beginning, over that of not having begun: what is
/// to be multiplied by how often it begins in a day. Who bought nothing for the kind counts too: what began while a
/// customer hardly came could not show.
pub(super) fn weight(reader: &Reader<'_>, kind: &super::Kind, serving: &Serving, on: i32) -> f64 {
    let heard = reader.hear(serving);
    let all = stretches(reader, &heard, serving.days, on);
    let sum: f64 = all.iter().map(|one| days(one) * exp(one.log)).sum();
    sum / exp(all_along(kind, &heard))
}

/// Days on which a beginning could show in the visits: from one window before the first visit on, as [`stretches`] has
/// them.
pub(super) fn exposure(visits: &[Visit], window: u16, on: i32) -> f64 {
    visits
        .first()
        .map_or(0.0, |first| f64::from(on - first.day) + f64::from(window))
}

/// Logarithm of how likely the visits are without a beginning, against nothing of the kind at all.
fn all_along(kind: &super::Kind, heard: &[Heard]) -> f64 {
    let log: f64 = heard.iter().map(|visit| visit.total).sum();
    ln(1.0 - kind.held + kind.held * exp(log.clamp(-200.0, 200.0)))
}

fn days(stretch: &Stretch) -> f64 {
    f64::from(stretch.to - stretch.from)
}

/// All days from one window before the first visit on to the day asked for, cut where the covered visits change.
fn stretches(reader: &Reader<'_>, heard: &[Heard], window: i32, on: i32) -> Vec<Stretch> {
    let visits = reader.visits;
    let mut cuts: Vec<i32> = visits
        .iter()
        .flat_map(|visit| [visit.day + 1, visit.day - window + 1])
        .collect();
    cuts.push(on + 1);
    cuts.retain(|cut| *cut <= on + 1);
    cuts.sort_unstable();
    cuts.dedup();
    let mut sums = vec![0.0];
    for visit in heard {
        sums.push(sums[sums.len() - 1] + visit.total);
    }
    let mut found = Vec::with_capacity(cuts.len());
    for pair in cuts.windows(2) {
        let covered = |day: i32| visits.partition_point(|visit| visit.day < day);
        let (first, after) = (covered(pair[0]), covered(pair[0] + window));
        found.push(Stretch {
            from: pair[0],
            to: pair[1],
            visits: (first, after),
            log: (sums[after] - sums[first]).clamp(-200.0, 200.0),
        });
    }
    found
}

/// Beginnings of one kind, from the likeliest on, no two within one window.
fn beginnings(model: Model<'_>, reader: &Reader<'_>, kind: usize, on: i32) -> Vec<Candidate> {
    let (serving, rate) = (&model.baseline.servings[kind], model.baseline.rates[kind]);
    let heard = reader.hear(serving);
    if heard.iter().all(|visit| visit.lines.is_empty()) {
        return Vec::new();
    }
    let without = all_along(&model.kinds.kinds[kind], &heard);
    let mut open = stretches(reader, &heard, serving.days, on);
    let mut found = Vec::new();
    while found.len() < MOST {
        let telling = |one: &&Stretch| {
            heard[one.visits.0..one.visits.1]
                .iter()
                .any(|visit| !visit.lines.is_empty())
        };
        let Some(best) = open
            .iter()
            .filter(telling)
            .copied()
            .max_by(|a, b| a.log.total_cmp(&b.log).then(b.from.cmp(&a.from)))
        else {
            break;
        };
        let near =
            |one: &Stretch| one.from < best.to + serving.days && one.to > best.from - serving.days;
        let around: Vec<Stretch> = open.iter().filter(|one| near(one)).copied().collect();
        let sum: f64 = around
            .iter()
            .map(|one| days(one) * exp(one.log - best.log))
            .sum();
        let prior = ln(rate);
        let odds = prior + best.log + ln(sum) - without;
        if odds < FAINT {
            break;
        }
        found.push(Candidate {
            kind,
            visits: best.visits,
            began: [0.5, 0.1, 0.9].map(|share| by(&around, best.log, share * sum)),
            odds,
            others: 0.0,
            prior,
            heard: heard[best.visits.0..best.visits.1].to_vec(),
        });
        open.retain(|one| !near(one));
    }
    found
}

/// The day by which the likelihood of stretches adds up to `share`.
fn by(around: &[Stretch], log: f64, share: f64) -> i32 {
    let mut sum = 0.0;
    for one in around {
        let each = exp(one.log - log);
        if sum + days(one) * each >= share {
            return one.from + ((share - sum) / each) as i32;
        }
        sum += days(one) * each;
    }
    around.last().map_or(0, |one| one.to - 1)
}

/// Where the same purchases serve several kinds, each is weighed against all of them.
fn weigh(model: Model<'_>, visits: &[Visit], candidates: &mut [Candidate]) {
    let signed = |one: &Candidate| {
        let serving = &model.baseline.servings[one.kind];
        let mut found = Vec::new();
        for (number, visit) in visits
            .iter()
            .enumerate()
            .take(one.visits.1)
            .skip(one.visits.0)
        {
            let serves = |line: &&(u32, u32, i32)| serving.share[line.0 as usize] > 0.0;
            found.extend(
                visit
                    .lines
                    .iter()
                    .filter(serves)
                    .map(|line| (number, line.1)),
            );
        }
        found
    };
    let lines: Vec<Vec<(usize, u32)>> = candidates.iter().map(signed).collect();
    let odds: Vec<f64> = candidates.iter().map(|one| one.odds).collect();
    for (number, one) in candidates.iter_mut().enumerate() {
        let shares = |other: &usize| {
            lines[*other]
                .iter()
                .any(|line| lines[number].contains(line))
        };
        let kinds = (0..odds.len())
            .filter(|other| *other != number)
            .filter(shares);
        let sum: f64 = kinds.map(|other| exp(odds[other].min(200.0))).sum();
        one.others = -ln(1.0 + sum);
    }
}
