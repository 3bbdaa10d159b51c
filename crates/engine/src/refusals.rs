//! Who refused to be profiled: in no run from then on, and told of by none that was before. It must not know what profiling
//! consists of.

use crate::cells::ints;
use crate::{EngineError, Project};
use retail::CustomerKey;
use std::collections::BTreeSet;

/// Customers of whom any record's newest word is that they refuse. Of merged records the most restrictive holds.
pub(crate) const REFUSED: &str = "(select distinct customer_key from (select customer_key, profiling_consent, row_number() over \
     (partition by entity_key order by happened_at desc, known_at desc, row_key) as newest from customers \
     where profiling_consent is not null) where newest = 1 and lower(profiling_consent) = 'no')";

/// Why nothing is told of where somebody belongs who refused.
pub(crate) const REFUSES: &str =
    "This customer refused to be profiled: no segment is told but for the purpose privacy_request.";

/// Why there is nothing to tell of where somebody belongs who refused, even for their own request.
pub(crate) const IN_NONE: &str =
    "This customer refused to be profiled: the runs since then have put them in no segment.";

impl Project {
    /// Whether a customer refuses now to be profiled.
    pub(crate) async fn refused_profiling(&self, customer: i64) -> Result<bool, EngineError> {
        let sql =
            format!("select count(*) from {REFUSED} as refused where customer_key = {customer}");
        let refused = self.whole_number(&sql, None, vec![]).await?;
        Ok(refused.is_some_and(|count| count > 0))
    }

    /// The customers who refuse now to be profiled, with every record that is theirs: a run of before a merge knows these.
    pub(crate) async fn refusing(&self) -> Result<BTreeSet<i64>, EngineError> {
        let sql =
            format!("select customer_key from {REFUSED} as refused where customer_key is not null");
        let mut all = BTreeSet::new();
        for batch in self.lake().rows(&sql, None, vec![]).await? {
            let who = ints(&batch, 0)?;
            all.extend((0..batch.num_rows()).map(|row| who.must(row)));
        }
        let merges = self.merges_at(None).await?;
        let records: Vec<i64> = all
            .iter()
            .flat_map(|key| merges.members(CustomerKey(*key)))
            .map(|record| record.0)
            .collect();
        all.extend(records);
        Ok(all)
    }
}
