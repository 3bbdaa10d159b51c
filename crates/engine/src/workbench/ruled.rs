//! Who is in which cell of a scheme of rules: what the rules need is asked of the lake and brought into the order of
//! the members. It must not know the rules' language (`segment::rules`).

use crate::cells::{floats, texts};
use crate::{EngineError, Project};
use arrow::array::{Array, RecordBatch};
use segment::blocks::{self, Window};
use segment::rules::{Assignment, Column, Columns, measure_sql};
use segment::{Entity, Known, Mix, RuleSpec};
use std::collections::HashMap;

/// Values of members by their id.
type Values = HashMap<String, f64>;

impl Project {
    /// The cell of each member.
    pub(super) async fn cells(
        &self,
        of: Entity,
        rules: &RuleSpec,
        window: &Window,
        known: &[Known],
    ) -> Result<Assignment, EngineError> {
        let needs = rules.needs(of)?;
        let mut columns = Columns::new(known.len());
        let add = |columns: Columns, name: &str, column: Column| {
            columns
                .with(name, column)
                .map_err(|cause| EngineError::Data(cause.to_string()))
        };
        let numbers = |values: &Values, none: Option<f64>| {
            let each = known
                .iter()
                .map(|member| values.get(&member.id).copied().or(none));
            Column::Numbers(each.collect())
        };
        if of == Entity::Customers {
            let features = segment::features(&Mix::default());
            let groups = vec![("product_groups", segment::group_rows(&Mix::default())?)];
            let sql = segment::feature_sql(&Mix::default(), &window.to);
            let rows = self.lake().rows(&sql, None, groups).await?;
            for (slot, feature) in features.iter().enumerate() {
                if needs.names.contains(&feature.key) {
                    columns = add(
                        columns,
                        &feature.key,
                        numbers(&values(&rows, slot + 1)?, None),
                    )?;
                }
            }
            for (name, sql) in segment::score_questions(&needs.names, &window.to) {
                let rows = self.lake().rows(&sql, None, vec![]).await?;
                columns = add(columns, &name, numbers(&values(&rows, 1)?, None))?;
            }
        }
        for (name, is_text) in blocks::table_names(of, &needs.names) {
            let rows = self
                .lake()
                .rows(&blocks::table_sql(of, name), None, vec![])
                .await?;
            let column = match is_text {
                true => {
                    let told = words(&rows)?;
                    Column::Texts(
                        known
                            .iter()
                            .map(|member| told.get(&member.id).cloned())
                            .collect(),
                    )
                }
                false => numbers(&values(&rows, 1)?, None),
            };
            columns = add(columns, name, column)?;
        }
        if let Some(sql) = measure_sql(of, &needs.measures, &window.to) {
            let rows = self.lake().rows(&sql, None, vec![]).await?;
            for (slot, measure) in needs.measures.iter().enumerate() {
                let column = numbers(&values(&rows, slot + 1)?, measure.kind.of_nothing());
                columns = add(columns, &measure.to_string(), column)?;
            }
        }
        Ok(rules.assign(of, columns)?)
    }
}

/// One column by the member in the first.
fn values(rows: &[RecordBatch], column: usize) -> Result<Values, EngineError> {
    let mut all = Values::new();
    for batch in rows {
        let (member, value) = (texts(batch, 0)?, floats(batch, column)?);
        for row in (0..batch.num_rows()).filter(|row| member.is_valid(*row)) {
            if let Some(value) = value.get(row) {
                all.insert(member.value(row).to_string(), value);
            }
        }
    }
    Ok(all)
}

/// The second column as text by the member in the first.
fn words(rows: &[RecordBatch]) -> Result<HashMap<String, String>, EngineError> {
    let mut all = HashMap::new();
    for batch in rows {
        let (member, value) = (texts(batch, 0)?, texts(batch, 1)?);
        for row in (0..batch.num_rows()).filter(|row| member.is_valid(*row) && value.is_valid(*row))
        {
            all.insert(member.value(row).to_string(), value.value(row).to_string());
        }
    }
    Ok(all)
}
