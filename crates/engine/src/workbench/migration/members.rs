//! The members behind a migration as rows, each with its reason. It must not count.

use super::{MigrationAsk, Two, Way};
use crate::ask::{PageAsk, money};
use crate::reads::Read;
use crate::views::{MigrationMember, MigrationMemberPage, MoveHand, MoveKind};
use crate::workbench::members::require_purpose;
use crate::workbench::movers::{Seen, cause_word};
use crate::{Actor, EngineError, Project};
use govern::Action;
use retail::Purpose;
use segment::{Cause, Entity, Moved, Place};
use std::collections::{HashMap, HashSet};

impl Project {
    /// The members behind a migration, with the reason of each; of customers the purpose is asked for, the look is
    /// kept, and only flows of enough people are listed.
    pub async fn migration_members(
        &self,
        actor: &Actor,
        scheme: &str,
        ask: &MigrationAsk,
        purpose: Option<Purpose>,
        page: &PageAsk,
    ) -> Result<MigrationMemberPage, EngineError> {
        actor.may(Action::ReadResults)?;
        let recipe = self.scheme_recipe(scheme).await?;
        let of = Entity::from_word(&recipe.entity).unwrap_or(Entity::Customers);
        let purpose = require_purpose(actor, of, purpose)?;
        let withheld = self.withheld_members(of, purpose).await?;
        let two = self.two(scheme, ask).await?;
        let cells = self.small_cells().await?;
        let moves = two.moves();
        let hands = hands_of(&two);
        let wanted = |way: &Way| {
            let kind = two.kind(*way);
            ask.kind
                .map_or(kind != MoveKind::Stayed, |asked| asked == kind)
                && ask.out_of.is_none_or(|out_of| way.0 == Some(out_of))
                && ask.into.is_none_or(|into| way.1 == Some(into))
                && two.shown(*way)
        };
        let ways = two.told.flows.iter().filter(|(way, members)| {
            let enough = !two.persons() || cells.count(members.len() as u64).is_some();
            enough && wanted(way)
        });
        let mut rows: Vec<MigrationMember> = Vec::new();
        for (way, members) in ways {
            let causes: HashMap<usize, (&Moved, Cause)> = moves
                .get(way)
                .into_iter()
                .flatten()
                .map(|(moved, cause)| (moved.now, (*moved, *cause)))
                .collect();
            let each = members.iter().map(|place| {
                let found = place.now.and_then(|now| causes.get(&now).copied());
                member(&two, &hands, *way, *place, found)
            });
            rows.extend(each.filter(|row| {
                !withheld.contains(&row.member)
                    && page.finds(&format!(
                        "{} {}",
                        row.member,
                        row.label.as_deref().unwrap_or_default()
                    ))
            }));
        }
        rows.sort_by(|a, b| a.member.cmp(&b.member));
        sort(page, &mut rows)?;
        let total = rows.len() as u64;
        let rows = page.cut(rows);
        if let Some(purpose) = purpose {
            let read = Read {
                what: "members between two dates",
                cluster: ask.into.or(ask.out_of),
                total,
                keys: rows
                    .iter()
                    .filter_map(|row| row.member.parse().ok())
                    .collect(),
            };
            self.note_read(actor, purpose, read, page).await?;
        }
        Ok(MigrationMemberPage {
            rows,
            total,
            offset: page.offset,
            limit: page.limit,
        })
    }
}

/// The changes by hand behind all moves: each once, not for each member behind it.
fn hands_of(two: &Two) -> HashMap<Cause, MoveHand> {
    let distinct: HashSet<Cause> = two.causes.iter().copied().collect();
    let crossing = two.crossing();
    distinct
        .into_iter()
        .filter_map(|cause| Some((cause, crossing.hand(cause, false)?)))
        .collect()
}

fn member(
    two: &Two,
    hands: &HashMap<Cause, MoveHand>,
    way: Way,
    place: Place,
    moved: Option<(&Moved, Cause)>,
) -> MigrationMember {
    let crossing = two.crossing();
    let known = match (place.now, place.before) {
        (Some(now), _) => &two.now.base.known[now],
        (None, before) => &two.before.base.known[before.unwrap_or_default()],
    };
    let hand = moved.and_then(|(_, cause)| hands.get(&cause));
    let sentence = match (two.kind(way), moved) {
        (MoveKind::Moved, Some((moved, cause))) => crossing.sentence(moved, cause, hand),
        (MoveKind::Entered, _) => "It was not among the members before".into(),
        (MoveKind::Left, _) => "It is not among the members any more".into(),
        _ => "It stayed".to_string(),
    };
    let sales = |seen: &Seen, place: Option<usize>| {
        place.map(|place| seen.base.known[place].sales.to_string())
    };
    MigrationMember {
        member: known.id.clone(),
        label: known.label.clone(),
        kind: two.kind(way),
        from: way.0,
        from_name: way.0.map(|from| two.before.name(from)),
        to: way.1,
        to_name: way.1.map(|to| two.now.name(to)),
        sales_before: sales(&two.before, place.before),
        sales_now: sales(&two.now, place.now),
        cause: moved.map(|(_, cause)| cause_word(cause)),
        sentence,
        why: moved.map(|(moved, _)| crossing.why(&moved.why)),
        hand: hand.cloned(),
    }
}

fn sort(page: &PageAsk, rows: &mut [MigrationMember]) -> Result<(), EngineError> {
    page.sort(
        rows,
        &[
            ("member", |a, b| a.member.cmp(&b.member)),
            ("label", |a, b| a.label.cmp(&b.label)),
            ("kind", |a, b| a.kind.word().cmp(b.kind.word())),
            ("from", |a, b| a.from.cmp(&b.from)),
            ("to", |a, b| a.to.cmp(&b.to)),
            ("cause", |a, b| {
                a.cause.map(|c| c.word()).cmp(&b.cause.map(|c| c.word()))
            }),
            ("sales_before", |a, b| {
                sales(&a.sales_before).cmp(&sales(&b.sales_before))
            }),
            ("sales_now", |a, b| {
                sales(&a.sales_now).cmp(&sales(&b.sales_now))
            }),
        ],
    )
}

fn sales(written: &Option<String>) -> retail::Money {
    money(written.as_deref().unwrap_or_default())
}
