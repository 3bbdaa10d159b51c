//! Home: the story of a project on one page, from its facts, segments, feeds and runs.

use crate::ask::{count, instant};
use crate::schemes::{name_of, visible};
use crate::segmenting::SCHEME;
use crate::snapshot::Snapshot;
use crate::views::{
    Chapter, Figure, Home, MonthSales, NextStep, Project as ProjectView, SegmentShare,
};
use crate::workbench::LiveScheme;
use crate::{Actor, EngineError, Fact, Project, clock};
use govern::Action;
use retail::Money;
use serde_json::Value;
use std::sync::Arc;

impl Project {
    /// The currency with most receipt lines; empty before the first import.
    pub(crate) async fn currency(&self) -> Result<String, EngineError> {
        let sql = "select currency from order_lines group by currency order by count(*) desc, currency limit 1";
        Ok(self
            .counted_one(sql)
            .await?
            .as_str()
            .unwrap_or_default()
            .to_string())
    }

    /// The project in one line, for the switch.
    pub(crate) async fn describe(&self) -> Result<ProjectView, EngineError> {
        let found = self.facts().await?;
        let number = |key: &str| value(&found, key).as_i64().map_or(0, count);
        let date = |key: &str| {
            let text = value(&found, key).as_str().map(str::to_string)?;
            instant(clock::parse(&text))
        };
        let credit = self.registry().setting("credit").await?;
        let licence = self.registry().setting("licence").await?;
        let text =
            |value: Option<Value>| value.and_then(|value| value.as_str().map(str::to_string));
        Ok(ProjectView {
            id: self.id().to_string(),
            name: self.id().to_string(),
            title: self.title().to_string(),
            currency: self.currency().await?,
            credit: text(credit),
            licence: text(licence),
            first_at: date("first_at"),
            last_at: date("last_at"),
            lines: number("lines"),
            customers: number("customer_ids"),
        })
    }

    /// The story of the project.
    pub async fn home(&self, actor: &Actor) -> Result<Home, EngineError> {
        actor.may(Action::ReadResults)?;
        let found = self.facts().await?;
        let snapshot = match self.registry().published(SCHEME).await? {
            Some(published) => Some(self.snapshot(&published.run_id).await?),
            None => None,
        };
        let names = self.names(SCHEME, None).await?;
        let cells = self.small_cells().await?;
        let segments = snapshot
            .iter()
            .flat_map(|snapshot| {
                let visible = visible(cells, snapshot);
                let segments = snapshot.segments.iter();
                segments.filter(move |segment| visible.contains(&segment.cluster))
            })
            .map(|segment| SegmentShare {
                cluster: segment.cluster as i32,
                name: name_of(segment, &names).0,
                customers: count(segment.members),
                share_customers: segment.share_members,
                share_spend: segment.share_spend,
            });
        let segments: Vec<SegmentShare> = segments.collect();
        let currency = self.currency().await?;
        let waiting = self.registry().waiting_by_kind().await?;
        let quarantined: i64 = waiting.iter().map(|(_, rows)| rows).sum();
        let proposed: Vec<&SegmentShare> = segments
            .iter()
            .filter(|segment| !names.contains_key(&i64::from(segment.cluster)))
            .collect();
        let id = self.id();
        let mut chapters = chapters(&segments, &self.live_schemes().await?, id);
        // After the segments, before the schemes of a planner's own.
        let place = chapters.len().min(2);
        chapters.splice(place..place, self.chapters_of_genomes().await?);
        let lines = value(&found, "lines").as_i64().unwrap_or(0);
        let mut steps = next_steps(&proposed, !segments.is_empty(), quarantined, lines, id);
        steps.extend(self.steps_of_people().await?);
        Ok(Home {
            title: self.title().to_string(),
            sentence: sentence(&found, &segments, snapshot.as_ref())
                + &self.other_currencies(&currency).await?
                + &not_shown(&segments, snapshot.as_ref(), cells),
            figures: figures(&found, &currency, id),
            chapters,
            next_steps: steps,
            segments,
            sales_by_month: self.sales_by_month(&currency).await?,
            last_runs: self.last_runs().await?,
            currency,
        })
    }

    /// What the amounts leave out, in words.
    async fn other_currencies(&self, currency: &str) -> Result<String, EngineError> {
        let sql = format!("select count(*) from order_lines where currency <> '{currency}'");
        Ok(match self.counted_one(&sql).await?.as_i64() {
            None | Some(0) => String::new(),
            Some(1) => format!(" 1 line in another currency than {currency} is in no amount here."),
            Some(lines) => format!(
                " {} lines in other currencies than {currency} are in no amount here.",
                grouped(lines)
            ),
        })
    }

    async fn sales_by_month(&self, currency: &str) -> Result<Vec<MonthSales>, EngineError> {
        // Amounts of several currencies are not added up; letters alone make a currency.
        let sql = format!(
            "select to_char(happened_at, '%Y-%m') as month, cast(coalesce(sum(amount) filter (where currency = \
             '{currency}'), 0) as decimal(18, 4)) as amount, count(distinct receipt_key) as receipts, \
             count(distinct customer_key) as customers from sales where happened_at <= now() group by 1 order by 1"
        );
        let found = self.counted(&sql).await?;
        let rows = found.iter().map(|row| MonthSales {
            month: row[0].as_str().unwrap_or_default().to_string(),
            amount: row[1].as_str().unwrap_or_default().to_string(),
            receipts: row[2].as_u64().unwrap_or_default(),
            customers: row[3].as_u64().unwrap_or_default(),
        });
        Ok(rows.collect())
    }
}

fn value<'a>(found: &'a [Fact], key: &str) -> &'a Value {
    found
        .iter()
        .find(|fact| fact.key == key)
        .map_or(&Value::Null, |fact| &fact.value)
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_string)
}

fn sentence(found: &[Fact], segments: &[SegmentShare], snapshot: Option<&Arc<Snapshot>>) -> String {
    let lines = value(found, "lines").as_i64().unwrap_or(0);
    if lines == 0 {
        return "There is no data yet. Upload receipts to begin.".into();
    }
    let customers = value(found, "customer_ids").as_i64().unwrap_or(0);
    let receipts = value(found, "invoices").as_i64().unwrap_or(0);
    let mut told = format!(
        "{} receipt lines on {} receipts by {} known customers.",
        grouped(lines),
        grouped(receipts),
        grouped(customers)
    );
    if let (Some(first), Some(snapshot)) = (segments.first(), snapshot) {
        told.push_str(&format!(
            " The last run found {} segments among the {} who had bought goods; {} are {:.1} % of these and bring \
             {:.1} % of their spend before returns.",
            snapshot.segments.len(),
            grouped(snapshot.members.len() as i64),
            first.name,
            100.0 * first.share_customers,
            100.0 * first.share_spend
        ));
    }
    told
}

/// What small-cell protection leaves out, in words.
fn not_shown(
    segments: &[SegmentShare],
    snapshot: Option<&Arc<Snapshot>>,
    cells: govern::SmallCells,
) -> String {
    let found = snapshot.map_or(0, |snapshot| snapshot.segments.len());
    match found.saturating_sub(segments.len()) {
        0 => String::new(),
        hidden => format!(
            " {hidden} of {found} segments are not shown: with fewer than {} people, or needed to tell how many those are.",
            cells.k()
        ),
    }
}

/// A count with a comma between thousands.
fn grouped(count: i64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn figures(found: &[Fact], currency: &str, id: &str) -> Vec<Figure> {
    let shown = [
        ("amount", Some(currency.to_string())),
        ("invoices", None),
        ("customer_ids", None),
        ("products", None),
        ("lines", None),
        ("lines_without_customer", None),
        ("cancellation_lines", None),
        ("service_lines", None),
    ];
    let figure = |(key, unit): (&str, Option<String>)| {
        let fact = found.iter().find(|fact| fact.key == key)?;
        let value = match &fact.value {
            Value::Null => Money(0).to_string(),
            other => text(other),
        };
        Some(Figure {
            key: fact.key.to_string(),
            label: fact.label.to_string(),
            value,
            unit,
            how_computed: fact.sql.to_string(),
            link: Some(format!("/p/{id}/data")),
        })
    };
    shown.into_iter().filter_map(figure).collect()
}

fn chapters(segments: &[SegmentShare], schemes: &[LiveScheme], id: &str) -> Vec<Chapter> {
    let mut chapters = vec![Chapter {
        title: "Can the data be trusted?".into(),
        text: "What each feed brought, what was held back and why.".into(),
        link: format!("/p/{id}/data"),
    }];
    if !segments.is_empty() {
        chapters.push(Chapter {
            title: "Who are the customers?".into(),
            text: format!(
                "{} segments, what sets each apart, and who is in them.",
                segments.len()
            ),
            link: format!("/p/{id}/segments"),
        });
    }
    chapters.extend(schemes.iter().map(|scheme| Chapter {
        title: scheme.title.clone(),
        text: scheme.sentence(),
        link: format!("/p/{id}/workbench/{}", scheme.scheme),
    }));
    chapters
}

/// What to do next, most pressing first; only what works today.
fn next_steps(
    proposed: &[&SegmentShare],
    segmented: bool,
    quarantined: i64,
    lines: i64,
    id: &str,
) -> Vec<NextStep> {
    let mut steps = Vec::new();
    if lines == 0 {
        steps.push(NextStep {
            title: "Upload receipts".into(),
            text: "Segments need receipts with customers; everything else can follow.".into(),
            link: format!("/p/{id}/upload"),
            worth: None,
        });
    }
    if quarantined > 0 {
        steps.push(NextStep {
            title: format!("Look at {quarantined} rows that were held back"),
            text: "Each says its row, column and reason; after a fix they load without a new file."
                .into(),
            link: format!("/p/{id}/data"),
            worth: None,
        });
    }
    if lines > 0 && !segmented {
        steps.push(NextStep {
            title: "Find customer segments".into(),
            text: "Start a run; it takes seconds for a few thousand customers.".into(),
            link: format!("/p/{id}/settings"),
            worth: None,
        });
    }
    for segment in proposed.iter().take(2) {
        steps.push(NextStep {
            title: format!("Check the name of {}", segment.name),
            text: "The name was proposed from the facts; give it the name your team uses.".into(),
            link: format!("/p/{id}/segments?cluster={}", segment.cluster),
            worth: Some(format!(
                "{:.1} % of spend before returns",
                100.0 * segment.share_spend
            )),
        });
    }
    steps
}
