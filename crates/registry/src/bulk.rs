//! Statements over many rows: the text of multi-row inserts and of lists of values.
//! It must not know any table.

use crate::store::Dialect;

/// Values that one statement may bind; SQLite takes 32,766 and PostgreSQL 65,535.
pub(crate) const BINDS_MAX: usize = 32_000;

/// Rows of one statement: more make each statement slower to prepare without making rows cheaper.
const ROWS_MAX: usize = 1_000;

impl Dialect {
    /// How many rows of so many columns one statement takes.
    pub(crate) fn rows_at_once(self, columns: usize) -> usize {
        ROWS_MAX.min(BINDS_MAX / columns)
    }

    /// `head VALUES (…),(…) tail` with a placeholder for every value.
    pub(crate) fn insert(self, head: &str, columns: usize, rows: usize, tail: &str) -> String {
        let mut sql = String::with_capacity(head.len() + tail.len() + rows * columns * 6 + 16);
        sql.push_str(head);
        sql.push_str(" VALUES ");
        for row in 0..rows {
            sql.push_str(if row == 0 { "(" } else { ",(" });
            self.placeholders(&mut sql, row * columns, columns);
            sql.push(')');
        }
        sql.push(' ');
        sql.push_str(tail);
        sql
    }

    /// `head (…)` with a placeholder for every value of a list.
    pub(crate) fn list(self, head: &str, values: usize) -> String {
        let mut sql = String::with_capacity(head.len() + values * 6 + 4);
        sql.push_str(head);
        sql.push_str(" (");
        self.placeholders(&mut sql, 0, values);
        sql.push(')');
        sql
    }

    /// `head (…) UNION ALL head (…)`: one statement over several tables, each with a placeholder for every value of
    /// its own list.
    pub(crate) fn union(self, parts: &[(&str, usize)]) -> String {
        let mut sql = String::new();
        let mut before = 0;
        for (i, (head, values)) in parts.iter().enumerate() {
            sql.push_str(if i == 0 { "" } else { " UNION ALL " });
            sql.push_str(head);
            sql.push_str(" (");
            self.placeholders(&mut sql, before, *values);
            sql.push(')');
            before += values;
        }
        sql
    }

    /// SQLite looks numbered placeholders up one after the other, which is quadratic in their count;
    /// bare ones are positions.
    fn placeholders(self, sql: &mut String, before: usize, count: usize) {
        for i in 0..count {
            if i > 0 {
                sql.push(',');
            }
            match self {
                Self::Sqlite => sql.push('?'),
                Self::Postgres => {
                    sql.push('$');
                    sql.push_str(&(before + i + 1).to_string());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_follow_the_dialect() {
        let check = |dialect: Dialect, expect: &str| {
            assert_eq!(dialect.insert("INSERT INTO t (a, b)", 2, 2, "END"), expect);
        };
        check(
            Dialect::Sqlite,
            "INSERT INTO t (a, b) VALUES (?,?),(?,?) END",
        );
        check(
            Dialect::Postgres,
            "INSERT INTO t (a, b) VALUES ($1,$2),($3,$4) END",
        );
        assert_eq!(Dialect::Postgres.list("IN", 2), "IN ($1,$2)");
        let union = Dialect::Postgres.union(&[("a IN", 2), ("b IN", 1)]);
        assert_eq!(union, "a IN ($1,$2) UNION ALL b IN ($3)");
    }
}
