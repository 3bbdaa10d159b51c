//! How well a live scheme still fits: today's features of its members against the clusters as they are live, with a
//! verdict and its reason. It must not run the scheme again.

use super::board::Board;
use super::gather::Gathered;
use super::scenarios::in_tens;
use crate::project::beside;
use crate::report::Quiet;
use crate::views::{HealthCluster, HealthFeature, SchemeHealth};
use crate::{Actor, EngineError, Project, Report, clock};
use govern::Action;
use segment::{Entity, Health, Recipe, Then};
use std::sync::Arc;

/// Parts of a mix at most.
const MIX_MAX: usize = 60;
/// A scheme is to be run again where so many members more than at the run are nearer to another cluster.
const MOVED_MAX: f64 = 0.1;
/// Or where a centre moved by so many spreads within its cluster.
const CENTER_MAX: f64 = 0.5;
/// Or where a feature's stability index is above this (N. Siddiqi, "Credit Risk Scorecards", 2006) and above what
/// chance would give for so few members, twice.
const STABILITY_MAX: f64 = 0.25;

impl Project {
    /// How well the live run of a scheme still fits.
    pub async fn scheme_health(
        &self,
        actor: &Actor,
        scheme: &str,
    ) -> Result<SchemeHealth, EngineError> {
        actor.may(Action::ReadResults)?;
        let scenario = self.find_scenario(scheme, "live").await?;
        let board = self.board(&scenario).await?;
        let recipe = self.recipe_of(&scenario).await?;
        let (mut found, dark, as_of) = self.against_today(recipe, &board).await?;
        if board.base.result.of == Entity::Customers {
            let k = self.small_cells().await?.k();
            for count in [&mut found.lasting, &mut found.gone, &mut found.new] {
                *count = in_tens(*count, k);
            }
        }
        let names = self.hand_names(scheme).await?;
        let shown = self.shown(&board).await?;
        let persons = board.base.result.of == Entity::Customers;
        let called = |places: &[usize]| -> Vec<String> {
            let places = places.iter().filter(|_| !persons);
            places.map(|place| board.base.ids[*place].clone()).collect()
        };
        // Where a person put a member, distance was not asked.
        let (placed, strangers): (Vec<usize>, Vec<usize>) = found
            .strangers
            .iter()
            .partition(|place| board.pinned(**place));
        let clusters = found
            .clusters
            .iter()
            .filter(|each| shown.contains(&each.cluster));
        let clusters = clusters.map(|each| {
            let segments = board.segmentation.segments.iter();
            let proposed = segments
                .into_iter()
                .find(|segment| segment.cluster == each.cluster);
            HealthCluster {
                cluster: each.cluster,
                name: names
                    .name(each.cluster, proposed.map_or("", |segment| &segment.name))
                    .0,
                members: each.members,
                moved: each.moved,
                small: each.small,
            }
        });
        let features = features(&found, &board);
        let again = again(&found, &features);
        let hands = match persons {
            true => in_tens(placed.len(), self.small_cells().await?.k()),
            false => placed.len(),
        };
        Ok(SchemeHealth {
            again,
            sentence: sentence(
                &found,
                &features,
                board.base.result.of,
                again,
                (hands, dark),
            ),
            then: clock::text(board.base.result.as_of),
            now: clock::text(as_of),
            lasting: found.lasting,
            gone: found.gone,
            new: found.new,
            moved_share: found.moved_share,
            moved_share_before: found.moved_share_before,
            belong_elsewhere: called(&strangers),
            by_hand: called(&placed),
            far: called(&found.far),
            clusters: clusters.collect(),
            features,
        })
    }
}

impl Project {
    /// Today's members of a recipe, with every feature that a run of it may know.
    pub(super) async fn todays(&self, mut recipe: Recipe) -> Result<Gathered, EngineError> {
        // The parts of a mix that the run names may be small today: as many as there may be are asked for. Company is
        // brought to one length over its groups, so that other groups would be another measure.
        let mixes = recipe.features.iter_mut();
        let mixes = mixes.filter(|block| block.name != "co_purchase");
        mixes.for_each(|block| block.top = Some(MIX_MAX));
        let quiet: Arc<dyn Report> = Arc::new(Quiet);
        self.gather(&recipe, &quiet).await
    }

    /// Today's features of the members against a run as it is live; how many of its members say nothing any more of where
    /// they belong; and the instant of today.
    async fn against_today(
        &self,
        recipe: Recipe,
        board: &Arc<Board>,
    ) -> Result<(Health, usize, i64), EngineError> {
        let today = self.todays(recipe).await?;
        let dark = today.dark.iter();
        let dark = dark.filter(|id| board.base.place(id).is_some()).count();
        let (as_of, kept) = (today.as_of, Arc::clone(board));
        let found = beside(move || {
            let ids: Vec<String> = today.known.iter().map(|member| member.id.clone()).collect();
            let then = Then {
                ids: &kept.base.ids,
                columns: &kept.base.columns,
                prepared: &kept.base.prepared,
                clusters: &kept.shaped.ids,
                model: &kept.segmentation.model,
            };
            Ok(segment::health(&then, &ids, &today.columns)?)
        });
        let mut found = found.await?;
        // What is still sold, but says nothing of where it belongs by now, is not gone.
        found.gone = found.gone.saturating_sub(dark);
        Ok((found, dark, as_of))
    }
}

/// The features by how much they moved, most first.
fn features(found: &Health, board: &Board) -> Vec<HealthFeature> {
    let each = found.features.iter().map(|(slot, index, by_chance)| {
        let feature = &board.base.columns.features[*slot];
        HealthFeature {
            feature: feature.key.clone(),
            label: feature.label.clone(),
            stability_index: *index,
            by_chance: *by_chance,
        }
    });
    let mut all: Vec<HealthFeature> = each.collect();
    all.sort_by(|a, b| b.stability_index.total_cmp(&a.stability_index));
    all
}

/// A feature that moved more than chance would have it.
fn moved_much(feature: &HealthFeature) -> bool {
    feature.stability_index > STABILITY_MAX.max(2.0 * feature.by_chance)
}

fn again(found: &Health, features: &[HealthFeature]) -> bool {
    let centers = found.clusters.iter().map(|each| each.moved);
    found.moved_share > found.moved_share_before + MOVED_MAX
        || centers
            .filter(|moved| moved.is_finite())
            .fold(0.0, f64::max)
            > CENTER_MAX
        || features.iter().any(moved_much)
}

fn sentence(
    found: &Health,
    features: &[HealthFeature],
    of: Entity,
    again: bool,
    (hands, dark): (usize, usize),
) -> String {
    let verdict = if again {
        "Run it again"
    } else {
        "It still fits"
    };
    let by_hand = match hands {
        0 => String::new(),
        hands => format!(" ({hands} of them placed by hand)"),
    };
    let most = features.iter().find(|feature| moved_much(feature));
    let most = most.map(|feature| format!("; {} changed most", feature.label.to_lowercase()));
    let unknown = match dark {
        0 => String::new(),
        dark => format!(", {dark} have no evidence any more of where they belong"),
    };
    format!(
        "{verdict}: {:.1} % of {} are nearer to another cluster than their own{by_hand}, {:.1} % were at the run; {} are new, \
         {} are gone{unknown}{}.",
        100.0 * found.moved_share,
        of.word(),
        100.0 * found.moved_share_before,
        found.new,
        found.gone,
        most.unwrap_or_default()
    )
}
