//! What people may call clusters: no two alike, so that a name says which one is meant, and none a number, which commands
//! take for the cluster's own. It must not keep names.

use super::board::Board;
use super::hands::HandNames;
use crate::EngineError;
use segment::hands::Hand;

/// Refuses a name that would not say which cluster is meant.
///
/// # Errors
/// [`EngineError::Invalid`] on `hand.name`, with the cluster that has the name.
pub(super) fn require_telling(
    board: &Board,
    names: &HandNames,
    hand: &Hand,
) -> Result<(), EngineError> {
    let (Hand::Create { cluster, name } | Hand::Rename { cluster, name }) = hand else {
        return Ok(());
    };
    let segments = board.segmentation.segments.iter();
    let found = segments.map(|segment| (segment.cluster, segment.name.as_str()));
    let made = board.shaped.made.iter();
    let made = made.map(|(cluster, name)| (*cluster, name.as_str()));
    let all: Vec<(i32, String)> = found
        .chain(made)
        .map(|(cluster, proposed)| (cluster, names.name(cluster, proposed).0))
        .collect();
    telling(&all, *cluster, name).map_err(|detail| EngineError::invalid("hand.name", detail))
}

fn telling(all: &[(i32, String)], cluster: i32, name: &str) -> Result<(), String> {
    if name.parse::<i64>().is_ok() {
        return Err(format!(
            "'{name}' is a number, and clusters have numbers of their own: add a word to it"
        ));
    }
    let folded = name.to_lowercase();
    let mut others = all.iter().filter(|(other, _)| *other != cluster);
    match others.find(|(_, other)| other.trim().to_lowercase() == folded) {
        None => Ok(()),
        Some((other, _)) => Err(format!(
            "cluster {other} is called '{name}' already: add a word that tells the two apart, or merge them"
        )),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_which_cluster_is_meant() {
        let all = [(1, "Premium city".to_string()), (2, "Village ".to_string())];
        assert!(telling(&all, 3, "Coast").is_ok());
        // Its own name in other letters.
        assert!(telling(&all, 1, "premium CITY").is_ok());
        let taken = telling(&all, 3, "village").unwrap_err();
        assert!(taken.contains("cluster 2 is called"), "{taken}");
        let number = telling(&all, 1, "12").unwrap_err();
        assert!(number.contains("is a number"), "{number}");
    }
}
