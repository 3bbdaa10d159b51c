//! The real program from outside: what a new user does, what the issue promises, what goes wrong.
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

mod blame;
mod broken;
mod categories;
mod co_purchase;
mod demand;
mod demo;
mod dna;
mod genome;
mod genome_dates;
mod genome_events;
mod habits;
mod history;
mod identity;
mod imports;
mod lab;
mod lab_identity;
mod lab_recommend;
mod life;
mod lifetime;
mod manners;
mod methods;
mod names;
mod newcomers;
mod pictures;
mod postgres;
mod product_dna;
mod refusals;
mod sameness;
mod second_thoughts;
mod sets;
mod standing;
mod timeline;
mod usage;
mod versions;
mod workbench;
mod worth;

fn tessera(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tessera"))
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Runs a command that must go well and returns its JSON object.
fn json(args: &[&str]) -> Value {
    let done = tessera(&[args, &["--json"]].concat());
    let told = String::from_utf8_lossy(&done.stdout);
    assert!(
        done.status.success(),
        "{args:?}: {told} {}",
        String::from_utf8_lossy(&done.stderr)
    );
    serde_json::from_str(&told)
        .unwrap_or_else(|cause| panic!("{args:?} printed no JSON object: {cause}: {told}"))
}

fn sql(project: &Path, query: &str) -> Value {
    json(&["sql", query, "--project", project.to_str().unwrap()])["rows"][0].clone()
}

/// An empty project; imports go in small parts so that a stop has something to go on from.
fn project(folder: &Path) -> PathBuf {
    let project = folder.join("shop");
    json(&["new", project.to_str().unwrap()]);
    let settings = project.join("tessera.toml");
    let text = std::fs::read_to_string(&settings)
        .unwrap()
        .replace("part_rows = 250000", "part_rows = 5000");
    std::fs::write(&settings, text).unwrap();
    project
}

fn bundled() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/online_retail.csv.gz")
}

/// The first lines of the bundled data as plain text.
fn head(folder: &Path, lines: usize) -> PathBuf {
    let zipped = std::fs::File::open(bundled()).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(zipped)
        .read_to_string(&mut text)
        .unwrap();
    let text: Vec<&str> = text.lines().take(lines + 1).collect();
    let path = folder.join(format!("head-{lines}.csv"));
    std::fs::write(&path, text.join("\n")).unwrap();
    path
}

fn import(project: &Path, file: &Path, more: &[&str]) -> Value {
    let place = [
        file.to_str().unwrap(),
        "--project",
        project.to_str().unwrap(),
    ];
    json(&[&["import"], &place[..], more].concat())
}

const ORDERS: &[&str] = &["--as", "orders", "--preset", "online-retail"];

/// Everything about the lines that must not depend on how they came in.
const SUMS: &str = "select count(*), sum(quantity), sum(amount), count(distinct customer_key), sum(customer_key), \
                    sum(line_key % 1000003), sum(receipt_key % 1000003), count(distinct import_id) from order_lines";
