//! What a segmentation is once it was found: segments with their facts, members with their places. It holds
//! values only; `settle` makes them.

use crate::{IfRule, Model, Score};

/// One feature of one segment.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentFact {
    /// Its number in the feature list.
    pub feature: usize,
    /// Mean over the segment, in the feature's unit.
    pub value: f64,
    /// Mean over all customers.
    pub total: f64,
    /// Value with all customers = 100.
    pub index: Option<f64>,
    /// Difference in standard deviations, on the scale on which segments were found.
    pub effect: f64,
    /// Whether it is more than noise.
    pub significant: bool,
}

/// One segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Its number, 1 for the one with most spend.
    pub cluster: i32,
    /// The proposed name.
    pub name: String,
    /// What sets it apart, in a sentence.
    pub sentence: String,
    /// Its members.
    pub members: usize,
    /// Mean silhouette of its members, over a sample where there are many.
    pub silhouette: Option<f64>,
    /// One fact per feature, in the order of the list.
    pub facts: Vec<SegmentFact>,
    /// Features that set it apart, strongest first.
    pub top: Vec<usize>,
    /// A short rule that tells its members from the others; none where none does better than chance.
    pub rule: Option<IfRule>,
}

/// One customer's place.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Number of the own segment.
    pub cluster: i32,
    /// Number of the next nearest.
    pub second: i32,
    /// Distance to the own centre, scaled units.
    pub distance: f64,
    /// Distance to the next nearest centre.
    pub second_distance: f64,
    /// Silhouette, where it was scored.
    pub silhouette: Option<f64>,
    /// Place on the map.
    pub x: f64,
    /// Place on the map.
    pub y: f64,
}

impl Segmentation {
    /// The probability of each segment for a row, by number; none where none is told.
    pub fn probabilities(&self, row: usize) -> impl Iterator<Item = (i32, f64)> {
        let shares = &self.shares[row];
        let numbers = self.segments.iter().map(|segment| segment.cluster);
        numbers.zip(shares.iter().copied())
    }

    /// The probability of a row's own segment, where one is told.
    pub fn probability(&self, row: usize) -> Option<f64> {
        let own = self.members[row].cluster;
        let mut each = self.probabilities(row);
        each.find(|(number, _)| *number == own)
            .map(|(_, share)| share)
    }
}

/// The result of a run.
#[derive(Debug, Clone)]
pub struct Segmentation {
    /// The segments, by number.
    pub segments: Vec<Segment>,
    /// One per row of the feature table, in its order.
    pub members: Vec<Member>,
    /// Every number of segments that was tried.
    pub scores: Vec<Score>,
    /// Why this number, in a sentence.
    pub sentence: String,
    /// Mean silhouette of the result.
    pub silhouette: f64,
    /// For each row the probability of each segment in order of number; empty where none is told.
    pub shares: Vec<Vec<f64>>,
    /// What is needed to explain or to place a customer later.
    pub model: Model,
}
