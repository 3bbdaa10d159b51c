//! `tessera sql`: read-only SQL over the lake.

use crate::cli::{AnswerFormat, Sql};
use crate::output;
use engine::Actor;
use engine::views::SqlRequest;

pub async fn run(args: Sql, json: bool) -> anyhow::Result<()> {
    let project = super::open(&args.project).await?;
    let asked = SqlRequest {
        query: args.query,
        limit: Some(args.limit),
        as_of: args.as_of,
    };
    let answer = project.sql(&Actor::command_line(), asked).await?;
    if answer.truncated {
        eprintln!(
            "only the first {} rows; raise --limit for more",
            answer.rows.len()
        );
    }
    if json || args.format == AnswerFormat::Json {
        return output::json(&answer);
    }
    let header: Vec<&str> = answer
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    let rows = answer
        .rows
        .iter()
        .map(|row| row.iter().map(output::cell).collect::<Vec<String>>());
    if args.format == AnswerFormat::Csv {
        output::csv(&header, rows)?;
    } else {
        output::table(&header, rows.collect());
    }
    Ok(())
}
