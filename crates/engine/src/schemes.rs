//! Schemes as they are shown: why so many segments, what each is, where it lies on the map, and the names
//! that people gave. It must not compute segments (`segmenting`).

use crate::ask::{count, instant, written_as_of};
use crate::segmenting::{SCHEME, SCHEME_TITLE};
use crate::snapshot::{FactRow, SegmentRow, Snapshot};
use crate::views::{
    Choice, ChoiceScore, Cluster, ClusterMap, Fact, Feature, HistoryEntry, MapCenter, MapPoint,
    NamedBy, ProfileCell, RenameRequest, Renamed, Scheme, SchemeBrief, SchemeHistory, SchemeList,
    SchemeRun, SmallCells, TableVersion,
};
use crate::{Actor, EngineError, Project, clock};
use govern::Action;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Points on the map at most; more would only cover one another.
const POINTS: usize = 4_000;

/// Names given by people, by segment.
pub(crate) type Names = BTreeMap<i64, String>;

impl Project {
    /// The schemes that have a published run.
    pub async fn schemes(&self, actor: &Actor) -> Result<SchemeList, EngineError> {
        actor.may(Action::ReadResults)?;
        let mut schemes = Vec::new();
        for published in self.registry().schemes().await? {
            let snapshot = self.snapshot(&published.run_id).await?;
            schemes.push(SchemeBrief {
                title: title(&published.scheme),
                of: "customers".into(),
                clusters: snapshot.segments.len(),
                members: snapshot.members.len() as u64,
                published_at: instant(Some(published.at)),
                sentence: snapshot.result.sentence.clone(),
                scheme: published.scheme,
                run_id: published.run_id,
            });
        }
        Ok(SchemeList { schemes })
    }

    /// The published snapshot of a scheme, now or as it was known at an instant.
    pub(crate) async fn published(
        &self,
        scheme: &str,
        as_of: Option<&str>,
    ) -> Result<Arc<Snapshot>, EngineError> {
        let missing = || EngineError::Missing {
            what: "scheme",
            name: scheme.to_string(),
        };
        let run_id = match written_as_of(as_of)? {
            None => {
                self.registry()
                    .published(scheme)
                    .await?
                    .ok_or_else(missing)?
                    .run_id
            }
            Some(instant) => {
                let history = self.registry().scheme_history(scheme).await?;
                let published = history
                    .iter()
                    .filter(|entry| entry.action == "publish" && entry.at <= instant);
                let newest = published.max_by_key(|entry| entry.seq);
                newest
                    .map(|entry| entry.to.clone())
                    .ok_or_else(|| EngineError::Missing {
                        what: "published run of the scheme at",
                        name: as_of.unwrap_or_default().to_string(),
                    })?
            }
        };
        self.snapshot(&run_id).await
    }

    /// One scheme, now or as of an instant.
    pub async fn scheme(
        &self,
        actor: &Actor,
        scheme: &str,
        as_of: Option<&str>,
    ) -> Result<Scheme, EngineError> {
        actor.may(Action::ReadResults)?;
        let snapshot = self.published(scheme, as_of).await?;
        let names = self.names(scheme, written_as_of(as_of)?).await?;
        let cells = self.small_cells().await?;
        let visible = visible(cells, &snapshot);
        let hidden = (snapshot.segments.len() - visible.len()) as u64;
        let shown = |segment: &&SegmentRow| visible.contains(&segment.cluster);
        let clusters = snapshot
            .segments
            .iter()
            .filter(shown)
            .map(|segment| cluster(segment, &snapshot, &names));
        let currency = self.currency().await?;
        Ok(Scheme {
            scheme: scheme.to_string(),
            title: title(scheme),
            run: run(&snapshot),
            choice: choice(&snapshot),
            silhouette: snapshot.result.silhouette,
            features: snapshot
                .features
                .iter()
                .map(|each| feature(each, &currency))
                .collect(),
            clusters: clusters.collect(),
            map: map(&snapshot, |cluster| visible.contains(&cluster)),
            currency: currency.clone(),
            small_cells: SmallCells {
                threshold: cells.k(),
                hidden,
            },
        })
    }

    /// Gives a segment a name of a person's choice.
    pub async fn rename(
        &self,
        actor: &Actor,
        scheme: &str,
        cluster: i32,
        asked: RenameRequest,
    ) -> Result<Renamed, EngineError> {
        actor.may(Action::EditSegments)?;
        let change = actor.change(&asked.reason)?;
        let snapshot = self.published(scheme, None).await?;
        if !snapshot
            .segments
            .iter()
            .any(|segment| segment.cluster == i64::from(cluster))
        {
            return Err(EngineError::Missing {
                what: "segment",
                name: cluster.to_string(),
            });
        }
        let named = self
            .registry()
            .rename_cluster(scheme, i64::from(cluster), &asked.name, self.now(), &change)
            .await?;
        Ok(Renamed {
            cluster,
            name: named.name,
            named_by: NamedBy::Person,
        })
    }

    /// What people decided about a scheme, newest first.
    pub async fn scheme_history(
        &self,
        actor: &Actor,
        scheme: &str,
    ) -> Result<SchemeHistory, EngineError> {
        actor.may(Action::ReadResults)?;
        let mut entries = self.registry().scheme_history(scheme).await?;
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.seq));
        let authors = self.authors().await?;
        let each = entries.into_iter().map(|entry| HistoryEntry {
            at: clock::text(entry.at),
            author: authors.name(entry.author),
            action: entry.action,
            cluster: entry.cluster.map(|cluster| cluster as i32),
            from: entry.from,
            to: Some(entry.to).filter(|to| !to.is_empty()),
            reason: entry.reason,
        });
        Ok(SchemeHistory {
            entries: each.collect(),
        })
    }

    /// The least count that is shown.
    pub(crate) async fn small_cells(&self) -> Result<govern::SmallCells, EngineError> {
        let set = self
            .registry()
            .setting("small_cells")
            .await?
            .and_then(|value| value.as_u64());
        let refused =
            |refusal: govern::Refusal| EngineError::invalid("small_cells", refusal.to_string());
        govern::SmallCells::new(set.unwrap_or(govern::CELL_MIN)).map_err(refused)
    }
}

/// The segments that may be shown: none so small, or so easily computed from the others, that it would speak
/// of single people.
pub(crate) fn visible(cells: govern::SmallCells, snapshot: &Snapshot) -> BTreeSet<i64> {
    let sizes: Vec<u64> = snapshot.segments.iter().map(|s| count(s.members)).collect();
    let shown = cells.table(&sizes).cells;
    let each = snapshot.segments.iter().zip(shown);
    each.filter_map(|(segment, cell)| cell.map(|_| segment.cluster))
        .collect()
}

fn title(scheme: &str) -> String {
    if scheme == SCHEME {
        SCHEME_TITLE.to_string()
    } else {
        scheme.to_string()
    }
}

/// The name of a segment, and who gave it.
pub(crate) fn name_of(segment: &SegmentRow, names: &Names) -> (String, NamedBy) {
    match names.get(&segment.cluster) {
        Some(name) => (name.clone(), NamedBy::Person),
        None => (segment.name.clone(), NamedBy::Machine),
    }
}

fn run(snapshot: &Snapshot) -> SchemeRun {
    let run = &snapshot.run;
    let inputs = run.inputs.iter().map(|i| TableVersion {
        table: i.table.clone(),
        version: count(i.version),
    });
    SchemeRun {
        run_id: run.run_id.clone(),
        seed: run.seed,
        version: run.version.clone(),
        started_at: clock::text(run.started_at),
        as_of: instant(Some(snapshot.result.as_of)),
        inputs: inputs.collect(),
    }
}

fn choice(snapshot: &Snapshot) -> Choice {
    let scores = snapshot.result.scores.iter().map(|score| ChoiceScore {
        clusters: score.clusters,
        silhouette: score.silhouette,
        stability: Some(score.stability),
        inertia: score.inertia,
        jump: score.jump,
    });
    Choice {
        clusters: snapshot.result.clusters,
        sentence: snapshot.result.sentence.clone(),
        scores: scores.collect(),
    }
}

fn feature(feature: &segment::Feature, currency: &str) -> Feature {
    Feature {
        key: feature.key.clone(),
        label: feature.label.clone(),
        unit: unit(feature, currency),
        description: feature.description.clone(),
        how_computed: feature.how_computed.clone(),
    }
}

/// The unit on a screen: shares have none, money has its currency.
pub(crate) fn unit(feature: &segment::Feature, currency: &str) -> Option<String> {
    match feature.unit.as_str() {
        "" | "kind" => None,
        "money" => Some(currency.to_string()),
        other => Some(other.to_string()),
    }
}

fn cluster(segment: &SegmentRow, snapshot: &Snapshot, names: &Names) -> Cluster {
    let (name, named_by) = name_of(segment, names);
    let mut told: Vec<(&segment::Feature, &FactRow)> = snapshot
        .features
        .iter()
        .zip(&segment.facts)
        .filter(|(_, fact)| fact.significant)
        .collect();
    told.sort_by(|a, b| b.1.effect.abs().total_cmp(&a.1.effect.abs()));
    let facts = told.iter().take(5).map(|(feature, fact)| Fact {
        feature: feature.key.clone(),
        label: feature.label.clone(),
        value: fact.value,
        total: fact.total,
        index: index(fact),
        text: format!("{} index {:.0}", feature.within(), index(fact)),
    });
    let profile = snapshot
        .features
        .iter()
        .zip(&segment.facts)
        .map(|(feature, fact)| ProfileCell {
            feature: feature.key.clone(),
            value: fact.value,
            total: fact.total,
            index: index(fact),
            effect: fact.effect,
            significant: fact.significant,
        });
    Cluster {
        cluster: segment.cluster as i32,
        name,
        named_by,
        customers: count(segment.members),
        share_customers: segment.share_members,
        spend: segment.spend.to_string(),
        share_spend: segment.share_spend,
        silhouette: segment.silhouette.unwrap_or_default(),
        sentence: segment.sentence.clone(),
        facts: facts.collect(),
        profile: profile.collect(),
    }
}

/// A feature that nobody has is the same everywhere: 100.
fn index(fact: &FactRow) -> f64 {
    fact.index.unwrap_or(100.0)
}

fn map(snapshot: &Snapshot, shown: impl Fn(i64) -> bool) -> ClusterMap {
    // Every n-th member: the list is by key, and keys say nothing about where a member lies.
    let step = snapshot.members.len().div_ceil(POINTS).max(1);
    let points = snapshot
        .members
        .iter()
        .step_by(step)
        .filter(|member| shown(member.cluster));
    let points = points.map(|member| MapPoint {
        x: member.x,
        y: member.y,
        cluster: member.cluster as i32,
    });
    let model = &snapshot.result.model;
    let centers = model
        .places
        .iter()
        .enumerate()
        .filter(|(place, _)| shown(*place as i64 + 1));
    let centers = centers.map(|(place, [x, y])| MapCenter {
        cluster: place as i32 + 1,
        x: *x,
        y: *y,
    });
    ClusterMap {
        x_label: model.axes[0].clone(),
        y_label: model.axes[1].clone(),
        explained: model.explained,
        points: points.collect(),
        centers: centers.collect(),
    }
}
