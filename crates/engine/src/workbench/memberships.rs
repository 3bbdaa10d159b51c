//! In which clusters of the live schemes one customer is, each with its probability. It must not write; who looks, and
//! what for, is noted by the caller.

use crate::views::{CustomerMembership, MemberShare};
use crate::{EngineError, Project};
use segment::Entity;

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
            let board = self.board(&live).await?;
            let Some(place) = board.base.place(&id) else {
                continue;
            };
            let shown = self.shown(&board).await?;
            let own = board.shaped.ids[place];
            if !shown.contains(&own) {
                continue;
            }
            let names = self.hand_names(&recipe.scheme).await?;
            let segments = &board.segmentation.segments;
            let shares = segments.iter().zip(board.segmentation.probabilities(place));
            let mut clusters: Vec<MemberShare> = shares
                .filter(|(segment, (cluster, share))| {
                    shown.contains(cluster) && (*share >= TOLD_FROM || segment.cluster == own)
                })
                .map(|(segment, (cluster, probability))| MemberShare {
                    cluster,
                    name: names.name(cluster, &segment.name).0,
                    probability,
                })
                .collect();
            clusters.sort_by(|a, b| b.probability.total_cmp(&a.probability));
            let at = clusters.iter().find(|share| share.cluster == own);
            all.push(CustomerMembership {
                title: recipe.title,
                cluster: own,
                name: at.map(|share| share.name.clone()).unwrap_or_default(),
                probability: at.map_or(0.0, |share| share.probability),
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
