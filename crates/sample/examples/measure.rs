//! Makes a retailer of a given size and prints seconds, order lines per second and peak memory. A stopwatch
//! for people; holds no rule and is part of no build.
//!
//! `cargo run --release -p sample --example measure -- DIR CUSTOMERS STORES PRODUCTS ORDERS SEED FORMAT`

use std::path::PathBuf;
use std::time::Instant;

use sample::{Quiet, Spec, check, write};

#[allow(clippy::print_stdout)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [dir, customers, stores, products, orders, seed, format] = arguments.as_slice() else {
        return Err("usage: measure DIR CUSTOMERS STORES PRODUCTS ORDERS SEED FORMAT".into());
    };
    let spec = Spec {
        customers: customers.parse()?,
        stores: stores.parse()?,
        products: products.parse()?,
        orders: orders.parse()?,
        seed: seed.parse()?,
        format: format.parse()?,
        start: Spec::DEFAULT_START,
        days: Spec::DEFAULT_DAYS,
    };
    let start = Instant::now();
    let report = write(&check(spec)?, &PathBuf::from(dir), &Quiet)?;
    let seconds = start.elapsed().as_secs_f64();
    for (file, rows) in &report.rows {
        println!("{rows:>12}  {file}");
    }
    let lines: u64 = report
        .rows
        .iter()
        .filter(|(file, _)| file.starts_with("orders"))
        .map(|(_, rows)| rows)
        .sum();
    println!(
        "{seconds:.2} s, {:.0} order lines/s",
        lines as f64 / seconds
    );
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!(
        "{}",
        status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap_or("peak memory unknown")
    );
    Ok(())
}
