//! Holds the co-purchase embedding against later baskets and against the words of products, beside baselines.
//!
//! ```text
//! cargo run --release -p demand --example strand_trial -- LINES WORDS [NAME=VALUE …]
//! ```
//! For `bench/strand.py`, which writes both files: lines of `0 or 1 for learnt or later, basket, customer or -, product`,
//! sorted by basket, and one line `kind or -, first word, last word` for each product, by tabs. Names are those of
//! the parameters; what is not named is as chosen on an earlier split (docs/strand.md). Prints lines of numbers; holds no check.
#![allow(clippy::print_stdout, reason = "it reports what it measured")]

use demand::baskets::NONE;
use demand::embedding::{Context, Embedding, Params, Purchases};
use numeric::{Silent, random::Random};
use rayon::prelude::*;

type Failure = Box<dyn std::error::Error>;

/// How many nearest ones words are compared with.
const NEAREST: usize = 10;
/// Seed of which product of a later basket is held out.
const SEED: u64 = 7;

/// Baskets one after the other.
#[derive(Default)]
struct Baskets {
    offsets: Vec<usize>,
    products: Vec<u32>,
    customers: Vec<u32>,
}

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [lines, words, rest @ ..] = &args[..] else {
        return Err("give a file of lines and one of words".into());
    };
    let words = std::fs::read_to_string(words)?;
    let words: Vec<Vec<&str>> = words
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    let [learnt, later] = read(&std::fs::read_to_string(lines)?)?;
    let purchases = Purchases {
        offsets: &learnt.offsets,
        products: &learnt.products,
        customers: &learnt.customers,
    };
    let asked = params(rest)?;
    let placed = asked.check()?.fit(purchases, words.len(), &Silent)?;
    let seed = asked.seed + 1;
    let other = Params { seed, ..asked };
    let other = other.check()?.fit(purchases, words.len(), &Silent)?;
    let standing: Vec<usize> = (0..words.len())
        .filter(|&product| placed.vector(product as u32).is_ok())
        .collect();
    let ties: usize = (0..words.len() as u32)
        .map(|product| placed.ties(product).len())
        .sum();
    let held: f32 = standing
        .iter()
        .map(|&product| placed.held(product as u32))
        .sum();
    println!(
        "baskets {} products {} placed {} ties {ties} left out {} held {:.3} nearest 10 of another seed {:.3}",
        learnt.customers.len(),
        words.len(),
        standing.len(),
        placed.left_out(),
        held / standing.len() as f32,
        shared(&placed, &other, &standing)
    );
    let (together, sold) = counts(&learnt, words.len());
    let ways = [
        ("strand", strand(&placed)),
        ("rows of counts", cosines(&together, words.len())),
        ("together / root", rooted(&together, &sold)),
        ("popularity", popular(&sold)),
    ];
    for (name, likeness) in &ways {
        let told: Vec<String> = (0..3)
            .map(|of| same(likeness, &words, &standing, of))
            .collect();
        println!("{name:16} {}", told.join("  "));
    }
    let trials = held_out(&later, &sold);
    let small = |trial: &Trial| trial.rest.len() <= 5;
    let never = |trial: &Trial| {
        let own = &together[trial.held as usize * sold.len()..][..sold.len()];
        trial.rest.iter().all(|&other| own[other as usize] == 0.0)
    };
    let (all, vain) = trials
        .iter()
        .filter(|trial| never(trial))
        .fold((0, 0), |sum, trial| {
            (
                sum.0 + 1,
                sum.1 + usize::from(placed.vector(trial.held).is_err()),
            )
        });
    println!("never bought with the rest {all}, without a vector {vain}");
    for (name, likeness) in &ways {
        println!(
            "next  {name:16} {}",
            next(&trials, likeness, &sold, |_| true)
        );
        println!("small {name:16} {}", next(&trials, likeness, &sold, small));
        println!("never {name:16} {}", next(&trials, likeness, &sold, never));
    }
    Ok(())
}

/// Share of the nearest that two embeddings have in common.
fn shared(a: &Embedding, b: &Embedding, standing: &[usize]) -> f64 {
    let near = |placed: &Embedding, product: usize| -> Vec<u32> {
        let near = placed.nearest(product as u32, NEAREST, 0);
        let near = near.unwrap_or_default();
        near.iter().map(|near| near.product).collect()
    };
    let alike = standing.iter().map(|&product| {
        let other = near(b, product);
        let own = near(a, product);
        own.iter().filter(|product| other.contains(product)).count()
    });
    alike.sum::<usize>() as f64 / (NEAREST * standing.len()) as f64
}

fn params(given: &[String]) -> Result<Params, Failure> {
    let mut params = Params {
        dimensions: 32,
        context: Context::Basket,
        contexts_min: 10,
        context_max: 100,
        together_min: 2,
        ties_max: 500,
        shift: 1.0,
        smoothing: 0.5,
        seed: 1,
    };
    for given in given {
        let (name, value) = given.split_once('=').ok_or("give NAME=VALUE")?;
        match name {
            "dimensions" => params.dimensions = value.parse()?,
            "context" if value == "customer" => params.context = Context::Customer,
            "context" if value == "both" => params.context = Context::Both,
            "contexts_min" => params.contexts_min = value.parse()?,
            "context_max" => params.context_max = value.parse()?,
            "together_min" => params.together_min = value.parse()?,
            "ties_max" => params.ties_max = value.parse()?,
            "shift" => params.shift = value.parse()?,
            "smoothing" => params.smoothing = value.parse()?,
            "seed" => params.seed = value.parse()?,
            _ => return Err(format!("unknown {given}").into()),
        }
    }
    Ok(params)
}

/// The baskets of both parts.
fn read(text: &str) -> Result<[Baskets; 2], Failure> {
    let mut parts = [Baskets::default(), Baskets::default()];
    let mut last = [""; 2];
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [part, basket, customer, product] = fields[..] else {
            return Err(format!("not four fields: {line}").into());
        };
        let at: usize = part.parse()?;
        let part = parts.get_mut(at).ok_or("part is neither 0 nor 1")?;
        if last[at] != basket {
            last[at] = basket;
            part.offsets.push(part.products.len());
            part.customers.push(customer.parse().unwrap_or(NONE));
        }
        part.products.push(product.parse()?);
    }
    for part in &mut parts {
        part.offsets.push(part.products.len());
    }
    Ok(parts)
}

impl Baskets {
    /// The different products of each basket.
    fn sets(&self) -> Vec<Vec<u32>> {
        let set = |ends: &[usize]| {
            let mut set = self.products[ends[0]..ends[1]].to_vec();
            set.sort_unstable();
            set.dedup();
            set
        };
        self.offsets.windows(2).map(set).collect()
    }
}

/// Baskets with both, for all pairs, and with each.
fn counts(baskets: &Baskets, products: usize) -> (Vec<f32>, Vec<f32>) {
    let (mut together, mut sold) = (vec![0.0; products * products], vec![0.0; products]);
    for set in baskets.sets() {
        for &a in &set {
            sold[a as usize] += 1.0;
            for &b in set.iter().filter(|&&b| b != a) {
                together[a as usize * products + b as usize] += 1.0;
            }
        }
    }
    (together, sold)
}

fn strand(placed: &Embedding) -> Vec<f32> {
    let rows: Vec<&[f32]> = placed.vectors().chunks_exact(placed.dimensions()).collect();
    let row = |a: &&[f32]| -> Vec<f32> { rows.iter().map(|b| dot(a, b)).collect() };
    rows.par_iter().flat_map_iter(row).collect()
}

/// Cosines of the rows of counts.
fn cosines(together: &[f32], products: usize) -> Vec<f32> {
    let unit = |row: &[f32]| -> Vec<f32> {
        let length = dot(row, row).sqrt().max(1.0);
        row.iter().map(|value| value / length).collect()
    };
    let rows: Vec<Vec<f32>> = together.chunks_exact(products).map(unit).collect();
    let row = |a: &Vec<f32>| -> Vec<f32> { rows.iter().map(|b| dot(a, b)).collect() };
    rows.par_iter().flat_map_iter(row).collect()
}

/// Cosines of the columns of baskets: together over the root of both counts.
fn rooted(together: &[f32], sold: &[f32]) -> Vec<f32> {
    let row = |(row, own): (&[f32], &f32)| -> Vec<f32> {
        let each = row.iter().zip(sold);
        each.map(|(both, other)| both / (own * other).sqrt().max(1.0))
            .collect()
    };
    together
        .chunks_exact(sold.len())
        .zip(sold)
        .flat_map(row)
        .collect()
}

fn popular(sold: &[f32]) -> Vec<f32> {
    sold.iter().flat_map(|_| sold.iter().copied()).collect()
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (mut sums, pairs) = ([0.0f32; 8], a.chunks_exact(8).zip(b.chunks_exact(8)));
    for (a, b) in pairs {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest = a.len() / 8 * 8;
    let rest = a[rest..].iter().zip(&b[rest..]).map(|(a, b)| a * b);
    sums.iter().sum::<f32>() + rest.sum::<f32>()
}

/// Share of the nearest that have the same word, and what it would be of any.
fn same(likeness: &[f32], words: &[Vec<&str>], standing: &[usize], of: usize) -> String {
    let word = |product: usize| words[product][of];
    let known: Vec<usize> = standing
        .iter()
        .copied()
        .filter(|&product| word(product) != "-")
        .collect();
    // Of kinds few products are labelled: one nearest says it, where another of the kind is labelled.
    let most = if of == 0 { 1 } else { NEAREST };
    let (mut right, mut any, mut asked) = (0.0, 0.0, 0.0);
    for &product in &known {
        let mut near: Vec<usize> = known.iter().copied().filter(|&at| at != product).collect();
        let alike = near.iter().filter(|&&at| word(at) == word(product)).count();
        if of == 0 && alike == 0 {
            continue;
        }
        let row = &likeness[product * words.len()..];
        near.sort_by(|&a, &b| row[b].total_cmp(&row[a]).then(a.cmp(&b)));
        near.truncate(most);
        let hits = near.iter().filter(|&&at| word(at) == word(product));
        right += hits.count() as f64 / most as f64;
        any += alike as f64 / (known.len() - 1) as f64;
        asked += 1.0;
    }
    let name = ["kind", "first word", "last word"][of];
    format!(
        "{name} {:.3} (any {:.3}, of {asked})",
        right / asked,
        any / asked
    )
}

/// A later basket, one product of it held out.
struct Trial {
    rest: Vec<u32>,
    held: u32,
}

fn held_out(later: &Baskets, sold: &[f32]) -> Vec<Trial> {
    let trial = |(at, mut rest): (usize, Vec<u32>)| {
        rest.retain(|&product| sold[product as usize] > 0.0);
        let held = Random::stream(SEED, at as u64).below(rest.len());
        (rest.len() > 1).then(|| Trial {
            held: rest.remove(held),
            rest,
        })
    };
    let sets = later.sets().into_iter().enumerate();
    sets.filter_map(trial).collect()
}

/// How high the held out product stands by mean likeness to the rest, equal ones counting half.
fn next(
    trials: &[Trial],
    likeness: &[f32],
    sold: &[f32],
    which: impl Fn(&Trial) -> bool,
) -> String {
    let products = sold.len();
    let rank = |trial: &&Trial| {
        let mut score = vec![0.0f32; products];
        for &other in &trial.rest {
            let row = &likeness[other as usize * products..][..products];
            for (score, value) in score.iter_mut().zip(row) {
                *score += value;
            }
        }
        let own = score[trial.held as usize];
        let (mut above, mut even) = (0.0, 0.0);
        for (product, &score) in score.iter().enumerate() {
            let open = sold[product] > 0.0 && trial.rest.binary_search(&(product as u32)).is_err();
            if open && product != trial.held as usize {
                above += f64::from(u8::from(score > own));
                even += f64::from(u8::from(score == own));
            }
        }
        1.0 + above + even / 2.0
    };
    let asked: Vec<&Trial> = trials.iter().filter(|trial| which(trial)).collect();
    let ranks: Vec<f64> = asked.par_iter().map(rank).collect();
    let count = ranks.len() as f64;
    let within = |most: f64| ranks.iter().filter(|&&rank| rank <= most).count() as f64 / count;
    let mean = ranks.iter().map(|rank| 1.0 / rank).sum::<f64>() / count;
    format!(
        "of {count}: first 10 {:.3}, first 50 {:.3}, mean of 1/rank {mean:.4}",
        within(10.0),
        within(50.0)
    )
}
