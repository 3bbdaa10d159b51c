//! What the clusters of the live schemes are worth: members, sales in the run's period, margin where the catalogue has
//! costs, change since the publication before. It must not change anything.

mod before;

use self::before::Before;
use super::board::Board;
use super::gather::period;
use super::hands::HandNames;
use super::obeyed::taken_from;
use super::recipes::entity_word;
use super::timeline::Lived;
use crate::cells::{moneys, texts};
use crate::views::{
    ClusterWorth, EntityWord, SchemeWorth, SchemeWorths, StandingWord, UnreadScheme, WorthChange,
};
use crate::{Actor, EngineError, Project, clock};
use govern::Action;
use registry::{RecipeVersion, Scenario};
use retail::Money;
use segment::blocks::Window;
use segment::{Entity, Recipe};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// Sales of products with a known cost, and what is left of them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Costed {
    sales: Money,
    margin: Money,
}

/// By run, what each member of it earned; a run's receipts and costs are those known when it was made.
#[derive(Default)]
pub(crate) struct Margins(Mutex<HashMap<String, Arc<HashMap<String, Costed>>>>);

/// Runs whose margins are kept; all are dropped when there are more.
const KEPT: usize = 16;

/// The clusters of a run that may be shown, by number: members, exact sales, costed sales and margin.
type Sums = BTreeMap<i32, (u64, Money, Costed)>;

/// Why a scheme cannot be read, for whoever may see results: what the machine or the database said is the operator's
/// alone, and goes to the log.
fn unread_words(scheme: &str, cause: &EngineError) -> String {
    match cause {
        EngineError::Data(_)
        | EngineError::Invalid { .. }
        | EngineError::Missing { .. }
        | EngineError::Misspelt { .. } => cause.to_string(),
        _ => {
            tracing::error!(scheme, %cause, "what a scheme is worth cannot be read");
            "it cannot be read: the cause is in the log; try again later, or run the scheme again"
                .into()
        }
    }
}

impl Project {
    /// The clusters of every live scheme with what they are worth.
    pub async fn scheme_worths(&self, actor: &Actor) -> Result<SchemeWorths, EngineError> {
        actor.may(Action::ReadResults)?;
        let (mut schemes, mut unread, mut not_live) = (Vec::new(), Vec::new(), 0);
        for recipe in self.registry().recipes().await? {
            let Some(live) = self.live_scenario(&recipe.scheme, self.now()).await? else {
                let stands = self.standing_of(&recipe.scheme).await?;
                not_live += usize::from(stands.word == StandingWord::Open);
                continue;
            };
            // One that cannot be read says so in its place, and takes nothing from the others.
            match self.worth_of(&recipe, &live).await {
                Ok(worth) => schemes.push(worth),
                Err(cause) => unread.push(UnreadScheme {
                    problem: unread_words(&recipe.scheme, &cause),
                    run_id: live.run_id,
                    scheme: recipe.scheme,
                    title: recipe.title,
                }),
            }
        }
        let order = |of| EntityWord::ALL.iter().position(|word| *word == of);
        schemes.sort_by_key(|scheme: &SchemeWorth| order(scheme.of));
        Ok(SchemeWorths {
            currency: self.currency().await?,
            schemes,
            unread,
            not_live,
        })
    }

    async fn worth_of(
        &self,
        recipe: &RecipeVersion,
        live: &Scenario,
    ) -> Result<SchemeWorth, EngineError> {
        let scheme = &recipe.scheme;
        let board = self.board(live).await?;
        let shown = self.shown(&board).await?;
        let read = self.recipe_of(live).await?;
        let window = period(&read, board.base.result.as_of);
        let margins = self.margins(&board, &read, &window).await?;
        let sums = sums(&board, &shown, &margins);
        let times = self.times(scheme).await?;
        let place = times.at(times.now);
        let lived = place.map(|place| &times.all[place]);
        let earlier = place.and_then(|place| place.checked_sub(1));
        let of = board.base.result.of;
        let cells = match of {
            Entity::Customers => Some(self.small_cells().await?),
            Entity::Stores | Entity::Products => None,
        };
        let before = match earlier.map(|place| &times.all[place]) {
            Some(earlier) => Some(self.before(&times, live, &board, earlier).await?),
            None => None,
        };
        let names = self.hand_names(scheme).await?;
        let clusters = clusters(&sums, &board, &names, before.as_ref(), cells);
        let (members, sales, costed) = total(&sums);
        let all_margin = clusters.iter().all(|each| each.margin.is_some());
        Ok(SchemeWorth {
            scheme: scheme.clone(),
            title: recipe.title.clone(),
            of: entity_word(of),
            standing: self.standing_of(scheme).await?,
            run_id: live.run_id.clone(),
            run_title: live.title.clone(),
            since: lived.map_or_else(String::new, |lived| clock::text(lived.from)),
            from: window.from,
            to: window.to,
            category: read.category,
            members,
            sales: sales.to_string(),
            margin: (all_margin && !clusters.is_empty()).then(|| costed.margin.to_string()),
            costed: share(costed.sales.to_f64(), sales.to_f64()),
            hidden: board.segmentation.segments.len() - clusters.len(),
            clusters,
            before: before.map(|before| before.view(&names)),
            rounded_to: cells.map_or(1, govern::SmallCells::k),
        })
    }

    /// What was live before, as far as it may be shown.
    async fn before(
        &self,
        times: &super::timeline::Times,
        live: &Scenario,
        board: &Arc<Board>,
        earlier: &Lived,
    ) -> Result<Before, EngineError> {
        let scenario = self.registry().scenario(&earlier.step.run_id).await?;
        let old = self.board(&scenario).await?;
        let same = self
            .same_clusters(
                times,
                (&scenario, &old.base, &old.shaped.ids),
                (live, &board.base, &board.shaped.ids),
            )
            .await?;
        let shown = self.shown(&old).await?;
        let sums = sums(&old, &shown, &HashMap::new());
        let (_, sales, _) = total(&sums);
        Ok(Before {
            run_id: scenario.run_id,
            title: scenario.title,
            from: clock::text(earlier.from),
            to: clock::text(old.base.result.as_of),
            all: old.shaped.ids.iter().copied().collect(),
            proposed: old.base.result.names.clone(),
            same: same.iter().map(|pair| (pair.now, pair.before)).collect(),
            sums,
            sales,
        })
    }

    /// What each member of a run earned, as known when the run that searched was made: one put up with changes has its
    /// rows from that one.
    async fn margins(
        &self,
        board: &Board,
        recipe: &Recipe,
        window: &Window,
    ) -> Result<Arc<HashMap<String, Costed>>, EngineError> {
        let mut run = board.base.run.clone();
        while let Some(before) = taken_from(&run) {
            run = self.registry().run(before).await?;
        }
        let kept = || {
            self.margins
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(found) = kept().get(&run.run_id) {
            return Ok(Arc::clone(found));
        }
        let sql = segment::blocks::margin_sql(recipe, window);
        let mut all = HashMap::new();
        for batch in &self.lake().rows(&sql, Some(run.started_at), vec![]).await? {
            let (member, sales) = (texts(batch, 0)?, moneys(batch, 1)?);
            let each = sales.into_iter().zip(moneys(batch, 2)?).enumerate();
            all.extend(each.map(|(row, (sales, margin))| {
                let member = member.value(row).to_string();
                (member, Costed { sales, margin })
            }));
        }
        let all = Arc::new(all);
        let mut kept = kept();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(run.run_id.clone(), Arc::clone(&all));
        Ok(all)
    }
}

fn sums(board: &Board, shown: &BTreeSet<i32>, margins: &HashMap<String, Costed>) -> Sums {
    let base = &board.base;
    let mut all = Sums::new();
    for (place, cluster) in board.shaped.ids.iter().enumerate() {
        if !shown.contains(cluster) {
            continue;
        }
        let own = all.entry(*cluster).or_default();
        own.0 += 1;
        own.1.0 += base.known[place].sales.0;
        if let Some(costed) = margins.get(&base.ids[place]) {
            own.2.sales.0 += costed.sales.0;
            own.2.margin.0 += costed.margin.0;
        }
    }
    all
}

/// The clusters that may be shown, those with most sales first.
fn clusters(
    sums: &Sums,
    board: &Board,
    names: &HandNames,
    before: Option<&Before>,
    cells: Option<govern::SmallCells>,
) -> Vec<ClusterWorth> {
    let name = |cluster: i32| {
        let mut all = board.segmentation.segments.iter();
        let own = all.find(|segment| segment.cluster == cluster);
        let proposed = own.map_or("", |segment| &segment.name);
        names.name(cluster, proposed).0
    };
    let (members, sales, _) = total(sums);
    let changes: BTreeMap<i32, WorthChange> =
        before.map_or_else(BTreeMap::new, |before| before.changes(sums, sales, cells));
    let each = sums.iter().enumerate();
    let mut all: Vec<ClusterWorth> = each
        .map(|(place, (cluster, own))| ClusterWorth {
            place,
            name: name(*cluster),
            change: changes.get(cluster).copied(),
            fresh: before.is_some_and(|before| !before.has(*cluster)),
            ..cluster_worth(*cluster, own, members, sales)
        })
        .collect();
    all.sort_by(|a, b| {
        b.share_sales
            .total_cmp(&a.share_sales)
            .then(a.cluster.cmp(&b.cluster))
    });
    all
}

fn total(sums: &Sums) -> (u64, Money, Costed) {
    let mut all = (0, Money(0), Costed::default());
    for (members, sales, costed) in sums.values() {
        all.0 += members;
        all.1.0 += sales.0;
        all.2.sales.0 += costed.sales.0;
        all.2.margin.0 += costed.margin.0;
    }
    all
}

fn share(part: f64, whole: f64) -> f64 {
    match whole > 0.0 {
        true => part / whole,
        false => 0.0,
    }
}

fn cluster_worth(
    cluster: i32,
    (members, own, costed): &(u64, Money, Costed),
    all: u64,
    sales: Money,
) -> ClusterWorth {
    let known = costed.sales.0 > 0;
    ClusterWorth {
        cluster,
        place: 0,
        name: String::new(),
        members: *members,
        share_members: share(*members as f64, all as f64),
        sales: own.to_string(),
        share_sales: share(own.to_f64(), sales.to_f64()),
        margin: known.then(|| costed.margin.to_string()),
        margin_rate: known.then(|| share(costed.margin.to_f64(), costed.sales.to_f64())),
        change: None,
        fresh: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_machine_said_is_not_told() {
        let data = EngineError::Data("run r was kept by another version".into());
        assert_eq!(unread_words("shops", &data), data.to_string());
        let machine = EngineError::Machine("/srv/secret: no space".into());
        let told = unread_words("shops", &machine);
        assert!(!told.contains("/srv") && told.contains("log"), "{told}");
    }
}
