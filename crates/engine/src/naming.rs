//! The names that people gave to segments: as they hold now, as they held at an instant, and carried over to
//! the segment of a new run that keeps most of the members. It must not propose names (`segment`).

use crate::schemes::Names;
use crate::snapshot::Snapshot;
use crate::{EngineError, Project};
use retail::Change;
use std::collections::BTreeMap;

impl Project {
    /// The names of a scheme's segments, now or as of an instant.
    pub(crate) async fn names(
        &self,
        scheme: &str,
        as_of: Option<i64>,
    ) -> Result<Names, EngineError> {
        let Some(instant) = as_of else {
            let names = self.registry().cluster_names(scheme).await?;
            return Ok(names
                .into_iter()
                .map(|name| (name.cluster, name.name))
                .collect());
        };
        let mut history = self.registry().scheme_history(scheme).await?;
        history.retain(|entry| entry.action == "rename" && entry.at <= instant);
        history.sort_by_key(|entry| entry.seq);
        let mut names = Names::new();
        for entry in history {
            let Some(cluster) = entry.cluster else {
                continue;
            };
            if entry.to.is_empty() {
                names.remove(&cluster);
            } else {
                names.insert(cluster, entry.to);
            }
        }
        Ok(names)
    }

    /// Gives each given name to the segment of the new run that shares most members with the one that had it.
    /// Segments are numbered anew in every run, so a name must not stay with a number.
    pub(crate) async fn carry_names(
        &self,
        scheme: &str,
        before: &Snapshot,
        after: &Snapshot,
        author: &str,
    ) -> Result<(), EngineError> {
        let names = self.names(scheme, None).await?;
        if names.is_empty() {
            return Ok(());
        }
        let heirs = heirs(before, after)?;
        let carried: Names = names
            .iter()
            .filter_map(|(old, name)| Some((*heirs.get(old)?, name.clone())))
            .collect();
        let reason = |words: &str| Change {
            author: author.to_string(),
            reason: format!("{words} in run {}", after.run.run_id),
        };
        let numbers = names.keys().chain(carried.keys());
        let numbers: std::collections::BTreeSet<i64> = numbers.copied().collect();
        for number in numbers {
            let (registry, now) = (self.registry(), self.now());
            match (names.get(&number), carried.get(&number)) {
                (old, Some(new)) if old != Some(new) => {
                    let change =
                        reason("this segment keeps most members of the one that had the name");
                    registry
                        .rename_cluster(scheme, number, new, now, &change)
                        .await?;
                }
                (Some(_), None) => {
                    let change =
                        reason("the members of the segment that had the name are elsewhere");
                    registry
                        .unname_cluster(scheme, number, now, &change)
                        .await?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// For each old segment the new one with which it shares most members, one to one.
fn heirs(before: &Snapshot, after: &Snapshot) -> Result<BTreeMap<i64, i64>, EngineError> {
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for member in &before.members {
        if let Some(now) = after.member(member.customer_key) {
            old.push(member.cluster as u32);
            new.push(now.cluster as u32);
        }
    }
    let pairs = segment::same_segments(&old, &new)?;
    Ok(pairs
        .into_iter()
        .map(|(old, new)| (i64::from(old), i64::from(new)))
        .collect())
}
