//! Printing: one JSON object for programs, plain words for people, problems on standard error. The only
//! file that may print to standard output.

use comfy_table::{Table, presets};
use serde_json::Value;
use std::io::{ErrorKind, Write};

/// Where options are given, for people who read of one in a message.
pub const OPTIONS: &str = "Options are given as flags (--date-format --decimal --timezone --currency --tax \
    --source), any other as --option NAME=VALUE, or all under [options] of a mapping file.";

/// Marks an error as wrong use of the command line, which ends with 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongUse(pub String);

/// Marks a failure whose JSON object is printed already.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Told(pub String);

/// The exit code of a failure: 2 for wrong use, else 1.
pub fn exit_code(cause: &anyhow::Error) -> u8 {
    let wrong = cause.chain().any(|c| {
        c.is::<WrongUse>()
            || c.downcast_ref::<engine::EngineError>()
                .is_some_and(engine::EngineError::is_wrong_use)
    });
    if wrong { 2 } else { 1 }
}

/// Prints text and a line's end. Who reads it may close the pipe when it has seen enough, as `head` does: then nothing
/// more is wanted, and the program ends quietly.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    if let Err(cause) = writeln!(out, "{text}").and_then(|()| out.flush()) {
        let enough = cause.kind() == ErrorKind::BrokenPipe;
        std::process::exit(if enough { 0 } else { 1 });
    }
}

/// Prints one JSON object.
pub fn json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    print(&serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Prints one JSON object on one line, for a program that reads lines while this one runs on.
pub fn json_line(value: &Value) {
    print(&value.to_string());
}

/// Prints rows as comma-separated text.
pub fn csv(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(std::io::stdout().lock());
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row)?;
    }
    Ok(writer.flush()?)
}

/// Prints a line for people.
pub fn line(text: impl AsRef<str>) {
    print(text.as_ref());
}

/// Prints a table for people.
pub fn table(header: &[&str], rows: Vec<Vec<String>>) {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_header(header);
    for row in rows {
        table.add_row(row);
    }
    print(&table.to_string());
}

/// An instant of an answer as people read it: to the minute, a day where it is a day's beginning, both in UTC. What is no
/// instant stays as it is.
pub fn moment(instant: &str) -> String {
    let Some((day, time)) = instant.strip_suffix('Z').and_then(|at| at.split_once('T')) else {
        return instant.to_string();
    };
    match (time, time.get(..5)) {
        ("00:00:00", _) => day.to_string(),
        (_, Some(minute)) => format!("{day} {minute} UTC"),
        (_, None) => instant.to_string(),
    }
}

/// As [`moment`], of an instant that there may be.
pub fn moment_or(instant: Option<&String>, none: &str) -> String {
    instant.map_or(none.to_string(), |instant| moment(instant))
}

/// One cell of an answer as people read it.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Prints a failure on standard error, and as JSON on standard output where a program listens.
pub fn problem(cause: &anyhow::Error, as_json: bool) {
    if as_json && !cause.is::<Told>() {
        print(&serde_json::json!({ "error": format!("{cause:#}") }).to_string());
    }
    eprintln!("tessera: {cause:#}");
    let of_file = |c: &(dyn std::error::Error + 'static)| {
        c.downcast_ref::<engine::EngineError>()
            .is_some_and(engine::EngineError::is_of_options)
    };
    if cause.chain().any(of_file) {
        eprintln!("{OPTIONS}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_told_to_the_minute_and_a_day_as_one() {
        let told = moment("2026-11-30T12:31:05.123456Z");
        assert_eq!(told, "2026-11-30 12:31 UTC");
        assert_eq!(moment("2030-03-01T00:00:00Z"), "2030-03-01");
        assert_eq!(moment("now"), "now");
        assert_eq!(moment_or(None, "-"), "-");
    }
}
