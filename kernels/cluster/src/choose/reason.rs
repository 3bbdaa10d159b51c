//! The recommendation in one sentence.
//!
//! Holds wording only; the choice is made before.

use super::Candidate;

/// Silhouettes up to this show no substantial structure (L. Kaufman, P. J. Rousseeuw, "Finding Groups in
/// Data", 1990, table 2.4).
const SILHOUETTE_WEAK: f64 = 0.25;

/// A gain of less than this many times what it is in one cloud is called weak: a convention, as the silhouette's bound.
const JUMP_WEAK: f64 = 1.5;

/// Says which count is recommended, what speaks for it, and which other one a reader may want. `left_out`
/// is the number of distinct rows where it cut the range short.
pub(super) fn sentence(
    candidates: &[Candidate],
    chosen: usize,
    stability_min: f64,
    left_out: Option<usize>,
) -> String {
    let best = &candidates[chosen];
    let (silhouette, stability) = (short(best.silhouette), short(best.stability));
    let bar = short(stability_min);
    let stable = best.stability >= stability_min;
    let any_stable = candidates
        .iter()
        .any(|candidate| candidate.stability >= stability_min);
    let mut text = if candidates.len() == 1 {
        let verdict = if stable { "at least" } else { "below" };
        format!(
            "{} clusters: the only count tried, with silhouette {silhouette} and stability {stability}, {verdict} the {bar} asked for",
            best.clusters
        )
    } else if let Some(jump) = best.jump.filter(|_| any_stable) {
        let mut text = gained(best, jump);
        if !stable {
            text += &format!(
                ", below the {bar} that others reach: expect members to change with new data"
            );
        }
        text += &preferences(candidates, best);
        text
    } else if stable {
        let mut text = format!(
            "{} clusters: best silhouette ({silhouette}) among the counts whose stability is at least {bar}",
            best.clusters
        );
        text += &rivals(candidates, best);
        text
    } else {
        format!(
            "{} clusters: the steadiest count (stability {stability}, silhouette {silhouette}), but no count reaches a stability of {bar}, so expect members to change with new data",
            best.clusters
        )
    };
    let as_a_cloud = best.jump.is_some_and(|jump| jump < JUMP_WEAK.ln());
    if best.silhouette <= SILHOUETTE_WEAK || as_a_cloud {
        text += "; the separation is weak, so take the clusters as a useful cut rather than as natural groups";
    }
    if let Some(distinct) = left_out {
        text +=
            &format!("; counts above {distinct} are left out, because only {distinct} rows differ");
    }
    text
}

/// What speaks for the count of the greatest jump; ends with its stability.
fn gained(best: &Candidate, jump: f64) -> String {
    let (clusters, before) = (best.clusters, best.clusters - 1);
    let step = format!("the step from {before} to {clusters} gains most");
    let gain = match jump.exp() {
        times if times.is_infinite() && jump.is_infinite() => {
            "inside them all rows are equal, so more would gain nothing".to_owned()
        }
        // Beyond this the number tells no more.
        times if times > 100.0 => {
            format!("{step}, more than 100 times what it does in one cloud without clusters")
        }
        times => format!("{step}, {times:.1} times what it does in one cloud without clusters"),
    };
    let (silhouette, stability) = (short(best.silhouette), short(best.stability));
    format!("{clusters} clusters: {gain}; silhouette {silhouette}, stability {stability}")
}

/// Which other count the silhouette prefers, and which the resamples, where they are clearly for it.
fn preferences(candidates: &[Candidate], best: &Candidate) -> String {
    let separated = most(candidates, |candidate| candidate.silhouette);
    let steady = most(candidates, |candidate| candidate.stability);
    let mut text = String::new();
    // Less than a hundredth would read as the same number.
    if separated.silhouette >= best.silhouette + 0.01 {
        let (clusters, value) = (separated.clusters, short(separated.silhouette));
        text += &format!("; silhouettes prefer {clusters} ({value})");
    }
    if steady.stability >= best.stability + 0.01 {
        let (clusters, value) = (steady.clusters, short(steady.stability));
        text += &format!("; {clusters} would be the steadiest ({value})");
    }
    text
}

/// The count with most of something, the lower of equals.
fn most(candidates: &[Candidate], value: fn(&Candidate) -> f64) -> &Candidate {
    let mut most = &candidates[0];
    for candidate in candidates {
        if value(candidate) > value(most) {
            most = candidate;
        }
    }
    most
}

/// The best separated count that was passed over as unstable, and the steadiest one that is clearly
/// steadier than the choice.
fn rivals(candidates: &[Candidate], best: &Candidate) -> String {
    let separated = most(candidates, |candidate| candidate.silhouette);
    let steady = most(candidates, |candidate| candidate.stability);
    let mut text = String::new();
    // Less than a hundredth would read as the same number, here and below.
    if separated.silhouette >= best.silhouette + 0.01 {
        text += &format!(
            "; {} would be better separated ({}) but less steady ({})",
            separated.clusters,
            short(separated.silhouette),
            short(separated.stability)
        );
    }
    if steady.stability >= best.stability + 0.01 && steady.silhouette < best.silhouette {
        text += &format!(
            "; {} would be steadier ({}) but less separated ({})",
            steady.clusters,
            short(steady.stability),
            short(steady.silhouette)
        );
    }
    text
}

/// Two digits, without the zero before the point.
fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    match text.strip_prefix("-0.").or(text.strip_prefix("0.")) {
        Some("00") => "0".to_owned(),
        Some(digits) if text.starts_with('-') => format!("-.{digits}"),
        Some(digits) => format!(".{digits}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choose::recommend;

    fn check(table: &[(usize, f64, f64)], expected: &str) {
        let each = table
            .iter()
            .map(|&(k, silhouette, stability)| (k, silhouette, stability, None));
        told(&each.collect::<Vec<_>>(), 0.8, expected);
    }

    /// Count, silhouette, stability and jump of each candidate.
    #[track_caller]
    fn told(table: &[(usize, f64, f64, Option<f64>)], stability_min: f64, expected: &str) {
        let candidates: Vec<Candidate> = table
            .iter()
            .map(|&(clusters, silhouette, stability, jump)| Candidate {
                clusters,
                silhouette,
                stability,
                jump,
                sizes: Vec::new(),
                inertia: 0.0,
                cluster_silhouettes: Vec::new(),
                calinski_harabasz: 0.0,
                davies_bouldin: 0.0,
                converged: true,
            })
            .collect();
        let chosen = recommend(&candidates, stability_min);
        assert_eq!(sentence(&candidates, chosen, stability_min, None), expected);
    }

    #[test]
    fn says_what_the_step_gains_and_who_disagrees() {
        let jump = |times: f64| Some(times.ln());
        told(
            &[
                (4, 0.31, 0.95, jump(2.0)),
                (5, 0.3, 0.85, jump(4.24)),
                (6, 0.4, 0.5, jump(0.9)),
            ],
            0.6,
            "5 clusters: the step from 4 to 5 gains most, 4.2 times what it does in one cloud without clusters; silhouette .30, stability .85; silhouettes prefer 6 (.40); 4 would be the steadiest (.95)",
        );
        told(
            &[(2, 0.2, 0.7, jump(1.1)), (3, 0.18, 0.5, jump(3e9))],
            0.6,
            "3 clusters: the step from 2 to 3 gains most, more than 100 times what it does in one cloud without clusters; silhouette .18, stability .50, below the .60 that others reach: expect members to change with new data; silhouettes prefer 2 (.20); 2 would be the steadiest (.70); the separation is weak, so take the clusters as a useful cut rather than as natural groups",
        );
        told(
            &[(2, 0.9, 0.9, jump(2.0)), (3, 1.0, 1.0, Some(f64::INFINITY))],
            0.6,
            "3 clusters: inside them all rows are equal, so more would gain nothing; silhouette 1.00, stability 1.00",
        );
        told(
            &[(2, 0.1, 0.4, jump(1.0)), (3, 0.2, 0.3, jump(9.0))],
            0.6,
            "2 clusters: the steadiest count (stability .40, silhouette .10), but no count reaches a stability of .60, so expect members to change with new data; the separation is weak, so take the clusters as a useful cut rather than as natural groups",
        );
    }

    #[test]
    fn says_what_speaks_for_and_against() {
        check(
            &[(4, 0.31, 0.95), (5, 0.34, 0.85), (6, 0.4, 0.5)],
            "5 clusters: best silhouette (.34) among the counts whose stability is at least .80; 6 would be better separated (.40) but less steady (.50); 4 would be steadier (.95) but less separated (.31)",
        );
        check(
            &[(2, 0.5, 1.0), (3, 0.4, 0.9)],
            "2 clusters: best silhouette (.50) among the counts whose stability is at least .80",
        );
        check(
            &[(2, 0.1, 0.4), (3, -0.05, 0.6)],
            "3 clusters: the steadiest count (stability .60, silhouette -.05), but no count reaches a stability of .80, so expect members to change with new data; the separation is weak, so take the clusters as a useful cut rather than as natural groups",
        );
        check(
            &[(7, 0.5, 0.7)],
            "7 clusters: the only count tried, with silhouette .50 and stability .70, below the .80 asked for",
        );
    }

    #[test]
    fn ties_go_to_the_lower_count() {
        check(
            &[(2, 0.5, 0.9), (3, 0.5, 0.9)],
            "2 clusters: best silhouette (.50) among the counts whose stability is at least .80",
        );
    }

    #[test]
    fn short_numbers() {
        assert_eq!(
            [0.0, -0.001, 1.0, -0.256, 0.999].map(short),
            ["0", "0", "1.00", "-.26", "1.00"]
        );
    }
}
