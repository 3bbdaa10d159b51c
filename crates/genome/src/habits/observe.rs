//! What the receipt lines, reviews and complaints of one customer tell of each habit. Counts alone; what is usual
//! and how sure it is stands above.

use super::{HABITS, MILLION, Observed};
use crate::calendar::MONTH;
use crate::frame::{CHANNEL, Consents, Frame};
use crate::{Act, ActKind, Clocks, GenomeError};
use std::collections::{BTreeMap, BTreeSet};

impl Observed {
    fn take(&mut self, at: i64, number: i64) {
        self.count += 1;
        self.sum += number;
        self.squares += i128::from(number) * i128::from(number);
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
    }

    fn take_whether(&mut self, at: i64, holds: bool) {
        self.take(at, if holds { MILLION } else { 0 });
    }

    fn facts(&mut self, facts: &[(&str, i64)]) {
        self.facts = facts
            .iter()
            .map(|&(name, count)| (name.to_string(), count))
            .collect();
    }

    fn yes(&self) -> i64 {
        self.sum / MILLION
    }
}

/// One receipt as its lines tell it.
struct Receipt {
    at: i64,
    amount: i64,
    lines: i64,
    channel: Option<u32>,
    weekday: u8,
    hour: u8,
}

/// What was observed of each of [`HABITS`], in that order: of the acts that the view holds and that may be looked
/// at, those of the last months of the spec; what was bought before is looked for in all of them.
///
/// # Errors
/// [`GenomeError::Product`] and [`GenomeError::Value`] for numbers that the frame does not hold.
pub fn observe(
    frame: &Frame,
    acts: &[Act],
    clocks: Clocks,
    consents: Consents,
) -> Result<Vec<Observed>, GenomeError> {
    let mut view = Vec::new();
    for act in clocks.view(acts) {
        if frame.open(act, consents)? {
            view.push(act);
        }
    }
    let since = clocks.as_of - i64::from(frame.spec().habits.months) * MONTH;
    let recent: Vec<&Act> = view.iter().copied().filter(|act| act.at > since).collect();
    let mut all = vec![Observed::default(); HABITS.len()];
    if let [
        place,
        promotion,
        novelty,
        loyalty,
        value,
        lines,
        weekend,
        evening,
        online,
        back,
        stars,
    ] = all.as_mut_slice()
    {
        prices(&recent, place, promotion);
        novelties(&view, since, novelty);
        loyalties(frame, &recent, loyalty)?;
        baskets(&recent, value, lines);
        times(frame, &recent, [weekend, evening, online]);
        returns(&recent, back);
        satisfaction(&recent, stars);
    }
    Ok(all)
}

fn prices(recent: &[&Act], place: &mut Observed, promotion: &mut Observed) {
    for act in recent.iter().filter(|act| act.kind == ActKind::Buy) {
        let Some(line) = &act.line else { continue };
        if let Some(thousandths) = line.price_place {
            place.take(act.at, i64::from(thousandths.min(1_000)) * 1_000);
        }
        if let Some(promoted) = line.promoted {
            promotion.take_whether(act.at, promoted);
        }
    }
    place.facts(&[("purchases with a known place of price", place.count)]);
    promotion.facts(&[
        ("purchases", promotion.count),
        ("on promotion", promotion.yes()),
    ]);
}

fn novelties(view: &[&Act], since: i64, novelty: &mut Observed) {
    let mut known = BTreeSet::new();
    let (mut spent, mut spent_new) = (0, 0);
    for act in view.iter().filter(|act| act.kind == ActKind::Buy) {
        let Some(product) = act.product else { continue };
        let new = known.insert(product);
        if act.at <= since {
            continue;
        }
        novelty.take_whether(act.at, new);
        let amount = act.line.as_ref().map_or(0, |line| line.amount);
        spent += amount;
        spent_new += if new { amount } else { 0 };
    }
    novelty.facts(&[
        ("purchases", novelty.count),
        ("first of their product", novelty.yes()),
        ("money", spent),
        ("money on first purchases", spent_new),
    ]);
}

/// Per category with two or more purchases: the chance that two of them, drawn without putting back, are of one
/// brand (E. H. Simpson, "Measurement of diversity", Nature 163, 1949): the Herfindahl index without its bias.
fn loyalties(frame: &Frame, recent: &[&Act], loyalty: &mut Observed) -> Result<(), GenomeError> {
    let mut brands: BTreeMap<u32, (i64, BTreeMap<u32, i64>)> = BTreeMap::new();
    for act in recent.iter().filter(|act| act.kind == ActKind::Buy) {
        let product = frame.product_of(act)?;
        let Some((category, brand)) = product.and_then(|one| Some((one.category?, one.brand?)))
        else {
            continue;
        };
        let of = brands.entry(category).or_default();
        of.0 = act.at;
        *of.1.entry(brand).or_insert(0) += 1;
    }
    let (mut purchases, mut of_top) = (0, 0);
    for (last, counts) in brands.values() {
        let count: i64 = counts.values().sum();
        if count < 2 {
            continue;
        }
        let agree: i64 = counts.values().map(|n| n * (n - 1)).sum();
        loyalty.take(*last, agree * MILLION / (count * (count - 1)));
        purchases += count;
        of_top += counts.values().max().copied().unwrap_or(0);
    }
    loyalty.facts(&[
        ("categories", loyalty.count),
        ("purchases", purchases),
        ("of the top brands", of_top),
    ]);
    Ok(())
}

fn receipts(recent: &[&Act]) -> Vec<Receipt> {
    let mut receipts: BTreeMap<i64, Receipt> = BTreeMap::new();
    for act in recent.iter().filter(|act| act.kind == ActKind::Buy) {
        let Some(line) = &act.line else { continue };
        let receipt = receipts.entry(line.receipt).or_insert(Receipt {
            at: act.at,
            amount: 0,
            lines: 0,
            channel: line.channel,
            weekday: line.weekday,
            hour: line.hour,
        });
        receipt.amount += line.amount;
        receipt.lines += 1;
    }
    receipts.into_values().collect()
}

fn baskets(recent: &[&Act], value: &mut Observed, lines: &mut Observed) {
    let mut money = 0;
    for receipt in receipts(recent) {
        // Ten-thousandths to millionths.
        value.take(receipt.at, receipt.amount * 100);
        lines.take(receipt.at, receipt.lines * MILLION);
        money += receipt.amount;
    }
    value.facts(&[("receipts", value.count), ("money", money)]);
    lines.facts(&[("receipts", lines.count), ("lines", lines.yes())]);
}

fn times(frame: &Frame, recent: &[&Act], [weekend, evening, online]: [&mut Observed; 3]) {
    let shop = frame.find(CHANNEL, "shop");
    let mut channels: BTreeMap<&str, i64> = BTreeMap::new();
    for receipt in receipts(recent) {
        weekend.take_whether(receipt.at, receipt.weekday >= 6);
        evening.take_whether(receipt.at, receipt.hour >= 17);
        if let Some((_, name)) = receipt.channel.and_then(|channel| frame.name(channel)) {
            online.take_whether(receipt.at, receipt.channel != shop);
            *channels.entry(name).or_default() += 1;
        }
    }
    weekend.facts(&[
        ("receipts", weekend.count),
        ("on Saturday or Sunday", weekend.yes()),
    ]);
    evening.facts(&[
        ("receipts", evening.count),
        ("from 17 o'clock on", evening.yes()),
    ]);
    let channels: Vec<(&str, i64)> = channels.into_iter().collect();
    online.facts(&channels);
}

fn returns(recent: &[&Act], back: &mut Observed) {
    let count = |kind| recent.iter().filter(|act| act.kind == kind).count();
    let (bought, returned) = (count(ActKind::Buy), count(ActKind::Return));
    let bought_acts = recent.iter().filter(|act| act.kind == ActKind::Buy);
    for (place, act) in bought_acts.enumerate() {
        back.take_whether(act.at, place < returned);
    }
    back.facts(&[("purchases", bought as i64), ("returns", returned as i64)]);
}

fn satisfaction(recent: &[&Act], stars: &mut Observed) {
    let (mut reviews, mut complaints) = (0, 0);
    for act in recent {
        match act.kind {
            ActKind::Review(given) => {
                stars.take(act.at, i64::from(given.clamp(1, 5)) * MILLION);
                reviews += 1;
            }
            ActKind::Complaint => {
                stars.take(act.at, MILLION);
                complaints += 1;
            }
            _ => {}
        }
    }
    stars.facts(&[("reviews", reviews), ("complaints", complaints)]);
}
