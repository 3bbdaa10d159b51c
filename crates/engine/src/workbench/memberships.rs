//! In which clusters of the live schemes one customer is, each with its probability. It must not write; who looks, and
//! what for, is noted by the caller.

use crate::ask::written_instant;
use crate::schemes::{name_of, visible};
use crate::segmenting::SCHEME;
use crate::views::{CustomerMembership, MemberShare};
use crate::{EngineError, Project};
use segment::Entity;
use std::collections::BTreeMap;

/// Other clusters told beside the own, likeliest first: below this share they are no news.
const TOLD_FROM: f64 = 0.01;

impl Project {
    /// The memberships of a customer in every live scheme of the workbench. Clusters too small to be shown are left
    /// out, so that nobody is found in them.
    pub(crate) async fn memberships_of(
        &self,
        customer_key: i64,
    ) -> Result<Vec<CustomerMembership>, EngineError> {
        let id = customer_key.to_string();
        let mut all = Vec::new();
        for recipe in self.registry().recipes().await? {
            if recipe.entity != Entity::Customers.word() {
                continue;
            }
            let Some(live) = self.live_scenario(&recipe.scheme, self.now()).await? else {
                continue;
            };
            let board = match self.board(&live).await {
                Ok(board) => board,
                // A run that another version kept says nothing of the customer; the others do.
                Err(EngineError::Data(_)) => continue,
                Err(cause) => return Err(cause),
            };
            let Some(place) = board.base.place(&id) else {
                continue;
            };
            let shown = self.shown(&board).await?;
            let own = board.shaped.ids[place];
            if !shown.contains(&own) {
                continue;
            }
            let names = self.hand_names(&recipe.scheme).await?;
            let name = |cluster: i32| {
                let mut segments = board.segmentation.segments.iter();
                let found = segments.find(|segment| segment.cluster == cluster);
                let proposed = found.map_or("", |segment| segment.name.as_str());
                names.name(cluster, proposed).0
            };
            let shares = board.segmentation.probabilities(place);
            let mut clusters: Vec<MemberShare> = shares
                .filter(|(cluster, share)| {
                    shown.contains(cluster) && (*share >= TOLD_FROM || *cluster == own)
                })
                .map(|(cluster, probability)| MemberShare {
                    cluster,
                    name: name(cluster),
                    probability,
                })
                .collect();
            clusters.sort_by(|a, b| b.probability.total_cmp(&a.probability));
            all.push(CustomerMembership {
                title: recipe.title,
                cluster: own,
                name: name(own),
                probability: board.segmentation.probability(place),
                placed: board.pinned(place),
                ruled: board.base.result.ruled,
                run_id: live.run_id,
                scheme: recipe.scheme,
                clusters,
            });
        }
        Ok(all)
    }
}

/// Customers of a scheme that is live, each with its cluster, and the names of the clusters that may be shown.
pub(crate) struct CustomersOfScheme {
    /// Customers and their clusters.
    pub members: Vec<(i64, i32)>,
    /// Names by cluster.
    pub shown: BTreeMap<i32, String>,
}

impl Project {
    /// The customers of a scheme that is live, or was at an instant: the first scheme, or one of the workbench.
    pub(crate) async fn customers_of_scheme(
        &self,
        scheme: &str,
        on: Option<&str>,
    ) -> Result<CustomersOfScheme, EngineError> {
        if scheme == SCHEME {
            return self.customers_of_segments(on).await;
        }
        let recipe = self.scheme_recipe(scheme).await?;
        if recipe.entity != Entity::Customers.word() {
            let detail = format!(
                "'{scheme}' is a scheme of {}; name one of customers",
                recipe.entity
            );
            return Err(EngineError::invalid("scheme", detail));
        }
        let at = on
            .map(|on| written_instant("on", on, "2026-03-01"))
            .transpose()?
            .unwrap_or_else(|| self.now());
        let Some(live) = self.live_scenario(scheme, at).await? else {
            return Err(EngineError::Data(format!(
                "nothing of '{scheme}' is live: put a run up with 'tessera segment publish {scheme}'"
            )));
        };
        let board = self.board(&live).await?;
        let shown = self.shown(&board).await?;
        let names = self.hand_names(scheme).await?;
        let named = board.segmentation.segments.iter().filter_map(|segment| {
            let name = names.name(segment.cluster, &segment.name).0;
            shown
                .contains(&segment.cluster)
                .then_some((segment.cluster, name))
        });
        let members = board.base.ids.iter().zip(&board.shaped.ids);
        Ok(CustomersOfScheme {
            members: members
                .filter_map(|(id, cluster)| Some((id.parse().ok()?, *cluster)))
                .collect(),
            shown: named.collect(),
        })
    }

    async fn customers_of_segments(
        &self,
        on: Option<&str>,
    ) -> Result<CustomersOfScheme, EngineError> {
        let found = self.published(SCHEME, on).await;
        let snapshot = found.map_err(|cause| match cause {
            EngineError::Missing { .. } => EngineError::Data(
                "there were no segments by then: run 'tessera run' for all stages, or name a later day".into(),
            ),
            other => other,
        })?;
        let names = self.names(SCHEME, None).await?;
        let shown = visible(self.small_cells().await?, &snapshot);
        let named = snapshot.segments.iter().filter_map(|segment| {
            let name = name_of(segment, &names).0;
            shown
                .contains(&segment.cluster)
                .then_some((segment.cluster as i32, name))
        });
        let members = snapshot.members.iter();
        Ok(CustomersOfScheme {
            members: members
                .map(|member| (member.customer_key, member.cluster as i32))
                .collect(),
            shown: named.collect(),
        })
    }
}
