//! What an import has to do with earlier ones: the same file under other options, receipts that came before in
//! another form, and taking an import back. It must not read files (`importing`).

use crate::ask::count;
use crate::views::{ReasonRequest, Withdrawn};
use crate::{Actor, EngineError, Project, clock};
use collect::ValidSpec;
use govern::Action;
use registry::ImportState;
use retail::{Change, Kind};
use serde_json::Value;

impl Project {
    /// Refuses a file that was loaded before under other options where its rows are told apart by what they say:
    /// read otherwise they would be other rows, and count a second time.
    pub(crate) async fn refuse_second_count(
        &self,
        valid: &ValidSpec,
        content: &str,
        name: &str,
    ) -> Result<(), EngineError> {
        if !valid.told_by_content() {
            return Ok(());
        }
        let now = json_of(valid)?;
        let had = self.registry().imports_of_content(valid.kind(), content);
        for import in had.await? {
            let other = differences(&import.spec, &now);
            if import.counts.loaded == 0 || other.is_empty() {
                continue;
            }
            let day = clock::text(import.started_at);
            return Err(EngineError::Data(format!(
                "{name} was imported before, on {} as import {}, with {}. Read otherwise, its rows would count a \
                 second time. Import it as it was read then, or take that import back first: tessera imports \
                 withdraw {}",
                day.split('T').next().unwrap_or_default(),
                import.import_id,
                other.join(", "),
                import.import_id
            )));
        }
        Ok(())
    }

    /// What there is to say about receipts of an import that earlier imports brought with other lines.
    pub(crate) async fn shared_receipts(
        &self,
        kind: Kind,
        import_id: &str,
    ) -> Result<Option<String>, EngineError> {
        let counts = self.registry().import(import_id).await?.counts;
        let span = counts.first_happened_at.zip(counts.last_happened_at);
        let (Kind::Orders, 1.., Some((first, last))) = (kind, counts.loaded, span) else {
            return Ok(None);
        };
        let (first, last) = (clock::text(first), clock::text(last));
        let sql = format!(
            "select count(distinct a.receipt_key) from order_lines a left semi join (select receipt_key from \
             order_lines where import_id <> '{import_id}' and happened_at between timestamp '{first}' and \
             timestamp '{last}') b on a.receipt_key = b.receipt_key where a.import_id = '{import_id}'"
        );
        let answer = self.lake().rows(&sql, None, vec![]).await?;
        let shared = answer.first().map_or(0, |batch| {
            use arrow::array::AsArray;
            batch
                .column(0)
                .as_primitive::<arrow::datatypes::Int64Type>()
                .value(0)
        });
        Ok((shared > 0).then(|| {
            let have = if shared == 1 { "receipt has" } else { "receipts have" };
            format!(
                "{shared} {have} lines from another import as well. If both files tell of the same sales in two \
                 forms, these count twice: take one back with tessera imports withdraw {import_id}"
            )
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
        actor.may(Action::Import)?;
        let change = actor.change(&asked.reason)?;
        self.withdraw_now(import_id, &change).await
    }

    async fn withdraw_now(
        &self,
        import_id: &str,
        change: &Change,
    ) -> Result<Withdrawn, EngineError> {
        let import = self.registry().import(import_id).await?;
        if let Some(root) = &import.replay_of {
            return Err(EngineError::Data(format!(
                "import {import_id} is a replay of held back rows: take back the import that had them, {root}"
            )));
        }
        if import.state == ImportState::Withdrawn {
            let detail = format!("import {import_id} was taken back before");
            return Err(EngineError::Data(detail));
        }
        let _alone = self.one_import_of(&import.content)?;
        let family = self.registry().import_and_replays(import_id).await?;
        let mut rows = 0;
        for id in &family {
            rows += self.registry().import(id).await?.counts.loaded;
        }
        let writer = format!("withdraw:{import_id}");
        let now = self.now();
        self.lake().withdraw(&family, now, &writer).await?;
        self.registry()
            .withdraw_import(import_id, now, change)
            .await?;
        let later = self.registry().duplicates_after(&import).await?;
        Ok(Withdrawn {
            import_id: import.import_id,
            file: import.file,
            rows: count(rows),
            later_duplicates: count(later),
        })
    }

    /// The sole right to work on imports of a file of this content: two at once would count its parts together.
    pub(crate) fn one_import_of(&self, content: &str) -> Result<std::fs::File, EngineError> {
        let short = content.get(..16).unwrap_or("unknown");
        self.sole(
            &format!("import-{short}"),
            "this very file is being imported already; wait for that to end",
        )
    }
}

fn json_of(valid: &ValidSpec) -> Result<Value, EngineError> {
    serde_json::to_value(valid.resolved()).map_err(|e| EngineError::Machine(e.to_string()))
}

/// Where two specs of one file differ, in words: what stood then, and now.
fn differences(then: &Value, now: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let (before, after) = (&then["options"], &now["options"]);
    let names = |value: &Value| value.as_object().map(|o| o.keys().cloned().collect());
    let mut keys: Vec<String> = names(before).unwrap_or_default();
    keys.extend(names(after).unwrap_or_default());
    keys.sort();
    keys.dedup();
    for key in keys {
        let (a, b) = (&before[&key], &after[&key]);
        // Which columns a file has follows from how it is cut; what an older program did not keep, it did not have.
        if a != b && key != "columns" && !a.is_null() {
            found.push(format!("{key} = {} (now {})", word(a), word(b)));
        }
    }
    if then["preset"] != now["preset"] {
        let (a, b) = (word(&then["preset"]), word(&now["preset"]));
        found.push(format!("preset = {a} (now {b})"));
    }
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
