//! What words do to each other: which are turned, strengthened or too much, and which praise goes to which topic. It
//! must not look a word up.
//!
//! Negation keeps .74 of the strength and turns the sign (VADER, Hutto and Gilbert 2014); "very" adds a quarter and
//! "slightly" takes a half (SO-CAL, Taboada et al. 2011, <https://doi.org/10.1162/COLI_a_00049>, section 2.3).

use super::clause::{Clause, clauses};
use super::lexicon::OWN;
use super::sources::Small;
use super::{Given, Point, Span, Topic, squashed};
use crate::dna::Token;
use std::collections::{BTreeMap, BTreeSet};

const TURNED: i32 = -740;
const STRONGER: i32 = 1250;
const WEAKER: i32 = 500;

/// How many tokens before a word are searched for one that turns it.
const REACH: usize = 4;

/// A place that says something.
#[derive(Debug, Clone)]
pub struct Item {
    pub from: usize,
    pub to: usize,
    pub kind: Kind,
    pub entry: String,
}

/// What it says.
#[derive(Debug, Clone)]
pub enum Kind {
    Tone(i32),
    Topic {
        topic: usize,
        points: i32,
    },
    Value {
        attribute: String,
        value: String,
        topic: Option<usize>,
        points: i32,
    },
    Pass,
}

impl Item {
    pub const fn is_value(&self) -> bool {
        matches!(self.kind, Kind::Value { .. })
    }

    pub const fn is_pass(&self) -> bool {
        matches!(self.kind, Kind::Pass)
    }

    pub const fn praises_topic(&self) -> bool {
        matches!(self.kind, Kind::Topic { points, .. } if points != 0)
    }

    const fn points(&self) -> i32 {
        match &self.kind {
            Kind::Tone(points) | Kind::Topic { points, .. } | Kind::Value { points, .. } => *points,
            Kind::Pass => 0,
        }
    }

    const fn topic(&self) -> Option<usize> {
        match &self.kind {
            Kind::Topic { topic, .. } => Some(*topic),
            Kind::Value { topic, .. } => *topic,
            Kind::Tone(_) | Kind::Pass => None,
        }
    }
}

/// A small word.
#[derive(Debug, Clone)]
pub struct Mark {
    pub small: Small,
    pub from: usize,
    pub to: usize,
}

/// What the words around an item do to it.
#[derive(Debug, Clone, Default)]
struct Change {
    turned: bool,
    excess: bool,
    factor: i32,
    by: Vec<usize>,
}

/// Items and small words of a text, in clauses.
pub struct Sentence<'a> {
    tokens: &'a [Token],
    items: Vec<Item>,
    marks: Vec<Mark>,
    clauses: Vec<Clause>,
}

/// What the text says.
pub struct Said {
    pub points: Vec<Point>,
    pub topics: Vec<Topic>,
    pub attributes: Vec<Given>,
}

/// An item with what came of it.
struct Weighed {
    clause: usize,
    change: Change,
    /// Its place among the points, if it is one.
    point: Option<usize>,
}

impl<'a> Sentence<'a> {
    pub fn new(tokens: &'a [Token], items: Vec<Item>, marks: Vec<Mark>) -> Self {
        let at = |small: Small| -> BTreeSet<usize> {
            let of = marks.iter().filter(|one| one.small == small);
            of.map(|one| one.from).collect()
        };
        let (contrasts, joins) = (at(Small::Contrast), at(Small::Join));
        let clauses = clauses(
            tokens,
            |at| contrasts.contains(&at),
            |at| joins.contains(&at),
        );
        Self {
            tokens,
            items,
            marks,
            clauses,
        }
    }

    /// Points, topics and attributes.
    pub fn say(&self, names: &[String]) -> Said {
        let mut points: Vec<Point> = Vec::new();
        let mut places: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut weighed = Vec::with_capacity(self.items.len());
        for (at, item) in self.items.iter().enumerate() {
            let clause = self.clause_of(item.from);
            let change = self.change(at);
            let value = changed(item, &change);
            let point = (value != 0).then(|| {
                // Words that praise two topics are one point.
                *places.entry((item.from, item.to)).or_insert_with(|| {
                    points.push(Point {
                        points: value,
                        span: self.span(item.from, item.to),
                        by: self.spans(&change),
                        weight: self.clauses[clause].weight,
                        entry: item.entry.clone(),
                    });
                    points.len() - 1
                })
            });
            weighed.push(Weighed {
                clause,
                change,
                point,
            });
        }
        let topics = self.topics(&weighed, &points, names);
        let attributes = self.attributes(&weighed, &points);
        Said {
            points,
            topics,
            attributes,
        }
    }

    fn span(&self, from: usize, to: usize) -> Span {
        Span {
            from: self.tokens[from].from,
            to: self.tokens[to - 1].to,
        }
    }

    fn spans(&self, change: &Change) -> Vec<Span> {
        let marks = change.by.iter().map(|at| &self.marks[*at]);
        let mut spans: Vec<Span> = marks.map(|one| self.span(one.from, one.to)).collect();
        spans.sort_unstable();
        spans
    }

    fn clause_of(&self, token: usize) -> usize {
        let after = self.clauses.partition_point(|one| one.from <= token);
        after.saturating_sub(1)
    }

    /// What small words do to an item.
    fn change(&self, at: usize) -> Change {
        let item = &self.items[at];
        let clause = self.clauses[self.clause_of(item.from)];
        let mut change = Change {
            factor: 1000,
            ..Change::default()
        };
        let least = clause.from.max(item.from.saturating_sub(REACH));
        let (mut place, mut touches) = (item.from, true);
        while place > least {
            let holds = |one: &(usize, &Mark)| one.1.to == place && one.1.from >= clause.from;
            let Some((index, mark)) = self.marks.iter().enumerate().find(holds) else {
                place -= 1;
                touches = false;
                let stops = |one: &Item| one.from <= place && place < one.to && one.points() != 0;
                if self.items.iter().any(stops) {
                    break;
                }
                continue;
            };
            let used = match mark.small {
                Small::Negator | Small::NegatorAfter => {
                    change.turned = true;
                    true
                }
                Small::Stronger if touches => {
                    change.factor = change.factor * STRONGER / 1000;
                    true
                }
                Small::Weaker if touches => {
                    change.factor = change.factor * WEAKER / 1000;
                    true
                }
                Small::Excess | Small::ExcessAlways if touches => {
                    change.excess = true;
                    true
                }
                _ => false,
            };
            if used {
                change.by.push(index);
            }
            place = mark.from;
        }
        let after =
            |one: &(usize, &Mark)| one.1.small == Small::NegatorAfter && self.turns_back(one.1, at);
        if let Some((index, _)) = self.marks.iter().enumerate().find(after) {
            change.turned = true;
            change.by.push(index);
        }
        change
    }

    /// Whether a negator turns this item though it stands behind it: nothing follows that it could turn.
    fn turns_back(&self, mark: &Mark, at: usize) -> bool {
        let item = &self.items[at];
        let clause = self.clauses[self.clause_of(mark.from)];
        let matters = |one: &Item| one.points() != 0 || one.is_value();
        let follows = |one: &Item| {
            matters(one) && (mark.to..clause.to.min(mark.to + REACH)).contains(&one.from)
        };
        if !matters(item) || item.to > mark.from || item.from < clause.from {
            return false;
        }
        let between = |one: &Item| matters(one) && one.from >= item.to && one.to <= mark.from;
        mark.from - item.to < REACH
            && !self.items.iter().any(follows)
            && !self.items.iter().any(between)
    }

    fn topics(&self, weighed: &[Weighed], points: &[Point], names: &[String]) -> Vec<Topic> {
        let mut all: BTreeMap<usize, (BTreeSet<Span>, BTreeSet<usize>)> = BTreeMap::new();
        for (item, one) in self.items.iter().zip(weighed) {
            let Some(topic) = item.topic() else {
                continue;
            };
            // "A small bag" speaks of no fit, "too small" does.
            let speaks = !item.is_value() || one.point.is_some() || one.change.turned;
            if !speaks {
                continue;
            }
            let (spans, of) = all.entry(topic).or_default();
            spans.insert(self.span(item.from, item.to));
            of.extend(one.point);
            if one.point.is_none() {
                of.extend(self.lent(topic, one.clause, weighed));
            }
        }
        let mut topics: Vec<Topic> = all
            .into_iter()
            .map(|(topic, (spans, of))| {
                let sum = of.iter().map(|at| i64::from(points[*at].points)).sum();
                Topic {
                    topic: names[topic].clone(),
                    sentiment: (!of.is_empty()).then(|| squashed(sum)),
                    spans: spans.into_iter().collect(),
                    points: of.into_iter().collect(),
                }
            })
            .collect();
        topics.sort_by(|a, b| a.topic.cmp(&b.topic));
        topics
    }

    /// Praise of anything that a topic named in a clause gets: that of the clause, else of the next or the one before in
    /// the sentence, but not over a contrast.
    fn lent(&self, topic: usize, clause: usize, weighed: &[Weighed]) -> Vec<usize> {
        let tones = |clause: usize| -> Vec<usize> {
            let here = self.items.iter().zip(weighed);
            here.filter(|(item, one)| {
                one.clause == clause && item.topic().is_none_or(|of| of == topic)
            })
            .filter_map(|(_, one)| one.point)
            .collect()
        };
        let own = tones(clause);
        if !own.is_empty() {
            return own;
        }
        let sentence = self.clauses[clause].sentence;
        let joined = |at: usize| self.clauses[at].sentence == sentence;
        let mut next = clause + 1;
        while next < self.clauses.len() && joined(next) && !self.clauses[next].contrasts {
            let found = tones(next);
            if !found.is_empty() {
                return found;
            }
            next += 1;
        }
        let before = clause.checked_sub(1).filter(|before| joined(*before));
        before
            .filter(|_| !self.clauses[clause].contrasts)
            .map(tones)
            .unwrap_or_default()
    }

    fn attributes(&self, weighed: &[Weighed], points: &[Point]) -> Vec<Given> {
        let mut given = Vec::new();
        for (item, one) in self.items.iter().zip(weighed) {
            let Kind::Value {
                attribute, value, ..
            } = &item.kind
            else {
                continue;
            };
            let of: BTreeSet<usize> = weighed
                .iter()
                .filter(|other| other.clause == one.clause)
                .filter_map(|other| other.point)
                .collect();
            let sum = of.iter().map(|at| i64::from(points[*at].points)).sum();
            // "Not too sweet" denies the excess, not the sweetness.
            let excess = one.change.excess && !one.change.turned;
            given.push(Given {
                attribute: attribute.clone(),
                value: value.clone(),
                denied: one.change.turned && !one.change.excess,
                excess,
                sentiment: (!of.is_empty()).then(|| squashed(sum)),
                span: self.span(item.from, item.to),
                by: self.spans(&one.change),
                entry: item.entry.clone(),
            });
        }
        given
    }
}

/// An item's points after what its neighbours do to it.
fn changed(item: &Item, change: &Change) -> i32 {
    let own = item.points();
    let names_only = matches!(item.kind, Kind::Topic { points: 0, .. });
    let blamed = change.excess && (names_only || item.is_value());
    let mut points = match (blamed, change.excess) {
        (true, _) => -OWN,
        (false, true) => own * STRONGER / 1000,
        (false, false) => own,
    };
    points = points * change.factor / 1000;
    if change.turned {
        points = points * TURNED / 1000;
    }
    points
}
