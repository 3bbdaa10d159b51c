//! The search for one cluster's rule: beam search on bins, then exact thresholds and pruning on values.
//!
//! Everything is decided by counts of rows, so ties are exact and go to the lower column, `>=` before
//! `<`, and the lower threshold.

use numeric::MatrixView;

use super::{Condition, Params, Rule, Side, bins::Binned, chance};

/// One cluster against all other rows.
pub(super) struct Search<'a> {
    pub data: MatrixView<'a>,
    pub binned: &'a Binned,
    /// For each row, whether it is in the cluster.
    pub inside: &'a [bool],
    /// Rows of the cluster.
    pub rows: usize,
    pub params: Params,
}

/// A threshold by its bin: rows of this bin and above, or below it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step {
    column: usize,
    side: Side,
    bin: usize,
}

/// A rule under search.
struct Node {
    steps: Vec<Step>,
    /// The rows that satisfy it.
    rows: Vec<usize>,
}

/// A rule of one step more than `parent`.
struct Candidate {
    parent: usize,
    step: Step,
    members: usize,
    support: usize,
    score: f64,
}

/// Conditions on values, with their counts.
struct Found {
    conditions: Vec<Condition>,
    members: usize,
    support: usize,
    score: f64,
    p_value: f64,
}

impl Search<'_> {
    /// The best rule for the cluster of this id.
    pub fn rule(&self, cluster: u32) -> Rule {
        let mut kept = self.count(Vec::new());
        let baseline = kept.score;
        for steps in self.beam() {
            let found = self.finish(self.on_values(&steps));
            let better = found.score > kept.score + self.params.gain_min;
            if better && found.p_value < self.params.significance {
                kept = found;
            }
        }
        kept.conditions
            .sort_by_key(|condition| (condition.column, condition.side));
        Rule {
            cluster,
            rows: self.rows,
            conditions: kept.conditions,
            support: kept.support,
            members: kept.members,
            coverage: kept.members as f64 / self.rows as f64,
            purity: kept.members as f64 / kept.support as f64,
            score: kept.score,
            baseline,
            p_value: kept.p_value,
        }
    }

    fn score(&self, members: usize, support: usize) -> f64 {
        let measure = self.params.measure;
        measure.of(members, support, self.rows, self.data.rows())
    }

    /// The best rule of each length, by bins.
    fn beam(&self) -> Vec<Vec<Step>> {
        let mut best = Vec::new();
        let mut beam = vec![Node {
            steps: Vec::new(),
            rows: (0..self.data.rows()).collect(),
        }];
        for length in 1..=self.params.conditions_max {
            let mut found = Vec::new();
            for (parent, node) in beam.iter().enumerate() {
                self.extend(parent, node, &mut found);
            }
            // A stable sort: equals stay in order of parent, column, side.
            found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.support.cmp(&b.support)));
            // Equal counts are nearly always the same rows, reached in another order.
            found.dedup_by_key(|candidate| (candidate.members, candidate.support));
            found.truncate(self.params.beam);
            let Some(first) = found.first() else { break };
            best.push(joined(&beam[first.parent].steps, first.step));
            if length < self.params.conditions_max {
                beam = found
                    .iter()
                    .map(|next| self.child(&beam[next.parent], next.step))
                    .collect();
            }
        }
        best
    }

    /// Adds the best threshold of every column and side within the node's rows.
    fn extend(&self, parent: usize, node: &Node, found: &mut Vec<Candidate>) {
        let stride = self.binned.cuts.iter().map(Vec::len).max().unwrap_or(0) + 1;
        // Of each column and bin: rows outside the cluster, rows inside.
        let mut counts = vec![[0usize; 2]; self.data.cols() * stride];
        for &row in &node.rows {
            let inside = usize::from(self.inside[row]);
            for (col, &bin) in self.binned.row(row).iter().enumerate() {
                counts[col * stride + usize::from(bin)][inside] += 1;
            }
        }
        for (column, counts) in counts.chunks_exact(stride).enumerate() {
            let all: [usize; 2] = counts.iter().fold([0; 2], |sum, bin| add(sum, *bin));
            let mut best: [Option<Candidate>; 2] = [None, None];
            let mut below = [0; 2];
            for bin in 1..=self.binned.cuts[column].len() {
                below = add(below, counts[bin - 1]);
                let above = [all[0] - below[0], all[1] - below[1]];
                let sides = [(Side::AtLeast, above), (Side::Below, below)];
                for (best, (side, passing)) in best.iter_mut().zip(sides) {
                    let (members, support) = (passing[1], passing[0] + passing[1]);
                    // A condition that all rows pass, or no member, says nothing.
                    if members == 0 || support == node.rows.len() {
                        continue;
                    }
                    let score = self.score(members, support);
                    if best.as_ref().is_none_or(|best| score > best.score) {
                        let step = Step { column, side, bin };
                        *best = Some(Candidate {
                            parent,
                            step,
                            members,
                            support,
                            score,
                        });
                    }
                }
            }
            found.extend(best.into_iter().flatten());
        }
    }

    fn child(&self, parent: &Node, step: Step) -> Node {
        let passes = |row: &usize| {
            let bin = usize::from(self.binned.row(*row)[step.column]);
            (bin >= step.bin) == (step.side == Side::AtLeast)
        };
        Node {
            steps: joined(&parent.steps, step),
            rows: parent.rows.iter().copied().filter(passes).collect(),
        }
    }

    fn on_values(&self, steps: &[Step]) -> Vec<Condition> {
        let on_value = |step: &Step| Condition {
            column: step.column,
            side: step.side,
            threshold: self.binned.cuts[step.column][step.bin - 1],
        };
        steps.iter().map(on_value).collect()
    }

    /// Moves thresholds to their best values and drops conditions until none can go.
    fn finish(&self, mut conditions: Vec<Condition>) -> Found {
        loop {
            for place in 0..conditions.len() {
                conditions[place].threshold = self.best_threshold(&conditions, place);
            }
            let found = self.count(conditions);
            let shorter = (0..found.conditions.len()).map(|place| {
                let mut rest = found.conditions.clone();
                rest.remove(place);
                self.count(rest)
            });
            // The first of equals, so that the order of conditions decides.
            let spared = shorter.reduce(|a, b| if b.score > a.score { b } else { a });
            match spared {
                Some(spared) if spared.score + self.params.gain_min >= found.score => {
                    conditions = spared.conditions;
                }
                _ => return found,
            }
        }
    }

    /// The best threshold of one condition among the rows that satisfy the others; as it is where these
    /// rows cannot be split.
    fn best_threshold(&self, conditions: &[Condition], place: usize) -> f64 {
        let Condition {
            column,
            side,
            threshold,
        } = conditions[place];
        let mut values: Vec<(f64, bool)> = Vec::new();
        for (row, &inside) in self
            .data
            .data()
            .chunks_exact(self.data.cols())
            .zip(self.inside)
        {
            let mut others = conditions.iter().enumerate().filter(|&(at, _)| at != place);
            if others.all(|(_, condition)| condition.holds(row)) {
                values.push((row[column], inside));
            }
        }
        values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let members = values.iter().filter(|(_, inside)| *inside).count();
        let (mut best, mut best_score) = (threshold, f64::NEG_INFINITY);
        let mut below = 0;
        for (place, pair) in values.windows(2).enumerate() {
            below += usize::from(pair[0].1);
            if pair[0].0 == pair[1].0 {
                continue;
            }
            let (passing, support) = match side {
                Side::AtLeast => (members - below, values.len() - place - 1),
                Side::Below => (below, place + 1),
            };
            let score = self.score(passing, support);
            if score > best_score {
                (best, best_score) = (pair[1].0, score);
            }
        }
        best
    }

    fn count(&self, conditions: Vec<Condition>) -> Found {
        let (mut members, mut support) = (0, 0);
        for (row, &inside) in self
            .data
            .data()
            .chunks_exact(self.data.cols())
            .zip(self.inside)
        {
            if conditions.iter().all(|condition| condition.holds(row)) {
                support += 1;
                members += usize::from(inside);
            }
        }
        // Every rule of this length could have been the best one (Bonferroni): two sides of each split.
        let length = conditions.len();
        let tried = chance::ln_choose(2 * self.binned.splits.max(length), length);
        let once = chance::ln_as_many(members, support, self.rows, self.data.rows());
        Found {
            conditions,
            members,
            support,
            score: self.score(members, support),
            p_value: (once + tried).min(0.0).exp(),
        }
    }
}

fn add(a: [usize; 2], b: [usize; 2]) -> [usize; 2] {
    [a[0] + b[0], a[1] + b[1]]
}

fn joined(steps: &[Step], step: Step) -> Vec<Step> {
    let mut joined = steps.to_vec();
    joined.push(step);
    joined
}
