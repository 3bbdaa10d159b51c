//! The columns of a table: the fields of its row, and what each holds, as its schema says.

use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{KnownFormat, Object, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Numbers.
    Number,
    /// Money: numbers as decimal strings.
    Money,
    /// Instants.
    Time,
    /// Anything else, as text.
    Text,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// The field's name.
    pub name: String,
    /// What it holds.
    pub holds: Holds,
}

/// The columns of a row type, in the order of its fields.
pub(super) fn columns<Row: ToSchema>() -> Vec<Column> {
    let RefOr::T(Schema::Object(object)) = Row::schema() else {
        return Vec::new();
    };
    let holds = |schema: &RefOr<Schema>| match schema {
        RefOr::T(Schema::Object(object)) => holds(object),
        _ => Holds::Text,
    };
    let column = |(name, schema): (&String, _)| Column {
        name: name.clone(),
        holds: holds(schema),
    };
    object.properties.iter().map(column).collect()
}

fn holds(object: &Object) -> Holds {
    let is = |wanted: &Type| match &object.schema_type {
        SchemaType::Type(found) => found == wanted,
        SchemaType::Array(found) => found.contains(wanted),
        SchemaType::AnyValue => false,
    };
    match &object.format {
        _ if is(&Type::Integer) || is(&Type::Number) => Holds::Number,
        Some(SchemaFormat::Custom(format)) if format == "decimal" => Holds::Money,
        Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)) => Holds::Time,
        _ => Holds::Text,
    }
}

/// A value as text. Lists become their elements side by side, `; ` between them, so that a row stays a row.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join("; "),
        Value::Object(fields) => {
            let parts = fields.values().filter(|value| !value.is_null()).map(text);
            parts.collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use engine::views::{MemberRow, Receipt, RunRow, TableVersion};

    #[test]
    fn columns_are_the_fields_in_order() {
        let found = columns::<MemberRow>();
        let names: Vec<_> = found.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names[..3], ["customer_key", "cluster", "cluster_name"]);
        let holds = |name| {
            found
                .iter()
                .find(|column| column.name == name)
                .unwrap()
                .holds
        };
        assert_eq!(holds("customer_key"), Holds::Number);
        assert_eq!(holds("silhouette"), Holds::Number);
        assert_eq!(holds("spend"), Holds::Money);
        assert_eq!(holds("last_at"), Holds::Time);
        assert_eq!(holds("cluster_name"), Holds::Text);
        let renamed: Vec<_> = columns::<Receipt>()
            .into_iter()
            .map(|column| column.name)
            .collect();
        assert!(renamed.contains(&"type".to_string()));
    }

    #[test]
    fn the_schema_lists_fields_as_the_row_writes_them() {
        let row = RunRow {
            run_id: "r".into(),
            stage: "all".into(),
            status: "done".into(),
            started_at: "2011-12-09T12:50:00Z".into(),
            seconds: None,
            seed: None,
            version: "0".into(),
            author: "a".into(),
            summary: String::new(),
            inputs: vec![TableVersion {
                table: "orders".into(),
                version: 3,
            }],
        };
        let value = serde_json::to_value(&row).unwrap();
        let written: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
        let listed: Vec<_> = columns::<RunRow>()
            .into_iter()
            .map(|column| column.name)
            .collect();
        assert_eq!(written, listed);
        assert_eq!(text(&value["inputs"]), "orders 3");
        assert_eq!(text(&value["seconds"]), "");
    }
}
