//! `tessera demand …`: who stands for whom, on the command line.

use super::drivers;
use crate::cli::{Demand, ProjectArg};
use crate::output::{self, WrongUse};
use crate::progress::Bar;
use engine::views::{DemandNode, DemandPartner, DemandProductFile, DemandRan, Transfer};
use engine::{Actor, EngineError, Project, Report};
use retail::Change;
use std::sync::Arc;

/// Partners named in a category's table.
const NAMED: usize = 2;

/// What a run found, in half a sentence; none where a run of all stages left it to one of its own.
pub fn in_short(ran: Option<&DemandRan>) -> String {
    let Some(ran) = ran else {
        return "Too many lines to say here who stands for whom: tessera demand run --months 12"
            .into();
    };
    match ran.categories {
        0 => format!(
            "{} products: what is bought together; without categories nobody says who stands for whom",
            ran.products
        ),
        categories => format!(
            "{} products of {categories} categories: who stands for whom and what is bought together",
            ran.products
        ),
    }
}

pub async fn run(args: Demand, json: bool) -> anyhow::Result<()> {
    match args {
        Demand::Run {
            months,
            reason,
            project,
        } => find(&project, months, &reason, json).await,
        Demand::Show { project } => show(&super::open(&project).await?, json).await,
        Demand::Substitutes { of, project } => {
            substitutes(&super::open(&project).await?, &of, json).await
        }
        Demand::Company { product, project } => {
            company(&super::open(&project).await?, &product, json).await
        }
        Demand::Tree { category, project } => {
            tree(&super::open(&project).await?, &category, json).await
        }
        Demand::Transfer { product, project } => {
            transfer(&super::open(&project).await?, &product, json).await
        }
        Demand::Drivers {
            category,
            scheme,
            reason,
            project,
        } => drivers::run(&project, (&category, &scheme), &reason, json).await,
        Demand::Communities { scheme, project } => {
            communities(&super::open(&project).await?, scheme.as_deref(), json).await
        }
    }
}

async fn find(
    place: &ProjectArg,
    months: Option<u32>,
    reason: &str,
    json: bool,
) -> anyhow::Result<()> {
    let project = super::open(place).await?;
    let change = Change::new("command-line", reason)
        .ok_or_else(|| WrongUse("--reason must say something".into()))?;
    let bar = Bar::new();
    let report = Arc::clone(&bar) as Arc<dyn Report>;
    let ran = project.run_demand(months, &change, report).await?;
    drop(bar);
    if json {
        return output::json(&ran);
    }
    output::line(format!(
        "{} products in {} categories, {} clusters by co-purchase. Next: tessera demand show",
        ran.products, ran.categories, ran.communities
    ));
    ran.notes.iter().for_each(output::line);
    Ok(())
}

async fn show(project: &Project, json: bool) -> anyhow::Result<()> {
    let overview = project.demand_overview(&Actor::command_line()).await?;
    if json {
        return output::json(&overview);
    }
    let Some(run) = overview.run else {
        output::line("Nothing was found about demand yet: tessera demand run");
        return Ok(());
    };
    output::line(format!(
        "{} to {}: {} products in {} baskets, run {}",
        run.from, run.day, run.products, run.baskets, run.run_id
    ));
    let rows = run.categories.iter().map(|category| {
        vec![
            category.path.clone(),
            category.products.to_string(),
            category.purchases.to_string(),
            format!("{:.0}", category.switches),
            category.promoted_days.to_string(),
            category.empty_days.to_string(),
        ]
    });
    output::table(
        &[
            "category",
            "products",
            "purchases",
            "switches seen",
            "promoted days",
            "empty-shelf days",
        ],
        rows.collect(),
    );
    run.notes.iter().for_each(output::line);
    run.trust.iter().for_each(output::line);
    Ok(())
}

/// A strength as people read it: how many times as often as by chance.
fn times(partner: &DemandPartner) -> String {
    format!("{:.2} ×", partner.strength.exp())
}

/// The interval of a strength as people read it.
fn between(partner: &DemandPartner) -> String {
    match (partner.low, partner.high) {
        (Some(low), Some(high)) => format!("{:.2} to {:.2}", low.exp(), high.exp()),
        _ => String::new(),
    }
}

async fn substitutes(project: &Project, of: &str, json: bool) -> anyhow::Result<()> {
    let actor = Actor::command_line();
    match project.demand_product(&actor, of).await {
        Ok(file) => return lists(&file, json),
        Err(cause) if cause.is_missing() => {}
        Err(cause) => return Err(cause.into()),
    }
    let file = project
        .demand_lists(&actor, Some(of))
        .await
        .map_err(|cause| match cause {
            EngineError::Invalid { detail, .. } => anyhow::Error::from(WrongUse(format!(
                "no product '{of}' was sold, and {detail}"
            ))),
            cause => cause.into(),
        })?;
    if json {
        return output::json(&file);
    }
    let named = |list: &[DemandPartner]| {
        let each = list.iter().take(NAMED);
        let each = each.map(|partner| format!("{} {}", partner.name, times(partner)));
        each.collect::<Vec<_>>().join("\n")
    };
    let rows = file.products.iter().map(|row| {
        vec![
            row.product.product_id.clone(),
            row.product.name.clone(),
            row.product.purchases.to_string(),
            named(&row.substitutes),
            named(&row.complements),
        ]
    });
    output::table(
        &["", "product", "purchases", "substitutes", "complements"],
        rows.collect(),
    );
    Ok(())
}

fn lists(file: &DemandProductFile, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(file);
    }
    let product = &file.product;
    output::line(format!(
        "{} {}: {} purchases",
        product.product_id, product.name, product.purchases
    ));
    let lists = [
        ("substitute", &file.substitutes),
        ("complement", &file.complements),
    ];
    for (title, list) in lists {
        if list.is_empty() {
            output::line(format!("No {title} is more than chance makes (90 %)."));
            continue;
        }
        let rows = list.iter().map(|partner| {
            vec![
                partner.product_id.clone(),
                partner.name.clone(),
                times(partner),
                between(partner),
                partner.together.to_string(),
                format!("{:.1}", partner.by_chance),
            ]
        });
        output::table(
            &[
                "",
                title,
                "as often as by chance",
                "90 % interval",
                "baskets with both",
                "by chance",
            ],
            rows.collect(),
        );
    }
    Ok(())
}

async fn tree(project: &Project, category: &str, json: bool) -> anyhow::Result<()> {
    let file = project
        .demand_category(&Actor::command_line(), Some(category))
        .await?;
    if json {
        return output::json(&file);
    }
    output::line(format!(
        "{}: {} products, {:.0} switches seen",
        file.category.path, file.category.products, file.category.switches
    ));
    let mut lines = Vec::new();
    branch(&file.tree, None, 0, &mut lines);
    lines.iter().for_each(output::line);
    Ok(())
}

/// The lines of the nodes under one.
fn branch(tree: &[DemandNode], parent: Option<i32>, depth: usize, lines: &mut Vec<String>) {
    for node in tree.iter().filter(|node| node.parent == parent) {
        let level = match (node.parent, &node.level) {
            (None, _) => "all".to_string(),
            (_, Some(level)) => level.clone(),
            (_, None) => "(without)".to_string(),
        };
        let split = node.split.as_ref().map(|split| {
            let stable = split.stability.map_or_else(String::new, |stable| {
                format!(", best in {:.0} % of resamples", 100.0 * stable)
            });
            format!(
                ", then by {} (switches within {:.2}, between {:.2} of what chance makes{stable})",
                split.attribute, split.within, split.between
            )
        });
        lines.push(format!(
            "{}{level}: {} products{}",
            "  ".repeat(depth),
            node.products,
            split.unwrap_or_default()
        ));
        branch(tree, Some(node.node), depth + 1, lines);
    }
}

async fn company(project: &Project, product: &str, json: bool) -> anyhow::Result<()> {
    let file = project
        .demand_product(&Actor::command_line(), product)
        .await?;
    if json {
        return output::json(&file);
    }
    if file.company.is_empty() {
        output::line(
            "Too little is bought with this product to say what is near it, or the run is of a version before.",
        );
        return Ok(());
    }
    let told = |count: Option<u64>| count.map_or("few or none".into(), |many| many.to_string());
    let rows = file.company.iter().map(|one| {
        let shared = one.shared.iter().map(|of| of.name.clone());
        vec![
            one.name.clone(),
            format!("{:.2}", one.similarity),
            told(one.together),
            shared.collect::<Vec<_>>().join(", "),
        ]
    });
    output::table(
        &[
            "bought in the same company",
            "near by",
            "with both",
            "companions of both",
        ],
        rows.collect(),
    );
    output::line(
        "Near says that the two have the same companions: they stand for each other, or serve one errand.",
    );
    Ok(())
}

async fn transfer(project: &Project, product: &str, json: bool) -> anyhow::Result<()> {
    let actor = Actor::command_line();
    let file = project.demand_product(&actor, product).await?;
    if json {
        return output::json(&file);
    }
    let Some(transfer) = &file.transfer else {
        output::line(format!(
            "{} has no category in the catalogue, or is not on offer now: nothing can be said of where its demand goes.",
            file.product.name
        ));
        return Ok(());
    };
    output::line(&transfer.sentence);
    output::table(
        &[
            "",
            "goes to",
            "share",
            "90 % interval",
            "share by sales alone",
            "switches seen",
            "switches by chance",
        ],
        transfer_rows(transfer),
    );
    output::line(
        "Shares are of all its demand and sum to 100 % with what is lost; 'by sales alone' spreads the same kept part by \
         what the others sell.",
    );
    if let Some(run) = project.demand_overview(&actor).await?.run {
        run.trust.iter().for_each(output::line);
    }
    Ok(())
}

/// The interval of a share as people read it.
fn percents(low: Option<f64>, high: Option<f64>) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("{:.1} to {:.1} %", 100.0 * low, 100.0 * high),
        _ => String::new(),
    }
}

fn transfer_rows(transfer: &Transfer) -> Vec<Vec<String>> {
    let tenths = |tenths: u32| format!("{}.{} %", tenths / 10, tenths % 10);
    let bare = |name: &str, share: u32| {
        let mut row = vec![String::new(), name.into(), tenths(share)];
        row.extend([const { String::new() }; 4]);
        row
    };
    // Of all demand as the shares are, so that the two can be held against each other.
    let kept = 1.0 - f64::from(transfer.lost_tenths.unwrap_or(0)) / 1_000.0;
    let mut rows: Vec<Vec<String>> = transfer
        .to
        .iter()
        .map(|share| {
            vec![
                share.product_id.clone(),
                share.name.clone(),
                tenths(share.tenths),
                percents(share.low, share.high),
                format!("{:.1} %", 100.0 * kept * share.by_sales),
                format!("{:.1}", share.switches),
                format!("{:.1}", share.by_pull),
            ]
        })
        .collect();
    if transfer.others_tenths > 0 {
        rows.push(bare("further products", transfer.others_tenths));
    }
    rows.extend(transfer.lost_tenths.map(|lost| {
        let mut row = bare("lost", lost);
        row[3] = percents(transfer.lost_low, transfer.lost_high);
        row
    }));
    rows
}

async fn communities(project: &Project, scheme: Option<&str>, json: bool) -> anyhow::Result<()> {
    let found = project
        .demand_communities(&Actor::command_line(), scheme)
        .await?;
    if json {
        return output::json(&found);
    }
    let rows = found.communities.iter().map(|each| {
        vec![
            each.community.to_string(),
            each.name.clone(),
            each.products.to_string(),
            each.purchases.to_string(),
        ]
    });
    output::table(
        &["", "bought together", "products", "purchases"],
        rows.collect(),
    );
    output::line(format!(
        "{} products are bought with no other beyond chance; modularity {:.2}",
        found.alone, found.modularity
    ));
    for each in &found.agreement {
        output::line(format!(
            "agreement with {}: adjusted Rand {:.2} over {} products (1 the same, 0 as by chance)",
            each.with, each.adjusted_rand, each.products
        ));
    }
    Ok(())
}
