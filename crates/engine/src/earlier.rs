//! What an import has to do with earlier ones: the same file under other options, receipts that came before in
//! another form, and taking an import back. It must not read files (`importing`).

use crate::ask::count;
use crate::views::{ReasonRequest, Withdrawn};
use crate::{Actor, EngineError, Project, clock};
use arrow::array::AsArray;
use arrow::datatypes::{DataType, Int64Type};
use collect::ValidSpec;
use govern::Action;
use registry::ImportState;
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
    pub(crate) async fn warnings(
        &self,
        kind: Kind,
        import_id: &str,
        contradicting: u64,
    ) -> Vec<String> {
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
        if kind == Kind::Orders {
            found.extend(self.shared_receipts(import_id).await);
            found.extend(self.mixed_currencies(import_id).await);
        }
        found
    }

    /// What there is to say where an import has brought receipts in a currency beside that of the others.
    async fn mixed_currencies(&self, import_id: &str) -> Option<String> {
        match self.currencies_with(import_id).await {
            Ok(all) if all.len() > 1 => Some(format!(
                "the receipts are in {}: amounts of several currencies are not added up, pages show those in {}, and no \
                 stage runs on them together",
                all.join(" and "),
                all[0]
            )),
            Ok(_) => None,
            Err(cause) => {
                tracing::warn!(import = import_id, %cause, "currencies were not counted");
                None
            }
        }
    }

    /// The currency with most receipt lines, and those of an import's lines that are another.
    async fn currencies_with(&self, import_id: &str) -> Result<Vec<String>, EngineError> {
        let counts = self.registry().import(import_id).await?.counts;
        let Some((first, last)) = counts.first_happened_at.zip(counts.last_happened_at) else {
            return Ok(Vec::new());
        };
        let sql = format!(
            "select distinct cast(currency as varchar) from order_lines where import_id = '{import_id}' \
             and happened_at between timestamp '{}' and timestamp '{}' order by 1",
            clock::text(first),
            clock::text(last)
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

    /// What there is to say about receipts of an import that imports of other files brought with other lines.
    /// It is a hint: where it cannot be had, the import is none the worse.
    async fn shared_receipts(&self, import_id: &str) -> Option<String> {
        match self.count_shared(import_id).await {
            Ok(0) => None,
            Ok(shared) => {
                let have = match shared {
                    1 => "receipt has",
                    _ => "receipts have",
                };
                Some(format!(
                    "{shared} {have} lines from another file as well. That is right where an export cut a receipt \
                     in two; where both files tell of the same sales in two forms, they count twice: have one taken \
                     back by an analyst, developer or admin, on Data health or with tessera imports withdraw {import_id}"
                ))
            }
            Err(cause) => {
                tracing::warn!(import = import_id, %cause, "receipts in two files were not counted");
                None
            }
        }
    }

    async fn count_shared(&self, import_id: &str) -> Result<i64, EngineError> {
        let import = self.registry().import(import_id).await?;
        let counts = import.counts;
        let span = counts.first_happened_at.zip(counts.last_happened_at);
        let (Kind::Orders, 1.., Some((first, last))) = (import.kind, counts.loaded, span) else {
            return Ok(0);
        };
        if !self.registry().others_in_span(&import, first, last).await? {
            return Ok(0);
        }
        let own = self.registry().imports_of_file(&import).await?;
        let own: Vec<String> = own.iter().map(|id| format!("'{id}'")).collect();
        let within = format!(
            "happened_at between timestamp '{}' and timestamp '{}'",
            clock::text(first),
            clock::text(last)
        );
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
