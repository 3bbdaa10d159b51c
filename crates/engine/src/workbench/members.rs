//! Members of a scheme's run: the list, and why one is where it is. Of customers the purpose is asked for and the
//! look is kept. It must not change anything.

use super::board::Board;
use super::hands::HandNames;
use super::timeline::RunAt;
use crate::ask::{PageAsk, count, instant};
use crate::reads::Read;
use crate::refusals::REFUSES;
use crate::views::{BoardMember, BoardMemberPage, MemberReason, MemberReasons, MemberShare};
use crate::{Actor, EngineError, Project};
use govern::Action;
use retail::Purpose;
use segment::Entity;
use std::collections::{BTreeMap, BTreeSet};

/// The earth's mean radius, kilometres.
const EARTH_KM: f64 = 6_371.0;

impl Project {
    /// Members of a scenario. Of customers the purpose is asked for and the look is kept.
    pub async fn board_members(
        &self,
        actor: &Actor,
        scheme: &str,
        at: &RunAt,
        purpose: Option<Purpose>,
        cluster: Option<i32>,
        ask: &PageAsk,
    ) -> Result<BoardMemberPage, EngineError> {
        actor.may(Action::ReadResults)?;
        let scenario = self.find_scenario(scheme, &at.run).await?;
        let board = self.board(&scenario).await?;
        let purpose = require_purpose(actor, board.base.result.of, purpose)?;
        let shown = self.shown(&board).await?;
        if let Some(cluster) = cluster.filter(|cluster| !shown.contains(cluster)) {
            return Err(EngineError::Missing {
                what: "cluster with enough members to be shown",
                name: cluster.to_string(),
            });
        }
        let entries = self.registry().hands(scheme).await?;
        let names = HandNames::by(at.known(&entries))?;
        let teller = Teller::new(&board, &names);
        let withheld = self.withheld_members(board.base.result.of, purpose).await?;
        let wanted = |place: &usize| {
            let (id, member) = (board.shaped.ids[*place], &board.base.known[*place]);
            let text = format!(
                "{} {}",
                member.id,
                member.label.as_deref().unwrap_or_default()
            );
            cluster.is_none_or(|cluster| cluster == id)
                && shown.contains(&id)
                && ask.finds(&text)
                && !withheld.contains(&member.id)
        };
        let places = (0..board.base.ids.len()).filter(wanted);
        let mut rows: Vec<BoardMember> = places.map(|place| teller.member(place)).collect();
        // Only of those shown, unless all are sorted by it: among many shops, each against each takes long.
        let by_nearest = ask.sort.as_deref() == Some("nearest");
        if by_nearest {
            teller.find_nearest(&mut rows);
        }
        sort(ask, &mut rows)?;
        let total = rows.len() as u64;
        let mut rows = ask.cut(rows);
        if !by_nearest {
            teller.find_nearest(&mut rows);
        }
        if let Some(purpose) = purpose {
            let read = Read {
                what: "members",
                cluster,
                total,
                keys: rows
                    .iter()
                    .filter_map(|row| row.member.parse().ok())
                    .collect(),
            };
            self.note_read(actor, purpose, read, ask).await?;
        }
        Ok(BoardMemberPage {
            rows,
            total,
            offset: ask.offset,
            limit: ask.limit,
        })
    }

    /// Why a member is where it is.
    pub async fn member_reasons(
        &self,
        actor: &Actor,
        scheme: &str,
        at: &RunAt,
        member: &str,
        purpose: Option<Purpose>,
    ) -> Result<MemberReasons, EngineError> {
        actor.may(Action::ReadResults)?;
        let scenario = self.find_scenario(scheme, &at.run).await?;
        let board = self.board(&scenario).await?;
        let purpose = require_purpose(actor, board.base.result.of, purpose)?;
        let place = board
            .base
            .place(member)
            .ok_or_else(|| EngineError::Missing {
                what: "member",
                name: member.to_string(),
            })?;
        if !self.shown(&board).await?.contains(&board.shaped.ids[place]) {
            return Err(EngineError::Missing {
                what: "member of a cluster large enough to be shown",
                name: member.to_string(),
            });
        }
        let withheld = self.withheld_members(board.base.result.of, purpose).await?;
        // Kept as a look, too: whoever asks learns that this person refused.
        let read = |cluster| Read {
            what: "member",
            cluster,
            total: 1,
            keys: member.parse().ok().into_iter().collect(),
        };
        if withheld.contains(member) {
            if let Some(purpose) = purpose {
                self.note_read(actor, purpose, read(None), &PageAsk::default())
                    .await?;
            }
            return Err(EngineError::Refused(REFUSES.into()));
        }
        let entries = self.registry().hands(scheme).await?;
        let entries = at.known(&entries);
        let names = HandNames::by(entries)?;
        let teller = Teller::new(&board, &names);
        let mut told = teller.member(place);
        teller.find_nearest(std::slice::from_mut(&mut told));
        let hands = self.hand_rows(entries, |entry| {
            let hand: Option<segment::hands::Hand> =
                serde_json::from_value(entry.hand.clone()).ok();
            hand.is_some_and(|hand| hand.members().contains(&member))
        });
        let reasons = reasons(&board, place)?;
        if let Some(purpose) = purpose {
            let read = read(Some(told.cluster));
            self.note_read(actor, purpose, read, &PageAsk::default())
                .await?;
        }
        let standing = &board.segmentation.members[place];
        Ok(MemberReasons {
            distance: standing.distance,
            second_distance: standing.second_distance,
            reasons,
            memberships: teller.memberships(place, &self.shown(&board).await?),
            hands: hands.await?,
            member: told,
        })
    }
}

impl Project {
    /// Members who are told of no more, whatever run had them: customers who refused since.
    pub(super) async fn withheld_members(
        &self,
        of: Entity,
        purpose: Option<Purpose>,
    ) -> Result<BTreeSet<String>, EngineError> {
        Ok(match (of, purpose) {
            (Entity::Customers, Some(Purpose::PrivacyRequest)) => BTreeSet::new(),
            (Entity::Customers, _) => self.refusing().await?.iter().map(i64::to_string).collect(),
            (Entity::Stores | Entity::Products, _) => BTreeSet::new(),
        })
    }
}

/// Of customers: the purpose, which the actor must be allowed to name.
pub(super) fn require_purpose(
    actor: &Actor,
    of: Entity,
    purpose: Option<Purpose>,
) -> Result<Option<Purpose>, EngineError> {
    if of != Entity::Customers {
        return Ok(None);
    }
    let purpose = purpose.ok_or_else(|| {
        EngineError::invalid(
            "purpose",
            "members of this scheme are customers: say what you look at them for, as in purpose=analytics (--purpose analytics)",
        )
    })?;
    actor.may(Action::ReadPerson(purpose))?;
    Ok(Some(purpose))
}

fn reasons(board: &Board, place: usize) -> Result<Vec<MemberReason>, EngineError> {
    let base = &board.base;
    let standing = &board.segmentation.members[place];
    let width = base.columns.features.len();
    let values = base.columns.table.values.view();
    let split = board.segmentation.model.contributions(
        values.row(place),
        standing.cluster,
        standing.second,
    )?;
    let mean = |cluster: i32, slot: usize| {
        let segment = board
            .segmentation
            .segments
            .iter()
            .find(|segment| segment.cluster == cluster);
        segment
            .and_then(|segment| segment.facts.get(slot))
            .map_or(0.0, |fact| fact.value)
    };
    let mut reasons: Vec<MemberReason> = split
        .iter()
        .zip(&base.columns.features)
        .enumerate()
        .map(|(slot, (split, feature))| MemberReason {
            feature: feature.key.clone(),
            label: feature.label.clone(),
            value: base
                .columns
                .table
                .missing
                .binary_search(&(place * width + slot))
                .is_err()
                .then(|| values.row(place)[slot]),
            own_mean: mean(standing.cluster, slot),
            second_mean: mean(standing.second, slot),
            own: split.own,
            second: split.second,
        })
        .collect();
    // What speaks most for the own cluster against the next comes first.
    reasons.sort_by(|a, b| {
        (b.second - b.own)
            .abs()
            .total_cmp(&(a.second - a.own).abs())
    });
    Ok(reasons)
}

/// Turns members into rows.
struct Teller<'a> {
    board: &'a Board,
    names: BTreeMap<i32, String>,
}

impl<'a> Teller<'a> {
    fn new(board: &'a Board, hands: &HandNames) -> Self {
        let each = board.segmentation.segments.iter();
        let names = each.map(|segment| {
            (
                segment.cluster,
                hands.name(segment.cluster, &segment.name).0,
            )
        });
        Self {
            board,
            names: names.collect(),
        }
    }

    fn name(&self, cluster: i32) -> String {
        self.names
            .get(&cluster)
            .cloned()
            .unwrap_or_else(|| format!("cluster {cluster}"))
    }

    fn member(&self, place: usize) -> BoardMember {
        let base = &self.board.base;
        let (known, standing) = (&base.known[place], &self.board.segmentation.members[place]);
        let both = standing.distance + standing.second_distance;
        BoardMember {
            member: known.id.clone(),
            label: known.label.clone(),
            part: (!known.part.is_empty()).then(|| known.part.clone()),
            cluster: standing.cluster,
            cluster_name: self.name(standing.cluster),
            second_cluster: standing.second,
            second_name: self.name(standing.second),
            margin: if both > 0.0 {
                (standing.second_distance - standing.distance) / both
            } else {
                0.0
            },
            silhouette: standing.silhouette,
            probability: self.board.segmentation.probability(place),
            sales: known.sales.to_string(),
            receipts: count(known.receipts),
            pinned: self.board.pinned(place),
            found: Some(base.found[place]).filter(|found| *found != standing.cluster),
            nearest: None,
            nearest_km: None,
            last_at: instant(known.last_at),
            online: base.online.contains(&known.id),
        }
    }

    /// The probabilities of the clusters that may be shown, likeliest first.
    fn memberships(&self, place: usize, shown: &BTreeSet<i32>) -> Vec<MemberShare> {
        let each = self.board.segmentation.probabilities(place);
        let mut each: Vec<MemberShare> = each
            .filter(|(cluster, share)| shown.contains(cluster) && *share > 0.0)
            .map(|(cluster, probability)| MemberShare {
                cluster,
                name: self.name(cluster),
                probability,
            })
            .collect();
        each.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        each
    }

    /// Fills in which other member is nearest on the ground.
    fn find_nearest(&self, rows: &mut [BoardMember]) {
        let base = &self.board.base;
        for row in rows {
            let found = base
                .place(&row.member)
                .and_then(|place| self.nearest(place));
            if let Some((other, km)) = found {
                let label = base.known[other].label.clone();
                row.nearest = Some(label.unwrap_or_else(|| base.ids[other].clone()));
                row.nearest_km = Some(km);
            }
        }
    }

    /// The nearest other member on the ground and how far it is (haversine).
    fn nearest(&self, place: usize) -> Option<(usize, f64)> {
        let known = &self.board.base.known;
        let own = known[place].place?;
        let others = known
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != place);
        let each =
            others.filter_map(|(other, member)| Some((other, kilometres(own, member.place?))));
        each.min_by(|a, b| a.1.total_cmp(&b.1))
    }
}

fn kilometres(a: [f64; 2], b: [f64; 2]) -> f64 {
    let ([lat_a, lon_a], [lat_b, lon_b]) = (a.map(f64::to_radians), b.map(f64::to_radians));
    let half = |x: f64| (x / 2.0).sin().powi(2);
    let h = half(lat_b - lat_a) + lat_a.cos() * lat_b.cos() * half(lon_b - lon_a);
    2.0 * EARTH_KM * h.sqrt().min(1.0).asin()
}

fn sort(ask: &PageAsk, rows: &mut [BoardMember]) -> Result<(), EngineError> {
    use crate::ask::money;
    ask.sort(
        rows,
        &[
            ("member", |a, b| a.member.cmp(&b.member)),
            ("label", |a, b| a.label.cmp(&b.label)),
            ("part", |a, b| a.part.cmp(&b.part)),
            ("cluster", |a, b| a.cluster.cmp(&b.cluster)),
            ("second_cluster", |a, b| {
                a.second_cluster.cmp(&b.second_cluster)
            }),
            ("margin", |a, b| a.margin.total_cmp(&b.margin)),
            ("silhouette", |a, b| {
                a.silhouette
                    .unwrap_or(f64::MAX)
                    .total_cmp(&b.silhouette.unwrap_or(f64::MAX))
            }),
            ("probability", |a, b| {
                let told = |member: &BoardMember| member.probability.unwrap_or(f64::MAX);
                told(a).total_cmp(&told(b))
            }),
            ("sales", |a, b| money(&a.sales).cmp(&money(&b.sales))),
            ("receipts", |a, b| a.receipts.cmp(&b.receipts)),
            ("pinned", |a, b| a.pinned.cmp(&b.pinned)),
            ("nearest", |a, b| a.nearest.cmp(&b.nearest)),
            ("last_at", |a, b| a.last_at.cmp(&b.last_at)),
        ],
    )
}
