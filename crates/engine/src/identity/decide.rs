//! What people decide about records: it holds at once, every later run keeps to it, and taking it back is exact. It must
//! not find links, nor show anybody.

use super::gather::standing;
use crate::cells::ints;
use crate::views::{IdentityDecided, IdentityDecisionRequest, IdentityVerdict, MovedRecord};
use crate::{Actor, EngineError, Project};
use govern::Action;
use registry::{IdentityDecision, Verdict};
use retail::CustomerKey;
use std::collections::{BTreeMap, BTreeSet};
use unify::{Merges, Move};

/// Records of one decision at most.
const RECORDS_MAX: usize = 100;

impl Project {
    /// Keeps a decision and carries it out. `after` is the newest decision that its author saw.
    pub async fn decide_identity(
        &self,
        actor: &Actor,
        after: Option<i64>,
        asked: IdentityDecisionRequest,
    ) -> Result<IdentityDecided, EngineError> {
        actor.may(Action::DecideIdentity)?;
        let after = after.ok_or_else(|| {
            EngineError::invalid(
                "If-Match",
                "name the version of the decisions that you saw, as in If-Match: \"12\"",
            )
        })?;
        let change = actor.change(&asked.reason)?;
        let _deciding = self.deciding_alone().await?;
        let merges = self.merges().await?;
        self.require_records(&asked).await?;
        let said = self.registry().identity_decisions().await?;
        let plan = match asked.verdict {
            IdentityVerdict::Same => joined(&merges, &asked, &said)?,
            IdentityVerdict::Different => parted(&merges, &asked)?,
            IdentityVerdict::Open => self.taken_back(&merges, &asked, &said).await?,
        };
        let verdict = match asked.verdict {
            IdentityVerdict::Same => Verdict::Same,
            IdentityVerdict::Different => Verdict::Different,
            IdentityVerdict::Open => Verdict::Open,
        };
        let seq = self
            .registry()
            .decide_identity(&plan.pairs, verdict, after, self.now(), &change)
            .await?;
        let moved: Vec<(i64, i64)> = plan
            .moves
            .iter()
            .map(|step| (step.key.0, step.after.0))
            .collect();
        self.lake()
            .merge_customers(&moved, &written_by(seq), self.now())
            .await?;
        Ok(decided(seq, &plan, asked.verdict))
    }

    /// Refuses records that are not there.
    async fn require_records(&self, asked: &IdentityDecisionRequest) -> Result<(), EngineError> {
        if !(1..=RECORDS_MAX).contains(&asked.records.len()) {
            let detail = format!("name 1 to {RECORDS_MAX} records");
            return Err(EngineError::invalid("records", detail));
        }
        for key in asked.records.iter().chain(&asked.with) {
            let before = CustomerKey(key.saturating_sub(1));
            let found = self.registry().person_records(before, 1).await?;
            if found.first().is_none_or(|one| one.key.0 != *key) {
                return Err(EngineError::Missing {
                    what: "record",
                    name: key.to_string(),
                });
            }
        }
        Ok(())
    }

    /// What is undone where decisions are taken back: their pairs, and the moves that they made, backwards, as far as
    /// nothing else has moved these records since.
    async fn taken_back(
        &self,
        merges: &Merges,
        asked: &IdentityDecisionRequest,
        said: &[IdentityDecision],
    ) -> Result<Plan, EngineError> {
        let about = |one: &IdentityDecision| {
            let named = |key| asked.records.contains(&key);
            match asked.with {
                Some(with) => (named(one.a) && one.b == with) || (named(one.b) && one.a == with),
                None => named(one.a) || named(one.b),
            }
        };
        let named: BTreeSet<i64> = standing(said)
            .into_iter()
            .filter(|one| about(one))
            .map(|one| one.seq)
            .collect();
        // A decision is taken back whole: what it moved cannot be told pair by pair.
        let back: Vec<_> = standing(said)
            .into_iter()
            .filter(|one| named.contains(&one.seq))
            .collect();
        if back.is_empty() {
            let detail = "nothing that stands was decided about these records";
            return Err(EngineError::invalid("records", detail));
        }
        let mut map = merges.clone();
        let mut moves = Vec::new();
        let mut kept = true;
        let seqs: BTreeSet<i64> = back.iter().map(|one| one.seq).collect();
        for seq in seqs.into_iter().rev() {
            let made = unify::Change {
                moves: self.moves_of(seq).await?,
                decisions: Vec::new(),
            };
            match map.revert(&made) {
                Ok(()) => moves.extend(made.moves.iter().map(|step| Move {
                    key: step.key,
                    before: step.after,
                    after: step.before,
                })),
                // Moved by somebody else since: the next run says where they go.
                Err(_) => kept = false,
            }
        }
        // A run since may have drawn further consequences, which the next one takes back.
        let first = back.iter().map(|one| one.at).min().unwrap_or_default();
        let then = self.merges_at(Some(first - 1)).await?;
        let as_it_was = |key: i64| {
            let key = CustomerKey(key);
            map.members(map.customer(key)) == then.members(then.customer(key))
        };
        let exact = kept && back.iter().all(|one| as_it_was(one.a) && as_it_was(one.b));
        Ok(Plan {
            pairs: back.iter().map(|one| (one.a, one.b)).collect(),
            moves,
            exact,
        })
    }

    /// The moves that a decision made.
    async fn moves_of(&self, seq: i64) -> Result<Vec<Move>, EngineError> {
        let sql = format!(
            "select record_key, merged_key, cast(known_at as bigint) from customer_merges where run_id = '{}' \
             order by record_key",
            written_by(seq)
        );
        let mut made = Vec::new();
        for batch in self.lake().rows(&sql, None, vec![]).await? {
            let (key, after, at) = (ints(&batch, 0)?, ints(&batch, 1)?, ints(&batch, 2)?);
            made.extend(
                (0..batch.num_rows()).map(|row| (key.must(row), after.must(row), at.must(row))),
            );
        }
        let Some((_, _, at)) = made.first().copied() else {
            return Ok(Vec::new());
        };
        let before = self.lake().merged_customers(Some(at - 1)).await?;
        let before: BTreeMap<i64, i64> = before.into_iter().collect();
        let each = made.into_iter().map(|(key, after, _)| Move {
            key: CustomerKey(key),
            before: CustomerKey(before.get(&key).copied().unwrap_or(key)),
            after: CustomerKey(after),
        });
        Ok(each.collect())
    }
}

/// What a decision says and does.
struct Plan {
    /// Pairs that it is about.
    pairs: Vec<(i64, i64)>,
    /// Records that it moves now.
    moves: Vec<Move>,
    /// Whether everything stands as it did before, where something is taken back.
    exact: bool,
}

/// How the lake's rows name a decision.
fn written_by(seq: i64) -> String {
    format!("decision:{seq}")
}

fn refuse(field: &str, detail: &str) -> EngineError {
    EngineError::invalid(field, detail.to_string())
}

fn joined(
    merges: &Merges,
    asked: &IdentityDecisionRequest,
    said: &[IdentityDecision],
) -> Result<Plan, EngineError> {
    let with = asked.with.ok_or_else(|| {
        refuse(
            "with",
            "name the record that the others are one customer with",
        )
    })?;
    let mut map = merges.clone();
    let mut moves: BTreeMap<CustomerKey, Move> = BTreeMap::new();
    for key in asked.records.iter().filter(|key| **key != with) {
        let change = map.join(CustomerKey(*key), CustomerKey(with), 0);
        map.apply(&change)
            .map_err(|cause| EngineError::Data(cause.to_string()))?;
        for step in change.moves {
            let before = moves
                .get(&step.key)
                .map_or(step.before, |earlier| earlier.before);
            moves.insert(step.key, Move { before, ..step });
        }
    }
    let opposed = standing(said).into_iter().find(|one| {
        let whose = |key| map.customer(CustomerKey(key));
        one.verdict == Verdict::Different && whose(one.a) == whose(one.b)
    });
    if let Some(one) = opposed {
        return Err(refuse(
            "with",
            &format!(
                "records {} and {} would be one customer, too, and were said not to be (decision {}): take that back first",
                one.a, one.b, one.seq
            ),
        ));
    }
    Ok(Plan {
        pairs: pairs(&asked.records, with)?,
        moves: moves.into_values().collect(),
        exact: true,
    })
}

fn parted(merges: &Merges, asked: &IdentityDecisionRequest) -> Result<Plan, EngineError> {
    let keys: Vec<CustomerKey> = asked.records.iter().map(|key| CustomerKey(*key)).collect();
    if asked.with.is_some_and(|with| asked.records.contains(&with)) {
        return Err(refuse(
            "with",
            "name another record than those decided about",
        ));
    }
    let together = asked.with.is_none_or(|with| {
        let customer = merges.customer(CustomerKey(with));
        keys.iter().any(|key| merges.customer(*key) == customer)
    });
    let moves = match together {
        true => {
            let change = merges.part(&keys, 0);
            change.map_err(|cause| refuse("records", &cause.to_string()))?
        }
        false => unify::Change {
            moves: Vec::new(),
            decisions: Vec::new(),
        },
    };
    // Whoever leaves leaves everybody: all these pairs are said not to be one, so that the next run does not join them.
    let each = moves.decisions.iter();
    let each = each.map(|one| (one.a.0.min(one.b.0), one.a.0.max(one.b.0)));
    let mut all: BTreeSet<(i64, i64)> = each.collect();
    if let Some(with) = asked.with {
        all.extend(pairs(&asked.records, with)?);
    }
    let pairs: Vec<(i64, i64)> = all.into_iter().collect();
    if pairs.is_empty() {
        let detail =
            "these are all records of their customer: name those that belong to somebody else";
        return Err(refuse("records", detail));
    }
    Ok(Plan {
        pairs,
        moves: moves.moves,
        exact: true,
    })
}

/// The pairs of records with another.
fn pairs(records: &[i64], with: i64) -> Result<Vec<(i64, i64)>, EngineError> {
    let others = records.iter().filter(|key| **key != with);
    let pairs: BTreeSet<(i64, i64)> = others
        .map(|key| (*key.min(&with), *key.max(&with)))
        .collect();
    match pairs.is_empty() {
        true => Err(refuse(
            "with",
            "name another record than those decided about",
        )),
        false => Ok(pairs.into_iter().collect()),
    }
}

fn decided(seq: i64, plan: &Plan, verdict: IdentityVerdict) -> IdentityDecided {
    let moved: Vec<MovedRecord> = plan
        .moves
        .iter()
        .map(|step| MovedRecord {
            record_key: step.key.0,
            before: step.before.0,
            after: step.after.0,
        })
        .collect();
    let count = match moved.len() {
        0 => "No record moves now".to_string(),
        1 => "1 record moves".to_string(),
        many => format!("{many} records move"),
    };
    let sentence = match (verdict, plan.exact) {
        (IdentityVerdict::Open, true) => {
            format!("{count}: who is whom is as it was before the decision.")
        }
        (IdentityVerdict::Open, false) => format!(
            "{count}. Some records were moved by somebody else since: the next run (tessera identity run) says where they go."
        ),
        (IdentityVerdict::Same, _) => {
            format!("{count}: one customer from now on, and in every run to come.")
        }
        (IdentityVerdict::Different, _) => {
            format!("{count}: two customers from now on, and in every run to come.")
        }
    };
    IdentityDecided {
        version: seq,
        moved,
        sentence,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn asked(
        verdict: IdentityVerdict,
        records: &[i64],
        with: Option<i64>,
    ) -> IdentityDecisionRequest {
        IdentityDecisionRequest {
            verdict,
            records: records.to_vec(),
            with,
            reason: "why".into(),
        }
    }

    fn merges(rows: &[(i64, i64)]) -> Merges {
        let rows: Vec<_> = rows
            .iter()
            .map(|(a, b)| (CustomerKey(*a), CustomerKey(*b)))
            .collect();
        Merges::of(&rows)
    }

    fn told(plan: &Plan) -> Vec<(i64, i64, i64)> {
        let each = plan.moves.iter();
        each.map(|step| (step.key.0, step.before.0, step.after.0))
            .collect()
    }

    #[test]
    fn records_join_once_whatever_they_pass_through() {
        let map = merges(&[(5, 4), (8, 7)]);
        let plan = joined(&map, &asked(IdentityVerdict::Same, &[4, 7], Some(2)), &[]).unwrap();
        assert_eq!(told(&plan), [(4, 4, 2), (5, 4, 2), (7, 7, 2), (8, 7, 2)]);
        assert_eq!(plan.pairs, [(2, 4), (2, 7)]);
        // Joined in the other order, a record passes through 4 and is told once, from where it was.
        let plan = joined(&map, &asked(IdentityVerdict::Same, &[4, 2], Some(7)), &[]).unwrap();
        assert_eq!(told(&plan), [(4, 4, 2), (5, 4, 2), (7, 7, 2), (8, 7, 2)]);
        assert!(joined(&map, &asked(IdentityVerdict::Same, &[4], None), &[]).is_err());
        assert!(joined(&map, &asked(IdentityVerdict::Same, &[4], Some(4)), &[]).is_err());
    }

    #[test]
    fn nobody_joins_who_was_said_to_be_somebody_else() {
        let map = merges(&[(5, 2)]);
        let said = |verdict| IdentityDecision {
            seq: 7,
            a: 4,
            b: 5,
            verdict,
            at: 0,
            author: "ann".into(),
            reason: "why".into(),
        };
        let same = asked(IdentityVerdict::Same, &[4], Some(2));
        let refused = joined(&map, &same, &[said(Verdict::Different)]);
        assert!(refused.is_err_and(|cause| cause.to_string().contains("decision 7")));
        assert!(joined(&map, &same, &[said(Verdict::Open)]).is_ok());
        // Who leaves one leaves the others, too, and is said to be none of them.
        let left = asked(IdentityVerdict::Different, &[5], Some(2));
        let plan = parted(&merges(&[(4, 2), (5, 2)]), &left).unwrap();
        assert_eq!(
            (told(&plan), plan.pairs),
            (vec![(5, 2, 5)], vec![(2, 5), (4, 5)])
        );
    }

    #[test]
    fn records_part_from_all_others_or_from_one() {
        let map = merges(&[(4, 2), (5, 2), (9, 8)]);
        let plan = parted(&map, &asked(IdentityVerdict::Different, &[4], None)).unwrap();
        assert_eq!(told(&plan), [(4, 2, 4)]);
        assert_eq!(plan.pairs, [(2, 4), (4, 5)]);
        // Who is apart already stays; the word holds for runs to come.
        let plan = parted(&map, &asked(IdentityVerdict::Different, &[4], Some(9))).unwrap();
        assert_eq!((told(&plan), &plan.pairs[..]), (vec![], &[(4, 9)][..]));
        assert!(parted(&map, &asked(IdentityVerdict::Different, &[2, 4, 5], None)).is_err());
    }
}
