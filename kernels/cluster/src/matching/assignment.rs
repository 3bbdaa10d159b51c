//! The assignment problem: one column for each row so that the sum of what they share is greatest.
//!
//! Shortest augmenting paths with potentials (R. Jonker, A. Volgenant, "A shortest augmenting path
//! algorithm for dense and sparse linear assignment problems", Computing 38, 1987), in whole numbers.

/// For each row of `shared` (rows of `cols` values), its column; none where there are more rows than
/// columns and this one is left over.
pub(super) fn most(shared: &[Vec<usize>], cols: usize) -> Vec<Option<usize>> {
    let rows = shared.len();
    // Square, padded with pairs that share nothing. Index 0 of columns stands for "none".
    let size = rows.max(cols);
    let cost = |row: usize, col: usize| -> i64 {
        shared
            .get(row)
            .and_then(|row| row.get(col))
            .map_or(0, |&count| -(count as i64))
    };
    let mut row_of = vec![0; size + 1];
    let mut row_potential = vec![0i64; size + 1];
    let mut col_potential = vec![0i64; size + 1];
    for row in 1..=size {
        row_of[0] = row;
        let mut came_from = vec![0; size + 1];
        let mut least = vec![i64::MAX; size + 1];
        let mut done = vec![false; size + 1];
        let mut col = 0;
        // Grow the tree of cheapest ways from `row` until a free column is reached.
        while row_of[col] != 0 {
            done[col] = true;
            let from = row_of[col];
            let (mut step, mut next) = (i64::MAX, 0);
            for to in 1..=size {
                if done[to] {
                    continue;
                }
                let reduced = cost(from - 1, to - 1) - row_potential[from] - col_potential[to];
                if reduced < least[to] {
                    least[to] = reduced;
                    came_from[to] = col;
                }
                if least[to] < step {
                    step = least[to];
                    next = to;
                }
            }
            for to in 0..=size {
                if done[to] {
                    row_potential[row_of[to]] += step;
                    col_potential[to] -= step;
                } else if to > 0 {
                    least[to] -= step;
                }
            }
            col = next;
        }
        // Turn the pairs around along the way.
        while col != 0 {
            row_of[col] = row_of[came_from[col]];
            col = came_from[col];
        }
    }
    let mut col_of = vec![None; rows];
    for (col, row) in row_of.iter().skip(1).take(cols).enumerate() {
        if let Some(place) = col_of.get_mut(row - 1) {
            *place = Some(col);
        }
    }
    col_of
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn worth(shared: &[Vec<usize>], cols: &[Option<usize>]) -> usize {
        shared
            .iter()
            .zip(cols)
            .filter_map(|(row, col)| col.map(|col| row[col]))
            .sum()
    }

    /// The best of all ways, by trying them.
    fn brute(shared: &[Vec<usize>], used: &mut Vec<bool>) -> usize {
        let Some((row, rest)) = shared.split_first() else {
            return 0;
        };
        let mut best = brute(rest, used);
        for col in 0..used.len() {
            if !used[col] {
                used[col] = true;
                best = best.max(row[col] + brute(rest, used));
                used[col] = false;
            }
        }
        best
    }

    proptest! {
        #[test]
        fn none_is_better(rows in 0usize..6, cols in 0usize..6, values in prop::collection::vec(0usize..9, 36)) {
            let shared: Vec<Vec<usize>> = (0..rows).map(|row| values[row * 6..row * 6 + cols].to_vec()).collect();
            let found = most(&shared, cols);
            prop_assert_eq!(worth(&shared, &found), brute(&shared, &mut vec![false; cols]));
            let mut used: Vec<usize> = found.iter().flatten().copied().collect();
            used.sort_unstable();
            used.dedup();
            prop_assert_eq!(used.len(), found.iter().flatten().count());
            prop_assert_eq!(used.len(), rows.min(cols));
        }
    }
}
