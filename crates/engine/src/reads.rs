//! Keeping in the audit what was read of people: who, what for, which list, how much of it. One person's
//! page has an entry of its own; a list has one that says what it showed. It must not decide who may read.

use crate::ask::PageAsk;
use crate::{Actor, EngineError, Project};
use retail::Purpose;
use serde_json::json;

/// A list with up to so many rows in all names them: it is as good as a look at each.
const NAMED_MAX: usize = 20;

/// What a list showed.
pub(crate) struct Read {
    /// Which list.
    pub what: &'static str,
    /// Of one segment only.
    pub cluster: Option<i32>,
    /// Rows that the search found, over all pages.
    pub total: u64,
    /// Customers on this page.
    pub keys: Vec<i64>,
}

impl Project {
    /// Keeps a look at a list.
    pub(crate) async fn note_read(
        &self,
        actor: &Actor,
        purpose: Purpose,
        read: Read,
        ask: &PageAsk,
    ) -> Result<(), EngineError> {
        let change = actor.change(purpose.word())?;
        let keys = (read.keys.len() <= NAMED_MAX).then_some(&read.keys);
        let detail = json!({
            "purpose": purpose, "search": ask.search, "segment": read.cluster, "offset": ask.offset,
            "limit": ask.limit, "found": read.total, "customers": keys,
        });
        let action = "customer.list";
        self.registry()
            .audit(self.now(), &change, action, read.what, detail)
            .await?;
        Ok(())
    }
}
