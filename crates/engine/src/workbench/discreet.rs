//! What changes of customers' clusters may tell of few people: clusters too small to be shown are not there to be
//! changed, halves too small to be shown are not made, and who is named is looked at. It must not weigh a change.

use super::board::Board;
use crate::ask::PageAsk;
use crate::reads::Read;
use crate::refusals::REFUSES;
use crate::views::HandAsk;
use crate::{Actor, EngineError, Project};
use govern::Action;
use retail::Purpose;
use segment::Entity;
use segment::hands::{Hand, Shaped};

/// The members that a change names.
pub(super) fn members(asked: &HandAsk) -> &[String] {
    match asked {
        HandAsk::Move { members, .. }
        | HandAsk::Place { members, .. }
        | HandAsk::Lock { members }
        | HandAsk::Unlock { members }
        | HandAsk::Together { members }
        | HandAsk::Apart { members } => members,
        HandAsk::Create { .. }
        | HandAsk::Merge { .. }
        | HandAsk::Split { .. }
        | HandAsk::Rename { .. }
        | HandAsk::Describe { .. } => &[],
    }
}

/// The clusters that it names, each with its field.
fn clusters(asked: &HandAsk) -> Vec<(&'static str, i32)> {
    match asked {
        HandAsk::Move { to, .. } | HandAsk::Place { to, .. } => vec![("hand.to", *to)],
        HandAsk::Merge { from, into } => vec![("hand.from", *from), ("hand.into", *into)],
        HandAsk::Split { cluster }
        | HandAsk::Rename { cluster, .. }
        | HandAsk::Describe { cluster, .. } => vec![("hand.cluster", *cluster)],
        HandAsk::Lock { .. }
        | HandAsk::Unlock { .. }
        | HandAsk::Create { .. }
        | HandAsk::Together { .. }
        | HandAsk::Apart { .. } => Vec::new(),
    }
}

impl Project {
    /// Who names a customer in a change learns where they are and what they spend: that needs the right to look at
    /// people, and is kept as a look. A cluster of too few people to be shown is none, as everywhere.
    pub(super) async fn require_discreet(
        &self,
        actor: &Actor,
        board: &Board,
        asked: &HandAsk,
    ) -> Result<(), EngineError> {
        if board.base.result.of != Entity::Customers {
            return Ok(());
        }
        let named = members(asked);
        if !named.is_empty() {
            actor.may(Action::ReadPerson(Purpose::Analytics))?;
            let why = Some(Purpose::Analytics);
            let withheld = self.withheld_members(Entity::Customers, why).await?;
            if named.iter().any(|member| withheld.contains(member)) {
                return Err(EngineError::Refused(REFUSES.into()));
            }
            let read = Read {
                what: "a change by hand",
                cluster: None,
                total: named.len() as u64,
                keys: named
                    .iter()
                    .filter_map(|member| member.parse().ok())
                    .collect(),
            };
            self.note_read(actor, Purpose::Analytics, read, &PageAsk::default())
                .await?;
        }
        let shown = self.shown(board).await?;
        let hidden = |cluster: &i32| !shown.contains(cluster) && board.shaped.ids.contains(cluster);
        let mut clusters = clusters(asked).into_iter();
        match clusters.find(|(_, cluster)| hidden(cluster)) {
            Some((field, cluster)) => Err(EngineError::invalid(
                field,
                format!("there is no cluster {cluster} in this run"),
            )),
            None => Ok(()),
        }
    }
}

/// Refuses a split that parts nobody, or of customers so few that they could not be shown; `k` is the least number that
/// can.
pub(super) fn require_parted(
    board: &Board,
    hand: &Hand,
    after: &Shaped,
    k: u64,
) -> Result<(), EngineError> {
    let Hand::Split { cluster, part } = hand else {
        return Ok(());
    };
    let refuse = |why: String| Err(EngineError::invalid("hand.cluster", why));
    let size = |id: &i32| after.ids.iter().filter(|own| *own == id).count() as u64;
    let (rest, split_off) = (size(cluster), size(part));
    if split_off == 0 {
        // Nothing would change now, and what a later run would do of it nobody has seen.
        let mut own = after.conflicts.iter().filter(|one| one.seq == i64::MAX);
        return refuse(own.next().map_or_else(
            || {
                "it cannot be split: the members of one half were placed or locked by hand, and stay; make a cluster \
                 and move them to it"
                    .into()
            },
            |conflict| conflict.sentence.clone(),
        ));
    }
    if board.base.result.of == Entity::Customers && rest.min(split_off) < k {
        return refuse(format!(
            "it cannot be split: one half would have fewer than {k} customers, too few to be shown"
        ));
    }
    Ok(())
}
