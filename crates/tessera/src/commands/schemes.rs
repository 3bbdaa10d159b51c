//! The schemes of the demo: recipes from templates, run and made live, so that the pages have a story to tell. It
//! must not hold a recipe of its own.

use crate::progress::Bar;
use engine::views::{RecipeRequest, StateWord, StepRequest};
use engine::{Actor, Project, Report, SchemeRan};
use retail::Change;
use std::sync::Arc;

/// Name, template, category.
pub type Wanted = (&'static str, &'static str, Option<&'static str>);

/// Of the generated chain: shops as a whole and for two categories, customers, products.
pub const SAMPLE: &[Wanted] = &[
    ("shops", "stores-by-sales-mix", None),
    ("wine-stores", "stores-for-category", Some("Red Wine")),
    ("nappy-stores", "stores-for-category", Some("Nappies")),
    ("customer-value", "customer-value", None),
    ("products", "products-by-attributes", None),
];

/// Of the real wholesaler, which knows neither shops nor attributes of products.
pub const REAL: &[Wanted] = &[("customer-value", "customer-value", None)];

/// Saves, runs and publishes the schemes; those that are there already are left as they are.
pub async fn make(
    project: &Project,
    wanted: &[Wanted],
    change: &Change,
    bar: &Arc<Bar>,
) -> anyhow::Result<Vec<SchemeRan>> {
    let actor = Actor::command_line();
    let there = project.workbench_schemes(&actor, false).await?.schemes;
    let mut made = Vec::new();
    for (scheme, template, category) in wanted {
        if there
            .iter()
            .any(|known| known.scheme == *scheme && known.live.is_some())
        {
            continue;
        }
        if !there.iter().any(|known| known.scheme == *scheme) {
            let asked = RecipeRequest {
                text: engine::template_text(template, *category)?,
                after: 0,
                reason: change.reason.clone(),
            };
            project.save_recipe(&actor, scheme, asked).await?;
        }
        let report = Arc::clone(bar) as Arc<dyn Report>;
        let ran = project
            .run_scheme(scheme, engine::RunAsk::default(), change, report)
            .await?;
        let asked = StepRequest {
            to: StateWord::Deployed,
            comment: change.reason.clone(),
            effective_at: None,
        };
        project
            .step_scenario(&actor, scheme, &ran.run_id, asked)
            .await?;
        made.push(ran);
    }
    Ok(made)
}
