//! Members and single customers: keys, features, why they are where they are, their receipts. Every look at
//! one person names a purpose and is kept in the audit.

use crate::ask::{PageAsk, count, instant, money};
use crate::reads::Read;
use crate::refusals::{IN_NONE, REFUSES};
use crate::schemes::{Names, name_of, unit, visible};
use crate::segmenting::SCHEME;
use crate::snapshot::{Placed, Snapshot};
use crate::views::{
    Contribution, CustomerCard, CustomerFeature, CustomerPage, CustomerRow, CustomerSegment,
    MemberPage, MemberRow,
};
use crate::{Actor, EngineError, Project};
use govern::Action;
use retail::{CustomerKey, Money, Purpose};
use std::collections::{BTreeMap, BTreeSet};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

impl Project {
    /// Members of a scheme, of one segment or of all.
    pub async fn members(
        &self,
        actor: &Actor,
        scheme: &str,
        purpose: Purpose,
        cluster: Option<i32>,
        ask: &PageAsk,
    ) -> Result<MemberPage, EngineError> {
        actor.may(Action::ReadPerson(purpose))?;
        let snapshot = self.published(scheme, None).await?;
        let names = shown_names(&snapshot, &self.names(scheme, None).await?);
        let shown = visible(self.small_cells().await?, &snapshot);
        if let Some(cluster) = cluster.filter(|cluster| !shown.contains(&i64::from(*cluster))) {
            return Err(EngineError::Missing {
                what: "segment with enough people to be shown",
                name: cluster.to_string(),
            });
        }
        let withheld = self.withheld(purpose).await?;
        let wanted = |member: &&Placed| {
            cluster.is_none_or(|cluster| i64::from(cluster) == member.cluster)
                && shown.contains(&member.cluster)
                && !withheld.contains(&member.customer_key)
                && ask.finds(&member.customer_key.to_string())
        };
        let mut rows: Vec<MemberRow> = snapshot
            .members
            .iter()
            .filter(wanted)
            .map(|member| {
                let row = member_row(member, &snapshot, &names);
                let is_shown = member.second.is_some_and(|second| shown.contains(&second));
                MemberRow {
                    second_cluster: row.second_cluster.filter(|_| is_shown),
                    second_name: row.second_name.filter(|_| is_shown),
                    ..row
                }
            })
            .collect();
        sort_members(ask, &mut rows)?;
        let total = rows.len() as u64;
        let rows = ask.cut(rows);
        let read = Read {
            what: "members",
            cluster,
            total,
            keys: rows.iter().map(|row| row.customer_key).collect(),
        };
        self.note_read(actor, purpose, read, ask).await?;
        Ok(MemberPage {
            rows,
            total,
            offset: ask.offset,
            limit: ask.limit,
        })
    }

    /// The customers that segments know, by key.
    pub async fn customers(
        &self,
        actor: &Actor,
        purpose: Purpose,
        ask: &PageAsk,
    ) -> Result<CustomerPage, EngineError> {
        actor.may(Action::ReadPerson(purpose))?;
        if self.registry().published(SCHEME).await?.is_none() {
            // Before the first run there are no customers to list, which is no fault of who asks.
            return Ok(CustomerPage {
                rows: Vec::new(),
                total: 0,
                offset: ask.offset,
                limit: ask.limit,
            });
        }
        let snapshot = self.published(SCHEME, None).await?;
        let names = shown_names(&snapshot, &self.names(SCHEME, None).await?);
        let shown = visible(self.small_cells().await?, &snapshot);
        let withheld = self.withheld(purpose).await?;
        let wanted = |customer: i64| ask.finds(&customer.to_string());
        let members = snapshot.members.iter();
        let members = members.filter(|member| wanted(member.customer_key));
        let mut rows: Vec<CustomerRow> = members
            .map(|member| {
                let row = member_row(member, &snapshot, &names);
                let is_shown =
                    shown.contains(&member.cluster) && !withheld.contains(&member.customer_key);
                CustomerRow {
                    customer_key: row.customer_key,
                    cluster: is_shown.then_some(row.cluster),
                    cluster_name: is_shown.then_some(row.cluster_name),
                    recency_days: row.recency_days,
                    receipts: row.receipts,
                    spend: row.spend,
                }
            })
            .collect();
        // Who refused to be profiled is a customer still, and is found by who helps them.
        let others = snapshot.others.iter();
        let others = others.filter(|other| wanted(other.customer_key));
        rows.extend(others.map(|other| CustomerRow {
            customer_key: other.customer_key,
            cluster: None,
            cluster_name: None,
            recency_days: (snapshot.result.as_of - other.last_at) / DAY,
            receipts: count(other.receipts),
            spend: other.spend.to_string(),
        }));
        rows.sort_by_key(|row| row.customer_key);
        ask.sort(
            &mut rows,
            &[
                ("customer_key", |a, b| a.customer_key.cmp(&b.customer_key)),
                ("cluster", |a, b| a.cluster.cmp(&b.cluster)),
                ("cluster_name", |a, b| a.cluster_name.cmp(&b.cluster_name)),
                ("recency_days", |a, b| a.recency_days.cmp(&b.recency_days)),
                ("receipts", |a, b| a.receipts.cmp(&b.receipts)),
                ("spend", |a, b| money(&a.spend).cmp(&money(&b.spend))),
            ],
        )?;
        let total = rows.len() as u64;
        let rows = ask.cut(rows);
        let read = Read {
            what: "customers",
            cluster: None,
            total,
            keys: rows.iter().map(|row| row.customer_key).collect(),
        };
        self.note_read(actor, purpose, read, ask).await?;
        Ok(CustomerPage {
            rows,
            total,
            offset: ask.offset,
            limit: ask.limit,
        })
    }

    /// One customer: features against all, and why in this segment.
    pub async fn customer(
        &self,
        actor: &Actor,
        purpose: Purpose,
        customer_key: i64,
    ) -> Result<CustomerCard, EngineError> {
        actor.may(Action::ReadPerson(purpose))?;
        // A record that was merged leads to its customer.
        let customer = self
            .merges_at(None)
            .await?
            .customer(CustomerKey(customer_key));
        let asked = customer_key;
        let customer_key = customer.0;
        let snapshot = self.published(SCHEME, None).await?;
        // Until the next run the published segments know the record, and not yet its customer.
        let member = snapshot.member(customer_key);
        let member = member.or_else(|| snapshot.member(asked));
        let sales = member.map(|member| member.sales);
        let sales = sales
            .or_else(|| snapshot.other(customer_key))
            .or_else(|| snapshot.other(asked));
        let sales = sales.ok_or_else(|| EngineError::Missing {
            what: "customer with a purchase",
            name: customer_key.to_string(),
        })?;
        let is_withheld = self.withheld(purpose).await?.contains(&customer_key);
        let member = member.filter(|_| !is_withheld);
        let note = match (is_withheld, member) {
            (true, _) => Some(REFUSES),
            (_, None) if self.refused_profiling(customer_key).await? => Some(IN_NONE),
            _ => None,
        };
        self.registry()
            .record_read(
                self.now(),
                &actor.id,
                purpose,
                CustomerKey(customer_key),
                "features, segment and memberships",
            )
            .await?;
        let names = shown_names(&snapshot, &self.names(SCHEME, None).await?);
        let totals = totals(&snapshot);
        let currency = self.currency().await?;
        let features = snapshot
            .features
            .iter()
            .enumerate()
            .filter_map(|(place, feature)| {
                let value = member?.values[place]?;
                let total_mean = totals[place];
                let index = if total_mean > 0.0 {
                    100.0 * value / total_mean
                } else {
                    100.0
                };
                Some(CustomerFeature {
                    key: feature.key.clone(),
                    label: feature.label.clone(),
                    value,
                    unit: unit(feature, &currency),
                    total_mean,
                    index,
                    how_computed: feature.how_computed.clone(),
                })
            });
        Ok(CustomerCard {
            customer_key,
            currency: currency.clone(),
            first_at: instant(Some(sales.first_at)),
            last_at: instant(Some(sales.last_at)),
            receipts: count(sales.receipts),
            spend: sales.spend.to_string(),
            features: features.collect(),
            segment: member
                .map(|member| why(member, &snapshot, &names))
                .transpose()?,
            memberships: match is_withheld {
                true => Vec::new(),
                false => self.memberships_of(customer_key).await?,
            },
            note: note.map(str::to_string),
        })
    }

    /// Customers of whom no segment is told, whatever run had them in one.
    pub(crate) async fn withheld(&self, purpose: Purpose) -> Result<BTreeSet<i64>, EngineError> {
        match purpose {
            Purpose::PrivacyRequest => Ok(BTreeSet::new()),
            _ => self.refusing().await,
        }
    }
}

/// Members in the order asked for.
fn sort_members(ask: &PageAsk, rows: &mut [MemberRow]) -> Result<(), EngineError> {
    ask.sort(
        rows,
        &[
            ("customer_key", |a, b| a.customer_key.cmp(&b.customer_key)),
            ("cluster", |a, b| a.cluster.cmp(&b.cluster)),
            ("cluster_name", |a, b| a.cluster_name.cmp(&b.cluster_name)),
            ("second_cluster", |a, b| {
                a.second_cluster.cmp(&b.second_cluster)
            }),
            ("second_name", |a, b| a.second_name.cmp(&b.second_name)),
            ("margin", |a, b| a.margin.total_cmp(&b.margin)),
            ("silhouette", |a, b| {
                a.silhouette
                    .partial_cmp(&b.silhouette)
                    .unwrap_or(std::cmp::Ordering::Equal)
            }),
            ("recency_days", |a, b| a.recency_days.cmp(&b.recency_days)),
            ("receipts", |a, b| a.receipts.cmp(&b.receipts)),
            ("spend", |a, b| money(&a.spend).cmp(&money(&b.spend))),
            ("basket", |a, b| money(&a.basket).cmp(&money(&b.basket))),
            ("return_share", |a, b| {
                a.return_share.total_cmp(&b.return_share)
            }),
            ("last_at", |a, b| a.last_at.cmp(&b.last_at)),
        ],
    )
}

/// The shown name of each segment.
fn shown_names(snapshot: &Snapshot, names: &Names) -> BTreeMap<i64, String> {
    snapshot
        .segments
        .iter()
        .map(|segment| (segment.cluster, name_of(segment, names).0))
        .collect()
}

/// The mean of each feature over all customers.
fn totals(snapshot: &Snapshot) -> Vec<f64> {
    let first = snapshot.segments.first();
    (0..snapshot.features.len())
        .map(|place| first.map_or(0.0, |segment| segment.facts[place].total))
        .collect()
}

fn member_row(member: &Placed, snapshot: &Snapshot, names: &BTreeMap<i64, String>) -> MemberRow {
    let value = |key: &str| {
        snapshot
            .feature(key)
            .and_then(|place| member.values[place])
            .unwrap_or_default()
    };
    let name = |cluster: i64| names.get(&cluster).cloned().unwrap_or_default();
    let basket = if member.sales.receipts > 0 {
        Money(member.sales.spend.0 / member.sales.receipts)
    } else {
        Money(0)
    };
    MemberRow {
        customer_key: member.customer_key,
        cluster: member.cluster as i32,
        cluster_name: name(member.cluster),
        second_cluster: member.second.map(|second| second as i32),
        second_name: member.second.map(name),
        margin: member.second_distance.unwrap_or_default() - member.distance,
        silhouette: member.silhouette,
        recency_days: value("recency_days").round() as i64,
        receipts: count(member.sales.receipts),
        spend: member.sales.spend.to_string(),
        basket: basket.to_string(),
        return_share: value("return_share"),
        last_at: instant(Some(member.sales.last_at)),
    }
}

fn why(
    member: &Placed,
    snapshot: &Snapshot,
    names: &BTreeMap<i64, String>,
) -> Result<CustomerSegment, EngineError> {
    let second = member.second.unwrap_or(member.cluster);
    let values: Vec<f64> = member
        .values
        .iter()
        .map(|value| value.unwrap_or_default())
        .collect();
    let split =
        snapshot
            .result
            .model
            .contributions(&values, member.cluster as i32, second as i32)?;
    let label = |key: &str| {
        let place = snapshot.feature(key);
        place.map_or_else(
            || key.to_string(),
            |place| snapshot.features[place].label.clone(),
        )
    };
    let mut contributions: Vec<Contribution> = split
        .into_iter()
        .map(|part| Contribution {
            label: label(&part.feature),
            feature: part.feature,
            own: part.own,
            second: part.second,
        })
        .collect();
    contributions.sort_by(|a, b| {
        (b.second - b.own)
            .abs()
            .total_cmp(&(a.second - a.own).abs())
    });
    let name = |cluster: i64| names.get(&cluster).cloned().unwrap_or_default();
    let telling: Vec<String> = contributions
        .iter()
        .filter(|part| part.second > part.own)
        .take(2)
        .map(|p| p.label.to_lowercase())
        .collect();
    let sentence = match telling.is_empty() {
        true => format!("Nearest to {}.", name(member.cluster)),
        false => format!(
            "Nearer to {} than to {}, above all by {}.",
            name(member.cluster),
            name(second),
            telling.join(" and ")
        ),
    };
    Ok(CustomerSegment {
        scheme: SCHEME.into(),
        cluster: member.cluster as i32,
        name: name(member.cluster),
        second_name: member.second.map(name),
        margin: member.second_distance.unwrap_or_default() - member.distance,
        sentence,
        contributions,
    })
}
