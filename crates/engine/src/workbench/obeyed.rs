//! Which changes by hand a run carries in its rows. It must not carry any out.

use super::board::{changes_of, standing};
use crate::{EngineError, Project};
use registry::{HandEntry, Run, Scenario};
use segment::hands::Kept;

/// The run whose rows a run took over with the changes made to it since; none where it searched by itself.
pub(super) fn taken_from(run: &Run) -> Option<&str> {
    run.spec.get("of_run").and_then(|run_id| run_id.as_str())
}

/// The entries up to a change, of entries oldest first.
pub(super) fn until(entries: &[HandEntry], seq: i64) -> &[HandEntry] {
    &entries[..entries.partition_point(|entry| entry.seq <= seq)]
}

/// The changes in a run's rows, oldest first. `line` begins with the run that searched; each that follows took over
/// the rows of the one before it with the changes made to that one alone.
pub(super) fn obeyed(entries: &[HandEntry], line: &[Scenario]) -> Result<Vec<Kept>, EngineError> {
    let Some(first) = line.first() else {
        return Ok(Vec::new());
    };
    let mut all = standing(until(entries, first.hands_seq))?;
    for pair in line.windows(2) {
        let known = until(entries, pair[1].hands_seq);
        all.extend(changes_of(known, &pair[0])?);
    }
    Ok(all)
}

impl Project {
    /// The runs from the one that searched to this one, each made of the rows of the one before it.
    pub(super) async fn line_of(&self, scenario: &Scenario) -> Result<Vec<Scenario>, EngineError> {
        let mut line = vec![scenario.clone()];
        let mut run = self.registry().run(&scenario.run_id).await?;
        while let Some(before) = taken_from(&run) {
            line.push(self.registry().scenario(before).await?);
            run = self.registry().run(before).await?;
        }
        line.reverse();
        Ok(line)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use registry::ScenarioState;
    use serde_json::{Value, json};

    fn entry(seq: i64, run_id: &str, undoes: Option<i64>) -> HandEntry {
        HandEntry {
            seq,
            scheme: "shops".into(),
            run_id: run_id.into(),
            hand: match undoes {
                Some(_) => Value::Null,
                None => json!({ "kind": "merge", "from": seq, "into": 1 }),
            },
            cost: Value::Null,
            at: seq,
            author: "ann".into(),
            reason: "why".into(),
            undoes,
            restores: None,
        }
    }

    fn run(run_id: &str, hands_seq: i64) -> Scenario {
        Scenario {
            run_id: run_id.into(),
            scheme: "shops".into(),
            version: 1,
            title: run_id.into(),
            hands_seq,
            base: None,
            at: 0,
            state: ScenarioState::Draft,
            author: "ann".into(),
            effective_at: None,
        }
    }

    #[test]
    fn a_run_after_going_back_obeys_what_stood_then() {
        let back = HandEntry {
            hand: Value::Null,
            restores: Some(5),
            ..entry(8, "", None)
        };
        let entries = [
            entry(5, "a", None),
            entry(6, "a", Some(5)),
            entry(7, "b", None),
            back,
            entry(9, "c", None),
        ];
        // A draft that was made between keeps none of its changes since; a run to come obeys what stands.
        assert!(changes_of(&entries, &run("b", 6)).unwrap().is_empty());
        assert_eq!(seqs(&entries, &[run("b", 6)]), [0; 0]);
        assert_eq!(seqs(&entries, &[run("d", 9)]), [5, 9]);
    }

    fn seqs(entries: &[HandEntry], line: &[Scenario]) -> Vec<i64> {
        let all = obeyed(entries, line).unwrap();
        all.iter().map(|kept| kept.seq).collect()
    }

    #[test]
    fn what_was_changed_on_another_draft_is_not_in_the_rows() {
        let entries = [
            entry(5, "old", None),
            entry(7, "b", None),
            entry(8, "a", None),
            entry(9, "b", None),
        ];
        // A run that searched obeys all there was, of whichever draft; one made of a draft, that draft's alone.
        assert_eq!(seqs(&entries, &[run("c", 8)]), [5, 7, 8]);
        assert_eq!(seqs(&entries, &[run("a", 5), run("a2", 8)]), [5, 8]);
        assert_eq!(seqs(&entries, &[run("b", 5), run("b2", 9)]), [5, 7, 9]);
    }

    #[test]
    fn rows_keep_what_was_undone_after_they_were_made() {
        let entries = [
            entry(5, "a", None),
            entry(6, "a", None),
            entry(7, "a", Some(6)),
            entry(8, "a2", None),
            entry(9, "a", Some(5)),
        ];
        let line = [run("a", 5), run("a2", 7), run("a3", 9)];
        assert_eq!(seqs(&entries, &line[..1]), [5]);
        assert_eq!(seqs(&entries, &line[..2]), [5]);
        assert_eq!(seqs(&entries, &line), [5, 8]);
    }
}
