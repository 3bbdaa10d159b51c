//! A key of its own for every new identifier. It must not merge: that is a row of [`crate::Merges`] over the keys.

use retail::CustomerKey;

/// Keys for a list of distinct identifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// One key per identifier, in the order given.
    pub keys: Vec<CustomerKey>,
    /// Which of them are new: positions in the list, with the key minted for each.
    pub minted: Vec<(usize, CustomerKey)>,
}

/// Gives every identifier its key: the one it is known by, else a new one from `next` upwards.
///
/// `known` has one entry per identifier, the identifiers being distinct; `next` is the lowest key that was
/// never given out. Keys grow in the order of the list, so the same list gives the same keys.
pub fn assign(known: &[Option<CustomerKey>], next: CustomerKey) -> Assignment {
    let mut minted = Vec::new();
    let mut free = next.0;
    let keys = known.iter().enumerate().map(|(position, key)| {
        key.unwrap_or_else(|| {
            let key = CustomerKey(free);
            free += 1;
            minted.push((position, key));
            key
        })
    });
    let keys = keys.collect();
    Assignment { keys, minted }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_identifiers_keep_their_key() {
        let known = [Some(CustomerKey(3)), None, Some(CustomerKey(1)), None];
        let got = assign(&known, CustomerKey(7));
        assert_eq!(got.keys, [3, 7, 1, 8].map(CustomerKey));
        assert_eq!(got.minted, [(1, CustomerKey(7)), (3, CustomerKey(8))]);
    }

    proptest! {
        #[test]
        fn no_key_is_given_twice(known in prop::collection::vec(prop::bool::ANY, 0..200)) {
            let known: Vec<_> =
                known.iter().enumerate().map(|(i, yes)| yes.then_some(CustomerKey(i as i64))).collect();
            let got = assign(&known, CustomerKey(1_000));
            let mut keys = got.keys.clone();
            keys.sort();
            keys.dedup();
            prop_assert_eq!(keys.len(), known.len());
        }
    }
}
