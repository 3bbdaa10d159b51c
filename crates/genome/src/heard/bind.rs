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

/// How many clauses ahead praise is looked for that a topic without its own gets.
const AHEAD: usize = 2;

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
    /// Places of the small words that end before a token, in their order.
    ends: BTreeMap<usize, Vec<usize>>,
    /// Whether a token is part of praise or blame.
    moves: Vec<bool>,
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

/// Praise and blame of one clause, as places among the points.
#[derive(Default)]
struct Praise {
    /// All of it, each point once.
    all: BTreeSet<usize>,
    /// Of anything.
    of_any: Vec<usize>,
    /// Of one topic alone.
    of_topic: BTreeMap<usize, Vec<usize>>,
}

impl Praise {
    /// That of anything and of this topic.
    fn of(&self, topic: usize) -> impl Iterator<Item = usize> {
        let own = self.of_topic.get(&topic).into_iter().flatten();
        self.of_any.iter().chain(own).copied()
    }

    fn has(&self, topic: usize) -> bool {
        !self.of_any.is_empty() || self.of_topic.contains_key(&topic)
    }

    /// What all of it comes to; none where there is none.
    fn sentiment(&self, points: &[Point]) -> Option<i32> {
        let sum = self.all.iter().map(|at| i64::from(points[*at].points));
        (!self.all.is_empty()).then(|| squashed(sum.sum()))
    }
}

impl<'a> Sentence<'a> {
    /// Items and small words in the order of the text.
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
        let mut ends: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, one) in marks.iter().enumerate() {
            ends.entry(one.to).or_default().push(at);
        }
        let mut moves = vec![false; tokens.len()];
        for one in items.iter().filter(|one| one.points() != 0) {
            moves[one.from..one.to].fill(true);
        }
        Self {
            tokens,
            items,
            marks,
            clauses,
            ends,
            moves,
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
        let praise = self.praise(&weighed);
        let topics = self.topics(&weighed, &praise, &points, names);
        let attributes = self.attributes(&weighed, &praise, &points);
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
            let mut here = self.ends.get(&place).into_iter().flatten();
            let Some(&index) = here.find(|at| self.marks[**at].from >= clause.from) else {
                place -= 1;
                touches = false;
                if self.moves[place] {
                    break;
                }
                continue;
            };
            let mark = &self.marks[index];
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
        if let Some(index) = self.turned_behind(at) {
            change.turned = true;
            change.by.push(index);
        }
        change
    }

    /// The negator that turns an item though it stands behind it.
    fn turned_behind(&self, at: usize) -> Option<usize> {
        let behind = self.items[at].to;
        let first = self.marks.partition_point(|one| one.from < behind);
        let near = self.marks.iter().enumerate().skip(first);
        let mut near = near.take_while(|(_, one)| one.from < behind + REACH);
        let turns = |one: &Mark| one.small == Small::NegatorAfter && self.turns_back(one, at);
        near.find(|(_, one)| turns(one)).map(|(index, _)| index)
    }

    /// Whether a negator near behind this item turns it: nothing stands between, nor follows that it could turn.
    fn turns_back(&self, mark: &Mark, at: usize) -> bool {
        let item = &self.items[at];
        let clause = self.clauses[self.clause_of(mark.from)];
        let matters = |one: &Item| one.points() != 0 || one.is_value();
        if !matters(item) || item.from < clause.from {
            return false;
        }
        let mut between = self.begin_in(item.to, mark.from);
        let mut follow = self.begin_in(mark.to, clause.to.min(mark.to + REACH));
        !between.any(|one| matters(one) && one.to <= mark.from) && !follow.any(matters)
    }

    /// The items that begin at a token from `from` on and before `to`.
    fn begin_in(&self, from: usize, to: usize) -> impl Iterator<Item = &Item> {
        let first = self.items.partition_point(|one| one.from < from);
        self.items[first..]
            .iter()
            .take_while(move |one| one.from < to)
    }

    /// Praise and blame by clause.
    fn praise(&self, weighed: &[Weighed]) -> Vec<Praise> {
        let mut praise = Vec::with_capacity(self.clauses.len());
        praise.resize_with(self.clauses.len(), Praise::default);
        for (item, one) in self.items.iter().zip(weighed) {
            let Some(point) = one.point else {
                continue;
            };
            let into: &mut Praise = &mut praise[one.clause];
            into.all.insert(point);
            match item.topic() {
                None => into.of_any.push(point),
                Some(topic) => into.of_topic.entry(topic).or_default().push(point),
            }
        }
        praise
    }

    fn topics(
        &self,
        weighed: &[Weighed],
        praise: &[Praise],
        points: &[Point],
        names: &[String],
    ) -> Vec<Topic> {
        let mut all: BTreeMap<usize, (BTreeSet<Span>, BTreeSet<usize>)> = BTreeMap::new();
        // A topic named ten times in a clause is lent the same praise each time.
        let mut lent: BTreeSet<(usize, usize)> = BTreeSet::new();
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
            if one.point.is_none() && lent.insert((topic, one.clause)) {
                let lender = self.lender(topic, one.clause, praise);
                of.extend(lender.into_iter().flat_map(|at| praise[at].of(topic)));
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

    /// The clause whose praise a topic gets that is named in a clause: that clause, else one of the next two or the one
    /// before in the sentence, but not over a contrast.
    fn lender(&self, topic: usize, clause: usize, praise: &[Praise]) -> Option<usize> {
        if praise[clause].has(topic) {
            return Some(clause);
        }
        let sentence = self.clauses[clause].sentence;
        let joined = |at: usize| self.clauses[at].sentence == sentence;
        let last = self.clauses.len().min(clause + 1 + AHEAD);
        let next = clause + 1..last;
        let mut next = next.take_while(|at| joined(*at) && !self.clauses[*at].contrasts);
        next.find(|at| praise[*at].has(topic)).or_else(|| {
            let before = clause.checked_sub(1).filter(|before| joined(*before));
            before.filter(|_| !self.clauses[clause].contrasts)
        })
    }

    fn attributes(&self, weighed: &[Weighed], praise: &[Praise], points: &[Point]) -> Vec<Given> {
        let tones: Vec<Option<i32>> = praise.iter().map(|one| one.sentiment(points)).collect();
        let mut given = Vec::new();
        for (item, one) in self.items.iter().zip(weighed) {
            let Kind::Value {
                attribute, value, ..
            } = &item.kind
            else {
                continue;
            };
            // "Not too sweet" denies the excess, not the sweetness.
            let excess = one.change.excess && !one.change.turned;
            given.push(Given {
                attribute: attribute.clone(),
                value: value.clone(),
                denied: one.change.turned && !one.change.excess,
                excess,
                sentiment: tones[one.clause],
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
