//! Runs by every method that a recipe may name: heaps are found, rules are kept, trees are those of the clusters.
#![allow(clippy::unwrap_used)]

use super::tests::{as_before, go, heap, kept, made};
use super::*;
use crate::{SEARCHES, Search};
use numeric::Silent;

#[test]
fn every_method_finds_the_heaps() {
    for info in SEARCHES {
        let mut made = made(0.0);
        made.recipe.method.by = info.search;
        let outcome = go(&made, None, 1, &[]);
        let want = [heap(1), heap(2), heap(3)].concat();
        assert_eq!(outcome.shaped.ids, want, "{}", info.name);
        let told = &outcome.segmentation.sentence;
        let named = info.search == Search::Kmeans || told.len() > "3 clusters, as asked.".len();
        assert!(told.starts_with("3 clusters, as asked.") && named, "{told}");
        // Left to choose, they find three as well; scores tell of every number tried.
        made.recipe.method.clusters = None;
        made.recipe.method.clusters_max = 5;
        let outcome = go(&made, None, 1, &[]);
        assert_eq!(outcome.segmentation.segments.len(), 3, "{}", info.name);
        assert_eq!(outcome.segmentation.scores.len(), 4, "{}", info.name);
    }
}

#[test]
fn every_method_keeps_locks_links_and_sizes() {
    for info in SEARCHES {
        let mut made = made(0.0);
        made.recipe.method.by = info.search;
        let first = go(&made, None, 1, &[]);
        made.recipe.method.size_max = Some(9);
        made.recipe.method.size_min = Some(7);
        let hands = kept(vec![
            Hand::Move {
                members: vec!["S00".into()],
                to: 3,
            },
            Hand::Together {
                members: vec!["S05".into(), "S09".into()],
            },
            Hand::Apart {
                members: vec!["S17".into(), "S18".into()],
            },
        ]);
        let again = go(&made, Some(&as_before(&first)), 4, &hands);
        let ids = &again.shaped.ids;
        assert!(again.shaped.conflicts.is_empty(), "{}", info.name);
        assert_eq!(ids[0], 3, "{}", info.name);
        assert_eq!(ids[5], ids[9], "{}", info.name);
        assert_ne!(ids[17], ids[18], "{}", info.name);
        for id in 1..=3 {
            let size = ids.iter().filter(|own| **own == id).count();
            assert!((7..=9).contains(&size), "{} {size}", info.name);
        }
    }
}

#[test]
fn a_tree_is_kept_with_the_clusters_that_it_was_cut_into() {
    let mut made = made(0.0);
    made.recipe.method.by = Search::Ward;
    let outcome = go(&made, None, 1, &[]);
    let [tree] = &outcome.trees[..] else {
        panic!("{:?}", outcome.trees);
    };
    assert_eq!((tree.leaves.len(), tree.joins.len()), (24, 23));
    for (place, leaf) in tree.leaves.iter().enumerate() {
        assert_eq!(leaf.member.as_ref(), Some(&made.names[place]));
        assert_eq!((leaf.members, leaf.cluster), (1, outcome.found[place]));
        assert_eq!(leaf.worth, made.columns.table.worth[place]);
    }
    // Heaps are ten apart: the last two joins are far above the others.
    assert!(tree.joins[21].height > 4.0 * tree.joins[20].height);
    // A nested scheme has a tree for each part; k-means has none.
    made.parts = (0..24)
        .map(|place| if place % 2 == 0 { "city" } else { "town" }.to_string())
        .collect();
    let outcome = go(&made, None, 1, &[]);
    let parts: Vec<&str> = outcome
        .trees
        .iter()
        .map(|tree| tree.part.as_str())
        .collect();
    assert_eq!(parts, ["city", "town"]);
    made.recipe.method.by = Search::Kmeans;
    assert!(go(&made, None, 1, &[]).trees.is_empty());
}

#[test]
fn leaves_of_many_members_add_up() {
    let names: Vec<String> = (0..200).map(|row| format!("S{row:03}")).collect();
    let values: Vec<f64> = (0..200).map(|row| f64::from(row * row % 101)).collect();
    let data = Matrix::new(values, 200, 1).unwrap();
    let dendrogram = Search::Average.tree(data.view(), &Silent).unwrap();
    let (worth, places) = (vec![2.0; 200], (0..200).collect::<Vec<usize>>());
    let rows = tree::Rows {
        names: Some(&names),
        worth: &worth,
        places: &places,
        found: &[1; 200],
    };
    let tree = tree::tree("", &dendrogram, &rows).unwrap();
    assert_eq!(tree.leaves.len(), 50);
    assert_eq!(
        tree.leaves.iter().map(|leaf| leaf.members).sum::<usize>(),
        200
    );
    assert_eq!(
        tree.leaves.iter().map(|leaf| leaf.worth).sum::<f64>(),
        400.0
    );
    let alone = tree
        .leaves
        .iter()
        .all(|leaf| leaf.member.is_some() == (leaf.members == 1));
    assert!(alone);
}

#[test]
fn leaves_too_small_to_be_shown_are_joined_at_their_own_heights() {
    let leaf = |members: usize, cluster| crate::Leaf {
        members,
        worth: members as f64,
        cluster,
        member: None,
    };
    let join = |first, second, height| crate::Join {
        first,
        second,
        height,
    };
    let tree = Tree {
        part: String::new(),
        leaves: vec![
            leaf(9, 1),
            leaf(30, 1),
            leaf(12, 2),
            leaf(11, 2),
            leaf(40, 3),
        ],
        joins: vec![
            join(2, 3, 1.0),
            join(0, 1, 2.0),
            join(5, 6, 3.0),
            join(4, 7, 4.0),
        ],
    };
    // The leaf of nine is joined second, so the lower join is made, too.
    let coarse = tree.coarsened(10).unwrap();
    let told: Vec<(usize, i32)> = coarse
        .leaves
        .iter()
        .map(|leaf| (leaf.members, leaf.cluster))
        .collect();
    assert_eq!(told, [(40, 3), (23, 2), (39, 1)]);
    assert_eq!(coarse.joins, [join(1, 2, 3.0), join(0, 3, 4.0)]);
    assert_eq!(tree.coarsened(9).unwrap(), tree);
    assert!(tree.coarsened(60).is_none() && tree.coarsened(500).is_none());
}

/// Rows without clear clusters, on which methods differ.
#[test]
fn each_name_means_its_own_method() {
    let mut random = numeric::random::Random::new(3);
    let values: Vec<f64> = (0..120).map(|_| random.normal()).collect();
    let data = Matrix::new(values, 60, 2).unwrap();
    let found = |search: Search| {
        let labels = crate::search::Labels { search, tree: None };
        use cluster::choose::Labeller;
        labels
            .labels(data.view(), 4..=4, 7, &Silent)
            .unwrap()
            .remove(0)
    };
    let tree = |method| {
        let ready = cluster::linkage::Params { method }.check(60).unwrap();
        ready.fit(data.view(), &Silent).unwrap().cut(4).unwrap()
    };
    assert_eq!(found(Search::Ward), tree(cluster::linkage::Method::Ward));
    assert_eq!(
        found(Search::Average),
        tree(cluster::linkage::Method::Average)
    );
    assert_eq!(
        found(Search::Complete),
        tree(cluster::linkage::Method::Complete)
    );
    let genie = cluster::genie::Params { gini_max: 0.3 }.check().unwrap();
    assert_eq!(
        found(Search::Genie),
        genie.fit(data.view(), &Silent).unwrap().cut(4).unwrap()
    );
    // On such rows hardly two methods agree, so one taken for another would be seen.
    let rand = |a: &[u32], b: &[u32]| cluster::score::adjusted_rand(a, b).unwrap();
    let (medoids, mixture) = (found(Search::Medoids), found(Search::Mixture));
    for other in [Search::Ward, Search::Average, Search::Complete] {
        assert!(rand(&medoids, &found(other)) < 1.0, "medoids {other:?}");
        assert!(rand(&mixture, &found(other)) < 1.0, "mixture {other:?}");
    }
    assert!(rand(&medoids, &mixture) < 1.0);
}

#[test]
fn nobody_is_half_in_another_part_nor_in_a_cluster_made_by_hand() {
    let mut made = made(0.0);
    made.parts = (0..24)
        .map(|place| if place % 2 == 0 { "city" } else { "town" }.to_string())
        .collect();
    let hands = kept(vec![
        Hand::Create {
            cluster: 90,
            name: "Flagships".into(),
        },
        Hand::Move {
            members: vec!["S00".into(), "S17".into()],
            to: 90,
        },
    ]);
    let outcome = go(&made, None, 1, &hands);
    let found = &outcome.segmentation;
    for row in 0..24 {
        let shares: Vec<(i32, f64)> = found.probabilities(row).collect();
        if [0, 17].contains(&row) {
            assert!(shares.is_empty() && found.probability(row).is_none());
            continue;
        }
        let sum: f64 = shares.iter().map(|(_, share)| share).sum();
        assert!((sum - 1.0).abs() < 1e-9);
        for (cluster, share) in shares {
            let inside = (0..24).filter(|other| outcome.shaped.ids[*other] == cluster);
            let mine = inside
                .into_iter()
                .any(|other| made.parts[other] == made.parts[row]);
            assert!(
                share == 0.0 || (mine && cluster != 90),
                "{row} {cluster} {share}"
            );
        }
    }
}

#[test]
fn too_many_members_for_a_tree_is_said_before_it_is_tried() {
    let rows = crate::search::TREE_MEMBERS_MAX + 1;
    let data = Matrix::new(vec![0.0; rows], rows, 1).unwrap();
    let told = Search::Genie.tree(data.view(), &Silent).unwrap_err();
    assert!(told.to_string().contains("kmeans"), "{told}");
}
