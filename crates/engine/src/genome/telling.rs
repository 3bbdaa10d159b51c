//! Genes, habits and runs as they are shown. It must not read anything.

use super::acts::View;
use super::catalogue::Catalogue;
use super::keep::Counts;
use crate::clock;
use crate::views::{
    ForecastParameter, ForecastTenth, ForecastTrial, GeneName, GeneRange, GeneRow, GeneStanding,
    GeneTypeWord, GenomeForecast, GenomeRan, HabitRow, PredictedRow,
};
use genome::forecast::Told;
use genome::{ActKind, Gene, GeneType, HABITS, Habit, Predicted, Range, Rows, Standing, Unit};

/// Microseconds of a second.
const SECOND: i64 = 1_000_000;

pub(super) fn ran(
    run_id: &str,
    view: View,
    catalogue: &Catalogue,
    counts: &Counts,
    told: Told,
) -> GenomeRan {
    GenomeRan {
        run_id: run_id.into(),
        as_of: clock::text(view.as_of),
        customers: counts.customers,
        acts: counts.acts,
        products: catalogue.codes.len(),
        genes: counts.genes,
        passions: counts.passions,
        revised: counts.revised,
        forecast: forecast(told),
        sentence: format!(
            "{} genes of {} customers as of {}, {} of them passions, from {} acts",
            counts.genes,
            counts.customers,
            clock::day(view.as_of),
            counts.passions,
            counts.acts
        ),
    }
}

fn forecast(told: Told) -> GenomeForecast {
    let parameters = told.parameters.into_iter();
    GenomeForecast {
        customers: told.customers,
        parameters: parameters
            .map(|(name, value)| ForecastParameter { name, value })
            .collect(),
        reason: told.reason,
        pooling: told.pooling,
        trial: told.trial.map(|trial| ForecastTrial {
            days: trial.days,
            actual: trial.actual,
            expected: trial.expected,
            naive: trial.naive,
            mae: trial.mae,
            naive_mae: trial.naive_mae,
            within: trial.within,
            level: trial.level,
            rows: trial
                .by_forecast
                .into_iter()
                .map(|(customers, expected, actual, naive)| ForecastTenth {
                    customers,
                    expected,
                    actual,
                    naive,
                })
                .collect(),
        }),
    }
}

/// What is expected of a customer, as people read it.
pub(super) fn predicted(one: &Predicted) -> PredictedRow {
    let (label, unit) = match one.name.as_str() {
        "alive" => ("still a customer", "share"),
        "orders_90_days" => ("orders within 90 days", "orders"),
        "next_order_days" => ("days to the next order, if still a customer", "days"),
        "spend_90_days" => ("spend within 90 days", "money"),
        "value_365_days" => (
            "value of a year, later money discounted by 10 % a year",
            "money",
        ),
        name => (name, "number"),
    };
    PredictedRow {
        name: one.name.clone(),
        label: label.into(),
        unit: unit.into(),
        value: range(&one.value),
        source: one.source.clone(),
    }
}

fn whole(millionths: i64) -> f64 {
    millionths as f64 / 1e6
}

fn range(range: &Range) -> GeneRange {
    GeneRange {
        value: whole(range.value),
        low: whole(range.low),
        high: whole(range.high),
    }
}

fn at(seconds: Option<i64>) -> Option<String> {
    seconds.map(|at| clock::text(at * SECOND))
}

/// An attribute as people read it: `category_2` is category.
fn plain(attribute: &str) -> String {
    attribute
        .trim_end_matches(|c: char| c == '_' || c.is_ascii_digit())
        .replace('_', " ")
}

fn acts(count: u32) -> String {
    match count {
        1 => "1 act".into(),
        many => format!("{many} acts"),
    }
}

/// A value as people read it: of what products say yes or no of, with what it is about.
fn named(gene: &Gene) -> String {
    match gene.value.as_str() {
        "yes" | "no" => format!("{} ({})", plain(&gene.attribute), gene.value),
        value => value.to_string(),
    }
}

/// A share in words; small ones with a decimal, so that two of them are told apart.
fn percent(share: f64) -> String {
    match 100.0 * share {
        small if small < 9.95 => format!("{small:.1} %"),
        large => format!("{large:.0} %"),
    }
}

/// A gene in a sentence: what, how much of it beside what is usual, from how many acts.
fn sentence(gene: &Gene) -> String {
    let usual = f64::from(gene.usual_share) / 1e9;
    let own = (usual + whole(gene.strength.value)).max(0.0);
    let told = match (gene.supporting, gene.opposing) {
        (supporting, 0) => format!("{} for it", acts(supporting)),
        (0, opposing) => format!("{} against it", acts(opposing)),
        (supporting, opposing) => format!("{} for it, {opposing} against", acts(supporting)),
    };
    let beside = format!(
        "about {} of {} where {} are usual; {told}",
        percent(own),
        plain(&gene.attribute),
        percent(usual)
    );
    let value = named(gene);
    match gene.standing {
        Standing::Liked => format!("Leans to {value}: {beside}"),
        // Bought, and less than others do, is no avoiding.
        Standing::Disliked if gene.opposing > gene.supporting => {
            format!("Avoids {value}: {beside}")
        }
        Standing::Disliked => format!("Less of {value} than usual: {beside}"),
        Standing::Faint => format!("Too little to say of {value}: {beside}"),
    }
}

/// A gene for people, and whether another names it.
pub(super) fn gene(gene: &Gene, joined: bool) -> GeneRow {
    GeneRow {
        attribute: gene.attribute.clone(),
        value: gene.value.clone(),
        gene_type: match gene.gene_type {
            GeneType::Preference => GeneTypeWord::Preference,
            GeneType::Motivation => GeneTypeWord::Motivation,
            GeneType::Passion => GeneTypeWord::Passion,
        },
        standing: match gene.standing {
            Standing::Liked => GeneStanding::Liked,
            Standing::Disliked => GeneStanding::Disliked,
            Standing::Faint => GeneStanding::Faint,
        },
        score: gene.score,
        strength: range(&gene.strength),
        usual_share: f64::from(gene.usual_share) / 1e9,
        lift: gene.lift.map(|lift| lift as f64 / 1e3),
        chance: whole(gene.sure.chance),
        sure: gene.sure.word.clone(),
        supporting: gene.supporting,
        opposing: gene.opposing,
        first_at: at(gene.first),
        last_at: at(gene.last),
        sentence: sentence(gene),
        with: gene
            .with
            .iter()
            .map(|one| GeneName {
                attribute: one.attribute.clone(),
                value: one.value.clone(),
            })
            .collect(),
        joined,
    }
}

pub(super) fn habit(habit: &Habit) -> HabitRow {
    let info = HABITS.iter().find(|info| info.name == habit.name);
    let unit = match habit.unit {
        Unit::Share => "share",
        Unit::Place => "place",
        Unit::Money => "money",
        Unit::Lines => "lines",
        Unit::Stars => "stars",
    };
    HabitRow {
        name: habit.name.clone(),
        label: info
            .map_or(habit.name.as_str(), |info| info.words)
            .to_string(),
        unit: unit.into(),
        value: range(&habit.value),
        usual: whole(habit.usual),
        word: habit.word.clone(),
        chance: whole(habit.sure.chance),
        sure: habit.sure.word.clone(),
        observations: habit.observations,
    }
}

/// An act in a word.
pub(super) fn act(kind: ActKind) -> String {
    match kind {
        ActKind::Review(stars) => format!("review with {stars} stars"),
        kind => kind.words().0.to_string(),
    }
}

/// The table that a row of evidence is in.
pub(super) fn table(rows: Rows) -> &'static str {
    match rows {
        Rows::OrderLines => "order_lines",
        Rows::Events => "events",
        Rows::Reviews => "reviews",
        Rows::SurveyAnswers => "survey_answers",
        Rows::AdResults => "ad_results",
    }
}
