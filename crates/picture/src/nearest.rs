//! Which pictures are most like one, by their vectors: every one is looked at. It must not make a vector.

/// Places of the `most` vectors with the largest cosine to `query`, the likest first, of equal ones the first; each with its
/// cosine, from -1 to 1. Vectors of another length than the query's, or without a direction, are like nothing.
#[must_use]
pub fn nearest(query: &[f32], all: &[Vec<f32>], most: usize) -> Vec<(usize, f64)> {
    let own = length(query);
    let mut found: Vec<(usize, f64)> = all
        .iter()
        .enumerate()
        .filter(|(_, other)| other.len() == query.len())
        .filter_map(|(at, other)| {
            let product: f64 = query
                .iter()
                .zip(other)
                .map(|(a, b)| f64::from(*a) * f64::from(*b))
                .sum();
            let cosine = product / (own * length(other));
            cosine.is_finite().then(|| (at, cosine.clamp(-1.0, 1.0)))
        })
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found.truncate(most);
    found
}

fn length(vector: &[f32]) -> f64 {
    let squares = vector.iter().map(|one| f64::from(*one).powi(2));
    squares.sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likest_come_first_and_equals_in_order() {
        let all = vec![
            vec![0.0, 1.0],
            vec![2.0, 0.0],
            vec![1.0, 1.0],
            vec![5.0, 0.0],
            vec![0.0, 0.0],
            vec![1.0],
            vec![f32::NAN, 1.0],
        ];
        let found = nearest(&[1.0, 0.0], &all, 4);
        let places: Vec<usize> = found.iter().map(|(at, _)| *at).collect();
        assert_eq!(places, [1, 3, 2, 0]);
        assert!((found[2].1 - 0.5_f64.sqrt()).abs() < 1e-9 && found[3].1.abs() < 1e-9);
        assert_eq!(nearest(&[0.0, 0.0], &all, 4), []);
    }
}
