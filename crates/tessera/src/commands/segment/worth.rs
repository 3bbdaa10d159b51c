//! What clusters are worth on the command line. It prints and changes nothing.

use crate::output;
use engine::views::{ClusterWorth, SchemeWorth};
use engine::{Actor, Project};

/// The clusters of every live scheme.
pub async fn show(project: &Project, json: bool) -> anyhow::Result<()> {
    let told = project.scheme_worths(&Actor::command_line()).await?;
    if json {
        return output::json(&told);
    }
    if told.schemes.is_empty() && told.unread.is_empty() {
        output::line(format!(
            "No scheme is live ({} in use): tessera segment fit SCHEME, then tessera segment publish SCHEME",
            told.not_live
        ));
    }
    for scheme in &told.schemes {
        one(scheme, &told.currency);
    }
    for scheme in &told.unread {
        output::line(format!(
            "{} ({}) cannot be read: {}",
            scheme.title, scheme.scheme, scheme.problem
        ));
    }
    Ok(())
}

fn one(scheme: &SchemeWorth, currency: &str) {
    output::line(format!(
        "{} ({} {}), live since {}: sales of {} to {}{}",
        scheme.title,
        scheme.members,
        scheme.of.word(),
        output::moment(&scheme.since),
        output::moment_or(scheme.from.as_ref(), "the beginning"),
        output::moment(&scheme.to),
        (scheme.category.as_ref()).map_or(String::new(), |name| format!(", {name} alone"))
    ));
    let told = scheme.before.is_some();
    let mut rows: Vec<Vec<String>> = scheme.clusters.iter().map(|each| row(each, told)).collect();
    rows.push(vec![
        String::new(),
        "all".into(),
        scheme.members.to_string(),
        String::new(),
        scheme.sales.clone(),
        String::new(),
        scheme.margin.clone().unwrap_or_default(),
        String::new(),
        String::new(),
    ]);
    let sales = format!("sales, {currency}");
    output::table(
        &[
            "",
            "cluster",
            scheme.of.word(),
            "of them",
            &sales,
            "of sales",
            "margin",
            "rate",
            "since the run before",
        ],
        rows,
    );
    if scheme.hidden > 0 {
        output::line(format!("{} are not shown: too few people", scheme.hidden));
    }
}

/// A cluster; `told` where there is a publication before.
fn row(each: &ClusterWorth, told: bool) -> Vec<String> {
    let change = match (&each.change, each.fresh) {
        (Some(change), _) => format!(
            "{:+} members, {:+.1} points of sales",
            change.members,
            100.0 * change.share_sales
        ),
        (None, true) => "new".into(),
        (None, false) if told => "not shown: too few people".into(),
        (None, false) => String::new(),
    };
    vec![
        each.cluster.to_string(),
        each.name.clone(),
        each.members.to_string(),
        format!("{:.1} %", 100.0 * each.share_members),
        each.sales.clone(),
        format!("{:.1} %", 100.0 * each.share_sales),
        each.margin.clone().unwrap_or_default(),
        (each.margin_rate).map_or(String::new(), |rate| format!("{:.1} %", 100.0 * rate)),
        change,
    ]
}
