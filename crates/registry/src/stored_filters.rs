//! Filters in the database: one is stored, part by part, once it was made, so that a start reads bytes instead of ids.
//! A seal over day and bytes says that a filter is whole and of this program's form; one without is made anew. It must
//! not say which days have a filter.

use blake3::Hasher;

use crate::error::Result;
use crate::id_filter::IdFilter;
use crate::row::Columns;
use crate::store::Registry;

/// What seals are made of; another form of filters needs another word.
const KIND: &str = "id filter, 12 bits, 7 set";

/// Bytes of a part: who puts events waits for the storing of one at most.
const PART_BYTES: usize = 256 << 10;

/// Parts that are read at once.
const PARTS_READ: i64 = 16;

/// A filter as a day's row tells of it.
pub(crate) struct StoredFilter {
    pub bytes: usize,
    pub seal: Vec<u8>,
}

impl Registry {
    /// Reads the filter of a day; `None` where it is not what its seal says.
    pub(crate) async fn stored_filter(
        &self,
        day: i64,
        stored: &StoredFilter,
    ) -> Result<Option<IdFilter>> {
        let sql =
            "SELECT bits FROM event_filters WHERE day = $1 AND part >= $2 ORDER BY part LIMIT $3";
        let mut filter = IdFilter::with_room(stored.bytes);
        let mut seal = self.filter_seal(day);
        let mut part = 0;
        loop {
            let select = sqlx::query(sql).bind(day).bind(part).bind(PARTS_READ);
            let rows = select.fetch_all(&self.reader).await?;
            for row in &rows {
                let bits = row.bytes("bits")?;
                seal.update(&bits);
                filter.read(&bits);
            }
            if (rows.len() as i64) < PARTS_READ {
                break;
            }
            part += PARTS_READ;
        }
        // blake3::Hash compares in constant time.
        let sealed = blake3::Hash::from_slice(&stored.seal).ok();
        let whole = filter.bytes() == stored.bytes && sealed == Some(seal.finalize());
        Ok(whole.then_some(filter))
    }

    /// Stores the filter of a day that is over, in many small transactions; the last one says that it is whole. A day
    /// that is dropped meanwhile ends it.
    pub(crate) async fn store_filter(&self, day: i64, filter: &IdFilter) -> Result<()> {
        self.remove_filter(day).await?;
        let mut seal = self.filter_seal(day);
        // One beside that stores the same filter stores the same parts.
        let insert = "INSERT INTO event_filters (day, part, bits) SELECT day, $1, $2 FROM event_days WHERE day = $3 \
                      ON CONFLICT (day, part) DO NOTHING";
        for (part, bits) in (0_i64..).zip(filter.parts(PART_BYTES)) {
            seal.update(&bits);
            let mut tx = self.begin().await?;
            self.lock_head(&mut tx).await?;
            let insert = sqlx::query(insert).bind(part).bind(bits).bind(day);
            insert.execute(&mut *tx).await?;
            tx.commit().await?;
        }
        let mut tx = self.begin().await?;
        let sql = "UPDATE event_days SET filter_bytes = $1, filter_seal = $2 WHERE day = $3";
        let update = sqlx::query(sql)
            .bind(filter.bytes() as i64)
            .bind(seal.finalize().as_bytes().to_vec())
            .bind(day);
        update.execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Removes what is stored of a day's filter, a little at a time.
    pub(crate) async fn remove_filter(&self, day: i64) -> Result<()> {
        let sql = "DELETE FROM event_filters WHERE day = $1 AND part < \
                   (SELECT MIN(part) + 1 FROM event_filters WHERE day = $1)";
        loop {
            let mut tx = self.begin().await?;
            self.lock_head(&mut tx).await?;
            let whole = "UPDATE event_days SET filter_bytes = NULL, filter_seal = NULL \
                         WHERE day = $1 AND filter_bytes IS NOT NULL";
            sqlx::query(whole).bind(day).execute(&mut *tx).await?;
            let delete = sqlx::query(sql).bind(day).execute(&mut *tx).await?;
            tx.commit().await?;
            if delete.rows_affected() == 0 {
                return Ok(());
            }
        }
    }

    fn filter_seal(&self, day: i64) -> Hasher {
        let mut seal = self.keys.blind_hasher(KIND);
        seal.update(&day.to_le_bytes());
        seal
    }
}
