//! Between two full runs: whose genome a day's facts change. A customer of whom nothing came to be known since keeps
//! the sums, and with them the bytes that the full run kept; as of a later instant these sums are only read anew. It
//! computes no genome.

use crate::{Act, Clocks};

/// Whether a view holds an act that an earlier one does not: the customer is to be computed anew, under the frame that
/// the earlier view's run froze. Of others [`crate::State::rebuild`] gives the same state for both views, so that
/// [`crate::genes`] of it as of the later instant are exact.
///
/// `acts` may be those alone whose row came to be known, or that happened, after the earlier view.
pub fn touched(acts: &[Act], before: Clocks, now: Clocks) -> bool {
    acts.iter().any(|act| now.holds(act) && !before.holds(act))
}
