//! How a table of the lake is described: name, columns, types, what each column means.
//! The tables themselves are in `tables`; how they are stored is `lake`'s.

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use std::sync::Arc;

use crate::Kind;
pub use crate::tables::{
    ADS, CUSTOMER_FEATURES, CUSTOMER_MERGES, CUSTOMERS, DEMAND_COMPANY, DEMAND_NODES,
    DEMAND_PARTNERS, DEMAND_PRODUCTS, DEMAND_SHARES, EVENTS, GENES, GENOMES, INVENTORY,
    LIFE_FINDINGS, MEMBERSHIPS, ORDER_LINES, PRICES, PRODUCT_DNA, PRODUCTS, PROMOTIONS,
    RETURN_MATCHES, REVIEWS, SCHEME_FEATURES, SCHEME_MEMBERS, SEGMENT_FACTS, SEGMENTS, STORES,
    SURVEY_ANSWERS, WITHDRAWALS,
};

/// The type of a column, in the lake's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// UTF-8 text.
    Text,
    /// A 64-bit integer.
    Int,
    /// A 32-bit integer.
    SmallInt,
    /// A 64-bit float, for measures and model outputs; never for money.
    Float,
    /// A decimal with four places: money and quantities.
    Decimal,
    /// An instant, UTC, microseconds.
    Time,
    /// A calendar day.
    Date,
    /// True or false.
    Flag,
}

impl ColumnType {
    /// Digits of a decimal column.
    pub const DECIMAL_PRECISION: u8 = 18;
    /// Decimal places of a decimal column.
    pub const DECIMAL_SCALE: i8 = 4;

    /// The Arrow type that holds it.
    pub fn arrow(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Int => DataType::Int64,
            Self::SmallInt => DataType::Int32,
            Self::Float => DataType::Float64,
            Self::Decimal => DataType::Decimal128(Self::DECIMAL_PRECISION, Self::DECIMAL_SCALE),
            Self::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Date => DataType::Date32,
            Self::Flag => DataType::Boolean,
        }
    }
}

/// One column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: ColumnType,
    /// Whether every row has a value.
    pub required: bool,
    /// What it means, with its unit.
    pub doc: &'static str,
}

/// One table of the lake.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name in SQL and its folder.
    pub name: &'static str,
    /// What a row of it is.
    pub doc: &'static str,
    /// The feed that fills it; `None` for a table that a stage writes.
    pub feed: Option<Kind>,
    /// The two integer columns that identify a row (group, row within it); `None` where the run's id does.
    pub identity: Option<(&'static str, &'static str)>,
    /// Its columns, in order.
    pub columns: &'static [Column],
}

impl Table {
    /// Every table of the lake.
    pub const ALL: &'static [&'static Table] = &[
        &ORDER_LINES,
        &PRODUCTS,
        &STORES,
        &CUSTOMERS,
        &INVENTORY,
        &PRICES,
        &PROMOTIONS,
        &EVENTS,
        &SURVEY_ANSWERS,
        &ADS,
        &REVIEWS,
        &RETURN_MATCHES,
        &CUSTOMER_FEATURES,
        &SEGMENTS,
        &SEGMENT_FACTS,
        &MEMBERSHIPS,
        &SCHEME_FEATURES,
        &SCHEME_MEMBERS,
        &DEMAND_PRODUCTS,
        &DEMAND_PARTNERS,
        &DEMAND_COMPANY,
        &DEMAND_SHARES,
        &DEMAND_NODES,
        &WITHDRAWALS,
        &CUSTOMER_MERGES,
        &GENOMES,
        &GENES,
        &PRODUCT_DNA,
        &LIFE_FINDINGS,
    ];

    /// The table of a name; `None` where there is none.
    pub fn named(name: &str) -> Option<&'static Table> {
        Self::ALL.iter().copied().find(|table| table.name == name)
    }

    /// The table that a feed fills.
    pub fn of_feed(kind: Kind) -> &'static Table {
        match kind {
            Kind::Orders => &ORDER_LINES,
            Kind::Products => &PRODUCTS,
            Kind::Customers => &CUSTOMERS,
            Kind::Stores => &STORES,
            Kind::Inventory => &INVENTORY,
            Kind::Prices => &PRICES,
            Kind::Promotions => &PROMOTIONS,
            Kind::Events => &EVENTS,
            Kind::Surveys => &SURVEY_ANSWERS,
            Kind::Ads => &ADS,
            Kind::Reviews => &REVIEWS,
        }
    }

    /// Its Arrow schema.
    pub fn schema(&self) -> SchemaRef {
        let fields = self
            .columns
            .iter()
            .map(|c| Field::new(c.name, c.kind.arrow(), !c.required));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    /// The column of a name; `None` where there is none.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_keeps_two_clocks() {
        for table in Table::ALL {
            for clock in ["happened_at", "known_at"] {
                let column = table.column(clock);
                assert!(
                    column.is_some_and(|c| c.required && c.kind == ColumnType::Time),
                    "{} lacks {clock}",
                    table.name
                );
            }
        }
    }

    #[test]
    fn every_row_of_a_feed_names_its_import() {
        for kind in Kind::ALL {
            let column = Table::of_feed(kind).column("import_id");
            assert!(column.is_some_and(|c| c.required && c.kind == ColumnType::Text));
        }
    }

    #[test]
    fn identities_are_required_integers() {
        for table in Table::ALL {
            let Some((group, row)) = table.identity else {
                continue;
            };
            for name in [group, row] {
                let column = table.column(name);
                assert!(
                    column.is_some_and(|c| c.required && c.kind == ColumnType::Int),
                    "{}.{name}",
                    table.name
                );
            }
        }
    }

    #[test]
    fn every_feed_has_its_table() {
        for kind in Kind::ALL {
            assert_eq!(Table::of_feed(kind).feed, Some(kind));
        }
    }

    #[test]
    fn names_are_unique() {
        for (i, table) in Table::ALL.iter().enumerate() {
            assert!(Table::ALL[..i].iter().all(|other| other.name != table.name));
            for (j, column) in table.columns.iter().enumerate() {
                assert!(
                    table.columns[..j]
                        .iter()
                        .all(|other| other.name != column.name)
                );
                assert!(!column.doc.is_empty());
            }
        }
    }
}
