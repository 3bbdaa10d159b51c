//! Many tests at once: which findings stand when some would by chance.
//!
//! Holds the correction; the tests themselves are their modules'.

/// For each p-value, the share of false alarms if it and all smaller ones were flagged: the adjusted
/// p-values of Y. Benjamini, Y. Hochberg, "Controlling the False Discovery Rate", J. R. Stat. Soc. B 57,
/// 1995.
pub(super) fn q_values(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut q_values = vec![1.0; p_values.len()];
    let (count, mut q_value) = (p_values.len() as f64, 1.0);
    for (place, &at) in order.iter().enumerate().rev() {
        q_value = f64::min(q_value, p_values[at] * count / (place + 1) as f64);
        q_values[at] = q_value;
    }
    q_values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn against_scipy() {
        // scipy.stats.false_discovery_control([0.01, 0.04, 0.03, 0.5, 0.005])
        let expected = [0.025, 0.05, 0.05, 0.5, 0.025];
        for (actual, expected) in q_values(&[0.01, 0.04, 0.03, 0.5, 0.005])
            .iter()
            .zip(expected)
        {
            assert!((actual - expected).abs() < 1e-15, "{actual} {expected}");
        }
        assert!(q_values(&[]).is_empty());
    }
}
