//! Who went from which cluster to which between two dates, when what was live changed, and why. One file for the
//! matrix, one for the members behind it; the counting stands in `segment::migrate`. It must not change anything.

mod matrix;
mod members;

use super::compare::same_views;
use super::hands::HandNames;
use super::movers::{self, Crossing, Seen};
use super::obeyed::{obeyed, taken_from};
use super::recipes::entity_word;
use super::scenarios::in_tens;
use super::timeline::{Times, known_at};
use crate::ask::written_instant;
use crate::authors::Authors;
use crate::project::beside;
use crate::views::{Migration, MigrationSide, MoveKind};
use crate::{Actor, EngineError, Project, clock};
use govern::Action;
use registry::{HandEntry, ScenarioStep};
use segment::{Cause, Entity, Moved, Same};
use std::collections::{BTreeMap, HashMap};

/// Between which dates, and of which members.
#[derive(Debug, Clone, Default)]
pub struct MigrationAsk {
    /// The earlier date or instant; without it the end of the time before the later one's.
    pub from: Option<String>,
    /// The later one; without it now, or the beginning of what is planned last.
    pub to: Option<String>,
    /// Members that were in this cluster.
    pub out_of: Option<i32>,
    /// Members that are in this cluster.
    pub into: Option<i32>,
    /// Members of whom this became; without it all that did not stay.
    pub kind: Option<MoveKind>,
}

/// Two dates of a scheme with all that is read of them.
struct Two {
    before: Seen,
    now: Seen,
    times: Times,
    entries: Vec<HandEntry>,
    authors: Authors,
    told: segment::Migration,
    /// Which cluster of the earlier date is which of the later one.
    same: Vec<Same>,
    /// What moved each that moved.
    causes: Vec<Cause>,
    /// Changes that meant another cluster than the number has at the later date.
    elsewhere: HashMap<i64, String>,
}

/// A pair of clusters, none for members of one date alone.
type Way = (Option<i32>, Option<i32>);

impl Two {
    fn kind(&self, way: Way) -> MoveKind {
        match way {
            (None, _) => MoveKind::Entered,
            (_, None) => MoveKind::Left,
            (Some(from), Some(to)) if self.heir(from) == Some(to) => MoveKind::Stayed,
            _ => MoveKind::Moved,
        }
    }

    /// The number at the later date of a cluster of the earlier one.
    fn heir(&self, before: i32) -> Option<i32> {
        let pair = self.same.iter().find(|pair| pair.before == before);
        pair.map(|pair| pair.now)
    }

    /// The number at the earlier date of a cluster of the later one.
    fn forebear(&self, now: i32) -> Option<i32> {
        let pair = self.same.iter().find(|pair| pair.now == now);
        pair.map(|pair| pair.before)
    }

    fn crossing(&self) -> Crossing<'_> {
        Crossing {
            before: &self.before,
            now: &self.now,
            entries: &self.entries,
            authors: &self.authors,
            elsewhere: &self.elsewhere,
        }
    }

    fn persons(&self) -> bool {
        self.now.base.result.of == Entity::Customers
    }

    /// Whether the clusters of a way may be shown.
    fn shown(&self, (from, to): Way) -> bool {
        from.is_none_or(|from| self.before.shown.contains(&from))
            && to.is_none_or(|to| self.now.shown.contains(&to))
    }

    /// The moves of each way with their causes.
    fn moves(&self) -> BTreeMap<Way, Vec<(&Moved, Cause)>> {
        let mut all: BTreeMap<Way, Vec<(&Moved, Cause)>> = BTreeMap::new();
        for (moved, cause) in self.told.moved.iter().zip(&self.causes) {
            let way = (Some(moved.from), Some(moved.to));
            all.entry(way).or_default().push((moved, *cause));
        }
        all
    }
}

impl Project {
    /// Who went where between two dates.
    pub async fn migration(
        &self,
        actor: &Actor,
        scheme: &str,
        ask: &MigrationAsk,
    ) -> Result<Migration, EngineError> {
        actor.may(Action::ReadResults)?;
        let two = self.two(scheme, ask).await?;
        let k = match two.persons() {
            true => self.small_cells().await?.k(),
            false => 1,
        };
        let titles = self.run_titles(scheme).await?;
        let told = |members: usize| in_tens(members, k);
        let moves = two.moves();
        let by_hand = moves
            .values()
            .flatten()
            .filter(|(_, cause)| is_hand(*cause));
        let (by_hand, moved) = (told(by_hand.count()), told(two.told.moved.len()));
        let side = |seen: &Seen, earlier: bool| MigrationSide {
            on: clock::text(seen.on),
            publication: two.times.row(&seen.lived, &titles, &two.authors),
            members: told(seen.base.ids.len()),
            clusters: matrix::clusters(&two, seen, earlier, k),
        };
        let of = two.now.base.result.of;
        let (stayed, entered, left) = (
            told(two.told.stayed),
            told(two.told.entered),
            told(two.told.left),
        );
        let all = stayed + moved;
        Ok(Migration {
            sentence: format!(
                "{moved} of {all} {} that are there at both dates moved, {by_hand} of them by hand; {entered} came in, {left} left.",
                of.counted(all)
            ),
            scheme: scheme.to_string(),
            of: entity_word(of),
            currency: self.currency().await?,
            from: side(&two.before, true),
            to: side(&two.now, false),
            stayed,
            moved,
            by_hand,
            entered,
            left,
            flows: matrix::flows(&two, &moves, k),
            same: same_views(&two.same, (&two.before.shown, &two.now.shown), k),
            rounded_to: k,
            notes: matrix::notes(&two, k),
        })
    }

    /// Everything about two dates.
    async fn two(&self, scheme: &str, ask: &MigrationAsk) -> Result<Two, EngineError> {
        self.scheme_recipe(scheme).await?;
        let times = self.times(scheme).await?;
        let (from, to) = dates(&times, scheme, ask)?;
        let entries = self.registry().hands(scheme).await?;
        let before = self.seen(scheme, &times, from, "from", &entries).await?;
        let now = self.seen(scheme, &times, to, "to", &entries).await?;
        let same = self.same_seen(&times, &before, &now).await?;
        let across = self.across(&times, &before, &now).await?;
        let counted = beside(move || {
            let (earlier, later) = (movers::standing(&before.base), movers::standing(&now.base));
            let told = segment::migrate(&earlier, &later, &same)?;
            let causes = movers::causes(&before, &now, &across, &told.moved);
            Ok((before, now, same, told, causes))
        });
        let (before, now, same, told, causes) = counted.await?;
        let elsewhere = self.meant_elsewhere(&times, &entries, &now, &causes);
        Ok(Two {
            elsewhere: elsewhere.await?,
            told,
            same,
            causes,
            before,
            now,
            times,
            entries,
            authors: self.authors().await?,
        })
    }

    /// Which cluster of one date is which of another.
    pub(super) async fn same_seen(
        &self,
        times: &Times,
        before: &Seen,
        now: &Seen,
    ) -> Result<Vec<Same>, EngineError> {
        let (old, new) = (&before.base, &now.base);
        self.same_clusters(
            times,
            (&before.scenario, old, &old.kept),
            (&now.scenario, new, &new.kept),
        )
        .await
    }

    /// The run that is live at an instant, as it was at it.
    pub(super) async fn seen(
        &self,
        scheme: &str,
        times: &Times,
        on: i64,
        field: &str,
        entries: &[HandEntry],
    ) -> Result<Seen, EngineError> {
        let lived = times.all[times.require(field, scheme, on)?].clone();
        let ScenarioStep { run_id, .. } = &lived.step;
        let scenario = self.registry().scenario(run_id).await?;
        let base = self.base(run_id).await?;
        let line = match taken_from(&base.run) {
            Some(_) => self.line_of(&scenario).await?,
            None => vec![scenario.clone()],
        };
        Ok(Seen {
            names: HandNames::by(known_at(entries, on))?,
            hands: obeyed(entries, &line)?,
            shown: self.shown_of(base.result.of, &base.kept).await?,
            on,
            lived,
            scenario,
            base,
        })
    }
}

/// The two instants asked for. Without any: the end of the last time but one, and the last as it is now or will begin.
fn dates(times: &Times, scheme: &str, ask: &MigrationAsk) -> Result<(i64, i64), EngineError> {
    let written = |field: &str, text: &Option<String>| {
        text.as_deref()
            .map(|text| written_instant(field, text, "2026-03-01"))
            .transpose()
    };
    let (from, to) = (written("from", &ask.from)?, written("to", &ask.to)?);
    let to = to.unwrap_or_else(|| {
        let last = times.all.last();
        let latest = last.map_or(times.now, |lived| lived.from.max(times.now));
        // Of a retired scheme nothing is live now: the end of what was live last.
        last.and_then(|lived| lived.until)
            .map_or(latest, |until| latest.min(until - 1))
    });
    let place = times.require("to", scheme, to)?;
    // With a single publication nobody moved: it is held against itself.
    let from = from.unwrap_or_else(|| match place {
        0 => times.all[0].from.min(to),
        // Between the two it may have been retired: the end of what was live then.
        later => {
            let begun = times.all[later].from;
            let ended = times.all[later - 1].until;
            ended.map_or(begun, |ended| ended.min(begun)) - 1
        }
    });
    if from > to {
        return Err(EngineError::invalid(
            "from",
            format!(
                "{} is after {}: name the earlier date first",
                clock::text(from),
                clock::text(to)
            ),
        ));
    }
    Ok((from, to))
}

fn is_hand(cause: Cause) -> bool {
    matches!(cause, Cause::Hand(_) | Cause::Undone(_))
}
