//! Pages of a table: the macro that makes one, and what all of them have in common.
//! It must not hold a row of any table.

/// A page of a table.
pub trait Paged {
    /// What its rows are.
    type Row;

    /// Its rows, and how many the whole filtered table has.
    fn into_rows(self) -> (Vec<Self::Row>, u64);
}

/// A page of rows of one type.
macro_rules! page {
    ($(#[$about:meta])* $name:ident of $row:ident) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub struct $name {
            /// The rows of this page, in the order asked for.
            pub rows: Vec<$row>,
            /// Rows of the whole filtered table.
            pub total: u64,
            /// Rows before this page.
            pub offset: usize,
            /// Rows that a page holds at most.
            pub limit: usize,
        }

        impl $crate::views::Paged for $name {
            type Row = $row;

            fn into_rows(self) -> (Vec<$row>, u64) {
                (self.rows, self.total)
            }
        }
    };
}
pub(super) use page;
