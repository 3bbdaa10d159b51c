//! The values that rules look at, column by column. It must not run queries.

use super::{Measure, RuleError};
use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use arrow::record_batch::RecordBatch;
use std::collections::BTreeMap;

/// The values of one name or measure, one per member; `None` where not known.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Numbers.
    Numbers(Vec<Option<f64>>),
    /// Texts.
    Texts(Vec<Option<String>>),
}

impl Column {
    fn rows(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Texts(values) => values.len(),
        }
    }

    fn words(&self) -> &'static str {
        match self {
            Self::Numbers(_) => "numbers",
            Self::Texts(_) => "texts",
        }
    }
}

/// Columns of the same members in the same order.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    rows: usize,
    columns: BTreeMap<String, Column>,
}

impl Columns {
    /// No columns yet, of so many members.
    pub fn new(rows: usize) -> Self {
        Self {
            rows,
            columns: BTreeMap::new(),
        }
    }

    /// How many members.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// With one more column. A measure's column has the measure's own text for a name. Numbers that are
    /// not finite are taken for not known.
    ///
    /// # Errors
    /// [`RuleError::Column`] where it is not as long as the others.
    pub fn with(mut self, name: impl Into<String>, column: Column) -> Result<Self, RuleError> {
        let name = name.into();
        if column.rows() != self.rows {
            return Err(RuleError::Column {
                name,
                found: format!("has {} rows", column.rows()),
                expected: format!("{}, one for each member", self.rows),
            });
        }
        let column = match column {
            Column::Numbers(mut values) => {
                for value in &mut values {
                    *value = value.filter(|number| number.is_finite());
                }
                Column::Numbers(values)
            }
            texts => texts,
        };
        self.columns.insert(name, column);
        Ok(self)
    }

    /// Reads query rows: a column named `m1`, `m2`, … is that measure of the list as
    /// [`super::measure_sql`] names them, every other column is itself. Counts and sums that are missing,
    /// as for members without any line, are 0. Columns that are neither numbers nor texts are left out.
    ///
    /// # Errors
    /// [`RuleError::Column`] where the batches have different columns or one cannot be read.
    pub fn read(measures: &[Measure], batches: &[RecordBatch]) -> Result<Self, RuleError> {
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        let mut read = Self::new(rows);
        let Some(first) = batches.first() else {
            return Ok(read);
        };
        for field in first.schema().fields() {
            let measure = measures
                .iter()
                .enumerate()
                .find(|(place, _)| *field.name() == measure_column(*place))
                .map(|(_, measure)| measure);
            let numbers = field.data_type().is_numeric();
            if !numbers && !field.data_type().is_string() {
                continue;
            }
            let mut column = if numbers {
                Column::Numbers(Vec::with_capacity(rows))
            } else {
                Column::Texts(Vec::with_capacity(rows))
            };
            for batch in batches {
                append(&mut column, field.name(), batch)?;
            }
            if let (Column::Numbers(values), Some(measure)) = (&mut column, measure) {
                for value in values {
                    *value = value.or(measure.kind.of_nothing());
                }
            }
            let name = measure.map_or_else(|| field.name().clone(), ToString::to_string);
            read = read.with(name, column)?;
        }
        Ok(read)
    }

    pub(crate) fn numbers(&self, name: &str) -> Result<&[Option<f64>], RuleError> {
        match self.column(name)? {
            Column::Numbers(values) => Ok(values),
            other => Err(other.refuse(name, "numbers")),
        }
    }

    pub(crate) fn column(&self, name: &str) -> Result<&Column, RuleError> {
        self.columns.get(name).ok_or_else(|| RuleError::Missing {
            name: name.to_string(),
        })
    }
}

impl Column {
    /// The error that a rule needs something else.
    pub(crate) fn refuse(&self, name: &str, expected: &'static str) -> RuleError {
        RuleError::Kind {
            name: name.to_string(),
            found: self.words(),
            expected,
            mend: "give the column as the vocabulary says, or change the rule",
        }
    }
}

/// The column of the `place`-th measure of a list, counted from 0.
pub(crate) fn measure_column(place: usize) -> String {
    format!("m{}", place + 1)
}

fn append(column: &mut Column, name: &str, batch: &RecordBatch) -> Result<(), RuleError> {
    let refuse = |found: String| RuleError::Column {
        name: name.to_string(),
        found,
        expected: "one column of numbers or texts in every batch".into(),
    };
    let array = batch
        .column_by_name(name)
        .ok_or_else(|| refuse("is missing from a batch".into()))?;
    let to = match column {
        Column::Numbers(_) => DataType::Float64,
        Column::Texts(_) => DataType::Utf8,
    };
    let array = cast(array, &to).map_err(|cause| refuse(format!("cannot be read: {cause}")))?;
    match column {
        Column::Numbers(values) => values.extend(array.as_primitive::<Float64Type>().iter()),
        Column::Texts(values) => {
            let texts = array.as_string::<i32>().iter();
            values.extend(texts.map(|text| text.map(str::to_string)));
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::MeasureKind;
    use super::*;
    use arrow::array::{ArrayRef, BooleanArray, Decimal128Array, Float64Array, StringArray};
    use std::sync::Arc;

    #[test]
    fn columns_are_of_one_length_and_finite() {
        let odd = vec![Some(1.0), Some(f64::NAN), Some(f64::INFINITY), None];
        let columns = Columns::new(4).with("x", Column::Numbers(odd)).unwrap();
        assert_eq!(columns.numbers("x").unwrap(), [Some(1.0), None, None, None]);
        let short = columns.clone().with("y", Column::Texts(vec![None]));
        let told = short.unwrap_err().to_string();
        assert_eq!(
            told,
            "the column for y has 1 rows, expected 4, one for each member"
        );
        assert!(columns.numbers("y").is_err());
    }

    #[test]
    fn query_rows_become_columns() {
        let of = |kind| Measure {
            kind,
            of: Some("Wine".into()),
            window_days: None,
        };
        let measures = [of(MeasureKind::Spend), of(MeasureKind::DaysSince)];
        let decimals = Decimal128Array::from(vec![Some(12_500), None])
            .with_precision_and_scale(18, 4)
            .unwrap();
        let batch = |city: Option<&str>| {
            RecordBatch::try_from_iter_with_nullable([
                ("m1", Arc::new(decimals.clone()) as ArrayRef, true),
                (
                    "m2",
                    Arc::new(Float64Array::from(vec![None, Some(3.0)])),
                    true,
                ),
                ("city", Arc::new(StringArray::from(vec![city, None])), true),
                (
                    "flag",
                    Arc::new(BooleanArray::from(vec![true, false])),
                    true,
                ),
            ])
            .unwrap()
        };
        let read = Columns::read(&measures, &[batch(Some("Lyon")), batch(None)]).unwrap();
        assert_eq!(read.rows(), 4);
        let spend = read.numbers("spend(\"Wine\")").unwrap();
        assert_eq!(spend, [Some(1.25), Some(0.0), Some(1.25), Some(0.0)]);
        let since = read.numbers("days_since(\"Wine\")").unwrap();
        assert_eq!(since, [None, Some(3.0), None, Some(3.0)]);
        let cities = Column::Texts(vec![Some("Lyon".into()), None, None, None]);
        assert_eq!(read.column("city").unwrap(), &cities);
        assert!(read.column("flag").is_err() && read.column("m1").is_err());
        assert_eq!(Columns::read(&measures, &[]).unwrap().rows(), 0);
    }
}
