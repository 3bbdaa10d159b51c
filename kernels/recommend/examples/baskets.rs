//! Evaluates next-basket models on a file of `customer,basket,item` lines, numbers, a customer's baskets in order: the
//! last basket of each customer is to be found from those before. Models are fitted, chosen and weighted without it.
//!
//! ```text
//! cargo run --release -p recommend --example baskets -- lines.csv
//! ```
#![allow(clippy::print_stdout, clippy::expect_used)]

use numeric::Silent;
use recommend::basket::*;

fn main() {
    let path = std::env::args()
        .nth(1)
        .expect("a file of customer,basket,item");
    let text = std::fs::read_to_string(path).expect("a file that can be read");
    let mut lists: Vec<Vec<Vec<u32>>> = Vec::new();
    let mut items = 0;
    for line in text.lines() {
        let n: Vec<usize> = line
            .split(',')
            .map(|n| n.parse().expect("a number"))
            .collect();
        if lists.len() <= n[0] {
            lists.resize(n[0] + 1, Vec::new());
        }
        let baskets = &mut lists[n[0]];
        if baskets.len() <= n[1] {
            baskets.resize(n[1] + 1, Vec::new());
        }
        baskets[n[1]].push(n[2] as u32);
        items = items.max(n[2] + 1);
    }
    let (train, test) = Sequences::from_lists(items, &lists)
        .expect("legal")
        .leave_last();
    let show = |name: &str, model: &dyn NextBasket| {
        for count in [10, 20] {
            let found = evaluate(model, &train, &test, count).expect("something to find");
            println!(
                "{name:<24} @{count} R {:.4} N {:.4} PHR {:.4} | repeat R {:.4} explore R {:.4} | repeats {:.3} listed {:.3}",
                found.all.recall,
                found.all.ndcg,
                found.all.hit_rate,
                found.repeat.recall,
                found.explore.recall,
                found.repeat_share,
                found.listed_repeat_share
            );
        }
    };
    let frequency = |own| PersonalFrequency::fit(&train, own, 0).expect("legal");
    show("top frequency", &frequency(0.0));
    show("personal, then top", &frequency(1_000.0));
    show(
        "TIFU-KNN",
        &TifuKnn::fit(&train, TifuParams::default()).expect("legal"),
    );
    show(
        "UP-CF@r",
        &UpCf::fit(&train, UpCfParams::default()).expect("legal"),
    );
    let choice = choose(&train, 10, 6_000, 1, &Silent).expect("legal");
    for trial in &choice.trials {
        println!("  {:.4} {:.3} {:?}", trial.ndcg, trial.weight, trial.recipe);
    }
    show("blend", &choice.model);
}
