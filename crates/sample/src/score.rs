//! Naive methods on the generated data, scored against the truth while it is made: what a model has to beat,
//! and proof that the truth is neither given away nor out of reach. Watches a bounded sample. Holds no file.

use rayon::prelude::*;
use serde::Serialize;

use crate::day::{ChainDay, Simulation};
use crate::habits::{AXES, SEGMENT_COUNT};
use crate::journal::Uplift;
use crate::life::SpanKind;
use crate::metrics::{adjusted_rand, kmeans, median, naive_bayes, slope, standardise};
use crate::receipts::lines;
use crate::response::wanted;
use crate::score_projects::Projects;
use crate::score_supply::Supply;
use crate::stores::CATCHMENTS;
use crate::trips::{Channel, Known, Line, Receipt};
use crate::world::World;

/// Customers and products watched at most.
const CUSTOMERS_MAX: usize = 5_000;
const PRODUCTS_MAX: usize = 5_000;
/// Customers for whom the true model is asked what they want next.
const ASKED_MAX: usize = 1_000;
/// Days at the end that next baskets are taken from.
const TEST_DAYS: i32 = 28;
/// Length of a recommendation.
const TOP: usize = 10;
/// Receipts that a customer needs for behaviour to show.
const RECEIPTS_MIN: f32 = 8.0;

/// Scores of naive methods, and of references that know the truth.
#[derive(Clone, Debug, Serialize)]
pub struct Scores {
    /// Customers watched.
    pub customers: usize,
    /// Adjusted Rand index of k-means (k = 8) on spend per first category, in euros, against the segments.
    pub segments_kmeans_spend_ari: f64,
    /// The same on recency, number of receipts and spend.
    pub segments_kmeans_rfm_ari: f64,
    /// The same on standardised shares of attributes, categories, days, hours and channels.
    pub segments_kmeans_behaviour_ari: f64,
    /// Reference: a classifier that was shown half of the true segments, on the other half.
    pub segments_informed_ari: f64,
    /// Adjusted Rand index of k-means (k = 6) on stores' sales per first category, against catchment types.
    pub stores_kmeans_sales_ari: f64,
    /// Recall at 10 of the next basket: most sold products for all.
    pub basket_popular_recall: f64,
    /// Recall at 10: what the customer bought most often, filled up with the most sold.
    pub basket_frequent_recall: f64,
    /// Reference: recall at 10 of the true choice model.
    pub basket_oracle_recall: f64,
    /// Baskets tested.
    pub baskets: usize,
    /// Share of products with thin series (8 to 60 weeks with sales) whose regression of log units on log price
    /// has a positive slope.
    pub elasticity_wrong_sign_share: f64,
    /// Such products.
    pub elasticity_series: usize,
    /// Median error of "days of the promotion against the four weeks before" as a factor of the true uplift.
    pub promotion_naive_error: f64,
    /// Precision and recall of "first nappies ever seen" as a sign of a birth.
    pub birth_naive_precision: f64,
    /// See above.
    pub birth_naive_recall: f64,
    /// Precision of "two needs of a project bought within four weeks" as a sign of that project.
    pub project_naive_precision: f64,
    /// Recall of it.
    pub project_naive_recall: f64,
    /// Error of "average daily sales on days that begin with an empty shelf" for lost sales per store and
    /// product, as a share of all sales lost.
    pub lost_sales_naive_error: f64,
    /// Share of products whose best substitute is the best seller among the others of the need group.
    pub substitute_naive_hits: f64,
    /// Precision of "same e-mail, same person" over pairs of customer records that carry an e-mail or an address.
    pub identity_email_precision: f64,
    /// Recall of it.
    pub identity_email_recall: f64,
    /// Precision of "same name and postal code, same person".
    pub identity_name_precision: f64,
    /// Recall of it.
    pub identity_name_recall: f64,
}

/// What is seen of one customer: only lines with an identifier.
#[derive(Clone, Debug, Default)]
struct Seen {
    receipts: f32,
    lines: f32,
    spend: f32,
    last_day: i32,
    axes: [f32; AXES],
    weekdays: [f32; 7],
    hours: [f32; 2],
    online: f32,
    promoted: f32,
    first_nappies: Option<i32>,
    by_need: Vec<[f32; 2]>,
    products: Vec<u32>,
    next: Option<Vec<u32>>,
}

/// Watches days go by.
pub(crate) struct Scoreboard<'a> {
    world: &'a World,
    seen: Vec<Seen>,
    store_sales: Vec<Vec<f32>>,
    /// Units and revenue (cents) per product and day.
    daily: Vec<Vec<[f32; 2]>>,
    sold: Vec<u32>,
    wanted: Vec<Vec<u32>>,
    supply: Supply,
    projects: Projects,
}

impl<'a> Scoreboard<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        let customers = (world.spec.customers as usize).min(CUSTOMERS_MAX);
        let products = world.shelf.products.len();
        let needs = world.shelf.needs.len();
        Self {
            world,
            seen: vec![
                Seen {
                    by_need: vec![[0.0; 2]; needs],
                    ..Seen::default()
                };
                customers
            ],
            store_sales: vec![vec![0.0; needs]; world.stores.len()],
            daily: vec![vec![[0.0; 2]; world.spec.days as usize]; products.min(PRODUCTS_MAX)],
            sold: vec![0; products],
            wanted: Vec::new(),
            supply: Supply::new(world),
            projects: Projects::new(world, customers),
        }
    }

    /// Asks the true model what people want next, on the eve of the first test day; does nothing on other days.
    pub(crate) fn ask(&mut self, simulation: &Simulation<'_>, day: i32) {
        if day + 1 == self.first_test_day() {
            let context = simulation.today();
            let people = 0..self.seen.len().min(ASKED_MAX) as u32;
            let answer = |index| wanted(simulation, &context, index, TOP);
            self.wanted = people.into_par_iter().map(answer).collect();
            self.supply.ask(simulation);
        }
    }

    fn first_test_day(&self) -> i32 {
        self.world.spec.days as i32 - TEST_DAYS
    }

    /// Takes in what a day left behind.
    pub(crate) fn watch(&mut self, day: &ChainDay) {
        let test = day.index >= self.first_test_day();
        self.supply.watch(day);
        for (number, store) in day.stores.iter().enumerate() {
            for receipt in store
                .receipts
                .iter()
                .filter(|receipt| receipt.return_of.is_none())
            {
                for line in lines(store, receipt) {
                    self.count(number, day.index, line, test);
                }
                let index = receipt.trip.person as usize;
                if receipt.trip.known != Known::Nobody && index < self.seen.len() {
                    self.recognise(index, receipt, lines(store, receipt), test);
                }
            }
        }
    }

    fn count(&mut self, store: usize, day: i32, line: &Line, test: bool) {
        let product = line.product as usize;
        let net = f32::from(line.quantity) * line.price as f32 - line.discount as f32;
        self.store_sales[store][usize::from(self.world.shelf.products[product].need)] += net;
        if let Some(days) = self.daily.get_mut(product) {
            days[day as usize][0] += f32::from(line.quantity);
            days[day as usize][1] += net;
        }
        self.sold[product] += u32::from(!test);
    }

    fn recognise(&mut self, index: usize, receipt: &Receipt, bought: &[Line], test: bool) {
        let seen = &mut self.seen[index];
        if test {
            seen.next
                .get_or_insert_with(|| bought.iter().map(|line| line.product).collect());
            return;
        }
        let day = receipt.key.day;
        seen.receipts += 1.0;
        seen.last_day = day;
        seen.weekdays[self.world.spec.start.plus(day).weekday()] += 1.0;
        seen.online += f32::from(u8::from(receipt.trip.channel != Channel::Shop));
        let hour = receipt.trip.second as f32 / 3600.0;
        seen.hours[0] += hour;
        seen.hours[1] += hour * hour;
        for line in bought {
            let product = &self.world.shelf.products[line.product as usize];
            let net = f32::from(line.quantity) * line.price as f32 - line.discount as f32;
            seen.lines += 1.0;
            seen.spend += net / 100.0;
            seen.promoted += f32::from(u8::from(line.promotion > 0));
            seen.axes
                .iter_mut()
                .zip(product.axes)
                .for_each(|(sum, share)| *sum += share);
            let need = usize::from(product.need);
            self.projects.bought(index, need, day);
            seen.by_need[need][0] += 1.0;
            seen.by_need[need][1] += net / 100.0;
            seen.products.push(line.product);
            if self.world.shelf.needs[need].name == "nappies" {
                seen.first_nappies.get_or_insert(day);
            }
        }
    }

    /// All scores, at the end.
    pub(crate) fn scores(&self, uplift: &Uplift, records: &[crate::identities::Keys]) -> Scores {
        let known: Vec<usize> = (0..self.seen.len())
            .filter(|&index| self.seen[index].receipts > 0.0)
            .collect();
        let truth: Vec<usize> = known
            .iter()
            .map(|&index| usize::from(self.world.people[index].segment))
            .collect();
        let spend: Vec<Vec<f32>> = known
            .iter()
            .map(|&index| self.by_category(index, 1))
            .collect();
        let rfm = known.iter().map(|&index| {
            let seen = &self.seen[index];
            vec![seen.last_day as f32, seen.receipts, seen.spend]
        });
        let mut rfm: Vec<Vec<f32>> = rfm.collect();
        standardise(&mut rfm);
        let ari = |rows: &[Vec<f32>]| {
            adjusted_rand(&kmeans(rows, SEGMENT_COUNT, self.world.spec.seed), &truth)
        };
        let (behaviour, informed) = self.behaviour();
        let [popular, frequent, oracle] = self.baskets();
        let (wrong, series) = self.elasticity();
        let (birth_precision, birth_recall) = self.births();
        let (project_naive_precision, project_naive_recall) = self.projects.score(self.world);
        // A card token carries neither: exact matching of words cannot be asked for it.
        let records: Vec<_> = records
            .iter()
            .filter(|keys| keys.email != 0 || keys.name != 0)
            .collect();
        let email: Vec<(u32, u64)> = records
            .iter()
            .map(|keys| (keys.person, keys.email))
            .collect();
        let name: Vec<(u32, u64)> = records
            .iter()
            .map(|keys| (keys.person, keys.name))
            .collect();
        let (email_precision, email_recall) = crate::metrics::pair_match(&email);
        let (name_precision, name_recall) = crate::metrics::pair_match(&name);
        Scores {
            customers: known.len(),
            segments_kmeans_spend_ari: ari(&spend),
            segments_kmeans_rfm_ari: ari(&rfm),
            segments_kmeans_behaviour_ari: behaviour,
            segments_informed_ari: informed,
            stores_kmeans_sales_ari: self.stores(),
            basket_popular_recall: popular.0,
            basket_frequent_recall: frequent.0,
            basket_oracle_recall: oracle.0,
            baskets: oracle.1,
            elasticity_wrong_sign_share: wrong,
            elasticity_series: series,
            promotion_naive_error: self.promotions(uplift),
            birth_naive_precision: birth_precision,
            birth_naive_recall: birth_recall,
            project_naive_precision,
            project_naive_recall,
            lost_sales_naive_error: self.supply.lost_sales_error(),
            substitute_naive_hits: self.supply.substitute_hits(self.world, &self.sold),
            identity_email_precision: email_precision,
            identity_email_recall: email_recall,
            identity_name_precision: name_precision,
            identity_name_recall: name_recall,
        }
    }

    /// Lines (0) or spend (1) of a customer per first category.
    fn by_category(&self, index: usize, what: usize) -> Vec<f32> {
        let needs = self.seen[index]
            .by_need
            .iter()
            .map(|cell| cell[what])
            .collect::<Vec<f32>>();
        fold(self.world, &needs)
    }

    /// k-means on behaviour, and the informed reference.
    fn behaviour(&self) -> (f64, f64) {
        let shown: Vec<usize> = (0..self.seen.len())
            .filter(|&index| self.seen[index].receipts >= RECEIPTS_MIN)
            .collect();
        let truth: Vec<usize> = shown
            .iter()
            .map(|&index| usize::from(self.world.people[index].segment))
            .collect();
        let mut rows: Vec<Vec<f32>> = shown.iter().map(|&index| self.features(index)).collect();
        standardise(&mut rows);
        let blind = adjusted_rand(&kmeans(&rows, SEGMENT_COUNT, self.world.spec.seed), &truth);
        let (asked, class) = naive_bayes(&rows, &truth, SEGMENT_COUNT);
        (blind, adjusted_rand(&asked, &class))
    }

    /// Shares and rhythm; square roots even out the variance of shares.
    fn features(&self, index: usize) -> Vec<f32> {
        let seen = &self.seen[index];
        let share = |count: f32, of: f32| (count / of.max(1.0)).sqrt();
        let hour = seen.hours[0] / seen.receipts;
        let spread = (seen.hours[1] / seen.receipts - hour * hour)
            .max(0.0)
            .sqrt();
        let mut row: Vec<f32> = seen
            .axes
            .iter()
            .map(|&count| share(count, seen.lines))
            .collect();
        row.extend(
            self.by_category(index, 0)
                .iter()
                .map(|&count| share(count, seen.lines)),
        );
        row.extend(
            seen.weekdays
                .iter()
                .map(|&count| share(count, seen.receipts)),
        );
        row.extend([
            hour,
            spread,
            share(seen.online, seen.receipts),
            share(seen.promoted, seen.lines),
        ]);
        row.push(seen.lines / seen.receipts);
        row
    }

    fn stores(&self) -> f64 {
        let rows: Vec<Vec<f32>> = self
            .store_sales
            .iter()
            .map(|needs| fold(self.world, needs))
            .collect();
        let shops: Vec<usize> = (0..rows.len())
            .filter(|&store| self.world.stores[store].catchment.is_some())
            .collect();
        let rows: Vec<Vec<f32>> = shops.iter().map(|&store| rows[store].clone()).collect();
        let truth: Vec<usize> = shops
            .iter()
            .filter_map(|&store| self.world.stores[store].catchment)
            .collect();
        adjusted_rand(
            &kmeans(&rows, CATCHMENTS.len(), self.world.spec.seed),
            &truth,
        )
    }

    /// Recall at 10 of popularity, own frequency and the true model, with the number of baskets.
    fn baskets(&self) -> [(f64, usize); 3] {
        let mut popular: Vec<u32> = (0..self.sold.len() as u32).collect();
        popular.sort_by_key(|&product| (std::cmp::Reverse(self.sold[product as usize]), product));
        popular.truncate(TOP);
        let mut sums = [(0.0, 0); 3];
        for (seen, wanted) in self.seen.iter().zip(&self.wanted) {
            let Some(next) = &seen.next else { continue };
            let frequent = frequent(&seen.products, &popular);
            for (sum, list) in sums.iter_mut().zip([&popular, &frequent, wanted]) {
                let hits = next.iter().filter(|product| list.contains(product)).count();
                sum.0 += hits as f64 / next.len().max(1) as f64;
                sum.1 += 1;
            }
        }
        sums.map(|(sum, count)| (sum / f64::from(count.max(1) as u32), count))
    }

    fn elasticity(&self) -> (f64, usize) {
        let (mut wrong, mut series) = (0, 0);
        for days in &self.daily {
            let weeks = days.chunks(7).map(|week| {
                week.iter()
                    .fold([0.0; 2], |sum, day| [sum[0] + day[0], sum[1] + day[1]])
            });
            let points: Vec<(f64, f64)> = weeks
                .filter(|week| week[0] > 0.0)
                .map(|[units, cents]| (f64::from(cents / units).ln(), f64::from(units).ln()))
                .collect();
            let thin = (8..=60).contains(&points.len());
            let fit = slope(&points).filter(|(_, spread)| thin && *spread > 0.01);
            if let Some((slope, _)) = fit {
                series += 1;
                wrong += usize::from(slope > 0.0);
            }
        }
        (wrong as f64 / series.max(1) as f64, series)
    }

    fn promotions(&self, uplift: &Uplift) -> f64 {
        let mut errors = Vec::new();
        for (number, promotion) in self.world.prices.promotions.iter().enumerate() {
            let [with, without] = uplift.of(number);
            let Some(days) = self
                .daily
                .get(promotion.product as usize)
                .filter(|_| without > 1.0)
            else {
                continue;
            };
            let mean = |from: i32, to: i32| {
                let span = from.clamp(0, days.len() as i32) as usize
                    ..to.clamp(0, days.len() as i32) as usize;
                f64::from(days[span.clone()].iter().map(|day| day[0]).sum::<f32>())
                    / span.len().max(1) as f64
            };
            let (during, before) = (
                mean(promotion.starts, promotion.ends),
                mean(promotion.starts - 28, promotion.starts),
            );
            if before > 0.0 && during > 0.0 {
                errors.push(((during / before).ln() - (with / without).ln()).abs().exp());
            }
        }
        median(&mut errors)
    }

    fn births(&self) -> (f64, f64) {
        let born = |index: usize| {
            self.world
                .spans
                .of(index as u32)
                .iter()
                .find(|span| span.kind == SpanKind::Baby)
                .map(|span| (span.from, span.to))
        };
        let (mut said, mut right, mut truly) = (0, 0, 0);
        for (index, seen) in self
            .seen
            .iter()
            .enumerate()
            .filter(|(_, seen)| seen.receipts > 0.0)
        {
            let span = born(index);
            truly += usize::from(span.is_some());
            if let Some(day) = seen.first_nappies {
                said += 1;
                right += usize::from(span.is_some_and(|(from, to)| (from..to).contains(&day)));
            }
        }
        (
            right as f64 / f64::from(said.max(1) as u32),
            right as f64 / f64::from(truly.max(1) as u32),
        )
    }
}

/// Sums per first category of values per need.
fn fold(world: &World, needs: &[f32]) -> Vec<f32> {
    let mut sums = vec![0.0; needs.len()];
    for (need, value) in needs.iter().enumerate() {
        sums[world.category_of[need]] += value;
    }
    // Only the slot of each category's first need is filled.
    let firsts = (0..needs.len()).filter(|&need| world.category_of[need] == need);
    firsts.map(|need| sums[need]).collect()
}

/// The customer's most bought products, filled up with popular ones.
fn frequent(bought: &[u32], popular: &[u32]) -> Vec<u32> {
    let mut sorted = bought.to_vec();
    sorted.sort_unstable();
    let mut counts: Vec<(usize, u32)> = sorted
        .chunk_by(|a, b| a == b)
        .map(|same| (same.len(), same[0]))
        .collect();
    counts.sort_by_key(|&(count, product)| (std::cmp::Reverse(count), product));
    let mut list: Vec<u32> = counts
        .into_iter()
        .map(|(_, product)| product)
        .take(TOP)
        .collect();
    for &product in popular {
        if list.len() < TOP && !list.contains(&product) {
            list.push(product);
        }
    }
    list
}
