//! What a run needs that finds out which records are one customer: the records with what names them, what was seen of
//! them together, and what people decided. It must not find anything (`unify`), nor show anybody.

use crate::cells::{ints, texts};
use crate::{EngineError, Project, Report};
use arrow::array::Array;
use registry::{IdentityDecision, PersonRecord, Verdict};
use retail::CustomerKey;
use std::collections::{BTreeMap, HashMap};
use unify::{Decision, Identifier, Observed, Person, Record};

/// Records of one look into the registry.
const PAGE: u32 = 20_000;

/// Browsers and devices seen with somebody who said who they are, in ads only of records that agree to marketing. Nobody
/// counts how often a device was seen in all.
const SEEN_SQL: &str = "select customer_key, device_key, count(*) as times, 0 as of_all from (select customer_key, device_key from events \
     union all select customer_key, device_key from ad_results where customer_key in (select agrees from ({agree}) as agreed)) where customer_key is not null and device_key is not \
     null group by customer_key, device_key order by customer_key, device_key";

/// Payment cards seen with somebody who said who they are, on how many receipts, and on how many that card was in all. Lines
/// count as their receipt, and those of imports taken back do not.
const PAID_SQL: &str = "select customer_key, card_key, times, of_card from (select customer_key, card_key, times, \
     sum(times) over (partition by card_key) as of_card from (select customer_key, card_key, count(distinct receipt_key) \
     as times from order_lines where customer_key is not null and card_key is not null group by customer_key, card_key) \
     as paid) as shared where customer_key <> card_key order by customer_key, card_key";

/// Everything that a run reads.
pub(super) struct Gathered {
    /// The records, by key.
    pub records: Vec<Record>,
    /// Pairs seen together.
    pub observed: Vec<Observed>,
}

/// The newest word on every pair, of decisions oldest first; pairs about which it was taken back are left out.
pub(super) fn standing(all: &[IdentityDecision]) -> Vec<&IdentityDecision> {
    let mut newest: BTreeMap<(i64, i64), &IdentityDecision> = BTreeMap::new();
    for decision in all {
        newest.insert((decision.a, decision.b), decision);
    }
    let mut stand: Vec<_> = newest.into_values().collect();
    stand.retain(|decision| decision.verdict != Verdict::Open);
    stand.sort_by_key(|decision| (decision.seq, decision.a, decision.b));
    stand
}

impl Project {
    /// Reads what a run needs.
    pub(super) async fn gather_identities(
        &self,
        report: &dyn Report,
    ) -> Result<Gathered, EngineError> {
        let facts = facts_of(self, None).await?;
        let mut records = Vec::new();
        let mut after = CustomerKey(0);
        loop {
            if report.cancelled() {
                return Err(EngineError::Cancelled);
            }
            let page = self.registry().person_records(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.key;
            records.extend(page.into_iter().filter_map(|one| record(one, &facts)));
            report.tick(records.len() as u64, None);
        }
        let ids: HashMap<i64, &Identifier> = records
            .iter()
            .map(|record| (record.key.0, &record.id))
            .collect();
        let mut observed = self
            .seen_together(&SEEN_SQL.replace("{agree}", lake::AGREE), &ids)
            .await?;
        observed.extend(self.seen_together(PAID_SQL, &ids).await?);
        drop(ids);
        Ok(Gathered { records, observed })
    }
}

impl Project {
    /// Pairs of records seen together by a statement of two keys, how often, and of how many times of the second's.
    async fn seen_together(
        &self,
        sql: &str,
        ids: &HashMap<i64, &Identifier>,
    ) -> Result<Vec<Observed>, EngineError> {
        let count = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
        let mut observed = Vec::new();
        for batch in self.lake().rows_of_records(sql, None).await? {
            let (who, other) = (ints(&batch, 0)?, ints(&batch, 1)?);
            let (times, of) = (ints(&batch, 2)?, ints(&batch, 3)?);
            for row in 0..batch.num_rows() {
                let pair = ids.get(&who.must(row)).zip(ids.get(&other.must(row)));
                if let Some((a, b)) = pair {
                    observed.push(Observed {
                        a: (*a).clone(),
                        b: (*b).clone(),
                        times: count(times.must(row)),
                        of: count(of.must(row)),
                    });
                }
            }
        }
        Ok(observed)
    }

    /// What people decided that stands, and the number of the newest decision.
    pub(super) async fn decisions_now(&self) -> Result<(Vec<Decision>, i64), EngineError> {
        let said = self.registry().identity_decisions().await?;
        let stand = standing(&said).into_iter().map(|one| Decision {
            a: CustomerKey(one.a),
            b: CustomerKey(one.b),
            same: one.verdict == Verdict::Same,
            turn: one.seq,
        });
        Ok((stand.collect(), said.last().map_or(0, |one| one.seq)))
    }
}

/// What the lake says of records, all or some, because it names nobody. The rows are as they were written: a record's own.
pub(super) async fn facts_of(
    project: &Project,
    keys: Option<&[i64]>,
) -> Result<HashMap<i64, Facts>, EngineError> {
    let some = keys.map(|keys| {
        let keys: Vec<String> = keys.iter().map(i64::to_string).collect();
        format!("where customer_key in ({})", keys.join(", "))
    });
    let sql = format!(
        "select customer_key, city, region, birth_year, gender, source from (select *, row_number() over \
         (partition by customer_key order by happened_at desc, known_at desc, row_key) as newest from customers {}) \
         where newest = 1",
        some.unwrap_or_default()
    );
    let mut all = HashMap::new();
    for batch in project.lake().rows_of_records(&sql, None).await? {
        let (key, born) = (ints(&batch, 0)?, ints(&batch, 3)?);
        let columns = [1, 2, 4, 5].map(|place| texts(&batch, place));
        let [city, region, gender, source] = columns;
        let (city, region, gender, source) = (city?, region?, gender?, source?);
        for row in 0..batch.num_rows() {
            let text = |column: &arrow::array::StringArray| match column.is_valid(row) {
                true => column.value(row).to_string(),
                false => String::new(),
            };
            let facts = Facts {
                city: text(&city),
                region: text(&region),
                gender: text(&gender),
                source: text(&source),
                birth_year: born.get(row).and_then(|year| u16::try_from(year).ok()),
            };
            all.insert(key.must(row), facts);
        }
    }
    Ok(all)
}

/// What a record says that names nobody.
#[derive(Default)]
pub(super) struct Facts {
    city: String,
    region: String,
    gender: String,
    source: String,
    birth_year: Option<u16>,
}

/// A record as the stage takes it; none for one without any identifier, which no feed makes.
pub(super) fn record(one: PersonRecord, facts: &HashMap<i64, Facts>) -> Option<Record> {
    let mut ids = one.identifiers.into_iter();
    let mut typed = |id: retail::SourceId| Identifier::new(id.kind.into(), id.value);
    let id = typed(ids.next()?);
    let others = ids.map(&mut typed).collect();
    let field = |name: &str| {
        let mut all = one.fields.iter();
        let found = all.find(|(field, _)| field == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let none = Facts::default();
    let told = facts.get(&one.key.0).unwrap_or(&none);
    Some(Record {
        key: one.key,
        id,
        others,
        person: Person {
            first_name: field("first_name"),
            last_name: field("last_name"),
            email: field("email"),
            phone: field("phone"),
            street: field("street"),
            postal_code: field("postal_code"),
            city: told.city.clone(),
            region: told.region.clone(),
            birth_year: told.birth_year,
            gender: told.gender.clone(),
        },
        source: told.source.clone(),
        declared: false,
        at: one.at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_word_on_a_pair_stands_and_one_taken_back_is_none() {
        let said = |seq, a, b, verdict| IdentityDecision {
            seq,
            a,
            b,
            verdict,
            at: seq,
            author: "ann".into(),
            reason: "why".into(),
        };
        let all = [
            said(1, 1, 2, Verdict::Same),
            said(2, 1, 3, Verdict::Different),
            said(3, 1, 2, Verdict::Open),
            said(4, 1, 3, Verdict::Same),
        ];
        let stand: Vec<_> = standing(&all).iter().map(|one| (one.seq, one.b)).collect();
        assert_eq!(stand, [(4, 3)]);
    }
}
