//! In which segment a customer was by every published run of the stage `segments`, from when to when. Numbers of segments are
//! kept over runs, so a stay is one number. It must not say why somebody moved: features of that day are on the segment's page.

use crate::ask::count;
use crate::cells::{ints, texts};
use crate::segmenting::{SCHEME, SCHEME_TITLE};
use crate::views::{EntityWord, MemberHistory, MemberStay, PeriodWord, PublicationRow};
use crate::{EngineError, Project, clock};
use govern::SmallCells;
use registry::SchemeEntry;
use std::collections::HashMap;

/// The customer's segment in every run.
const PLACES: &str = "select run_id, cluster_id from memberships where scheme = '{scheme}' and customer_key = {who} order by run_id";

/// What segments were called and how large they were, run by run.
const SEGMENTS: &str = "select run_id, cluster_id, name, members from segments where scheme = '{scheme}' order by run_id, cluster_id";

/// A segment of a run.
struct Segment {
    cluster: i64,
    name: String,
    members: u64,
}

/// A published run with the customer in it.
struct Visit {
    at: i64,
    row: PublicationRow,
    cluster: Option<i64>,
    /// In a segment that is too small to be told of.
    hidden: bool,
    name: Option<String>,
}

impl Project {
    /// Where a customer was; none who was in no published run.
    pub(crate) async fn segment_history(
        &self,
        customer: i64,
    ) -> Result<Option<MemberHistory>, EngineError> {
        let mut entries = self.registry().scheme_history(SCHEME).await?;
        entries.reverse();
        let places = self.segment_places(customer).await?;
        let segments = self.segments_by_run().await?;
        let cells = self.small_cells().await?;
        let authors = self.authors().await?;
        let published: Vec<&SchemeEntry> = entries
            .iter()
            .filter(|one| one.action == "publish")
            .collect();
        let visits = published.iter().enumerate().map(|(place, one)| {
            let until = published.get(place + 1).map(|next| next.at);
            let own = segments.get(&one.to).map_or(&[][..], Vec::as_slice);
            let cluster = places.get(&one.to).copied();
            let hidden = cluster.is_some_and(|cluster| !is_shown(cells, own, cluster));
            let cluster = cluster.filter(|_| !hidden);
            let name = cluster.and_then(|cluster| {
                let proposed = own.iter().find(|segment| segment.cluster == cluster);
                named(&entries, cluster, until).or(proposed.map(|segment| segment.name.clone()))
            });
            Visit {
                at: one.at,
                row: publication(one, until, authors.name(one.author.clone())),
                cluster,
                hidden,
                name,
            }
        });
        let stays = stays(visits);
        Ok((!stays.is_empty()).then(|| MemberHistory {
            scheme: SCHEME.into(),
            title: SCHEME_TITLE.into(),
            of: EntityWord::Customers,
            member: customer.to_string(),
            label: None,
            stays,
        }))
    }

    async fn segment_places(&self, customer: i64) -> Result<HashMap<String, i64>, EngineError> {
        let sql = PLACES
            .replace("{scheme}", SCHEME)
            .replace("{who}", &customer.to_string());
        let mut all = HashMap::new();
        for batch in self.lake().look_up(&sql, None, vec![]).await? {
            let (run, cluster) = (texts(&batch, 0)?, ints(&batch, 1)?);
            all.extend(
                (0..batch.num_rows()).map(|row| (run.value(row).to_string(), cluster.must(row))),
            );
        }
        Ok(all)
    }

    async fn segments_by_run(&self) -> Result<HashMap<String, Vec<Segment>>, EngineError> {
        let sql = SEGMENTS.replace("{scheme}", SCHEME);
        let mut all: HashMap<String, Vec<Segment>> = HashMap::new();
        for batch in self.lake().rows(&sql, None, vec![]).await? {
            let (run, cluster) = (texts(&batch, 0)?, ints(&batch, 1)?);
            let (name, members) = (texts(&batch, 2)?, ints(&batch, 3)?);
            for row in 0..batch.num_rows() {
                let own = all.entry(run.value(row).to_string()).or_default();
                own.push(Segment {
                    cluster: cluster.must(row),
                    name: name.value(row).to_string(),
                    members: count(members.must(row)),
                });
            }
        }
        Ok(all)
    }
}

fn publication(one: &SchemeEntry, until: Option<i64>, author: String) -> PublicationRow {
    PublicationRow {
        run_id: one.to.clone(),
        title: format!("run of {}", clock::day(one.at)),
        state: match until {
            Some(_) => PeriodWord::Past,
            None => PeriodWord::Live,
        },
        from: clock::text(one.at),
        until: until.map(clock::text),
        at: clock::text(one.at),
        author,
        comment: one.reason.clone(),
    }
}

/// Runs side by side that have the customer in one segment are one stay; the newest first.
fn stays(visits: impl Iterator<Item = Visit>) -> Vec<MemberStay> {
    let mut stays: Vec<MemberStay> = Vec::new();
    for visit in visits {
        let cluster = visit.cluster.map(|cluster| cluster as i32);
        let place = (cluster, visit.hidden);
        match stays.last_mut() {
            None if place == (None, false) => {}
            Some(stay) if (stay.cluster, stay.hidden) == place => {
                stay.until = visit.row.until.clone();
                (stay.state, stay.name) = (visit.row.state, visit.name);
                stay.publications.push(visit.row);
            }
            before => {
                let sentence = sentence(before.as_deref(), visit.name.as_deref(), visit.at);
                stays.push(MemberStay {
                    state: visit.row.state,
                    from: visit.row.from.clone(),
                    until: visit.row.until.clone(),
                    cluster,
                    hidden: visit.hidden,
                    name: visit.name,
                    publications: vec![visit.row],
                    kind: None,
                    cause: None,
                    sentence,
                    why: None,
                    hand: None,
                    notes: Vec::new(),
                });
            }
        }
    }
    stays.reverse();
    stays
}

/// Whether a segment has enough members to be told of, nor tells of another that has not.
fn is_shown(cells: SmallCells, segments: &[Segment], cluster: i64) -> bool {
    let sizes: Vec<u64> = segments.iter().map(|segment| segment.members).collect();
    let shown = cells.table(&sizes).cells;
    let mut each = segments.iter().zip(shown);
    each.any(|(segment, cell)| segment.cluster == cluster && cell.is_some())
}

/// The name that a person had given a segment by an instant, entries oldest first.
fn named(entries: &[SchemeEntry], cluster: i64, until: Option<i64>) -> Option<String> {
    let mut newest_first = entries.iter().rev();
    let last = newest_first.find(|one| {
        one.action == "rename"
            && one.cluster == Some(cluster)
            && until.is_none_or(|until| one.at < until)
    })?;
    (!last.to.is_empty()).then(|| last.to.clone())
}

fn sentence(before: Option<&MemberStay>, name: Option<&str>, at: i64) -> String {
    let day = clock::day(at);
    let from = before.and_then(|stay| stay.name.as_deref());
    match (before, from, name) {
        (None, _, _) => format!("there since the run of {day}"),
        (Some(_), Some(from), Some(_)) => format!("came from {from} with the run of {day}"),
        (Some(_), None, Some(_)) => format!("there since the run of {day}"),
        (Some(_), _, None) => format!("in no segment that is shown since the run of {day}"),
    }
}
