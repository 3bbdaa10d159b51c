//! One timeline of a customer over all channels: receipts and returns, web and app events, messages, service, answers,
//! reviews and ads. Whoever looks names a purpose, and the look is kept. It must not weigh anything.

mod held;
mod lines;

use crate::ask::{PageAsk, count};
use crate::cells::{ints, moneys, texts};
use crate::views::{DeclaredAttribute, Timeline, TimelineChannel, TimelinePage, TimelineRow};
use crate::{Actor, EngineError, Project, clock};
use arrow::array::{Array, RecordBatch, StringArray};
use govern::Action;
use retail::{CustomerKey, Purpose};
use std::collections::BTreeMap;

/// Everything that is kept of one customer, each as instant, when it was known, channel, what, detail, product, amount and
/// the row's own identity for a fixed order. Ads are
/// there with the customer's consent alone, by the lake.
const SQL: &str = "select * from (select min(cast(happened_at as bigint)) as at, min(cast(known_at as bigint)) as known, \
     coalesce(max(channel), 'shop') as channel, case when sum(case when line_type = 'return' then 1 else 0 end) = count(*) \
     then 'return' else 'receipt' end as what, concat(max(receipt_id), ': ', count(*), case when count(*) = 1 then ' line' \
     else ' lines' end, coalesce(concat(', shop ', max(store_id)), '')) as detail, cast(null as varchar) as product_id, \
     sum(amount) as amount, receipt_key as first, cast(0 as bigint) as second from order_lines where customer_key = {who} \
     group by receipt_key \
     union all select cast(happened_at as bigint), cast(known_at as bigint), coalesce(channel, 'web'), \
     lower(coalesce(event, type)), coalesce(query, order_id, ''), product_id, value, entity_key, row_key from events where \
     customer_key = {who} \
     union all select cast(happened_at as bigint), cast(known_at as bigint), 'survey', 'answer', concat(coalesce(question, \
     question_id), ': ', coalesce(answer, 'no answer')), product_id, cast(null as decimal(18, 4)), entity_key, \
     row_key from survey_answers where customer_key = {who} \
     union all select cast(happened_at as bigint), cast(known_at as bigint), case when origin = 'social' then 'social' else \
     'review' end, case when origin = 'social' then 'post' else 'review' end, concat(case when rating is null then '' else \
     concat(cast(cast(round(rating) as bigint) as varchar), ' of 5 stars. ') end, coalesce(title, ''), ' ', \
     coalesce(text, '')), product_id, cast(null as decimal(18, 4)), entity_key, row_key from reviews where customer_key = \
     {who} \
     union all select cast(happened_at as bigint), cast(known_at as bigint), 'ad', lower(kind), \
     concat(campaign, coalesce(concat(' on ', platform), '')), cast(null as varchar), cost, entity_key, row_key from \
     ad_results where customer_key = {who}) as every order by at desc, what, first, second";

/// The newest answer of one customer to each question.
const DECLARED: &str = "select attribute, question, value_type, value, cast(happened_at as bigint) from \
     declared_attributes where customer_key = {who} order by attribute, value";

/// Names of products, where the catalogue or a receipt has one.
const NAMES: &str = "select product_id, name from current_products where name is not null and product_id in (select \
     product_id from seen) union all select product_id, max(description) from sales where description is not null and \
     product_id in (select product_id from seen) and (select count(*) from current_products) = 0 group by product_id";

/// Channels as rows name them; receipts and events may name others.
const CHANNELS: [&str; 10] = [
    "shop", "web", "app", "email", "service", "survey", "review", "social", "ad", "event",
];

/// Why nothing is told of who refused.
const REFUSES: &str = "This customer refused to be profiled: what they do is told to help them (service) or for their own \
     request (privacy_request) alone.";

impl Project {
    /// What one customer did, over all channels or one, with what they declared.
    pub async fn timeline(
        &self,
        actor: &Actor,
        purpose: Purpose,
        key: i64,
        channel: Option<&str>,
        ask: &PageAsk,
    ) -> Result<Timeline, EngineError> {
        actor.may(Action::ReadPerson(purpose))?;
        let customer = self.merges_at(None).await?.customer(CustomerKey(key));
        let now = self.now();
        self.registry()
            .record_read(now, &actor.id, purpose, customer, "timeline")
            .await?;
        let helps = matches!(purpose, Purpose::Service | Purpose::PrivacyRequest);
        if !helps && self.refused_profiling(customer.0).await? {
            return self.no_timeline(customer, ask, REFUSES).await;
        }
        let sql = of(SQL, customer);
        let asks = purpose == Purpose::PrivacyRequest;
        let shows_ads = asks || self.takes_ads(customer).await?;
        let found = match asks {
            true => self.lake().look_up_for_request(&sql).await?,
            false => self.lake().look_up(&sql, None, vec![]).await?,
        };
        let mut rows = Vec::new();
        for batch in found {
            read(&batch, &mut rows)?;
        }
        self.name_products(&mut rows).await?;
        let mut declared = self.declared(customer).await?;
        if rows.is_empty() && declared.is_empty() {
            self.must_know(customer).await?;
        }
        if !helps {
            self.hold_back(customer, &mut rows, &mut declared).await?;
        }
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for row in &rows {
            *counts.entry(row.channel.clone()).or_default() += 1;
        }
        if let Some(channel) =
            channel.filter(|one| !counts.contains_key(*one) && !CHANNELS.contains(one))
        {
            return Err(crate::spelling::unknown(
                "channel",
                channel,
                CHANNELS.into_iter(),
            ));
        }
        rows.retain(|row| {
            channel.is_none_or(|channel| row.channel == channel)
                && (ask.finds(&row.what) || ask.finds(&row.detail))
        });
        ask.sort(
            &mut rows,
            &[
                ("happened_at", |a: &TimelineRow, b| {
                    a.happened_at.cmp(&b.happened_at)
                }),
                ("channel", |a, b| a.channel.cmp(&b.channel)),
                ("what", |a, b| a.what.cmp(&b.what)),
            ],
        )?;
        let total = count(rows.len() as i64);
        let mut rows = ask.cut(rows);
        self.name_lines(customer, &mut rows, helps).await?;
        Ok(Timeline {
            customer_key: customer.0,
            channels: counts
                .into_iter()
                .map(|(channel, rows)| TimelineChannel { channel, rows })
                .collect(),
            page: TimelinePage {
                rows,
                total,
                offset: ask.offset,
                limit: ask.limit,
            },
            notes: match shows_ads {
                true => Vec::new(),
                false => vec![
                    "Ads are not shown: they are tied to a customer only with their consent to marketing.".into(),
                ],
            },
            declared,
            currency: self.currency().await?,
        })
    }

    /// Whether a customer consented to marketing: of merged records the most restrictive holds, and silence is no consent.
    async fn takes_ads(&self, customer: CustomerKey) -> Result<bool, EngineError> {
        let sql = format!(
            "select agrees from ({}) as agreed where agrees = {}",
            lake::AGREE,
            customer.0
        );
        let rows = self.lake().look_up(&sql, None, vec![]).await?;
        Ok(rows.iter().any(|batch| batch.num_rows() > 0))
    }

    async fn no_timeline(
        &self,
        customer: CustomerKey,
        ask: &PageAsk,
        why: &str,
    ) -> Result<Timeline, EngineError> {
        Ok(Timeline {
            customer_key: customer.0,
            channels: Vec::new(),
            page: TimelinePage {
                rows: Vec::new(),
                total: 0,
                offset: ask.offset,
                limit: ask.limit,
            },
            notes: vec![why.into()],
            declared: Vec::new(),
            currency: self.currency().await?,
        })
    }

    /// What a customer said of themselves.
    pub(crate) async fn declared(
        &self,
        customer: CustomerKey,
    ) -> Result<Vec<DeclaredAttribute>, EngineError> {
        let mut all = Vec::new();
        for batch in self
            .lake()
            .rows(&of(DECLARED, customer), None, vec![])
            .await?
        {
            let text = |column| texts(&batch, column);
            let (attribute, question, kind, value) = (text(0)?, text(1)?, text(2)?, text(3)?);
            let at = ints(&batch, 4)?;
            all.extend((0..batch.num_rows()).map(|row| DeclaredAttribute {
                attribute: attribute.value(row).to_string(),
                question: some(&question, row),
                value_type: kind.value(row).to_string(),
                value: value.value(row).to_string(),
                at: clock::text(at.must(row)),
            }));
        }
        Ok(all)
    }

    /// Puts the names of products behind what happened with them.
    async fn name_products(&self, rows: &mut [TimelineRow]) -> Result<(), EngineError> {
        let codes: Vec<&str> = rows
            .iter()
            .filter_map(|row| row.product_id.as_deref())
            .collect();
        if codes.is_empty() {
            return Ok(());
        }
        let seen = crate::dna::codes(&codes)?;
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        for batch in self.lake().rows(NAMES, None, vec![("seen", seen)]).await? {
            let (code, name) = (texts(&batch, 0)?, texts(&batch, 1)?);
            for row in 0..batch.num_rows() {
                names.insert(code.value(row).to_string(), name.value(row).to_string());
            }
        }
        for row in rows {
            let Some(code) = &row.product_id else {
                continue;
            };
            let name = names.get(code).unwrap_or(code);
            row.detail = match row.detail.trim() {
                "" => name.clone(),
                detail => format!("{name}: {detail}"),
            };
        }
        Ok(())
    }
}

fn of(sql: &str, customer: CustomerKey) -> String {
    sql.replace("{who}", &customer.0.to_string())
}

fn some(column: &StringArray, row: usize) -> Option<String> {
    column.is_valid(row).then(|| column.value(row).to_string())
}

fn read(batch: &RecordBatch, all: &mut Vec<TimelineRow>) -> Result<(), EngineError> {
    let (at, known) = (ints(batch, 0)?, ints(batch, 1)?);
    let text = |column| texts(batch, column);
    let (channel, what, detail, product) = (text(2)?, text(3)?, text(4)?, text(5)?);
    let (amount, first) = (moneys(batch, 6)?, ints(batch, 7)?);
    let is_receipt = |row| ["receipt", "return"].contains(&what.value(row));
    all.extend((0..batch.num_rows()).map(|row| {
        TimelineRow {
            happened_at: clock::text(at.must(row)),
            channel: channel.value(row).to_string(),
            what: what.value(row).to_string(),
            detail: detail.value(row).trim().to_string(),
            product_id: some(&product, row),
            amount: batch
                .column(6)
                .is_valid(row)
                .then(|| amount[row].to_string()),
            known_at: clock::text(known.must(row)),
            products: Vec::new(),
            further_products: 0,
            receipt_key: is_receipt(row).then(|| first.must(row)),
        }
    }));
    Ok(())
}
