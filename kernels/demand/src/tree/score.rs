//! How well an attribute parts products between which customers do not switch.
//!
//! Holds the measure only.

use crate::switching::Switches;

/// What a split is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Score {
    pub gain: f64,
    pub within: f64,
    pub between: f64,
}

/// The gain in log likelihood of Poisson switches when those within branches and those between may each
/// have a rate of their own against what pulls expect (the likelihood-ratio statistic is twice that: G. J.
/// G. Upton, "The Analysis of Cross-tabulated Data", 1978, section 2.2). Every attribute spends one
/// parameter, however many levels it has, so gains compare. None where the slots are of one level, where
/// nothing was seen or expected, or where customers switch between branches more than within.
pub(super) fn score(switches: &Switches, levels: &[u32], slots: &[usize]) -> Option<Score> {
    let (mut inside, mut inside_by_pull) = (0.0, 0.0);
    let (mut across, mut across_by_pull) = (0.0, 0.0);
    for (place, &a) in slots.iter().enumerate() {
        for &b in &slots[place + 1..] {
            let pair = a * switches.count + b;
            if levels[a] == levels[b] {
                inside += switches.observed[pair];
                inside_by_pull += switches.expected[pair];
            } else {
                across += switches.observed[pair];
                across_by_pull += switches.expected[pair];
            }
        }
    }
    if inside_by_pull <= 0.0 || across_by_pull <= 0.0 || inside + across <= 0.0 {
        return None;
    }
    let within = inside / inside_by_pull;
    let between = across / across_by_pull;
    let term = |seen: f64, ratio: f64| if seen > 0.0 { seen * ratio.ln() } else { 0.0 };
    (within > between).then(|| Score {
        gain: term(inside, within) + term(across, between),
        within,
        between,
    })
}
