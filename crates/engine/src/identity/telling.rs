//! Evidence, doubts and refusals of who is whom in words. It must not read or decide anything.

use super::Kept;
use crate::views::{IdentityPair, PairEvidence, PairState};
use crate::{EngineError, clock};
use registry::{IdentityLink, LinkState};
use unify::{Conflict, Evidence, IdentifierKind, Resolution, Rival, Why};

/// What sorts pairs: thousandths of a bit; what settles a pair by itself comes before.
pub(super) fn score(evidence: &Evidence) -> i64 {
    match evidence {
        Evidence::Person { .. } => 2_000_000,
        Evidence::Identifier { .. } => 1_000_000,
        Evidence::Likeness { score, .. } => *score,
    }
}

/// As much of an identifier as tells which it is to who knows it: its first letter, and what follows an @.
pub(super) fn hint(value: &str) -> String {
    let first: String = value.chars().take(1).collect();
    match value.split_once('@') {
        Some((_, host)) => format!("{first}…@{host}"),
        None => format!("{first}…"),
    }
}

fn kind(kind: IdentifierKind) -> &'static str {
    match kind {
        IdentifierKind::Loyalty => "loyalty number",
        IdentifierKind::Login => "login",
        IdentifierKind::Email => "e-mail address",
        IdentifierKind::EmailHash => "hash of an e-mail address",
        IdentifierKind::Card => "payment card",
        IdentifierKind::Phone => "telephone number",
        IdentifierKind::Device => "device",
        IdentifierKind::Cookie => "browser",
    }
}

fn field(field: unify::Field) -> &'static str {
    match field {
        unify::Field::FirstName => "first name",
        unify::Field::LastName => "last name",
        unify::Field::Address => "address",
        unify::Field::Phone => "telephone number",
        unify::Field::Email => "e-mail address",
        unify::Field::BirthYear => "year of birth",
        unify::Field::Gender => "gender",
    }
}

/// A decision that a run could not obey.
pub(super) fn conflict(conflict: &Conflict) -> String {
    let said = &conflict.decision;
    let verdict = if said.same {
        "one customer"
    } else {
        "two customers"
    };
    let why = match conflict.unknown {
        true => "one of them is not there any more",
        false => "a later decision says the opposite",
    };
    format!(
        "records {} and {} were said to be {verdict} (decision {}): {why}",
        said.a, said.b, said.turn
    )
}

/// What a run found in a sentence.
pub(super) fn sentence(found: &Resolution) -> String {
    let counts = &found.counts;
    let mut words = format!(
        "{} records are {} customers: {} links by an identifier, {} by likeness, {} by people's word",
        counts.records,
        counts.customers,
        counts.by_identifier,
        counts.by_likeness,
        counts.by_person
    );
    if !found.review.is_empty() {
        words.push_str(&format!("; {} pairs wait for a person", found.review.len()));
    }
    if !found.refused.is_empty() {
        words.push_str(&match found.refused.len() {
            1 => "; 1 identifier is shared by too many to link anybody".to_string(),
            many => format!("; {many} identifiers are shared by too many to link anybody"),
        });
    }
    words.push('.');
    words
}

/// What keeps a pair apart.
fn doubt(why: &Why) -> String {
    match why {
        Why::Between => "alike, but not enough to be sure".into(),
        Why::Opposed { a, b } => format!(
            "records {a} and {b}, which would be of the same customer, speak against each other"
        ),
        Why::Undecided { rival } => {
            format!("record {rival} fits about as well, and the two cannot both be right")
        }
        Why::Large { records } => {
            format!("the customer would have {records} records, more than one person has")
        }
    }
}

/// The lines of a piece of evidence; those of likeness sum to its score.
fn lines(evidence: &Evidence) -> Vec<PairEvidence> {
    match evidence {
        Evidence::Person { turn } => vec![PairEvidence {
            about: "a person's word".into(),
            found: format!("decision {turn}"),
            points: None,
        }],
        Evidence::Identifier {
            kind: what,
            seen,
            of,
        } => vec![PairEvidence {
            about: kind(*what).into(),
            found: match (seen, of) {
                (0, _) => "both records hold the same".into(),
                (1, 0) => "seen together once".into(),
                (times, 0) => format!("seen together {times} times"),
                (1, 1) => "seen together on its only receipt".into(),
                (times, all) => format!("seen together on {times} of its {all} receipts"),
            },
            points: None,
        }],
        Evidence::Likeness {
            rival,
            prior,
            contributions,
            ..
        } => {
            let against = match rival {
                Rival::Household => "two people of one household",
                Rival::Stranger => "two strangers",
            };
            let before = PairEvidence {
                about: "before anything is compared".into(),
                found: format!("held against {against}"),
                points: Some(*prior),
            };
            let each = contributions.iter().map(|part| PairEvidence {
                about: field(part.field).into(),
                found: part
                    .field
                    .levels()
                    .get(usize::from(part.level))
                    .copied()
                    .unwrap_or("not known")
                    .into(),
                points: Some(part.thousandths),
            });
            std::iter::once(before).chain(each).collect()
        }
    }
}

/// A pair as it is shown.
pub(super) fn pair(link: IdentityLink) -> Result<IdentityPair, EngineError> {
    let kept: Kept = serde_json::from_value(link.evidence).map_err(|cause| {
        EngineError::Data(format!(
            "the evidence of records {} and {} was kept by another version ({cause}): run 'tessera identity run' again",
            link.a, link.b
        ))
    })?;
    let likeness = kept.evidence.iter().find_map(|one| match one {
        Evidence::Likeness {
            score, threshold, ..
        } => Some((*score, *threshold)),
        _ => None,
    });
    Ok(IdentityPair {
        a: link.a,
        b: link.b,
        state: match link.state {
            LinkState::Linked => PairState::Linked,
            LinkState::Review => PairState::Review,
        },
        score: likeness.map(|(score, _)| score),
        threshold: likeness.map(|(_, threshold)| threshold),
        evidence: kept.evidence.iter().flat_map(lines).collect(),
        doubt: kept.doubt.as_ref().map(doubt),
        run_id: link.run_id,
        since: clock::text(link.since),
        until: link.until.map(clock::text),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lines_sum_to_the_score_and_hints_hide_the_value() {
        let evidence = Evidence::Likeness {
            rival: Rival::Household,
            prior: -9_000,
            contributions: vec![
                unify::Contribution {
                    field: unify::Field::FirstName,
                    level: 1,
                    thousandths: 6_500,
                },
                unify::Contribution {
                    field: unify::Field::Phone,
                    level: 0,
                    thousandths: 12_000,
                },
            ],
            score: 9_500,
            threshold: 6_000,
        };
        let kept = Kept {
            evidence: vec![evidence],
            doubt: None,
        };
        let told = pair(IdentityLink {
            a: 1,
            b: 2,
            state: LinkState::Linked,
            score: 9_500,
            evidence: json!(kept),
            run_id: "r".into(),
            since: 0,
            until: None,
        })
        .unwrap();
        let sum: i64 = told.evidence.iter().filter_map(|line| line.points).sum();
        assert_eq!((Some(sum), told.threshold), (told.score, Some(6_000)));
        assert_eq!(told.evidence[1].found, "short form");
        assert_eq!(hint("kiosk@shop.example"), "k…@shop.example");
        assert_eq!(hint("4711"), "4…");
    }
}
