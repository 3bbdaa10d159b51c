//! Small settings of a project that people change in the product, such as its title or the limits of the
//! quality gate. What a process needs to start is in its settings file.

use retail::Change;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::audit::Fact;
use crate::error::Result;
use crate::row::Columns;
use crate::store::Registry;

/// A setting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Setting {
    /// Its name.
    pub setting: String,
    /// Its value.
    pub value: Value,
    /// When it was set.
    pub at: i64,
    /// Who set it.
    pub author: String,
}

const SELECT: &str = "SELECT setting, value, at, author FROM settings";

impl Registry {
    /// Sets a setting.
    pub async fn set_setting(
        &self,
        setting: &str,
        value: &Value,
        at: i64,
        change: &Change,
    ) -> Result<()> {
        let mut changing = self.begin_change().await?;
        sqlx::query(
            "INSERT INTO settings (setting, value, at, author) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (setting) DO UPDATE SET value = excluded.value, at = excluded.at, \
             author = excluded.author",
        )
        .bind(setting)
        .bind(value.to_string())
        .bind(at)
        .bind(&*change.author)
        .execute(&mut *changing.tx)
        .await?;
        let fact = Fact {
            action: "setting.set",
            subject: setting,
            detail: json!({ "to": value }),
        };
        changing.commit(at, change, fact).await?;
        Ok(())
    }

    /// The value of a setting; `None` where it was never set.
    pub async fn setting(&self, setting: &str) -> Result<Option<Value>> {
        let sql = format!("{SELECT} WHERE setting = $1");
        let row = sqlx::query(&sql)
            .bind(setting)
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| row.json("value")).transpose()
    }

    /// Every setting, by name.
    pub async fn settings(&self) -> Result<Vec<Setting>> {
        let sql = format!("{SELECT} ORDER BY setting");
        let rows = sqlx::query(&sql).fetch_all(&self.reader).await?;
        rows.iter().map(read_setting).collect()
    }
}

fn read_setting(row: &AnyRow) -> Result<Setting> {
    Ok(Setting {
        setting: row.text("setting")?,
        value: row.json("value")?,
        at: row.int("at")?,
        author: row.text("author")?,
    })
}
