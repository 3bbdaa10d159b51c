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
