//! How far two schemes group the same members alike, as products by what they are and by what they are bought with. It
//! must not change anything.

use super::board::Board;
use super::hands::HandNames;
use super::scenarios::{coarse, in_tens};
use crate::views::{SchemeAgreement, SchemeOverlap};
use crate::{Actor, EngineError, Project};
use govern::Action;
use segment::Entity;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Project {
    /// Two schemes of one entity side by side, each as it is live, else its newest run with its changes by hand. Of
    /// customers numbers are to the nearest multiple of the least that is shown.
    pub async fn scheme_agreement(
        &self,
        actor: &Actor,
        scheme: &str,
        other: &str,
    ) -> Result<SchemeAgreement, EngineError> {
        actor.may(Action::ReadResults)?;
        if other.is_empty() {
            let detail = "name the other scheme, as in with=products-by-dna";
            return Err(EngineError::invalid("with", detail));
        }
        let (left, right) = (
            self.standing_board(scheme).await?,
            self.standing_board(other).await?,
        );
        let (of, with) = (left.base.result.of, right.base.result.of);
        if of != with {
            return Err(EngineError::invalid(
                "with",
                format!(
                    "'{scheme}' clusters {} and '{other}' {}: name two schemes of one kind",
                    of.word(),
                    with.word()
                ),
            ));
        }
        let (ours, theirs) = in_both(&left, &right);
        let (shown, far_shown) = (self.shown(&left).await?, self.shown(&right).await?);
        let (names, far_names) = (
            self.hand_names(scheme).await?,
            self.hand_names(other).await?,
        );
        let least = self.small_cells().await?.k();
        let told = |number: usize| match of {
            Entity::Customers => in_tens(number, least),
            Entity::Stores | Entity::Products => number,
        };
        let mut cells: BTreeMap<(i32, i32), usize> = BTreeMap::new();
        for (own, far) in ours.iter().zip(&theirs) {
            *cells.entry((*own as i32, *far as i32)).or_default() += 1;
        }
        let seen = cells
            .into_iter()
            .filter(|((own, far), _)| shown.contains(own) && far_shown.contains(far));
        let mut overlaps: Vec<SchemeOverlap> = seen
            .map(|((own, far), members)| SchemeOverlap {
                cluster: own,
                name: called(&left, &names, own),
                other: far,
                other_name: called(&right, &far_names, far),
                members: told(members),
            })
            .filter(|overlap| overlap.members > 0)
            .collect();
        overlaps.sort_by(|a, b| {
            let most = b.members.cmp(&a.members);
            most.then((a.cluster, a.other).cmp(&(b.cluster, b.other)))
        });
        // Of too few to be counted nothing is told, nor how they agree.
        let adjusted_rand = match told(ours.len()) {
            0 => None,
            _ => segment::agreement(&ours, &theirs).map(|alike| coarse(of, alike)),
        };
        Ok(SchemeAgreement {
            scheme: scheme.to_string(),
            other: other.to_string(),
            both: told(ours.len()),
            only_here: told(left.base.ids.len() - ours.len()),
            only_there: told(right.base.ids.len() - ours.len()),
            sentence: sentence(of, told(ours.len()), adjusted_rand),
            adjusted_rand,
            overlaps,
        })
    }

    /// A scheme's live run, else its newest, with its changes by hand.
    pub(crate) async fn standing_board(&self, scheme: &str) -> Result<Arc<Board>, EngineError> {
        let live = self.live_scenario(scheme, self.now()).await?;
        let scenario = match live {
            Some(live) => live,
            None => self.find_scenario(scheme, "newest").await?,
        };
        self.board(&scenario).await
    }
}

/// The clusters of the members that both have: in the one, in the other.
fn in_both(left: &Board, right: &Board) -> (Vec<u32>, Vec<u32>) {
    let each = left.base.ids.iter().enumerate();
    let both = each.filter_map(|(place, id)| {
        let far = right.base.place(id)?;
        Some((left.shaped.ids[place] as u32, right.shaped.ids[far] as u32))
    });
    both.unzip()
}

fn called(board: &Board, names: &HandNames, cluster: i32) -> String {
    let all = &board.segmentation.segments;
    let proposed = all.iter().find(|segment| segment.cluster == cluster);
    let proposed = proposed.map_or("", |segment| segment.name.as_str());
    names.name(cluster, proposed).0
}

fn sentence(of: Entity, both: usize, adjusted_rand: Option<f64>) -> String {
    let counted = of.counted(both);
    match adjusted_rand {
        None => format!("The two have {both} {counted} in common: too few to compare."),
        Some(agreement) => format!(
            "Over {both} {counted} in both they agree to {agreement:.2} (adjusted Rand index: 1 the same, 0 as two groupings \
             that have nothing to do with each other)."
        ),
    }
}
