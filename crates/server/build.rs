//! Builds the web pages into OUT_DIR when the feature `ui` is on: copies the sources of `web/` there,
//! installs the locked packages, runs npm. It must not write into the source tree nor touch the network
//! for anything but the locked packages.
#![allow(
    clippy::print_stdout,
    reason = "this is how a build script talks to cargo"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// The oldest Node.js that builds the pages.
const NODE_MIN: (u32, u32) = (20, 19);

/// What of `web/` the pages are made of. Packages, results, mocks and browser tests are not.
const SOURCES: &[&str] = &[
    "index.html",
    "openapi.json",
    "package-lock.json",
    "package.json",
    "src",
    "svelte.config.js",
    "tsconfig.json",
    "tsconfig.tools.json",
    "vite.config.ts",
];
/// Folders below the sources that are made, not written.
const MADE: &[&str] = &["generated", "node_modules"];

type Outcome<T> = Result<T, String>;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_UI").is_none() {
        return ExitCode::SUCCESS;
    }
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            for line in cause.lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn build() -> Outcome<()> {
    let folder = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .ok_or(format!("{name} is not set"))
    };
    let web = folder("CARGO_MANIFEST_DIR")?.join("../../web");
    let out = folder("OUT_DIR")?;
    let copy = out.join("web");
    check_node()?;
    let _ = fs::remove_dir_all(copy.join("src"));
    for name in SOURCES {
        mirror(&web.join(name), &copy.join(name))?;
    }
    install(&copy)?;
    npm(&copy, &["run", "generate"], &out)?;
    npm(&copy, &["run", "build"], &out)?;
    match out.join("dist/index.html").exists() {
        true => Ok(()),
        false => Err(format!(
            "npm run build left no index.html in {}",
            out.join("dist").display()
        )),
    }
}

/// Copies a file or a folder; every file is named to cargo, so that only a changed page builds anew.
fn mirror(from: &Path, to: &Path) -> Outcome<()> {
    let failed = |cause: std::io::Error| format!("cannot copy {}: {cause}", from.display());
    if !from.is_dir() {
        println!("cargo::rerun-if-changed={}", from.display());
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        return fs::copy(from, to).map(|_| ()).map_err(failed);
    }
    let mut entries: Vec<_> = fs::read_dir(from)
        .map_err(failed)?
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    entries.sort();
    for name in entries {
        if !MADE.iter().any(|made| name == **made) {
            mirror(&from.join(&name), &to.join(&name))?;
        }
    }
    Ok(())
}

/// Installs the locked packages, unless the lock is the one they were installed from.
fn install(copy: &Path) -> Outcome<()> {
    let failed = |cause: std::io::Error| format!("cannot keep the stamp of the packages: {cause}");
    let lock = fs::read(copy.join("package-lock.json")).map_err(failed)?;
    let stamp = copy.join("node_modules/.tessera-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    npm(
        copy,
        &["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        copy,
    )?;
    fs::write(stamp, lock).map_err(failed)
}

fn npm(copy: &Path, arguments: &[&str], out: &Path) -> Outcome<()> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let said = Command::new(program)
        .args(arguments)
        .current_dir(copy)
        .env("TESSERA_WEB_OUT", out.join("dist"))
        .env("NO_COLOR", "1")
        .output()
        .map_err(|cause| lacking(&format!("npm cannot be started ({cause})")))?;
    if said.status.success() {
        return Ok(());
    }
    let text = [said.stdout, said.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    Err(format!(
        "npm {} failed in {}:\n{}",
        arguments.join(" "),
        copy.display(),
        text.trim()
    ))
}

fn check_node() -> Outcome<()> {
    let said = Command::new("node").arg("--version").output();
    let said = said.map_err(|cause| lacking(&format!("Node.js is not there ({cause})")))?;
    let text = String::from_utf8_lossy(&said.stdout).trim().to_string();
    let mut parts = text
        .trim_start_matches('v')
        .split('.')
        .map(|part| part.parse().unwrap_or(0));
    let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    match version >= NODE_MIN {
        true => Ok(()),
        false => Err(lacking(&format!("Node.js is too old ({text})"))),
    }
}

fn lacking(what: &str) -> String {
    let (major, minor) = NODE_MIN;
    format!(
        "{what}. The web pages are built with Node.js {major}.{minor} or newer and npm.\n\
         Debian and Ubuntu: sudo apt-get install -y nodejs npm   (where that is older than {major}.{minor}: \
         curl -fsSL https://deb.nodesource.com/setup_22.x | sudo -E bash - && sudo apt-get install -y nodejs)\n\
         Without pages, as an API and a command line alone: cargo build -p tessera --no-default-features"
    )
}
