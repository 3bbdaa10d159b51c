//! Tests of linkage: against SciPy, against the greedy method in its plain form, and on links.
#![allow(clippy::unwrap_used)]

use numeric::{Matrix, Silent, distance::squared_euclidean, random::Random};
use proptest::prelude::*;

use super::*;
use crate::test_data::{Stop, blobs, on_threads};

const METHODS: [Method; 4] = [
    Method::Ward,
    Method::Average,
    Method::Complete,
    Method::Single,
];

fn linkage(method: Method, rows: usize) -> Linkage {
    Params { method }.check(rows).unwrap()
}

fn fit(data: &Matrix, method: Method) -> Dendrogram {
    let linkage = linkage(method, data.view().rows());
    linkage.fit(data.view(), &Silent).unwrap()
}

/// Values that are easy to make again in Python: see the comments at the expected numbers.
fn matrix(rows: usize, cols: usize) -> Matrix {
    let (mut state, mut values) = (12_345u64, Vec::new());
    for row in 0..rows {
        for col in 0..cols {
            state = (state * 1_103_515_245 + 12_345) % (1 << 31);
            let bit = ((row % 4) >> (col % 2)) & 1;
            values.push(state as f64 / 2f64.powi(31) * 3.0 + 2.0 * bit as f64);
        }
    }
    Matrix::new(values, rows, cols).unwrap()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * b.abs().max(1.0)
}

/// `scipy.cluster.hierarchy.linkage(matrix(9, 3), method)` and its `leaves_list`, SciPy 1.17.
#[test]
fn trees_are_those_of_scipy() {
    let pairs = [
        [
            (4, 8),
            (2, 6),
            (0, 9),
            (1, 11),
            (5, 7),
            (3, 10),
            (12, 14),
            (13, 15),
        ],
        [
            (4, 8),
            (2, 6),
            (0, 9),
            (1, 11),
            (10, 12),
            (3, 13),
            (5, 7),
            (14, 15),
        ],
    ];
    let orders = [[5, 7, 1, 0, 4, 8, 3, 2, 6], [3, 2, 6, 1, 0, 4, 8, 5, 7]];
    let heights = [
        [
            0.6490624122050686,
            0.7901639556246673,
            1.4685371081214202,
            2.0427865180676954,
            2.4834338311369972,
            2.839639023744784,
            5.050270805910529,
            6.298265900608621,
        ],
        [
            0.6490624122050686,
            0.7901639556246673,
            1.2934244747531514,
            1.7878427664026484,
            2.4834338311369972,
            2.4890904727277965,
            3.07511169380601,
            4.069525818039982,
        ],
        [
            0.6490624122050686,
            0.7901639556246673,
            1.516638632662362,
            1.9049492538870623,
            2.4834338311369972,
            2.5795378422223947,
            3.817943944766491,
            5.058466134643613,
        ],
        [
            0.6490624122050686,
            0.7901639556246673,
            1.0702103168439405,
            1.6170866328122036,
            2.1869450320455766,
            2.3986431032331983,
            2.4834338311369972,
            2.6351805686009153,
        ],
    ];
    for (place, method) in METHODS.into_iter().enumerate() {
        let tree = fit(&matrix(9, 3), method);
        let shape = usize::from(method == Method::Single);
        for (merge, (pair, height)) in tree
            .merges()
            .iter()
            .zip(pairs[shape].iter().zip(heights[place]))
        {
            assert_eq!((merge.first, merge.second), *pair, "{method:?}");
            assert!(
                close(merge.height, height),
                "{method:?}: {} not {height}",
                merge.height
            );
        }
        assert_eq!(tree.merges().len(), 8);
        assert_eq!(tree.merges()[7].size, 9);
        assert_eq!(tree.order(), orders[shape]);
    }
}

/// Of `Z = linkage(matrix(300, 4), method)`: the sum of heights, the last one, the sizes under
/// `fcluster(Z, 12, "maxclust")`, and how many clusters are left at twice the median height.
#[test]
fn larger_trees_are_those_of_scipy() {
    let expected: [(f64, f64, [usize; 12], usize); 4] = [
        (
            572.4012615203648,
            34.084409966473444,
            [8, 17, 18, 19, 22, 24, 24, 25, 30, 31, 38, 44],
            63,
        ),
        (
            316.937813212838,
            4.06040549330424,
            [2, 6, 17, 20, 22, 22, 23, 27, 28, 38, 39, 56],
            27,
        ),
        (
            406.42863464028824,
            8.478592986329856,
            [6, 17, 18, 18, 20, 23, 25, 31, 32, 35, 37, 38],
            52,
        ),
        (
            219.45748529618422,
            1.3562322973344345,
            [1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3, 286],
            1,
        ),
    ];
    for (method, (sum, last, sizes, left)) in METHODS.into_iter().zip(expected) {
        let tree = fit(&matrix(300, 4), method);
        let total: f64 = tree.merges().iter().map(|merge| merge.height).sum();
        assert!(close(total, sum), "{method:?}: {total}");
        assert!(close(tree.merges()[298].height, last));
        assert_eq!(sizes_of(&tree.cut(12).unwrap()), sizes, "{method:?}");
        let height = 2.0 * tree.merges()[149].height;
        let labels = tree.cut_at(height).unwrap();
        assert_eq!(sizes_of(&labels).len(), left, "{method:?}");
    }
}

fn sizes_of(labels: &[u32]) -> Vec<usize> {
    let mut sizes = vec![0; *labels.iter().max().unwrap() as usize + 1];
    for &label in labels {
        sizes[label as usize] += 1;
    }
    sizes.sort_unstable();
    sizes
}

/// The greedy method as in a textbook, every distance from its definition: the labels at each number of
/// clusters that it reaches.
fn plain(data: MatrixView<'_>, method: Method, demands: Demands<'_>) -> Vec<Vec<u32>> {
    let mut sets = Sets::new(data.rows());
    for &(into, row) in &demands.groups(data.rows()).unwrap() {
        let (a, b) = (sets.find(into as u32), sets.find(row as u32));
        sets.join(a, b);
    }
    let mut steps = vec![sets.labels()];
    loop {
        let labels = steps.last().unwrap().clone();
        let clusters = *labels.iter().max().unwrap() as usize + 1;
        let members = |cluster: usize| -> Vec<usize> {
            (0..data.rows())
                .filter(|&row| labels[row] as usize == cluster)
                .collect()
        };
        let mut best: Option<(f64, usize, usize)> = None;
        for (a, b) in (0..clusters).flat_map(|b| (0..b).map(move |a| (a, b))) {
            let (x, y) = (members(a), members(b));
            let kept_apart = |&(p, q): &(usize, usize)| {
                x.contains(&p) && y.contains(&q) || x.contains(&q) && y.contains(&p)
            };
            let apart = between(data, method, &x, &y);
            if !demands.cannot.iter().any(kept_apart) && best.is_none_or(|best| apart < best.0) {
                best = Some((apart, x[0], y[0]));
            }
        }
        let Some((_, a, b)) = best else { return steps };
        let (a, b) = (sets.find(a as u32), sets.find(b as u32));
        sets.join(a, b);
        steps.push(sets.labels());
    }
}

fn between(data: MatrixView<'_>, method: Method, x: &[usize], y: &[usize]) -> f64 {
    let pairs = x.iter().flat_map(|&a| y.iter().map(move |&b| (a, b)));
    let distances = pairs.map(|(a, b)| squared_euclidean(data.row(a), data.row(b)).sqrt());
    let mean = |rows: &[usize]| -> Vec<f64> {
        let sum = |col: usize| rows.iter().map(|&row| data.row(row)[col]).sum::<f64>();
        (0..data.cols())
            .map(|col| sum(col) / rows.len() as f64)
            .collect()
    };
    let (m, n) = (x.len() as f64, y.len() as f64);
    match method {
        Method::Ward => m * n / (m + n) * squared_euclidean(&mean(x), &mean(y)),
        Method::Average => distances.sum::<f64>() / (m * n),
        Method::Complete => distances.fold(0.0, f64::max),
        Method::Single => distances.fold(f64::INFINITY, f64::min),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn chains_find_what_the_greedy_method_finds(
        rows in 2usize..22,
        seed in 0u64..1_000,
        must in prop::collection::vec((0usize..22, 0usize..22), 0..4),
        cannot in prop::collection::vec((0usize..22, 0usize..22), 0..12),
    ) {
        let mut random = Random::new(seed);
        let data: Vec<f64> = (0..rows * 2).map(|_| random.normal()).collect();
        let data = Matrix::new(data, rows, 2).unwrap();
        let inside = |links: Vec<(usize, usize)>| -> Vec<(usize, usize)> {
            links.into_iter().map(|(a, b)| (a % rows, b % rows)).collect()
        };
        let (must, cannot) = (inside(must), inside(cannot));
        let demands = Demands { must: &must, cannot: &cannot };
        for method in METHODS {
            let tree = match linkage(method, rows).fit_with(data.view(), demands, &Silent) {
                Ok(tree) => tree,
                Err(Error::Contradiction { first, second }) => {
                    prop_assert!(cannot.contains(&(first, second)));
                    return Ok(());
                }
                Err(error) => panic!("{error}"),
            };
            let steps = plain(data.view(), method, demands);
            prop_assert_eq!(tree.clusters_max(), steps.len() + tree.clusters_min() - 1);
            for (step, labels) in steps.iter().enumerate() {
                let cut = tree.cut(tree.clusters_max() - step).unwrap();
                prop_assert_eq!(&cut, labels);
                prop_assert!(must.iter().all(|&(a, b)| cut[a] == cut[b]));
                prop_assert!(cannot.iter().all(|&(a, b)| cut[a] != cut[b]));
            }
            prop_assert!(tree.cut(tree.clusters_min() - 1).is_err());
            prop_assert_eq!(tree.merges().len(), rows - 1);
            prop_assert!(tree.merges().is_sorted_by_key(|merge| merge.height));
            let held = tree.cut_at(f64::INFINITY).unwrap();
            prop_assert_eq!(held, tree.cut(tree.clusters_min()).unwrap());
            let mut order = tree.order();
            order.sort_unstable();
            prop_assert_eq!(order, (0..rows).collect::<Vec<_>>());
        }
    }
}

#[test]
fn threads_and_compaction_do_not_matter() {
    let (data, truth) = blobs(4_200, 3, 5, 20.0, 3);
    let one = on_threads(1, || fit(&data, Method::Ward));
    assert_eq!(one, on_threads(3, || fit(&data, Method::Ward)));
    assert_eq!(one.cut(5).unwrap(), truth);
    let (data, truth) = blobs(4_200, 3, 5, 20.0, 3);
    let one = on_threads(1, || fit(&data, Method::Average));
    assert_eq!(one, on_threads(3, || fit(&data, Method::Average)));
    assert_eq!(one.cut(5).unwrap(), truth);
}

#[test]
fn small_and_degenerate_data() {
    for method in METHODS {
        let one = fit(&Matrix::new(vec![3.0], 1, 1).unwrap(), method);
        assert_eq!(
            (one.merges().len(), one.cut(1).unwrap(), one.order()),
            (0, vec![0], vec![0])
        );
        assert!(one.cut(0).is_err() && one.cut(2).is_err());
        let same = fit(&Matrix::new(vec![3.0; 40], 20, 2).unwrap(), method);
        assert!(same.merges().iter().all(|merge| merge.height == 0.0));
        assert_eq!(same.cut_at(-1.0).unwrap().len(), 20);
        assert_eq!(same.cut_at(0.0).unwrap(), vec![0; 20]);
        assert!(same.cut_at(f64::NAN).is_err());
        let far = fit(
            &Matrix::new(vec![1e100, -1e100, 0.0], 3, 1).unwrap(),
            method,
        );
        assert!(far.merges()[1].height.is_finite());
    }
}

#[test]
fn what_cannot_be_is_said() {
    let data = matrix(6, 2);
    let ward = linkage(Method::Ward, 6);
    let all: Vec<(usize, usize)> = (0..3).flat_map(|b| (0..b).map(move |a| (a, b))).collect();
    let demands = Demands {
        must: &[(4, 5)],
        cannot: &all,
    };
    let tree = ward.fit_with(data.view(), demands, &Silent).unwrap();
    assert_eq!((tree.clusters_min(), tree.clusters_max()), (3, 5));
    assert_eq!(
        tree.cut(2).unwrap_err().to_string(),
        "clusters is 2; give 3 to 5; below 3 every merge would join rows that cannot-links keep apart, so drop some of these or ask for more clusters; must-linked rows count once"
    );
    let demands = Demands {
        must: &[(0, 4), (4, 1)],
        cannot: &all,
    };
    let error = ward.fit_with(data.view(), demands, &Silent).unwrap_err();
    assert_eq!(
        error,
        Error::Contradiction {
            first: 0,
            second: 1
        }
    );
    let demands = Demands {
        must: &[(0, 6)],
        cannot: &[],
    };
    let error = ward.fit_with(data.view(), demands, &Silent).unwrap_err();
    assert_eq!(error.to_string(), "must is 6; give rows 0 to 5");
    assert!(
        Params {
            method: Method::Average
        }
        .check(30_001)
        .is_err()
    );
    assert!(
        Params {
            method: Method::Ward
        }
        .check(0)
        .is_err()
    );
    assert!(matches!(
        linkage(Method::Ward, 7).fit(data.view(), &Silent),
        Err(Error::Mismatch { .. })
    ));
}

#[test]
fn stops_when_told() {
    let stopped = linkage(Method::Ward, 9).fit(matrix(9, 3).view(), &Stop);
    assert_eq!(stopped, Err(Error::Cancelled));
}
