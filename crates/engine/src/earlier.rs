//! What an import has to do with earlier ones: the same file under other options, receipts that came before in
//! another form, and taking an import back. It must not read files (`importing`).

use crate::ask::count;
use crate::views::{ReasonRequest, Withdrawn};
use crate::{Actor, EngineError, Project, clock};
use arrow::array::AsArray;
use arrow::datatypes::{DataType, Int64Type};
use collect::ValidSpec;
use govern::Action;
use registry::{Import, ImportState};
use retail::{Kind, Table};
use serde_json::Value;

impl Project {
    /// Refuses a file that was loaded before under other options, where read otherwise its rows would be other
    /// rows: under another source, with other columns to know a row by, or where rows are told apart by what they
    /// say. They would count a second time.
    pub(crate) async fn refuse_second_count(
        &self,
        valid: &ValidSpec,
        content: &str,
        name: &str,
    ) -> Result<(), EngineError> {
        let now = kept_spec(valid)?;
        let had = self.registry().imports_of_content(valid.kind(), content);
        for import in had.await? {
            let other = match valid.told_by_content() {
                true => differences(&import.spec, &now),
                false => renamed(valid.kind(), &import.spec, &now),
            };
            if other.is_empty() || self.registry().loaded_of(import.root()).await? == 0 {
                continue;
            }
            return Err(EngineError::Data(format!(
                "{name} was imported before, on {} as import {}, with {}. Read otherwise, its rows would change \
                 nothing or count a second time. Import it as it was read then, or have that import taken back first \
                 by an analyst, developer or admin: on Data health, or with tessera imports withdraw {}",
                clock::day(import.started_at),
                import.import_id,
                other.join(", "),
                import.import_id
            )));
        }
        Ok(())
    }

    /// What to look at before the rows of an import are used.
    /// What cannot be had is no harm to the import: a hint is missing then.
    pub(crate) async fn warnings(&self, import_id: &str, contradicting: u64) -> Vec<String> {
        let mut found = Vec::new();
        if contradicting > 0 {
            let have = match contradicting {
                1 => "row has the number of a row before it and says",
                _ => "rows have the number of a row before them and say",
            };
            found.push(format!(
                "{contradicting} {have} something else: they count as duplicates and are not loaded. Where a number \
                 does not stand for one row, leave its column out of the mapping"
            ));
        }
        if let Err(cause) = self.warn_of_receipts(import_id, &mut found).await {
            tracing::warn!(import = import_id, %cause, "receipts were not compared with those before");
        }
        found
    }

    /// Where receipts of an import have lines from other files, or are in a currency beside that of the others.
    async fn warn_of_receipts(
        &self,
        import_id: &str,
        found: &mut Vec<String>,
    ) -> Result<(), EngineError> {
        let import = self.registry().import(import_id).await?;
        let span = import.counts.first_happened_at;
        let span = span.zip(import.counts.last_happened_at);
        let (Kind::Orders, 1.., Some((first, last))) = (import.kind, import.counts.loaded, span)
        else {
            return Ok(());
        };
        let within = format!(
            "happened_at between timestamp '{}' and timestamp '{}'",
            clock::text(first),
            clock::text(last)
        );
        let is_shared = self.registry().others_in_span(&import, first, last).await?;
        let shared = match is_shared {
            true => self.count_shared(&import, &within).await?,
            false => 0,
        };
        if shared > 0 {
            let have = match shared {
                1 => "receipt has",
                _ => "receipts have",
            };
            found.push(format!(
                "{shared} {have} lines from another file as well. That is right where an export cut a receipt in two; \
                 where both files tell of the same sales in two forms, they count twice: have one taken back by an \
                 analyst, developer or admin, on Data health or with tessera imports withdraw {import_id}"
            ));
        }
        let all = self.currencies_with(import_id, &within).await?;
        if all.len() > 1 {
            found.push(format!(
                "the receipts are in {}: amounts of several currencies are not added up, pages show those in {}, and no \
                 stage runs on them together",
                all.join(" and "),
                all[0]
            ));
        }
        Ok(())
    }

    /// The currency with most receipt lines, and those of an import's lines that are another.
    async fn currencies_with(
        &self,
        import_id: &str,
        within: &str,
    ) -> Result<Vec<String>, EngineError> {
        let sql = format!(
            "select distinct cast(currency as varchar) from order_lines where import_id = '{import_id}' \
             and {within} order by 1"
        );
        let mut all = vec![self.currency().await?];
        for batch in self.lake().rows(&sql, None, vec![]).await? {
            let names = arrow::compute::cast(batch.column(0), &DataType::Utf8)
                .map_err(|cause| EngineError::Data(cause.to_string()))?;
            let names = names.as_string::<i32>().iter().flatten();
            let others: Vec<String> = names
                .filter(|name| **name != *all[0])
                .map(str::to_string)
                .collect();
            all.extend(others);
        }
        Ok(all)
    }

    /// Receipts of an import that imports of other files brought with other lines.
    async fn count_shared(&self, import: &Import, within: &str) -> Result<i64, EngineError> {
        let import_id = &import.import_id;
        let own = self.registry().imports_of_file(import).await?;
        let own: Vec<String> = own.iter().map(|id| format!("'{id}'")).collect();
        let sql = format!(
            "select count(distinct a.receipt_key) from (select receipt_key from order_lines where \
             import_id = '{import_id}' and {within}) a left semi join (select receipt_key from order_lines where \
             import_id not in ({}) and {within}) b on a.receipt_key = b.receipt_key",
            own.join(", ")
        );
        let answer = self.lake().rows(&sql, None, vec![]).await?;
        Ok(answer.first().map_or(0, |batch| {
            batch.column(0).as_primitive::<Int64Type>().value(0)
        }))
    }

    /// Takes an import back, with the replays of its rows: from now on nothing reads them, and what is asked as
    /// of a time before still shows them.
    pub async fn withdraw(
        &self,
        actor: &Actor,
        import_id: &str,
        asked: ReasonRequest,
    ) -> Result<Withdrawn, EngineError> {
        actor.may(Action::WithdrawImport)?;
        let change = actor.change(&asked.reason)?;
        let import = self.registry().import(import_id).await?;
        if let Some(root) = &import.replay_of {
            return Err(EngineError::Data(format!(
                "import {import_id} is a replay of held back rows: take back the import that had them, {root}"
            )));
        }
        // No import or replay of the file goes on meanwhile, and no import of the feed counts its rows as there.
        let _alone = self.one_import_of(&import.content)?;
        let _writing = self.lake().writing(Table::of_feed(import.kind)).await?;
        let import = self.registry().import(import_id).await?;
        if import.state == ImportState::Withdrawn {
            let detail = format!("import {import_id} was taken back before");
            return Err(EngineError::Data(detail));
        }
        let rows = self.registry().loaded_of(import_id).await?;
        self.take_back(&import, &change).await?;
        let duplicates = self.registry().duplicates_since(&import).await?;
        Ok(Withdrawn {
            import_id: import.import_id,
            file: import.file,
            rows: count(rows),
            later_duplicates: count(duplicates),
        })
    }
}

/// A spec as imports keep it, with what was detected, so that a replay reads as the file was read.
pub(crate) fn kept_spec(valid: &ValidSpec) -> Result<Value, EngineError> {
    serde_json::to_value(valid.resolved()).map_err(|e| EngineError::Machine(e.to_string()))
}

/// How one option differs between two specs of a file, in words. What an older program did not keep, it did not
/// have.
fn difference(option: &str, then: &Value, now: &Value) -> Option<String> {
    let (a, b) = (&then["options"][option], &now["options"][option]);
    (a != b && !a.is_null()).then(|| format!("{option} = {} (now {})", word(a), word(b)))
}

/// Where two specs of one file differ in what its rows are known by, in words.
fn renamed(kind: Kind, then: &Value, now: &Value) -> Vec<String> {
    let known_by = collect::identity_fields(kind);
    let options = ["source"].into_iter().chain(known_by.iter().copied());
    let mut found: Vec<String> = options
        .filter_map(|option| difference(option, then, now))
        .collect();
    found.extend(preset(then, now));
    for field in known_by {
        let (a, b) = (&then["mapping"][field], &now["mapping"][field]);
        if a != b {
            found.push(format!("{field} from {} (now {})", word(a), word(b)));
        }
    }
    found
}

/// How the preset of two specs differs, in words.
fn preset(then: &Value, now: &Value) -> Option<String> {
    let (a, b) = (&then["preset"], &now["preset"]);
    (a != b).then(|| format!("preset = {} (now {})", word(a), word(b)))
}

/// Where two specs of one file differ, in words: what stood then, and now.
fn differences(then: &Value, now: &Value) -> Vec<String> {
    let (before, after) = (&then["options"], &now["options"]);
    let names = |value: &Value| value.as_object().map(|o| o.keys().cloned().collect());
    let mut keys: Vec<String> = names(before).unwrap_or_default();
    keys.extend(names(after).unwrap_or_default());
    keys.sort();
    keys.dedup();
    // Which columns a file has follows from how it is cut.
    let mut found: Vec<String> = keys
        .iter()
        .filter(|key| *key != "columns")
        .filter_map(|key| difference(key, then, now))
        .collect();
    found.extend(preset(then, now));
    for (key, words) in [("mapping", "another mapping"), ("rules", "other rules")] {
        if then[key] != now[key] {
            found.push(words.into());
        }
    }
    found
}

fn word(value: &Value) -> String {
    match value {
        Value::Null => "none".into(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn specs_are_compared_option_by_option() {
        let then = json!({ "mapping": { "quantity": "Qty" }, "options": { "currency": "GBP", "decimal": "." } });
        assert!(differences(&then, &then.clone()).is_empty());
        let now = json!({ "preset": "pos", "options": { "currency": "EUR", "decimal": ".", "tax": "included" } });
        let expect = [
            "currency = GBP (now EUR)",
            "preset = none (now pos)",
            "another mapping",
        ];
        assert_eq!(differences(&then, &now), expect);
    }
}
