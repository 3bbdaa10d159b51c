//! Which shops are the web, the app or a marketplace, so that nobody takes them for a shop with a door. It must not
//! change anything.

use crate::cells::texts;
use crate::{EngineError, Project};
use arrow::array::Array;
use segment::Entity;
use std::collections::BTreeSet;

/// What the stores feed calls the format of an online shop.
const FORMAT: &str = "online";
/// Channels whose sales, where they name no shop, are those of a shop of that name.
const CHANNELS: [&str; 3] = ["web", "app", "marketplace"];

impl Project {
    /// The ids of the online shops; none where members are no shops.
    pub(super) async fn online(&self, of: Entity) -> Result<BTreeSet<String>, EngineError> {
        if of != Entity::Stores {
            return Ok(BTreeSet::new());
        }
        let mut all: BTreeSet<String> = CHANNELS.map(str::to_string).into();
        let sql = format!("select store_id from current_stores where lower(format) = '{FORMAT}'");
        for batch in self.lake().rows(&sql, None, vec![]).await? {
            let ids = texts(&batch, 0)?;
            all.extend((0..ids.len()).map(|row| ids.value(row).to_string()));
        }
        Ok(all)
    }
}
