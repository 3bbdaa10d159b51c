//! `tessera sql`: read-only SQL over the lake.

use crate::cli::{AnswerFormat, NamedFile, Sql};
use crate::output::{self, WrongUse};
use engine::views::SqlRequest;
use engine::{Actor, Beside};
use std::path::Path;

pub async fn run(args: Sql, json: bool) -> anyhow::Result<()> {
    if let Some(to) = &args.output {
        return export(&args, to, json).await;
    }
    if args.format == AnswerFormat::Parquet {
        let mend = "--format parquet is no text: add --output FILE.parquet";
        return Err(WrongUse(mend.into()).into());
    }
    let project = super::open(&args.project).await?;
    let asked = SqlRequest {
        query: args.query,
        limit: Some(args.limit),
        as_of: args.as_of,
    };
    let beside = beside(&args.file);
    let answer = project
        .sql_beside(&Actor::command_line(), asked, beside)
        .await?;
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

fn beside(files: &[NamedFile]) -> Vec<Beside> {
    let named = files.iter().map(|file| Beside {
        name: file.name.clone(),
        path: file.path.clone(),
    });
    named.collect()
}

/// All rows to a file.
async fn export(args: &Sql, to: &Path, json: bool) -> anyhow::Result<()> {
    let csv = to.extension().is_some_and(|end| end == "csv");
    if args.format == AnswerFormat::Parquet && csv {
        let mend = "--format parquet does not go with a file named .csv";
        return Err(WrongUse(mend.into()).into());
    }
    let project = super::open(&args.project).await?;
    let as_of = args.as_of.as_deref();
    let rows = project
        .sql_export(
            &Actor::command_line(),
            &args.query,
            as_of,
            beside(&args.file),
            to,
        )
        .await?;
    if json {
        return output::json(&serde_json::json!({ "rows": rows, "file": to }));
    }
    output::line(format!("{rows} rows written to {}", to.display()));
    Ok(())
}
