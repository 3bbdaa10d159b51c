//! The fields that name a person. They live in the registry alone, encrypted per person; no table of the
//! lake may have a column of these names (a test holds that).

/// Field names that can name a person, as feeds call them after mapping.
pub const NAMING_FIELDS: &[&str] = &[
    "customer_id",
    "anonymous_id",
    "first_name",
    "last_name",
    "name_of_person",
    "email",
    "phone",
    "street",
    "postal_code",
    "birth_date",
    "card_token",
    "login",
    "ip",
    "free_text",
];

/// Whether a field of a feed names a person and so must stay out of the lake.
pub fn names_a_person(field: &str) -> bool {
    NAMING_FIELDS.contains(&field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Table;

    #[test]
    fn no_table_of_the_lake_names_a_person() {
        for table in Table::ALL {
            for column in table.columns {
                assert!(
                    !names_a_person(column.name),
                    "{}.{} names a person",
                    table.name,
                    column.name
                );
            }
        }
    }
}
