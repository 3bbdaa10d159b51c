//! The house rules as tests: which room may use which, what every file opens with, how large a room may
//! grow, and which crate may name which heavy guest. It must not test behaviour.
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Who may use whom: (room, the rooms of ours it may name).
const FLOORS: &[(&str, &[&str])] = &[
    ("numeric", &[]),
    ("cluster", &["numeric"]),
    ("demand", &["numeric"]),
    ("affinity", &["numeric"]),
    ("lifetime", &["numeric"]),
    ("choice", &["numeric"]),
    ("recommend", &["numeric"]),
    ("matching", &["numeric"]),
    ("retail", &[]),
    ("sample", &["retail", "numeric"]),
    ("lake", &["retail", "numeric"]),
    ("registry", &["retail"]),
    ("govern", &["retail"]),
    ("intake", &["retail"]),
    ("genome", &[]),
    ("collect", &["lake", "retail"]),
    ("unify", &["retail", "matching"]),
    ("genome", &["affinity", "lifetime"]),
    ("picture", &["genome"]),
    (
        "segment",
        &["lake", "retail", "numeric", "cluster", "demand", "choice"],
    ),
    (
        "engine",
        &[
            "retail", "numeric", "lake", "registry", "govern", "sample", "collect", "unify",
            "genome", "picture", "segment",
        ],
    ),
    ("server", &["engine", "retail"]),
    (
        "tessera",
        &[
            "engine",
            "server",
            "retail",
            "cluster",
            "genome",
            "lifetime",
            "matching",
            "numeric",
            "recommend",
            "sample",
            "unify",
        ],
    ),
];

/// Heavy guests and the one room that may name each.
const GUESTS: &[(&str, &str)] = &[
    ("datafusion", "lake"),
    ("datafusion-proto", "lake"),
    ("deltalake", "lake"),
    ("sqlx", "registry"),
    ("axum", "server"),
    ("image", "picture"),
    ("tract-onnx", "picture"),
];

/// Lines above which a room may not grow.
const LINES_MAX: usize = 500;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_path_buf()
}

/// The workspace's packages as cargo tells them.
fn packages() -> Vec<Value> {
    let cargo = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&cargo.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn name(of: &Value) -> &str {
    of["name"].as_str().unwrap()
}

fn sources(folder: &Path, ends: &[&str], found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().to_string();
        if path.is_dir() {
            let skipped = [
                "target",
                "node_modules",
                "generated",
                "dist",
                "test-results",
                "data",
            ];
            if !skipped.contains(&name.as_str()) && !name.starts_with('.') {
                sources(&path, ends, found);
            }
        } else if ends.iter().any(|end| name.ends_with(end)) {
            found.push(path);
        }
    }
}

#[test]
fn rooms_use_only_what_lies_below() {
    let floors: BTreeMap<_, _> = FLOORS.iter().copied().collect();
    for package in packages() {
        let name = name(&package);
        let allowed = floors
            .get(name)
            .unwrap_or_else(|| panic!("{name} is missing in FLOORS and ARCHITECTURE.md"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let other = dependency["name"].as_str().unwrap();
            // A test may look anywhere below the binary; the built program may not.
            if dependency["kind"] == "dev" {
                continue;
            }
            if floors.contains_key(other) {
                assert!(allowed.contains(&other), "{name} may not use {other}");
            }
            if let Some((guest, host)) = GUESTS.iter().find(|(guest, _)| *guest == other) {
                assert_eq!(name, *host, "{name} names {guest}, which only {host} may");
            }
        }
    }
}

#[test]
fn every_room_is_in_the_architecture() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for package in packages() {
        let name = name(&package);
        assert!(
            text.contains(&format!("`{name}`")),
            "ARCHITECTURE.md does not speak of {name}"
        );
    }
}

#[test]
fn every_file_says_what_it_holds() {
    let mut files = Vec::new();
    for folder in ["kernels", "crates"] {
        sources(&root().join(folder), &[".rs"], &mut files);
    }
    assert!(files.len() > 50, "only {} files found", files.len());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let opens = text.trim_start().starts_with("//!");
        assert!(
            opens,
            "{} does not open with //! text that says what it holds",
            file.display()
        );
    }
}

#[test]
fn no_room_grows_too_large() {
    let mut files = Vec::new();
    for folder in ["kernels", "crates", "web"] {
        sources(
            &root().join(folder),
            &[".rs", ".ts", ".svelte", ".css", ".mjs"],
            &mut files,
        );
    }
    for file in files {
        let lines = std::fs::read_to_string(&file).unwrap().lines().count();
        assert!(
            lines <= LINES_MAX,
            "{} has {lines} lines; split it by what it holds",
            file.display()
        );
    }
}

#[test]
fn every_library_denies_unsafe_code() {
    // Of each exception the files that may hold some: measured kernels, with the proof beside them.
    let exceptions = BTreeMap::from([(
        "numeric",
        [
            "kernels/numeric/src/distance/wide.rs",
            "kernels/numeric/src/lanes.rs",
        ],
    )]);
    for package in packages() {
        let name = name(&package);
        let entry = |target: &&Value| ["lib", "bin"].iter().any(|kind| target["kind"][0] == *kind);
        let entry = package["targets"]
            .as_array()
            .unwrap()
            .iter()
            .find(entry)
            .unwrap();
        let text = std::fs::read_to_string(entry["src_path"].as_str().unwrap()).unwrap();
        let forbids = text.contains("#![forbid(unsafe_code)]");
        assert!(
            forbids || exceptions.contains_key(name) && text.contains("#![deny(unsafe_code)]"),
            "{name} does not forbid unsafe code"
        );
    }
    let mut files = Vec::new();
    for folder in ["crates", "kernels"] {
        sources(&root().join(folder), &[".rs"], &mut files);
    }
    let allows = ["#![allow(", "unsafe_code)]"].concat();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let is_exception = exceptions.values().flatten().any(|one| file.ends_with(one));
        assert!(
            is_exception || !text.contains(&allows),
            "{} allows unsafe code",
            file.display()
        );
    }
}
