//! `tessera lab recommend` and `tessera lab basket`: files of who took what into lists, and how good these are, beside two
//! baselines. It must not know the models' formulas, nor let a model see what is to be found.

use super::{OnBar, interactions, on_threads};
use crate::cli::{BasketEvaluate, RecommendEvaluate, RecommendModel};
use crate::output::{self, WrongUse};
use ::recommend::basket::{self, BasketEvaluation, NextBasket, PersonalFrequency, Sequence};
use ::recommend::metrics::{self, Evaluation};
use ::recommend::model::{Model, Recipe};
use ::recommend::neighbours::Params as Neighbours;
use ::recommend::{Error, Recommender, Row, als, auto, contrast, graph, slim};
use clap::ValueEnum;
use serde_json::{Map, Value, json};
use std::time::Instant;

/// Customers on whose last baskets the blend is chosen.
const CUSTOMERS: usize = 6_000;
/// What a user's own items weigh against those of all in the baseline of baskets: all own ones go first.
const OWN: f32 = 1_000.0;

pub fn evaluate(args: &RecommendEvaluate, json: bool, progress: &OnBar) -> anyhow::Result<()> {
    let read = interactions::interactions(&args.train, &args.test)?;
    let (train, test, top) = (&read.train, &read.test, args.top);
    let measure = |model: Model| {
        let items = train.cols();
        metrics::evaluate(&Wide { model, items }, train, test, top)
    };
    let done = on_threads(args.threads, || -> Result<_, Error> {
        let started = Instant::now();
        let (model, chosen) = fitted(args, &read.known, progress)?;
        let seconds_fit = started.elapsed().as_secs_f64();
        let started = Instant::now();
        let found = measure(model)?;
        let seconds_score = started.elapsed().as_secs_f64();
        let popular = measure(Recipe::Popular.fit(&read.known, progress)?)?;
        let item_knn = Recipe::Neighbours(Neighbours::cosine(100));
        let item_knn = measure(item_knn.fit(&read.known, progress)?)?;
        let mut told = Map::new();
        told.insert("model".into(), name(args.model).into());
        told.insert("users".into(), found.rows.into());
        told.insert("items".into(), train.cols().into());
        told.insert("pairs".into(), train.len().into());
        told.insert("top".into(), top.into());
        told.extend(figures(&found));
        told.insert("seconds_fit".into(), seconds_fit.into());
        told.insert("seconds_score".into(), seconds_score.into());
        told.insert(
            "baselines".into(),
            json!({ "popular": figures(&popular), "item_knn": figures(&item_knn) }),
        );
        told.extend(chosen.map(|chosen| ("chosen".to_string(), chosen)));
        Ok(told)
    })?;
    show(done.map_err(wrong)?, json)
}

/// A model beside items that it was not fitted on, which come behind its own and last in every list.
struct Wide {
    model: Model,
    items: usize,
}

impl Recommender for Wide {
    fn items(&self) -> usize {
        self.items
    }

    fn score_many(&self, histories: &[Row<'_>], scores: &mut [f32]) {
        let known = self.model.items();
        let mut own = vec![0.0; histories.len() * known];
        self.model.score_many(histories, &mut own);
        scores.fill(f32::MIN);
        let rows = scores.chunks_mut(self.items.max(1));
        for (wide, own) in rows.zip(own.chunks(known.max(1))) {
            wide[..known].copy_from_slice(own);
        }
    }
}

/// The same for the next basket.
struct WideBasket<'a> {
    model: &'a dyn NextBasket,
    items: usize,
}

impl NextBasket for WideBasket<'_> {
    fn items(&self) -> usize {
        self.items
    }

    fn score(&self, history: Sequence<'_>, scores: &mut [f32]) {
        let (known, new) = scores.split_at_mut(self.model.items());
        self.model.score(history, known);
        new.fill(f32::MIN);
    }
}

/// The model asked for, and of the automatic choice what was tried on the part of the training data held out.
fn fitted(
    args: &RecommendEvaluate,
    train: &::recommend::Sparse,
    progress: &OnBar,
) -> Result<(Model, Option<Value>), Error> {
    let seed = args.seed;
    let recipe = match args.model {
        RecommendModel::Auto => {
            let count = args.top;
            let params = auto::Params {
                count,
                seed,
                ..auto::Params::default()
            };
            let choice = auto::choose(train, params, progress)?;
            let trials: Vec<Value> = choice
                .trials
                .iter()
                .map(|trial| {
                    json!({
                        "model": trial.recipe.name(), "weight": trial.weight, "recall": trial.recall, "ndcg": trial.ndcg,
                        "parameters": trial.recipe,
                    })
                })
                .collect();
            return Ok((
                choice.model,
                Some(json!({ "reached": choice.reached, "trials": trials })),
            ));
        }
        RecommendModel::Popular => Recipe::Popular,
        RecommendModel::ItemKnn => Recipe::Neighbours(Neighbours::cosine(100)),
        RecommendModel::Rp3beta => Recipe::Neighbours(Neighbours::rp3beta(1.0, 0.6, 2_000)),
        RecommendModel::Als => Recipe::Factors(als::Params {
            factors: 64,
            rounds: 15,
            unobserved: 0.1,
            regularisation: 1e-3,
            frequency: 1.0,
            steps: 2,
            seed,
        }),
        RecommendModel::Ease => Recipe::Ease(100.0),
        RecommendModel::Slim => Recipe::Slim(slim::Params {
            ridge: 10.0,
            lasso: 1.0,
            candidates: 200,
            signed: false,
        }),
        RecommendModel::LowPass => Recipe::LowPass(graph::Params {
            factors: 256,
            rounds: 5,
            seed,
        }),
        RecommendModel::Contrast => Recipe::Contrast(contrast::Params {
            seed,
            ..contrast::Params::default()
        }),
    };
    Ok((recipe.fit(train, progress)?, None))
}

/// A model's name, as it is given.
fn name(model: RecommendModel) -> String {
    let value = model.to_possible_value();
    value.map_or(String::new(), |value| value.get_name().to_string())
}

fn figures(of: &Evaluation) -> Map<String, Value> {
    let accuracy = of.accuracy;
    let each = [
        ("recall", accuracy.recall),
        ("precision", accuracy.precision),
        ("ndcg", accuracy.ndcg),
        ("hit_rate", accuracy.hit_rate),
        ("mrr", accuracy.mrr),
        ("coverage", of.coverage),
        ("gini", of.gini),
        ("novelty", of.novelty),
        ("popularity_lift", of.popularity_lift),
        ("diversity", of.diversity),
    ];
    each.into_iter()
        .map(|(name, value)| (name.to_string(), value.into()))
        .collect()
}

pub fn baskets(args: &BasketEvaluate, json: bool, progress: &OnBar) -> anyhow::Result<()> {
    let read = interactions::baskets(&args.history, &args.future, args.users.as_deref())?;
    let (history, find, top) = (&read.history, &read.find, args.top);
    let items = find.cols();
    let measure =
        |model: &dyn NextBasket| basket::evaluate(&WideBasket { model, items }, history, find, top);
    let done = on_threads(args.threads, || -> Result<_, Error> {
        let started = Instant::now();
        let choice = basket::choose(&read.known, top, CUSTOMERS, args.seed, progress)?;
        let seconds_fit = started.elapsed().as_secs_f64();
        let found = measure(&choice.model)?;
        let top_frequency = measure(&PersonalFrequency::fit(&read.known, 0.0, 0)?)?;
        let personal = measure(&PersonalFrequency::fit(&read.known, OWN, 0)?)?;
        let trials: Vec<Value> = choice
            .trials
            .iter()
            .map(|trial| {
                json!({ "weight": trial.weight, "recall": trial.recall, "ndcg": trial.ndcg, "parameters": trial.recipe })
            })
            .collect();
        let mut told = Map::new();
        told.insert("model".into(), "auto".into());
        told.insert("users".into(), found.customers.into());
        told.insert("items".into(), find.cols().into());
        told.insert("top".into(), top.into());
        told.extend(of_baskets(&found));
        told.insert("seconds_fit".into(), seconds_fit.into());
        told.insert(
            "baselines".into(),
            json!({ "top_frequency": of_baskets(&top_frequency), "personal_frequency": of_baskets(&personal) }),
        );
        told.insert(
            "chosen".into(),
            json!({ "reached": choice.reached, "trials": trials }),
        );
        Ok(told)
    })?;
    show(done.map_err(wrong)?, json)
}

fn of_baskets(of: &BasketEvaluation) -> Map<String, Value> {
    let part = |accuracy: &metrics::Accuracy| json!({ "recall": accuracy.recall, "ndcg": accuracy.ndcg, "phr": accuracy.hit_rate });
    let each = [
        ("recall", of.all.recall.into()),
        ("ndcg", of.all.ndcg.into()),
        ("phr", of.all.hit_rate.into()),
        ("repeat", part(&of.repeat)),
        ("explore", part(&of.explore)),
        ("repeat_share", of.repeat_share.into()),
        ("listed_repeat_share", of.listed_repeat_share.into()),
    ];
    each.into_iter()
        .map(|(name, value)| (name.to_string(), value))
        .collect()
}

/// What the kernel refuses, in the words of the flags.
fn wrong(cause: Error) -> anyhow::Error {
    match cause {
        Error::Parameter {
            field: "count",
            value,
            legal,
        } => WrongUse(format!("--top is {value}; give {legal}")).into(),
        Error::Empty { field } => anyhow::anyhow!(
            "there is nothing to measure: {field} is empty. Give users with something to find; a next basket is found for users \
             whose history is known"
        ),
        other => other.into(),
    }
}

fn show(told: Map<String, Value>, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return output::json(&told);
    }
    let number = |of: &Value, key: &str| of.get(key).and_then(Value::as_f64);
    let is_basket = told.contains_key("repeat");
    let keys: &[&str] = match is_basket {
        true => &["recall", "ndcg", "phr"],
        false => &[
            "recall",
            "precision",
            "ndcg",
            "hit_rate",
            "coverage",
            "novelty",
            "popularity_lift",
            "diversity",
        ],
    };
    let row = |name: &str, of: &Value| {
        let figures = keys
            .iter()
            .map(|key| number(of, key).map_or(String::new(), |n| format!("{n:.4}")));
        let mut cells: Vec<String> = [name.to_string()].into_iter().chain(figures).collect();
        if is_basket {
            let part = |name: &str| of.get(name).and_then(|part| number(part, "recall"));
            cells.extend(
                ["repeat", "explore"]
                    .map(|name| part(name).map_or(String::new(), |n| format!("{n:.4}"))),
            );
        }
        cells
    };
    let whole = Value::Object(told);
    let text = |key: &str| whole.get(key).map(output::cell).unwrap_or_default();
    let mut head = vec!["model"];
    head.extend(keys);
    if is_basket {
        head.extend(["recall of repeats", "recall of new items"]);
    }
    let baselines = whole.get("baselines").and_then(Value::as_object);
    let mut rows = vec![row(&text("model"), &whole)];
    rows.extend(
        baselines
            .into_iter()
            .flatten()
            .map(|(name, of)| row(name, of)),
    );
    output::line(format!(
        "{} users, {} items, lists of {}; fitted in {:.1} s",
        text("users"),
        text("items"),
        text("top"),
        number(&whole, "seconds_fit").unwrap_or_default()
    ));
    output::table(&head, rows);
    let trials = whole.pointer("/chosen/trials").and_then(Value::as_array);
    for trial in trials.into_iter().flatten() {
        if let Some(weight) = number(trial, "weight").filter(|weight| *weight > 0.0) {
            output::line(format!(
                "chosen with weight {weight:.3}: {}",
                trial["parameters"]
            ));
        }
    }
    Ok(())
}
