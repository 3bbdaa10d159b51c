//! The kernel's estimates, asked for in turn and brought together per product. It must not know rows or tables.

use super::Facts;
use super::backtest::backtest;
use super::found::{Category, Choices, LostFrom, Node, Partner, Product, Share, Split};
use crate::SegmentError;
use demand::baskets::NONE;
use demand::pairs::Partners;
use demand::{copurchase, pairs, transference, tree};
use numeric::Progress;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Days that share one level of a category's demand: a year, as the kernel advises.
const YEAR: usize = 364;
/// Days after which a product that is away has left the range.
pub(super) const ABSENCE: usize = 28;
/// Days within which demand with promotions is compared with demand without.
const CAMPAIGN: usize = 28;
/// Days within which a shop's trade counts as one when pairs are judged.
const QUARTER: usize = 91;
/// Chance that what is listed as surely more, or surely less, often together is so as far as counts are by chance.
const LEVEL: f64 = 0.9;
/// Splits above a leaf, fewest products split, chance of splitting a node without a reason.
const DEPTH_MAX: usize = 4;
const SPLIT_MIN: usize = 4;
const SPLIT_CHANCE: f64 = 0.01;
/// Draws that the intervals of shares and lost parts are made of.
const DRAWS: usize = 100;
/// Intervals are wider than the model makes them by this factor. 1 is too narrow where the truth is known
/// (docs/measured.md), and the answer says so.
const WIDENING: f64 = 1.0;
/// Partners kept per list.
const LIST_MAX: usize = 20;
/// Categories named in a note.
const NAMED_MAX: usize = 5;
/// Shares below this are kept together as those of others.
pub const SHARE_MIN: f64 = 0.002;
/// The standard error of a category's elasticity from which on nothing is said of what is lost there: as wide as not
/// knowing at all.
const ERROR_MAX: f64 = 0.4;

/// What a person may choose of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// Seed of everything drawn.
    pub seed: u64,
    /// Resamples of customers that tell how stable a split is.
    pub resamples: usize,
}

/// Finds substitutes, complements, clusters by co-purchase, trees and where demand goes. `stage` is told what begins.
///
/// # Errors
/// [`SegmentError::Demand`] where the kernel refuses or is stopped.
pub fn find(
    facts: &Facts,
    spec: Spec,
    progress: &dyn Progress,
    stage: &dyn Fn(&str),
) -> Result<Choices, SegmentError> {
    stage("pairs that go together");
    let judge = pairs::Params {
        season: QUARTER,
        level: LEVEL,
    };
    let pairs = judge
        .check()?
        .fit(&facts.baskets, &facts.category_of, progress)?;
    let partners = pairs.all_partners(LIST_MAX, progress)?;
    stage("clusters by co-purchase");
    let clustering = copurchase::Params {
        resolution: 1.0,
        max_rounds: 100,
    };
    let clusters = clustering.check()?.fit(&pairs, progress)?;
    stage("decision trees");
    let trees = trees(facts, spec, progress)?;
    stage("where demand goes");
    let now = (facts.baskets.sizes().periods - 1) as u32;
    let fit = transferred(facts, spec, now, progress)?;
    stage("what buyers took when their product was away");
    let tried = backtest(facts, spec, progress)?;
    let (community_of, communities) = communities(&clusters.labels, facts);
    let source = match fit.source {
        transference::Source::Promotions => LostFrom::Promotions,
        transference::Source::Shelves => LostFrom::Shelves,
        transference::Source::Nothing => LostFrom::Nothing,
    };
    // Where nothing tells of any category, no error does.
    let sure = match source {
        LostFrom::Nothing => BTreeSet::new(),
        LostFrom::Promotions | LostFrom::Shelves => sure(&fit.categories),
    };
    let lost_from = match sure.is_empty() {
        true => LostFrom::Nothing,
        false => source,
    };
    let mut found = Choices {
        products: products(facts, &partners, &community_of),
        categories: Vec::new(),
        modularity: clusters.modularity,
        communities,
        lost_from,
        backtest: tried,
        notes: facts.notes.clone(),
    };
    for removal in &fit.removals {
        let category = facts.category_of[removal.product as usize];
        let knows_lost = sure.contains(&category);
        removed(facts, removal, knows_lost, &mut found.products);
    }
    for (summary, tree) in fit.categories.iter().zip(&trees) {
        let mut category = category(facts, summary);
        category.switches = tree.switches;
        category.tree = nodes(facts, tree, &mut found.products);
        found.categories.push(category);
    }
    found.notes.extend(untold(facts, &fit.categories, &sure));
    Ok(found)
}

/// The categories of which it is known how much is lost.
fn sure(categories: &[transference::Summary]) -> BTreeSet<u32> {
    let sure = categories
        .iter()
        .filter(|category| category.elasticity_error < ERROR_MAX);
    sure.map(|category| category.category).collect()
}

/// What a reader should know of categories where what is lost is not told.
fn untold(
    facts: &Facts,
    categories: &[transference::Summary],
    sure: &BTreeSet<u32>,
) -> Option<String> {
    const MEND: &str = "Import promotions (--as promotions) or stock counts (--as inventory). Until then the shares are \
        those of the demand that stays.";
    if categories.is_empty() {
        return None;
    }
    if sure.is_empty() {
        return Some(format!(
            "What is lost when a product leaves cannot be told: neither enough promotions nor enough empty shelves are \
             known. {MEND}"
        ));
    }
    let untold: Vec<&str> = categories
        .iter()
        .filter(|category| !sure.contains(&category.category))
        .map(|category| facts.categories[category.category as usize].as_str())
        .collect();
    let named = untold.iter().take(NAMED_MAX).copied().collect::<Vec<_>>();
    let more = match untold.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!untold.is_empty()).then(|| {
        format!(
            "What is lost when a product leaves cannot be told in {} of {} categories, {}{more}: too little is known \
             there. {MEND}",
            untold.len(),
            categories.len(),
            named.join(", ")
        )
    })
}

/// The levels of all attributes, as the kernel takes them.
fn levels(facts: &Facts) -> Vec<&[u32]> {
    facts.level_of.iter().map(Vec::as_slice).collect()
}

fn trees(
    facts: &Facts,
    spec: Spec,
    progress: &dyn Progress,
) -> Result<Vec<tree::Tree>, SegmentError> {
    let growing = tree::Params {
        depth_max: DEPTH_MAX,
        products_min: SPLIT_MIN,
        chance: SPLIT_CHANCE,
        resamples: spec.resamples,
        seed: spec.seed,
    };
    let input = tree::Input {
        baskets: &facts.baskets,
        offer: &facts.offer,
        categories: &facts.category_of,
        attributes: &levels(facts),
    };
    Ok(growing.check()?.fit(input, progress)?)
}

/// Where demand went by what is known of a period's offer.
pub(super) fn transferred(
    facts: &Facts,
    spec: Spec,
    at: u32,
    progress: &dyn Progress,
) -> Result<transference::Fit, SegmentError> {
    let params = transference::Params {
        season: YEAR,
        absence: ABSENCE,
        campaign: CAMPAIGN,
        draws: DRAWS,
        level: LEVEL,
        widening: WIDENING,
        seed: spec.seed,
    };
    let input = transference::Input {
        baskets: &facts.baskets,
        offer: &facts.offer,
        categories: &facts.category_of,
        attributes: &levels(facts),
        promoted: &facts.promoted,
        at,
    };
    Ok(params.check()?.fit(input, progress)?)
}

/// Baskets that each product is in.
pub(super) fn purchases(facts: &Facts) -> Vec<usize> {
    let mut all = vec![0; facts.products.len()];
    for basket in 0..facts.baskets.len() {
        for &product in facts.baskets.products(basket) {
            all[product as usize] += 1;
        }
    }
    all
}

/// Clusters of two products and more, numbered from the one that sells most; the rest are 0.
fn communities(labels: &[u32], facts: &Facts) -> (Vec<i32>, usize) {
    let mut sizes: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
    for (&label, sold) in labels.iter().zip(purchases(facts)) {
        let (products, all) = sizes.entry(label).or_default();
        *products += 1;
        *all += sold;
    }
    let mut large: Vec<(usize, u32)> = sizes
        .iter()
        .filter(|(_, (products, _))| *products > 1)
        .map(|(label, (_, sold))| (*sold, *label))
        .collect();
    large.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let numbers: HashMap<u32, i32> = large.iter().map(|(_, label)| *label).zip(1..).collect();
    let of = labels
        .iter()
        .map(|label| numbers.get(label).copied().unwrap_or_default());
    (of.collect(), large.len())
}

fn products(facts: &Facts, partners: &[Partners], community_of: &[i32]) -> Vec<Product> {
    let listed = |list: &[demand::pairs::Partner]| -> Vec<Partner> {
        let each = list.iter().map(|partner| Partner {
            id: facts.products[partner.product as usize].clone(),
            together: partner.evidence.together,
            by_chance: partner.evidence.by_chance,
            strength: partner.evidence.strength,
            low: partner.evidence.low,
            high: partner.evidence.high,
        });
        each.collect()
    };
    let sold = purchases(facts);
    let each = facts.products.iter().enumerate();
    each.map(|(place, id)| {
        let category = facts.category_of[place];
        Product {
            id: id.clone(),
            name: facts.names[place].clone(),
            category: (category != NONE).then(|| facts.categories[category as usize].clone()),
            purchases: sold[place],
            community: community_of[place],
            leaf: None,
            held: None,
            shares: Vec::new(),
            others: 0.0,
            lost: None,
            lost_between: None,
            promoted_days: promoted_days(facts, place as u32),
            empty_days: facts.empty_days[place],
            substitutes: listed(&partners[place].substitutes),
            complements: listed(&partners[place].complements),
        }
    })
    .collect()
}

/// Puts what happens when one product leaves with the product.
fn removed(
    facts: &Facts,
    removal: &transference::Removal,
    knows_lost: bool,
    products: &mut [Product],
) {
    let lost = removal.lost.value;
    // Where what is lost is not known, the shares are those of what stays; alone on its shelf, a product has none.
    let stays = if knows_lost { 1.0 } else { 1.0 - lost };
    let sold: usize = removal
        .substitutes
        .iter()
        .map(|other| products[other.product as usize].purchases)
        .sum();
    let mut shares: Vec<Share> = removal
        .substitutes
        .iter()
        .filter(|_| stays > 0.0)
        .map(|other| Share {
            id: facts.products[other.product as usize].clone(),
            share: other.share.value / stays,
            low: (other.share.low / stays).min(1.0),
            high: (other.share.high / stays).min(1.0),
            by_sales: products[other.product as usize].purchases as f64 / sold.max(1) as f64,
            switches: other.seen,
            by_pull: other.by_pull,
        })
        .collect();
    let small = shares
        .iter()
        .position(|share| share.share < SHARE_MIN)
        .unwrap_or(shares.len());
    // An empty sum of floats is -0.
    let others = 0.0 + shares[small..].iter().map(|share| share.share).sum::<f64>();
    shares.truncate(small);
    let product = &mut products[removal.product as usize];
    product.held = Some(removal.held);
    // Who stands alone in its category loses all of it, whatever else is known.
    let alone = removal.substitutes.is_empty();
    product.lost = (knows_lost || alone).then_some(lost);
    product.lost_between = product.lost.map(|_| (removal.lost.low, removal.lost.high));
    product.others = others;
    product.shares = shares;
}

/// Days on which a product was promoted, in each shop by itself.
fn promoted_days(facts: &Facts, product: u32) -> u32 {
    let spans = facts.promoted.spans(product).iter();
    spans.map(|span| span.until - span.from).sum()
}

fn category(facts: &Facts, summary: &transference::Summary) -> Category {
    let own =
        (0..facts.products.len()).filter(|place| facts.category_of[*place] == summary.category);
    let own: Vec<usize> = own.collect();
    Category {
        path: facts.categories[summary.category as usize].clone(),
        products: own.len(),
        promoted_days: own
            .iter()
            .map(|place| promoted_days(facts, *place as u32))
            .sum(),
        empty_days: own.iter().map(|place| facts.empty_days[*place]).sum(),
        purchases: summary.purchases,
        contradictions: summary.contradictions,
        elasticity: summary.elasticity,
        elasticity_error: summary.elasticity_error,
        switches: 0.0,
        tree: Vec::new(),
    }
}

/// The nodes of a tree; leaves are told to their products.
fn nodes(facts: &Facts, tree: &tree::Tree, products: &mut [Product]) -> Vec<Node> {
    let mut nodes: Vec<Node> = tree
        .nodes
        .iter()
        .map(|node| Node {
            parent: None,
            level: None,
            products: node.products.len(),
            split: node.split.as_ref().map(|split| Split {
                attribute: facts.attributes[split.attribute].clone(),
                gain: split.gain,
                within: split.within,
                between: split.between,
                stability: split.stability,
            }),
        })
        .collect();
    for (place, node) in tree.nodes.iter().enumerate() {
        match &node.split {
            None => {
                for &product in &node.products {
                    products[product as usize].leaf = Some(place as i32);
                }
            }
            Some(split) => {
                for &branch in &split.branches {
                    let level = tree.nodes[branch].level.filter(|level| *level != NONE);
                    nodes[branch].parent = Some(place as i32);
                    nodes[branch].level =
                        level.map(|level| facts.levels[split.attribute][level as usize].clone());
                }
            }
        }
    }
    nodes
}
