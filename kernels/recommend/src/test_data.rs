//! Data and helpers of this crate's tests.

use numeric::random::Random;

use crate::Sparse;

/// 400 customers and 60 items in four blocks: a customer takes of the items that leave his rest by 4, and seldom of
/// others.
pub(crate) fn blocks(seed: u64) -> Sparse {
    let mut random = Random::new(seed);
    let mut draw = |customer: usize| {
        let mut list = Vec::new();
        for _ in 0..8 {
            let of_block = random.below(15) * 4 + customer % 4;
            let any = random.below(60);
            list.push(if random.below(10) == 0 { any } else { of_block } as u32);
        }
        list
    };
    let lists: Vec<Vec<u32>> = (0..400).map(&mut draw).collect();
    Sparse::from_lists(60, &lists).expect("items are below 60")
}

/// Runs the work on 1, 2 and 5 threads and holds the results against each other.
pub(crate) fn on_threads<T: PartialEq + std::fmt::Debug + Send>(work: impl Fn() -> T + Sync) {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("a pool").install(&work)
    };
    let one = on(1);
    assert!(one == on(2), "2 threads give something else");
    assert!(one == on(5), "5 threads give something else");
}
