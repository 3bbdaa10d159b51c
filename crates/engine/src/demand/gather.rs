//! The rows that a run about demand is made from, as the lake gives them. It must not estimate anything.

use crate::cells::{ints, texts};
use crate::numbered::Numbered;
use crate::{EngineError, Project, clock};
use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use lake::Limits;
use segment::choices::{self, Deal, Facts, Item, Place, Sale, Sales, StockCount};

/// Everything that a run works on.
pub(super) struct Gathered {
    /// Baskets, offer, categories, attributes.
    pub facts: Facts,
    /// The instant described.
    pub as_of: i64,
    /// The first day that counts.
    pub from: String,
}

impl Project {
    /// Gathers what a run about demand works on.
    pub(super) async fn gather_demand(&self, months: Option<u32>) -> Result<Gathered, EngineError> {
        // One receipt dated in the future must not make everybody else's purchases look old.
        let sql =
            "select min(happened_at), max(happened_at) from order_lines where happened_at <= now()";
        let span = self.lake().query(sql, None, Limits::default()).await?;
        let span = span.cells();
        let at = |place: usize| clock::parse(span.first()?.get(place)?.as_str()?);
        let (Some(first), Some(as_of)) = (at(0), at(1)) else {
            return Err(EngineError::Data(
                "there are no receipts yet: import a file with 'tessera import FILE --as orders'"
                    .into(),
            ));
        };
        // Looking back beyond the first receipt is looking back to it: the window itself begins after an instant.
        let since = months
            .map(|months| clock::months_before(as_of, months))
            .filter(|since| *since > first);
        let (from, to) = (since.map(clock::text), clock::text(as_of));
        let rows = async |sql: String| self.lake().rows(&sql, None, vec![]).await;
        let (lines, products, stores) = self.sale_lines(from.as_deref(), &to).await?;
        let mut counts = Vec::new();
        for batch in rows(choices::counts_sql(from.as_deref(), &to)).await? {
            stock(&batch, &products, &stores, &mut counts)?;
        }
        let (mut deals, mut left_out) = (Vec::new(), LeftOut::default());
        for batch in rows(choices::promotions_sql(from.as_deref(), &to)).await? {
            promotions(&batch, &products, &stores, &mut deals, &mut left_out)?;
        }
        let mut items = Vec::new();
        for batch in rows(choices::catalogue_sql()).await? {
            catalogue(&batch, &mut items)?;
        }
        let mut places = Vec::new();
        for batch in rows(choices::places_sql()).await? {
            let (id, opened, closed) = (texts(&batch, 0)?, ints(&batch, 1)?, ints(&batch, 2)?);
            places.extend((0..batch.num_rows()).map(|row| Place {
                id: id.value(row).to_string(),
                opened: opened.get(row),
                closed: closed.get(row),
            }));
        }
        let sales = Sales {
            products: products.texts,
            stores: stores.texts,
            lines,
        };
        let mut facts = Facts::new(&sales, &items, &counts, &deals, &places)?;
        facts.notes.extend(left_out.notes());
        Ok(Gathered {
            facts,
            as_of,
            from: clock::day(since.unwrap_or(first)),
        })
    }

    /// What was bought in which basket after one instant and up to another, with the products and shops numbered.
    pub(crate) async fn sale_lines(
        &self,
        from: Option<&str>,
        to: &str,
    ) -> Result<(Vec<Sale>, Numbered, Numbered), EngineError> {
        let (mut products, mut stores) = (Numbered::default(), Numbered::default());
        let mut lines = Vec::new();
        let sql = choices::sales_sql(from, to);
        for batch in self.lake().rows(&sql, None, vec![]).await? {
            sales(&batch, &mut products, &mut stores, &mut lines)?;
        }
        Ok((lines, products, stores))
    }
}

fn sales(
    batch: &RecordBatch,
    products: &mut Numbered,
    stores: &mut Numbered,
    lines: &mut Vec<Sale>,
) -> Result<(), EngineError> {
    let (receipt, product, customer) = (ints(batch, 0)?, texts(batch, 1)?, ints(batch, 2)?);
    let (store, day) = (texts(batch, 3)?, ints(batch, 4)?);
    lines.extend((0..batch.num_rows()).map(|row| Sale {
        receipt: receipt.must(row),
        product: products.place(product.value(row)),
        store: stores.place(store.value(row)),
        customer: customer.get(row),
        day: day.must(row),
    }));
    Ok(())
}

/// Counts of products and shops that sold something; others tell nothing.
fn stock(
    batch: &RecordBatch,
    products: &Numbered,
    stores: &Numbered,
    counts: &mut Vec<StockCount>,
) -> Result<(), EngineError> {
    let (store, product, day) = (texts(batch, 0)?, texts(batch, 1)?, ints(batch, 2)?);
    let any = batch.column(3).as_boolean();
    counts.extend((0..batch.num_rows()).filter_map(|row| {
        Some(StockCount {
            store: *stores.places.get(store.value(row))?,
            product: *products.places.get(product.value(row))?,
            day: day.must(row),
            any: any.value(row),
        })
    }));
    Ok(())
}

/// Promotions of which it is not known what they say: counted, so that a reader is told.
#[derive(Default)]
struct LeftOut {
    of_zones: usize,
    of_categories: usize,
    endless: usize,
}

impl LeftOut {
    fn notes(&self) -> impl Iterator<Item = String> {
        let all = [
            (
                self.of_zones,
                "of price zones count for nothing: which shops are in a zone is not known",
            ),
            (
                self.of_categories,
                "of no single product count for nothing: they say little of one product against the others",
            ),
            (
                self.endless,
                "without an end count for nothing: their days are not known",
            ),
        ];
        let some = all.into_iter().filter(|(count, _)| *count > 0);
        some.map(|(count, why)| match count {
            1 => format!("1 promotion {}.", why.replace("count for", "counts for")),
            _ => format!("{count} promotions {why}."),
        })
    }
}

/// Promotions of products and shops that sold something.
fn promotions(
    batch: &RecordBatch,
    products: &Numbered,
    stores: &Numbered,
    deals: &mut Vec<Deal>,
    left_out: &mut LeftOut,
) -> Result<(), EngineError> {
    let (product, store, zone) = (texts(batch, 0)?, texts(batch, 1)?, texts(batch, 2)?);
    let (first, last) = (ints(batch, 3)?, ints(batch, 4)?);
    let named =
        |column: &StringArray, row: usize| column.is_valid(row) && !column.value(row).is_empty();
    for row in 0..batch.num_rows() {
        let at_one = named(&store, row);
        if !at_one && named(&zone, row) {
            left_out.of_zones += 1;
            continue;
        }
        if !named(&product, row) {
            left_out.of_categories += 1;
            continue;
        }
        let (Some(first), Some(last)) = (first.get(row), last.get(row)) else {
            left_out.endless += 1;
            continue;
        };
        let place = stores
            .places
            .get(if at_one { store.value(row) } else { "" })
            .copied();
        let Some(&product) = products.places.get(product.value(row)) else {
            continue;
        };
        if at_one && place.is_none() {
            continue;
        }
        deals.push(Deal {
            product,
            store: place.filter(|_| at_one),
            first,
            last,
        });
    }
    Ok(())
}

fn catalogue(batch: &RecordBatch, items: &mut Vec<Item>) -> Result<(), EngineError> {
    let text = |column: usize| texts(batch, column);
    let (id, name) = (text(0)?, text(1)?);
    let categories = [text(2)?, text(3)?, text(4)?];
    let (launched, withdrawn) = (ints(batch, 5)?, ints(batch, 6)?);
    let more = text(7)?;
    let named = choices::catalogue_attributes().into_iter().zip(8..);
    let columns = named
        .map(|(name, column)| Ok((name, text(column)?)))
        .collect::<Result<Vec<_>, EngineError>>()?;
    let filled = |column: &StringArray, row: usize| {
        let text = column.is_valid(row).then(|| column.value(row).trim());
        text.filter(|text| !text.is_empty()).map(str::to_string)
    };
    for row in 0..batch.num_rows() {
        let own = columns
            .iter()
            .filter_map(|(name, column)| Some(((*name).to_string(), filled(column, row)?)));
        let mut attributes: Vec<(String, String)> = own.collect();
        let pairs = filled(&more, row).unwrap_or_default();
        attributes.extend(pairs.split(';').filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((name.trim().to_string(), value.trim().to_string()))
        }));
        items.push(Item {
            id: id.value(row).to_string(),
            name: filled(&name, row),
            categories: categories
                .iter()
                .filter_map(|column| filled(column, row))
                .collect(),
            launched: launched.get(row),
            withdrawn: withdrawn.get(row),
            attributes,
        });
    }
    Ok(())
}
