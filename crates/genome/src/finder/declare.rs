//! Answers as the genes that they declare: what a caller stores as answers of a survey. It stores nothing.

use super::{Answer, Choice, Finder, FinderError};
use crate::{Act, ActKind, Frame, GenomeError, Rows, Source};
use serde::{Deserialize, Serialize};

/// A value that a shopper said to like or to dislike.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Declared {
    /// The attribute.
    pub attribute: String,
    /// The value.
    pub value: String,
    /// [`ActKind::Answer`] for it, [`ActKind::AnswerAgainst`] against it.
    pub kind: ActKind,
}

impl Declared {
    /// The act for the genome: evidence like that of a survey's answer, of the attribute that products have. `key`
    /// is the identity of the row of `survey_answers` that the caller keeps it in; instants are in seconds since
    /// 1970. The value becomes one of the frame's where it is new.
    ///
    /// # Errors
    /// As [`Frame::value`].
    pub fn act(
        &self,
        frame: &mut Frame,
        key: (i64, i64),
        at: i64,
        known_at: i64,
    ) -> Result<Act, GenomeError> {
        Ok(Act {
            source: Source {
                rows: Rows::SurveyAnswers,
                key,
            },
            kind: self.kind,
            at,
            known_at,
            product: None,
            values: vec![frame.value(&self.attribute, &self.value)?],
            line: None,
        })
    }
}

impl Finder<'_> {
    /// What the answers declare, each value once, in the order in which they were given; of a value that was both
    /// wished for and refused the later word counts. That something else was wanted, that it does not matter or that
    /// a question was skipped declares nothing.
    ///
    /// # Errors
    /// As [`Finder::find`]: nothing sensitive is declared without consent.
    pub fn declared(&self, answers: &[Answer]) -> Result<Vec<Declared>, FinderError> {
        self.hear(answers)?;
        let mut declared: Vec<Declared> = Vec::new();
        for answer in answers {
            let (kind, values) = match &answer.choice {
                Choice::AnyOf(values) => (ActKind::Answer, values),
                Choice::NoneOf(values) => (ActKind::AnswerAgainst, values),
                Choice::OtherThan(_) | Choice::DontMind | Choice::Skipped => continue,
            };
            for value in values {
                declared.retain(|one| one.attribute != answer.attribute || one.value != *value);
                declared.push(Declared {
                    attribute: answer.attribute.clone(),
                    value: value.clone(),
                    kind,
                });
            }
        }
        Ok(declared)
    }
}
