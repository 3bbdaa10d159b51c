//! The map from outside identifiers to customer keys. An identifier is found by its blind index and kept
//! sealed under its person's key; it is stored nowhere in clear. Minting keys is `unify`'s.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use retail::{CustomerKey, SourceId};
use sqlx::Row;

use crate::error::{Error, Result};
use crate::row::Columns;
use crate::secret::{Cipher, Noise};
use crate::store::{Registry, Tx};

type Blind = [u8; 32];

const COLUMNS: usize = 5;

const AGAIN: &str = "look the identifiers up again and repeat";

impl Registry {
    /// The customers that identifiers stand for, in the order asked; `None` for one never seen.
    pub async fn lookup(&self, ids: &[SourceId]) -> Result<Vec<Option<CustomerKey>>> {
        let blinds: Vec<_> = ids.iter().map(|id| self.blind_of(id)).collect();
        let mut tx = self.begin_snapshot().await?;
        let known = self.find(&mut tx, &blinds).await?;
        let find = |blind| known.get(blind).copied().map(CustomerKey);
        Ok(blinds.iter().map(find).collect())
    }

    /// The key that the next new customer gets. It is not reserved: `assign` checks that it still is.
    pub async fn next_customer_key(&self) -> Result<CustomerKey> {
        let row = sqlx::query("SELECT next FROM customer_key_counter WHERE id = 1")
            .fetch_one(&self.reader)
            .await?;
        Ok(CustomerKey(row.int("next")?))
    }

    /// Assigns identifiers to customers, all or none. Keys from `minted_from` on are new customers;
    /// `minted_from` is the `next_customer_key` they were minted from. Assigning again what is assigned
    /// changes nothing.
    ///
    /// A conflict means that somebody else assigned meanwhile: look up again and repeat.
    pub async fn assign(
        &self,
        pairs: &[(SourceId, CustomerKey)],
        minted_from: CustomerKey,
        at: i64,
    ) -> Result<()> {
        let mut wanted: HashMap<Blind, i64> = HashMap::with_capacity(pairs.len());
        let mut fresh: Vec<(Blind, &SourceId, i64)> = Vec::with_capacity(pairs.len());
        for (id, CustomerKey(customer)) in pairs {
            let blind = self.blind_of(id);
            match wanted.entry(blind) {
                Entry::Vacant(entry) => {
                    entry.insert(*customer);
                    fresh.push((blind, id, *customer));
                }
                Entry::Occupied(entry) if entry.get() == customer => {}
                Entry::Occupied(_) => {
                    let problem = "give one identifier to two customers: decide for one";
                    return Err(Error::invalid("pairs", problem));
                }
            }
        }
        let mut tx = self.begin().await?;
        // Holding the counter's row makes assignments follow one another.
        let next =
            sqlx::query("UPDATE customer_key_counter SET next = next WHERE id = 1 RETURNING next")
                .fetch_one(&mut *tx)
                .await?
                .int("next")?;
        let old_below = minted_from.0.min(next);
        let mints = fresh.iter().any(|(_, _, c)| *c >= old_below);
        if mints && minted_from.0 != next {
            // The counter moved on: either these very pairs were assigned before, or the keys may by now
            // be other people's.
            return match self.all_assigned(&mut tx, &wanted).await? {
                true => Ok(()),
                false => Err(Error::conflict(
                    "customer keys were minted meanwhile",
                    AGAIN,
                )),
            };
        }
        let mut noise = Noise::new();
        for chunk in fresh.chunks(self.dialect.rows_at_once(COLUMNS)) {
            let customers = chunk.iter().map(|(_, _, customer)| *customer);
            let (old, new): (Vec<_>, Vec<_>) = customers.partition(|customer| *customer < next);
            let mut keys = self.person_keys(&mut tx, &old).await?;
            self.make_person_keys(&mut tx, &new, &mut keys, &mut noise, at)
                .await?;
            self.insert_identities(&mut tx, chunk, &keys, &mut noise, at)
                .await?;
        }
        let top = fresh.iter().map(|(_, _, c)| c + 1).fold(next, i64::max);
        sqlx::query("UPDATE customer_key_counter SET next = $1 WHERE id = 1")
            .bind(top)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    pub(crate) fn blind_of(&self, id: &SourceId) -> Blind {
        self.keys.blind(id.kind.word(), &id.value)
    }

    /// The keys of persons; a customer without one is unknown or erased.
    pub(crate) async fn person_keys(
        &self,
        tx: &mut Tx,
        customers: &[i64],
    ) -> Result<HashMap<i64, Cipher>> {
        let mut keys = HashMap::new();
        if customers.is_empty() {
            return Ok(keys);
        }
        let numbers: Vec<_> = customers.iter().map(i64::to_string).collect();
        let sql = format!(
            "SELECT customer_key, wrapped FROM person_keys WHERE customer_key IN ({})",
            numbers.join(",")
        );
        let rows = sqlx::query(&sql)
            .persistent(false)
            .fetch_all(&mut **tx)
            .await?;
        for row in &rows {
            let customer = row.int("customer_key")?;
            let cipher = self.keys.person_key(customer, row.try_get("wrapped")?)?;
            keys.insert(customer, cipher);
        }
        match customers
            .iter()
            .find(|customer| !keys.contains_key(customer))
        {
            Some(customer) => Err(Error::missing("customer", customer)),
            None => Ok(keys),
        }
    }

    /// Makes the keys of new persons that have none yet.
    async fn make_person_keys(
        &self,
        tx: &mut Tx,
        customers: &[i64],
        keys: &mut HashMap<i64, Cipher>,
        noise: &mut Noise,
        at: i64,
    ) -> Result<()> {
        let mut made = Vec::new();
        for customer in customers {
            if let Entry::Vacant(entry) = keys.entry(*customer) {
                let (cipher, wrapped) = self.keys.new_person_key(*customer, noise)?;
                entry.insert(cipher);
                made.push((*customer, wrapped));
            }
        }
        if made.is_empty() {
            return Ok(());
        }
        let head = "INSERT INTO person_keys (customer_key, wrapped, at)";
        // A person with identifiers in two chunks has its key from the first.
        let tail = "ON CONFLICT (customer_key) DO NOTHING";
        let sql = self.dialect.insert(head, 3, made.len(), tail);
        let mut insert =
            sqlx::query(&sql).persistent(made.len() == self.dialect.rows_at_once(COLUMNS));
        for (customer, wrapped) in &made {
            insert = insert.bind(*customer).bind(&wrapped[..]).bind(at);
        }
        let inserted = insert.execute(&mut **tx).await?.rows_affected();
        if inserted < made.len() as u64 {
            let customers: Vec<_> = made.iter().map(|(customer, _)| *customer).collect();
            keys.extend(self.person_keys(tx, &customers).await?);
        }
        Ok(())
    }

    async fn insert_identities(
        &self,
        tx: &mut Tx,
        chunk: &[(Blind, &SourceId, i64)],
        keys: &HashMap<i64, Cipher>,
        noise: &mut Noise,
        at: i64,
    ) -> Result<()> {
        let mut sealed = Vec::with_capacity(chunk.len());
        for (blind, id, customer) in chunk {
            let cipher = keys
                .get(customer)
                .ok_or_else(|| Error::missing("customer", customer))?;
            sealed.push(cipher.seal(id.value.as_bytes(), blind, noise)?);
        }
        let sql = self.dialect.insert(
            "INSERT INTO identities (blind, customer_key, kind, sealed, at)",
            COLUMNS,
            chunk.len(),
            "ON CONFLICT (blind) DO NOTHING",
        );
        let mut insert =
            sqlx::query(&sql).persistent(chunk.len() == self.dialect.rows_at_once(COLUMNS));
        for ((blind, id, customer), sealed) in chunk.iter().zip(&sealed) {
            insert = insert
                .bind(&blind[..])
                .bind(*customer)
                .bind(id.kind.word())
                .bind(&sealed[..])
                .bind(at);
        }
        let inserted = insert.execute(&mut **tx).await?.rows_affected();
        if inserted < chunk.len() as u64 {
            let wanted = chunk.iter().map(|(blind, _, customer)| (*blind, *customer));
            if !self.all_assigned(tx, &wanted.collect()).await? {
                let what = "an identifier belongs to another customer";
                return Err(Error::conflict(what, AGAIN));
            }
        }
        Ok(())
    }

    /// Whether identifiers are assigned to exactly these customers.
    async fn all_assigned(&self, tx: &mut Tx, wanted: &HashMap<Blind, i64>) -> Result<bool> {
        let blinds: Vec<_> = wanted.keys().copied().collect();
        Ok(self.find(tx, &blinds).await? == *wanted)
    }

    async fn find(&self, tx: &mut Tx, blinds: &[Blind]) -> Result<HashMap<Blind, i64>> {
        let mut found = HashMap::with_capacity(blinds.len());
        let at_once = self.dialect.rows_at_once(1);
        for chunk in blinds.chunks(at_once) {
            let head = "SELECT blind, customer_key FROM identities WHERE blind IN";
            let sql = self.dialect.list(head, chunk.len());
            let mut select = sqlx::query(&sql).persistent(chunk.len() == at_once);
            for blind in chunk {
                select = select.bind(&blind[..]);
            }
            for row in select.fetch_all(&mut **tx).await? {
                let blind: &[u8] = row.try_get("blind")?;
                let blind = Blind::try_from(blind).map_err(|_| Error::Damaged {
                    what: "a blind index",
                })?;
                found.insert(blind, row.int("customer_key")?);
            }
        }
        Ok(found)
    }
}
