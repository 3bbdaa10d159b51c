//! What customers did, from the lake's rows to acts: purchases and returns, visits, reviews, answers. Customers who
//! refused to be profiled are not read. It must not weigh anything.

use super::catalogue::{Catalogue, wrong};
use super::posts::Tones;
use crate::cells::{ints, moneys, texts};
use crate::project::beside;
use crate::refusals::REFUSED;
use crate::{EngineError, Project, finder};
use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch};
use genome::{Act, ActKind, CHANNEL, Line, Rows, Source};
use lake::Dealt;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Microseconds of a second.
const SECOND: i64 = 1_000_000;

/// Returns of less than half of what was bought: who gives back a few of many still wanted them.
const FEW_BACK: &str = "select return_receipt_key, return_line_key from (select m.return_receipt_key, m.return_line_key, \
     sum(m.quantity) / nullif(sum(s.quantity), 0) as part from return_matches m join order_lines s \
     on s.receipt_key = m.sale_receipt_key and s.line_key = m.sale_line_key \
     where m.run_id = (select max(run_id) from return_matches) group by m.return_receipt_key, m.return_line_key) \
     where part < 0.5";

/// Purchases, and returns but those of [`FEW_BACK`]. These stand first: the side that stands first is held in memory whole.
const LINES: &str = "select l.customer_key, cast(l.happened_at as bigint) as at, cast(l.known_at as bigint) as known, \
     l.receipt_key, l.line_key, l.product_id, l.line_type, l.amount, \
     case when l.promotion_id is not null or l.discount <> 0 then 1 else 0 end, l.channel, l.weekday, l.hour \
     from few_back b right join order_lines l \
     on b.return_receipt_key = l.receipt_key and b.return_line_key = l.line_key \
     where (l.line_type = 'sale' and not l.cancelled) or (l.line_type = 'return' and b.return_line_key is null)";

const EVENTS: &str = "select customer_key, cast(happened_at as bigint) as at, cast(known_at as bigint) as known, entity_key, row_key, \
     product_id, lower(event), query from events where event is not null";

/// Reviews and posts; words tell where there are no stars.
const REVIEWS: &str = "select customer_key, cast(happened_at as bigint) as at, cast(known_at as bigint) as known, entity_key, row_key, \
     product_id, cast(round(rating) as bigint), concat(coalesce(title, ''), '. ', coalesce(text, '')) from reviews where \
     product_id is not null and coalesce(cast(rating as varchar), title, text) is not null";

/// Answers that at least ten people gave, since others may be in somebody's own words, and tell of them; those of the
/// finder name values of the catalogue. An answer that is newer than the newest receipt counts as of that: what somebody
/// declared holds from the next run on, also where receipts come in late; of a past date nothing later counts.
const ANSWERS: &str = "select a.customer_key, least(cast(a.happened_at as bigint), {as_of}) as at, cast(a.known_at as bigint) as known, a.entity_key, \
     a.row_key, a.question_id, a.answer, case when a.import_id like 'finder-%' then 1 else 0 end as is_finder \
     from survey_answers a left join (select question_id, answer from survey_answers \
     where answer is not null and product_id is null and question_id not like 'consent:%' and length(answer) <= 40 and customer_key is not null group by question_id, answer \
     having count(distinct customer_key) >= 10) c on c.question_id = a.question_id and c.answer = a.answer where (c.answer is not null or \
     a.import_id like 'finder-%') and a.product_id is null and a.question_id not like 'forget:%' and cast(a.happened_at as bigint) <= {said_by}";

/// What acts are read from, by the name under which it is dealt.
const KINDS: [(&str, &str); 4] = [
    ("genome-lines", LINES),
    ("genome-events", EVENTS),
    ("genome-reviews", REVIEWS),
    ("genome-answers", ANSWERS),
];

/// Which acts are read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whose {
    /// Those of one customer.
    One(i64),
    /// Those of one of the parts into which all customers were dealt.
    Part(i64),
    /// Those of everybody.
    All,
    /// Those of the customers whom the asides name.
    Named,
}

impl Whose {
    pub(super) fn condition(self) -> String {
        match self {
            Self::One(key) => format!("customer_key = {key}"),
            // A part's rows were dealt already.
            Self::Part(_) | Self::All => "true".to_string(),
            Self::Named => "customer_key in (select customer_key from named)".to_string(),
        }
    }
}

/// The view of the past that is read: acts until an instant, of rows that were known by another, in microseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    pub as_of: i64,
    pub known_by: i64,
    /// Answers until this instant count.
    said_by: i64,
}

impl View {
    /// That of the newest act: what was declared since counts, too.
    pub(super) fn newest(as_of: i64, known_by: i64) -> Self {
        let said_by = known_by;
        Self {
            as_of,
            known_by,
            said_by,
        }
    }

    /// Whether it is that of a past instant.
    pub(super) fn is_past(self) -> bool {
        self.said_by < self.known_by
    }

    /// That of a past instant: nothing of later.
    pub(super) fn past(as_of: i64, known_by: i64) -> Self {
        let said_by = as_of;
        Self {
            as_of,
            known_by,
            said_by,
        }
    }
}

/// How many acts there are, and of how many customers, so that they can be read in parts.
pub(super) const COUNT: &str = "select count(*) from (select customer_key from order_lines where customer_key is not null \
     union all select customer_key from events where customer_key is not null)";

/// What is known of everybody before anybody's acts are read: asked once, and not again for each part.
#[derive(Debug, Clone)]
pub(super) struct Asides {
    /// Whether the receipts say which promotion applied.
    promoted: bool,
    /// Customers who refuse, as a table.
    refusing: RecordBatch,
    /// Returns that are passed over, as a table.
    few_back: RecordBatch,
    /// Customers for [`Whose::Named`], as a table.
    named: RecordBatch,
    /// What reads the tone of posts without stars.
    tones: Arc<Tones>,
    /// For [`Whose::Part`]: the rows of each of [`KINDS`], dealt into parts.
    dealt: Vec<Arc<Dealt>>,
}

impl Asides {
    /// The same with customers for [`Whose::Named`].
    pub(super) fn naming(self, customers: &[i64]) -> Result<Self, EngineError> {
        Ok(Self {
            named: table([("customer_key", customers.to_vec())])?,
            ..self
        })
    }

    /// The tables that the queries of acts name.
    pub(super) fn beside(&self) -> Vec<(&'static str, RecordBatch)> {
        vec![
            ("refusing", self.refusing.clone()),
            ("few_back", self.few_back.clone()),
            ("named", self.named.clone()),
        ]
    }
}

impl Project {
    /// What is known of everybody.
    pub(super) async fn genome_asides(&self, view: View) -> Result<Asides, EngineError> {
        let refused =
            format!("select customer_key from {REFUSED} as refused where customer_key is not null");
        let [refused] = self.key_columns(&refused, view).await?;
        let [receipts, lines] = self.key_columns(FEW_BACK, view).await?;
        Ok(Asides {
            promoted: self.promotions_are_known(view).await?,
            refusing: table([("customer_key", refused)])?,
            few_back: table([("return_receipt_key", receipts), ("return_line_key", lines)])?,
            named: table([("customer_key", Vec::new())])?,
            tones: Arc::new(self.tones().await?),
            dealt: Vec::new(),
        })
    }

    /// The same with everybody's rows dealt into parts: each table is read once, however many parts there are.
    pub(super) async fn deal_acts(
        &self,
        asides: Asides,
        view: View,
        parts: i64,
    ) -> Result<Asides, EngineError> {
        let mut dealt = Vec::with_capacity(KINDS.len());
        for (name, sql) in KINDS {
            let sql = acts_sql(sql, Whose::All, view);
            let (known, beside) = (Some(view.known_by), asides.beside());
            let rows = self.lake().deal(name, &sql, known, beside, parts as usize);
            dealt.push(Arc::new(rows.await?));
        }
        Ok(Asides { dealt, ..asides })
    }

    /// The columns of keys that a query gives.
    async fn key_columns<const N: usize>(
        &self,
        sql: &str,
        view: View,
    ) -> Result<[Vec<i64>; N], EngineError> {
        let mut all = [(); N].map(|()| Vec::new());
        for batch in self.lake().rows(sql, Some(view.known_by), vec![]).await? {
            for (place, column) in all.iter_mut().enumerate() {
                let found = ints(&batch, place)?;
                column.extend((0..batch.num_rows()).map(|row| found.must(row)));
            }
        }
        Ok(all)
    }

    /// The acts of some customers, by customer.
    pub(super) async fn genome_acts(
        &self,
        catalogue: &mut Catalogue,
        asides: &Asides,
        whose: Whose,
        view: View,
    ) -> Result<BTreeMap<i64, Vec<Act>>, EngineError> {
        let mut all: BTreeMap<i64, Vec<Act>> = BTreeMap::new();
        for batch in self.acts_of(0, asides, whose, view).await? {
            lines(&batch, catalogue, asides.promoted, &mut all)?;
        }
        let sought = sought(catalogue);
        for batch in self.acts_of(1, asides, whose, view).await? {
            events(&batch, catalogue, &sought, &mut all)?;
        }
        for batch in self.acts_of(2, asides, whose, view).await? {
            let (product, stars, text) = (texts(&batch, 5)?, ints(&batch, 6)?, texts(&batch, 7)?);
            each(&batch, Rows::Reviews, &mut all, |row, act| {
                act.product = Some(number(catalogue, &product, row)?);
                let stars = stars.get(row).map(|stars| stars.clamp(1, 5) as u8);
                let stars = stars.or_else(|| asides.tones.stars(text.value(row)))?;
                act.kind = ActKind::Review(stars);
                Some(())
            })?;
        }
        for batch in self.acts_of(3, asides, whose, view).await? {
            let (question, answer) = (texts(&batch, 5)?, texts(&batch, 6)?);
            let is_finder = ints(&batch, 7)?;
            // Values first: the frame must not change while acts are made.
            let mut values = Vec::with_capacity(batch.num_rows());
            for row in 0..batch.num_rows() {
                let said = answer.value(row);
                let refused = said.strip_prefix(finder::NOT);
                let refused = refused.filter(|_| is_finder.must(row) == 1);
                let told = catalogue
                    .frame
                    .value(question.value(row), refused.unwrap_or(said));
                let kind = match refused {
                    Some(_) => ActKind::AnswerAgainst,
                    None => ActKind::Answer,
                };
                values.push((told.map_err(wrong)?, kind));
            }
            each(&batch, Rows::SurveyAnswers, &mut all, |row, act| {
                (act.values, act.kind) = (vec![values[row].0], values[row].1);
                Some(())
            })?;
        }
        Ok(all)
    }

    /// The rows of one of [`KINDS`].
    async fn acts_of(
        &self,
        kind: usize,
        asides: &Asides,
        whose: Whose,
        view: View,
    ) -> Result<Vec<RecordBatch>, EngineError> {
        if let Whose::Part(part) = whose {
            let dealt = asides.dealt.get(kind).map(Arc::clone).ok_or_else(|| {
                EngineError::Data(
                    "a part of the customers was asked for before they were dealt".into(),
                )
            })?;
            return beside(move || Ok(dealt.part(part as usize)?)).await;
        }
        let sql = acts_sql(KINDS[kind].1, whose, view);
        let (known, beside) = (Some(view.known_by), asides.beside());
        Ok(match whose {
            Whose::One(_) => self.lake().look_up(&sql, known, beside).await?,
            _ => self.lake().rows(&sql, known, beside).await?,
        })
    }

    /// Whether the receipts say which promotion applied: where none ever does, nothing is known of any.
    async fn promotions_are_known(&self, view: View) -> Result<bool, EngineError> {
        let sql = "select count(*) from (select 1 from order_lines where promotion_id is not null or discount <> 0 limit 1)";
        let known = self.whole_number(sql, Some(view.known_by), vec![]).await?;
        Ok(known.is_some_and(|count| count > 0))
    }
}

/// The query of acts of some customers until an instant, of none who refuse. A `not in` would hold all acts in memory at
/// once, to find out whether any customer is unknown; so who refuses stands first in a join, and is held instead.
fn acts_sql(sql: &str, whose: Whose, view: View) -> String {
    format!(
        "select every.* from (select customer_key as refuses from refusing) r right join (select * from ({sql}) as acts where \
         customer_key is not null and {} and at <= {}) as every on r.refuses = every.customer_key where r.refuses is null",
        whose.condition(),
        view.as_of
    )
    .replace("{as_of}", &view.as_of.to_string())
    .replace("{said_by}", &view.said_by.to_string())
}

/// Keys as a table that a query may name.
fn table<const N: usize>(columns: [(&str, Vec<i64>); N]) -> Result<RecordBatch, EngineError> {
    let columns = columns.map(|(name, keys)| {
        let keys: ArrayRef = Arc::new(Int64Array::from(keys));
        (name, keys)
    });
    RecordBatch::try_from_iter(columns)
        .map_err(|cause| EngineError::Data(format!("keys of rows: {cause}")))
}

/// The number of a product by its code.
fn number(catalogue: &Catalogue, codes: &arrow::array::StringArray, row: usize) -> Option<u32> {
    let known = codes.is_valid(row).then(|| codes.value(row))?;
    catalogue.numbers.get(known).copied()
}

/// Adds an act for each row that `make` fills in; the first five columns are customer, instants and the row's identity.
fn each(
    batch: &RecordBatch,
    rows: Rows,
    all: &mut BTreeMap<i64, Vec<Act>>,
    mut make: impl FnMut(usize, &mut Act) -> Option<()>,
) -> Result<(), EngineError> {
    let [who, at, known, first, second] = [0, 1, 2, 3, 4].map(|place| ints(batch, place));
    let (who, at, known, first, second) = (who?, at?, known?, first?, second?);
    for row in 0..batch.num_rows() {
        let mut act = Act {
            source: Source {
                rows,
                key: (first.must(row), second.must(row)),
            },
            kind: ActKind::View,
            at: at.must(row).div_euclid(SECOND),
            known_at: known.must(row).div_euclid(SECOND),
            product: None,
            values: Vec::new(),
            line: None,
        };
        if make(row, &mut act).is_some() {
            all.entry(who.must(row)).or_default().push(act);
        }
    }
    Ok(())
}

fn lines(
    batch: &RecordBatch,
    catalogue: &mut Catalogue,
    promoted: bool,
    all: &mut BTreeMap<i64, Vec<Act>>,
) -> Result<(), EngineError> {
    let (product, kind, channel) = (texts(batch, 5)?, texts(batch, 6)?, texts(batch, 9)?);
    let (amount, promotion) = (moneys(batch, 7)?, ints(batch, 8)?);
    let (receipt, weekday, hour) = (ints(batch, 3)?, ints(batch, 10)?, ints(batch, 11)?);
    let mut channels: HashMap<String, u32> = HashMap::new();
    for row in (0..batch.num_rows()).filter(|row| channel.is_valid(*row)) {
        let name = channel.value(row);
        if !channels.contains_key(name) {
            let value = catalogue.frame.value(CHANNEL, name).map_err(wrong)?;
            channels.insert(name.to_string(), value);
        }
    }
    let catalogue = &*catalogue;
    each(batch, Rows::OrderLines, all, |row, act| {
        act.product = Some(number(catalogue, &product, row)?);
        let is_sale = kind.value(row) == "sale";
        act.kind = if is_sale {
            ActKind::Buy
        } else {
            ActKind::Return
        };
        let place = act.product.and_then(|one| catalogue.places[one as usize]);
        let known = channel.is_valid(row).then(|| channel.value(row));
        act.line = Some(Line {
            receipt: receipt.must(row),
            amount: amount[row].0,
            promoted: promoted.then(|| promotion.must(row) == 1),
            price_place: place,
            channel: known.and_then(|name| channels.get(name).copied()),
            weekday: weekday.must(row).clamp(1, 7) as u8,
            hour: hour.must(row).clamp(0, 23) as u8,
        });
        Some(())
    })
}

/// Values that a search can name, by their words in lower case; a word that several attributes have is of the first.
fn sought(catalogue: &Catalogue) -> HashMap<String, u32> {
    let mut all = HashMap::new();
    let names = (0..).map_while(|value| catalogue.frame.name(value).map(|named| (value, named)));
    for (value, (_, name)) in names {
        all.entry(name.to_lowercase()).or_insert(value);
    }
    all
}

fn events(
    batch: &RecordBatch,
    catalogue: &Catalogue,
    sought: &HashMap<String, u32>,
    all: &mut BTreeMap<i64, Vec<Act>>,
) -> Result<(), EngineError> {
    let (product, event, query) = (texts(batch, 5)?, texts(batch, 6)?, texts(batch, 7)?);
    each(batch, Rows::Events, all, |row, act| {
        act.product = number(catalogue, &product, row);
        act.kind = kind_of(event.value(row))?;
        if act.kind == ActKind::Search {
            let words = query
                .is_valid(row)
                .then(|| query.value(row).trim().to_lowercase())?;
            act.values = vec![*sought.get(&words)?];
            act.product = None;
            return Some(());
        }
        act.product.map(|_| ())
    })
}

/// What an event says, by the names of e-commerce events; none for one that says nothing of taste.
fn kind_of(event: &str) -> Option<ActKind> {
    match event {
        "product viewed" | "product clicked" => Some(ActKind::View),
        "products searched" => Some(ActKind::Search),
        "product added" => Some(ActKind::Cart),
        "product added to wishlist" => Some(ActKind::Favourite),
        "complaint filed" => Some(ActKind::Complaint),
        "product tried" => Some(ActKind::Try),
        "product kept" => Some(ActKind::Keep),
        "product discarded" => Some(ActKind::Discard),
        _ => None,
    }
}
