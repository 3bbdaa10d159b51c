//! Members with a thin history or none, placed by what they are: most alike members, the attributes usual in each
//! cluster, the largest or the tightest cluster; each way tried on members whose cluster is known. Pure: rows in,
//! places out. Whose history is thin and which attributes there are have their own files. It must not read or decide.

mod attributes;
mod part;
#[cfg(test)]
mod tests;
mod thin;
mod usual;

pub use attributes::{Attribute, attributes, sql, weigh};
pub use thin::{Bars, History, Planned, Thin, planned, thin};
pub use usual::Usual;

use crate::SegmentError;
use cluster::newcomer::Method;
use numeric::{Matrix, Progress};
use part::Part;
use std::collections::BTreeMap;

/// A way to place a newcomer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By the vote of the most alike members.
    Like,
    /// By the attributes usual in each cluster.
    Model,
    /// The largest cluster.
    Largest,
    /// The tightest cluster.
    Tightest,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Like, Self::Model, Self::Largest, Self::Tightest];

    /// The word in commands and answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Like => "like",
            Self::Model => "model",
            Self::Largest => "largest",
            Self::Tightest => "tightest",
        }
    }

    /// The way of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.word() == word)
    }

    fn method(self) -> Option<Method> {
        match self {
            Self::Like => Some(Method::Likes),
            Self::Model => Some(Method::Model),
            Self::Largest => Some(Method::Shares),
            Self::Tightest => None,
        }
    }
}

/// What an attribute says of a member.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A kind.
    Text(String),
    /// A number.
    Number(f64),
}

/// A member or a newcomer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Candidate {
    /// The part of a nested scheme: one is compared with members of the same part alone.
    pub part: String,
    /// What each attribute says; none where it is not known.
    pub values: Vec<Option<Value>>,
}

/// What newcomers are placed by.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The attributes, with their weights.
    pub attributes: &'a [Attribute],
    /// Members whose cluster is known.
    pub members: &'a [Candidate],
    /// Their clusters.
    pub clusters: &'a [i32],
    /// Their features, scaled and weighted, by which a cluster is tight.
    pub rows: &'a Matrix,
    /// Who is to be placed.
    pub newcomers: &'a [Candidate],
    /// The way; none for the one that does best on known members.
    pub way: Option<Way>,
    /// Seed of the draw of members tried.
    pub seed: u64,
}

/// How a way did on members whose cluster is known, each as if it were a newcomer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tried {
    /// The way.
    pub way: Way,
    /// Members tried.
    pub members: usize,
    /// Those placed in their cluster.
    pub right: usize,
    /// Mean confidence; where it is near the share of those right, confidence can be trusted.
    pub confidence: f64,
    /// Mean of minus the logarithm of the probability given to the own cluster; none of a way that gives none.
    pub log_loss: Option<f64>,
}

/// A member that is like a newcomer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Like {
    /// Its place among the members.
    pub member: usize,
    /// 0 to 1.
    pub similarity: f64,
}

/// What one attribute says for the cluster proposed.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// The attribute's place.
    pub attribute: usize,
    /// Its share of all weights, 0 to 1.
    pub weight: f64,
    /// Mean likeness to the members of the cluster, 0 to 1.
    pub inside: f64,
    /// Mean likeness to all members.
    pub all: f64,
    /// What is usual in the cluster.
    pub usual: Option<Usual>,
}

/// Where a newcomer is placed.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The cluster.
    pub cluster: i32,
    /// How likely it is the right one, 0 to 1, brought to what was right on known members.
    pub confidence: f64,
    /// The next likeliest cluster and its probability.
    pub second: Option<(i32, f64)>,
    /// The most alike members, whatever the way.
    pub likes: Vec<Like>,
    /// Whether nobody is as much like it as somebody is like nearly every member: the trial says little of such.
    pub unlike: bool,
    /// What each attribute says, what speaks most for the cluster first.
    pub reasons: Vec<Reason>,
}

/// Newcomers placed.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// The way that was taken.
    pub way: Way,
    /// How each way does.
    pub tried: Vec<Tried>,
    /// One for each newcomer; none where its part of a nested scheme has no member to compare with.
    pub places: Vec<Option<Place>>,
    /// Places of attributes that are the same for all members, or known of none: they say nothing.
    pub silent: Vec<usize>,
}

/// Places newcomers beside members whose cluster is known.
///
/// # Errors
/// [`SegmentError::Shape`] where members and clusters do not match; [`SegmentError::TooFew`] without members; those
/// of the kernel.
pub fn place(input: &Input<'_>, progress: &dyn Progress) -> Result<Placed, SegmentError> {
    let count = input.members.len();
    if count == 0 {
        return Err(SegmentError::TooFew {
            what: "members with enough history",
            got: 0,
            least: 1,
        });
    }
    if input.clusters.len() != count || input.rows.view().rows() != count {
        return Err(SegmentError::Shape {
            got: format!("{} clusters", input.clusters.len()),
            want: format!("{count} clusters"),
        });
    }
    let silent = silent(input);
    let weights = weights(input.attributes, &silent);
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, member) in input.members.iter().enumerate() {
        places.entry(&member.part).or_default().push(place);
    }
    let mut parts: BTreeMap<&str, Part> = BTreeMap::new();
    for (name, members) in places {
        parts.insert(name, Part::learn(input, &weights, members, progress)?);
    }
    let tried: Vec<Tried> = Way::ALL
        .into_iter()
        .map(|way| tried(input, &parts, way))
        .collect();
    let way = input.way.unwrap_or_else(|| best(&tried));
    let all: f64 = weights.iter().sum();
    let shares: Vec<f64> = weights.iter().map(|weight| weight / all).collect();
    let places = input.newcomers.iter().map(|newcomer| {
        let part = parts.get(newcomer.part.as_str());
        part.map(|part| part.place(input.attributes, &shares, newcomer, way))
            .transpose()
    });
    Ok(Placed {
        way,
        places: places.collect::<Result<_, _>>()?,
        tried,
        silent,
    })
}

/// The way of least log loss on known members, the plainer one of equals, so that attributes that say nothing leave
/// the largest cluster.
fn best(tried: &[Tried]) -> Way {
    let loss = |way: Way| {
        let found = tried.iter().find(|tried| tried.way == way);
        found
            .and_then(|tried| tried.log_loss)
            .unwrap_or(f64::INFINITY)
    };
    let mut best = Way::Largest;
    for way in [Way::Model, Way::Like] {
        if loss(way) < loss(best) {
            best = way;
        }
    }
    best
}

/// A way's trials over all parts.
fn tried(input: &Input<'_>, parts: &BTreeMap<&str, Part>, way: Way) -> Tried {
    let mut all = Tried {
        way,
        members: 0,
        right: 0,
        confidence: 0.0,
        log_loss: way.method().map(|_| 0.0),
    };
    for part in parts.values() {
        let (members, right, confidence, log_loss) = match way.method() {
            Some(method) => {
                let trial = part.placer.trial(method);
                let right = (trial.accuracy * trial.members as f64).round() as usize;
                (trial.members, right, trial.confidence, trial.log_loss)
            }
            None => {
                let inside = part.share_of(input.clusters, part.tightest);
                let right = (inside * part.members.len() as f64).round() as usize;
                (part.members.len(), right, inside, 0.0)
            }
        };
        all.members += members;
        all.right += right;
        all.confidence += confidence * members as f64;
        all.log_loss = all.log_loss.map(|sum| sum + log_loss * members as f64);
    }
    let count = all.members.max(1) as f64;
    all.confidence /= count;
    all.log_loss = all.log_loss.map(|sum| sum / count);
    all
}

/// Attributes that do not tell members apart.
fn silent(input: &Input<'_>) -> Vec<usize> {
    let same = |place: &usize| {
        let mut known = input
            .members
            .iter()
            .filter_map(|member| member.values.get(*place)?.as_ref());
        let first = known.next();
        first.is_none_or(|first| known.all(|value| value == first))
    };
    (0..input.attributes.len()).filter(same).collect()
}

/// The weights of the attributes, none for those that say nothing; where that leaves none, they are as they are.
fn weights(attributes: &[Attribute], silent: &[usize]) -> Vec<f64> {
    let given = attributes.iter().map(|attribute| attribute.weight);
    let heard = given.clone().enumerate().map(
        |(place, weight)| {
            if silent.contains(&place) { 0.0 } else { weight }
        },
    );
    let heard: Vec<f64> = heard.collect();
    match heard.iter().any(|weight| *weight > 0.0) {
        true => heard,
        false => given.collect(),
    }
}
