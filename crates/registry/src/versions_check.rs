//! Checking the versions of all schemes against their seals. It must not change anything.

use crate::error::{Error, Result};
use crate::row::Columns;
use crate::store::Registry;
use crate::versions::Genuine;
use std::collections::{BTreeMap, BTreeSet};

/// What was found of the versions of all schemes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VersionsCheck {
    /// Versions of which every part is as it was sealed.
    pub sealed: usize,
    /// Versions of before there were seals.
    pub unsealed: usize,
    /// Schemes with the numbers of their versions that are not as they were written, or gone; without a number where
    /// what is stored cannot be read.
    pub broken: Vec<(String, Option<i64>)>,
}

impl Registry {
    /// Holds every version of every scheme against its seal; schemes whose recipes are gone are known by the audit.
    pub async fn verify_versions(&self) -> Result<VersionsCheck> {
        let mut tx = self.begin_snapshot().await?;
        let rows = sqlx::query(
            "SELECT subject AS scheme FROM audit WHERE action = 'recipe.save' \
             UNION SELECT scheme FROM recipes ORDER BY 1",
        )
        .fetch_all(&mut *tx)
        .await?;
        drop(tx);
        let mut found = VersionsCheck::default();
        for row in &rows {
            let scheme = row.text("scheme")?;
            let parts = match self.scheme_versions(&scheme).await {
                Ok(parts) => parts,
                Err(Error::Damaged { .. }) => {
                    found.broken.push((scheme, None));
                    continue;
                }
                Err(cause) => return Err(cause),
            };
            let mut words: BTreeMap<i64, BTreeSet<u8>> = BTreeMap::new();
            for part in parts {
                let worst = match part.genuine {
                    Genuine::Sealed => 0,
                    Genuine::Unsealed => 1,
                    Genuine::Changed | Genuine::Missing => 2,
                };
                words.entry(part.seq).or_default().insert(worst);
            }
            for (version, words) in words {
                match words.last() {
                    Some(2) => found.broken.push((scheme.clone(), Some(version))),
                    Some(1) => found.unsealed += 1,
                    _ => found.sealed += 1,
                }
            }
        }
        Ok(found)
    }
}
