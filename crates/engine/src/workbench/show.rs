//! A scheme as it is shown: a scenario's clusters, map and conflicts, and what is live in short. It must not change
//! anything.

use super::board::Board;
use super::hands::{HandNames, conflict_views};
use super::recipes::{entity_word, method_word};
use super::scenarios::{as_shaped, coarse, row};
use super::timeline::RunAt;
use crate::ask::{count, instant};
use crate::schemes::unit;
use crate::views::{
    Board as BoardView, BoardCluster, BoardMap, BoardPoint, Choice, ChoiceScore, Cluster,
    ClusterRule, EmptyCluster, Fact, Feature, MapCenter, NamedBy, ProfileCell, SchemeRun,
    SmallCells, TableVersion, WeightedFeature,
};
use crate::{Actor, EngineError, Project, clock};
use govern::Action;
use retail::Money;
use segment::{Entity, Segment};
use std::collections::{BTreeMap, BTreeSet};

/// Points on the map at most; more would only cover one another.
const POINTS: usize = 4_000;

impl Project {
    /// A scenario of a scheme with the changes since, its clusters called as at the instant asked for.
    pub async fn scheme_board(
        &self,
        actor: &Actor,
        scheme: &str,
        at: &RunAt,
    ) -> Result<BoardView, EngineError> {
        actor.may(Action::ReadResults)?;
        let scenario = self.find_scenario(scheme, &at.run).await?;
        let board = self.board(&scenario).await?;
        let versions = self.registry().recipe_versions(scheme).await?;
        let title = versions
            .first()
            .map(|version| version.title.clone())
            .unwrap_or_default();
        let times = self.times(scheme).await?;
        let authors = self.authors().await?;
        let shown = self.shown(&board).await?;
        let entries = self.registry().hands(scheme).await?;
        let names = HandNames::by(at.known(&entries))?;
        let currency = self.currency().await?;
        let base = &board.base;
        let closed = board.shaped.closed();
        let side = (&board.shaped.ids[..], &closed);
        let cost = segment::cost(&base.prepared, &base.worth, side, side)?;
        let total: f64 = base
            .columns
            .features
            .iter()
            .map(|feature| feature.weight)
            .sum();
        let features = base.columns.features.iter().map(|each| WeightedFeature {
            feature: feature(each, &currency),
            weight: 100.0 * each.weight / total,
        });
        let segments = board
            .segmentation
            .segments
            .iter()
            .filter(|segment| shown.contains(&segment.cluster));
        let used: BTreeSet<i32> = board.shaped.ids.iter().copied().collect();
        let empty = board
            .shaped
            .made
            .iter()
            .filter(|(id, _)| !used.contains(id));
        let persons = base.result.of == Entity::Customers;
        Ok(BoardView {
            scheme: scheme.to_string(),
            title,
            of: entity_word(base.result.of),
            scenario: as_shaped(
                row(
                    &scenario,
                    &base.result,
                    &times,
                    authors.name(scenario.author.clone()),
                ),
                base.result.of,
                board.brief(),
            ),
            shown: times.shown(&scenario, at.at),
            hands_version: entries.last().map_or(0, |entry| entry.seq),
            changes: self.changes_since(&scenario).await?.len(),
            run: run_view(&board),
            method: method_word(base.result.by),
            ruled: base.result.ruled,
            choice: choice(&board),
            trees: super::trees::trees(&board, self.small_cells().await?.k()),
            silhouette: coarse(base.result.of, board.segmentation.silhouette),
            fit: coarse(base.result.of, cost.fit_after),
            features: features.collect(),
            clusters: segments
                .map(|segment| cluster(segment, &board, &names))
                .collect(),
            empty: empty
                .map(|(id, name)| EmptyCluster {
                    cluster: *id,
                    name: names.name(*id, name).0,
                })
                .collect(),
            map: map(&board, &shown),
            conflicts: conflict_views(&board.shaped.conflicts, base.result.of),
            notes: base.result.notes.clone(),
            small_cells: SmallCells {
                threshold: if persons {
                    self.small_cells().await?.k()
                } else {
                    0
                },
                hidden: (board.segmentation.segments.len() - shown.len()) as u64,
            },
            currency,
        })
    }

    /// The least number of members that is told of, of which numbers are told as multiples: 1 of shops and products.
    pub(super) async fn least_told(&self, of: Entity) -> Result<u64, EngineError> {
        Ok(match of {
            Entity::Customers => self.small_cells().await?.k(),
            Entity::Stores | Entity::Products => 1,
        })
    }

    /// Clusters that may be shown: all of shops and products; of customers none so small that it would speak of
    /// single people.
    pub(super) async fn shown(&self, board: &Board) -> Result<BTreeSet<i32>, EngineError> {
        self.shown_of(board.base.result.of, &board.shaped.ids).await
    }

    /// The same of members by cluster.
    pub(super) async fn shown_of(
        &self,
        of: Entity,
        clusters: &[i32],
    ) -> Result<BTreeSet<i32>, EngineError> {
        let mut sizes: BTreeMap<i32, u64> = BTreeMap::new();
        for cluster in clusters {
            *sizes.entry(*cluster).or_default() += 1;
        }
        self.shown_sizes(of, sizes).await
    }

    /// The same of clusters by their members.
    pub(super) async fn shown_sizes(
        &self,
        of: Entity,
        sizes: BTreeMap<i32, u64>,
    ) -> Result<BTreeSet<i32>, EngineError> {
        if of != Entity::Customers {
            return Ok(sizes.into_keys().collect());
        }
        let counts: Vec<u64> = sizes.values().copied().collect();
        let cells = self.small_cells().await?.table(&counts).cells;
        let each = sizes.into_keys().zip(cells);
        Ok(each
            .filter_map(|(cluster, cell)| cell.map(|_| cluster))
            .collect())
    }
}

/// A scheme that is live, in short.
pub(crate) struct LiveScheme {
    /// Its name in addresses.
    pub scheme: String,
    /// Its name for people.
    pub title: String,
    of: Entity,
    clusters: usize,
    members: usize,
    /// The cluster with most sales: its name and its share of all.
    first: Option<(String, f64)>,
}

impl LiveScheme {
    /// It in a sentence.
    pub fn sentence(&self) -> String {
        let most = self
            .first
            .as_ref()
            .map(|(name, share)| format!(" {name} brings {:.0} % of sales.", 100.0 * share));
        format!(
            "{} {} of {} {}.{}",
            self.clusters,
            self.of.clusters(),
            self.members,
            self.of.counted(self.members),
            most.unwrap_or_default()
        )
    }
}

impl Project {
    /// The schemes that are live.
    pub(crate) async fn live_schemes(&self) -> Result<Vec<LiveScheme>, EngineError> {
        let mut all = Vec::new();
        for recipe in self.registry().recipes().await? {
            let Some(live) = self.live_scenario(&recipe.scheme, self.now()).await? else {
                continue;
            };
            let board = self.board(&live).await?;
            let names = self.hand_names(&recipe.scheme).await?;
            let shown = self.shown(&board).await?;
            let base = &board.base;
            let mut worth: BTreeMap<i32, f64> = BTreeMap::new();
            for (id, own) in board.shaped.ids.iter().zip(&base.worth) {
                *worth.entry(*id).or_default() += own;
            }
            let total: f64 = worth.values().sum();
            let segments = board
                .segmentation
                .segments
                .iter()
                .filter(|segment| shown.contains(&segment.cluster));
            let share = |segment: &Segment| {
                worth.get(&segment.cluster).copied().unwrap_or_default()
                    / total.max(f64::MIN_POSITIVE)
            };
            let first = segments.max_by(|a, b| share(a).total_cmp(&share(b)));
            all.push(LiveScheme {
                title: recipe.title,
                of: base.result.of,
                clusters: board.segmentation.segments.len(),
                members: base.ids.len(),
                first: first
                    .map(|segment| (names.name(segment.cluster, &segment.name).0, share(segment))),
                scheme: recipe.scheme,
            });
        }
        Ok(all)
    }
}

fn run_view(board: &Board) -> SchemeRun {
    let run = &board.base.run;
    let inputs = run.inputs.iter().map(|input| TableVersion {
        table: input.table.clone(),
        version: count(input.version),
    });
    SchemeRun {
        run_id: run.run_id.clone(),
        seed: run.seed,
        version: run.version.clone(),
        started_at: clock::text(run.started_at),
        as_of: instant(Some(board.base.result.as_of)),
        inputs: inputs.collect(),
    }
}

fn choice(board: &Board) -> Choice {
    let result = &board.base.result;
    let scores = result.scores.iter().map(|score| ChoiceScore {
        clusters: score.clusters,
        silhouette: coarse(result.of, score.silhouette),
        stability: Some(coarse(result.of, score.stability)),
        inertia: match result.of {
            Entity::Customers => rounded(score.inertia),
            Entity::Stores | Entity::Products => score.inertia,
        },
        jump: score.jump,
    });
    Choice {
        clusters: result.clusters,
        sentence: result.sentence.clone(),
        scores: scores.collect(),
    }
}

/// A sum over customers to three digits, so that one of them does not show in it.
fn rounded(sum: f64) -> f64 {
    match sum > 0.0 {
        true => {
            let unit = 10_f64.powf(sum.log10().floor() - 2.0);
            (sum / unit).round() * unit
        }
        false => sum,
    }
}

fn feature(each: &segment::Feature, currency: &str) -> Feature {
    Feature {
        key: each.key.clone(),
        label: each.label.clone(),
        unit: unit(each, currency),
        description: each.description.clone(),
        how_computed: each.how_computed.clone(),
    }
}

fn cluster(segment: &Segment, board: &Board, names: &HandNames) -> BoardCluster {
    let base = &board.base;
    let (name, given) = names.name(segment.cluster, &segment.name);
    let inside = |place: &usize| board.shaped.ids[*place] == segment.cluster;
    let sales = (0..base.ids.len())
        .filter(inside)
        .map(|place| base.known[place].sales.0)
        .sum::<i64>();
    let all: i64 = base.known.iter().map(|member| member.sales.0).sum();
    let index = |fact: &segment::SegmentFact| fact.index.unwrap_or(100.0);
    let facts = segment.top.iter().take(5).map(|slot| {
        let (fact, feature) = (&segment.facts[*slot], &base.columns.features[*slot]);
        Fact {
            feature: feature.key.clone(),
            label: feature.label.clone(),
            value: fact.value,
            total: fact.total,
            index: index(fact),
            text: format!("{} index {:.0}", feature.within(), index(fact)),
        }
    });
    let profile = segment.facts.iter().map(|fact| ProfileCell {
        feature: base.columns.features[fact.feature].key.clone(),
        value: fact.value,
        total: fact.total,
        index: index(fact),
        effect: fact.effect,
        significant: fact.significant,
    });
    BoardCluster {
        description: names.description(segment.cluster),
        rule: segment.rule.as_ref().map(|rule| ClusterRule {
            text: rule.text.clone(),
            coverage: rule.coverage,
            purity: rule.purity,
            baseline: rule.baseline,
        }),
        made: board.shaped.made.contains_key(&segment.cluster),
        pinned: (0..base.ids.len())
            .filter(inside)
            .filter(|place| board.pinned(*place))
            .count(),
        cluster: Cluster {
            cluster: segment.cluster,
            name,
            named_by: if given {
                NamedBy::Person
            } else {
                NamedBy::Machine
            },
            customers: segment.members as u64,
            share_customers: segment.members as f64 / base.ids.len() as f64,
            spend: Money(sales).to_string(),
            share_spend: if all == 0 {
                0.0
            } else {
                sales as f64 / all as f64
            },
            silhouette: coarse(base.result.of, segment.silhouette.unwrap_or_default()),
            sentence: segment.sentence.clone(),
            facts: facts.collect(),
            profile: profile.collect(),
        },
    }
}

fn map(board: &Board, shown: &BTreeSet<i32>) -> BoardMap {
    let base = &board.base;
    let persons = base.result.of == Entity::Customers;
    // Every n-th member: the list is by id, and ids say nothing about where a member lies.
    let step = base.ids.len().div_ceil(POINTS).max(1);
    let places = (0..base.ids.len())
        .step_by(step)
        .filter(|place| shown.contains(&board.shaped.ids[*place]));
    let points = places.map(|place| {
        let (known, standing) = (&base.known[place], &board.segmentation.members[place]);
        BoardPoint {
            x: standing.x,
            y: standing.y,
            cluster: standing.cluster,
            member: (!persons).then(|| known.id.clone()),
            label: known.label.clone().filter(|_| !persons),
            lat: known.place.map(|place| place[0]),
            lon: known.place.map(|place| place[1]),
            pinned: board.pinned(place),
            online: base.online.contains(&known.id),
        }
    });
    let model = &board.segmentation.model;
    let centers = model
        .numbers
        .iter()
        .zip(&model.places)
        .filter(|(number, _)| shown.contains(number));
    BoardMap {
        x_label: model.axes[0].clone(),
        y_label: model.axes[1].clone(),
        explained: model.explained,
        points: points.collect(),
        centers: centers
            .map(|(number, [x, y])| MapCenter {
                cluster: *number,
                x: *x,
                y: *y,
            })
            .collect(),
    }
}
