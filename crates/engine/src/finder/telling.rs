//! A step of the finder as it is shown. It must not read anything.

use super::{Looked, declared, refused};
use crate::EngineError;
use crate::views::{
    FinderAnswer, FinderBenefit, FinderChoice, FinderDeclared, FinderLine, FinderOffer,
    FinderProduct, FinderQuestion, FinderStep,
};
use genome::ActKind;
use genome::finder::{
    Answer, Cause, Choice, Declared, End, Next, Offer, Question, Ranked, Reason, Standing,
};

pub(super) fn step(
    looked: &Looked,
    answers: &[Answer],
    top: usize,
    language: &str,
) -> Result<FinderStep, EngineError> {
    let finder = looked.finder()?;
    let (question, end) = match finder.next(answers, language).map_err(refused)? {
        Next::Ask(asked) => (Some(question(*asked)), None),
        Next::End { why } => (None, Some(why_ended(why).to_string())),
    };
    let found = finder.find(answers, top).map_err(refused)?;
    let benefits = finder.benefits(answers, top, language).map_err(refused)?;
    let declared = declared(looked, answers)?;
    Ok(FinderStep {
        question,
        end,
        of: looked.places.len(),
        remain: found.remain,
        products: found
            .products
            .iter()
            .map(|one| product(looked, one))
            .collect(),
        benefits: benefits
            .into_iter()
            .map(|one| FinderBenefit {
                attribute: one.answer.attribute,
                left_out: one.left_out,
                remain: one.remain,
                sentence: one.sentence,
            })
            .collect(),
        declared: declared.iter().map(told).collect(),
        notes: looked.notes.clone(),
    })
}

/// What an answer declares, as it is shown.
pub(super) fn told(one: &Declared) -> FinderDeclared {
    FinderDeclared {
        attribute: one.attribute.clone(),
        value: one.value.clone(),
        wished: one.kind == ActKind::Answer,
    }
}

fn why_ended(why: End) -> &'static str {
    match why {
        End::Empty => "empty",
        End::Few => "few",
        End::Enough => "enough",
        End::NothingParts => "nothing_parts",
    }
}

fn question(asked: Question) -> FinderQuestion {
    let attribute = asked.attribute.clone();
    let offers = asked.offers.into_iter().chain(asked.something_else);
    FinderQuestion {
        offers: offers.map(|one| offer(&attribute, one)).collect(),
        attribute: asked.attribute,
        text: asked.text,
        dont_mind: asked.dont_mind,
        why: asked.why,
        gain: asked.gain,
    }
}

fn offer(attribute: &str, one: Offer) -> FinderOffer {
    FinderOffer {
        answer: answer(attribute, &one.choice),
        text: one.text,
        remain: one.remain,
        benefit: one.benefit,
    }
}

fn answer(attribute: &str, choice: &Choice) -> FinderAnswer {
    FinderAnswer {
        attribute: attribute.to_string(),
        choice: match choice {
            Choice::AnyOf(_) => FinderChoice::AnyOf,
            Choice::NoneOf(_) => FinderChoice::NoneOf,
            Choice::OtherThan(_) => FinderChoice::OtherThan,
            Choice::DontMind => FinderChoice::DontMind,
            Choice::Skipped => FinderChoice::Skipped,
        },
        values: choice.values().to_vec(),
    }
}

fn product(looked: &Looked, one: &Ranked) -> FinderProduct {
    let place = looked.places[one.product as usize];
    FinderProduct {
        product_id: looked.shelf.codes[place].clone(),
        name: looked.shelf.names[place].clone(),
        score: one.score,
        lines: one.lines.iter().map(line).collect(),
    }
}

fn line(one: &Reason) -> FinderLine {
    match &one.cause {
        Cause::Prior => FinderLine {
            attribute: None,
            standing: None,
            has: Vec::new(),
            points: one.points,
        },
        Cause::Answer {
            answer,
            standing,
            has,
        } => FinderLine {
            attribute: Some(answer.attribute.clone()),
            standing: Some(
                match standing {
                    Standing::Met => "met",
                    Standing::Unknown => "unknown",
                    Standing::Failed => "failed",
                }
                .into(),
            ),
            has: has.clone(),
            points: one.points,
        },
    }
}
