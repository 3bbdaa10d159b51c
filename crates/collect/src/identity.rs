//! What makes two rows the same row: two 64-bit keys per row, from keyed BLAKE3. The first says what the row
//! is about (a receipt, a product), the second is its own number or else its content and, where true repeats
//! exist, how many equal rows came before it.
//!
//! Fields that name a person are no part of a line's content, so that nobody can test a name against a key;
//! where a person is what the row is about (customers), the project's secret keeps the key meaningless.

use hashbrown::HashSet;

use crate::fields::{Field, IdentityRule};
use crate::mapping::{Mapping, Slot};
use crate::value::Value;

/// Whether a row whose identity was seen before is a duplicate. The engine asks it against the lake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sameness {
    /// A row is a duplicate where its identity was ever seen: receipts, events, dated versions.
    Ever,
    /// A row is a duplicate only where the newest row of its first key has the same second key: catalogues
    /// and lists without dates, in which a value may return to what it was.
    Newest,
}

/// The pairs of keys seen so far, for rows that number themselves and may come twice in one file. It takes
/// about 20 to 40 bytes per row.
#[derive(Debug, Default)]
pub struct IdentitySet {
    seen: HashSet<(i64, i64)>,
}

impl IdentitySet {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row's keys; `false` where they were there.
    pub fn insert(&mut self, keys: (i64, i64)) -> bool {
        self.seen.insert(keys)
    }

    /// Whether a row's keys are there.
    pub fn contains(&self, keys: (i64, i64)) -> bool {
        self.seen.contains(&keys)
    }

    /// How many rows it knows.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }
}

/// Which fields make the keys of a kind, by index.
#[derive(Debug, Clone)]
pub(crate) struct IdentityPlan {
    about: Vec<usize>,
    own: Vec<usize>,
    /// Content fields with a tag that comes from the name, so that the order of fields may change.
    content: Vec<(usize, [u8; 4])>,
    pub may_repeat: bool,
}

impl IdentityPlan {
    pub fn new(rule: IdentityRule, fields: &[Field], mapping: &Mapping) -> Self {
        let index = |names: &[&str]| {
            let find = |name: &&str| fields.iter().position(|f| f.name == *name);
            names.iter().filter_map(find).collect::<Vec<_>>()
        };
        let (about, own) = (index(rule.about), index(rule.own));
        let content = fields.iter().enumerate().filter(|(i, field)| {
            // What is declared once for all rows is not part of what a row says.
            let said_by_row = matches!(mapping.slots[*i], Slot::Column(_) | Slot::Sum(_));
            let is_content = !field.names_a_person() && !rule.state.contains(&field.name);
            said_by_row && is_content && !about.contains(i) && !own.contains(i)
        });
        let content = content.map(|(i, field)| {
            let hash = blake3::hash(field.name.as_bytes());
            let [a, b, c, d, ..] = *hash.as_bytes();
            (i, [a, b, c, d])
        });
        Self {
            content: content.collect(),
            about,
            own,
            may_repeat: rule.may_repeat,
        }
    }
}

/// The keys of a row before its repeats are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keys {
    pub about: i64,
    /// From the row's own number; `None` where it has none.
    pub own: Option<i64>,
    /// From what it is about and its content.
    pub content: u64,
}

impl Keys {
    /// The second key of the row that comes after so many equal ones.
    pub fn row_key(&self, occurrence: u32) -> i64 {
        match (self.own, occurrence) {
            (Some(own), _) => own,
            (None, 0) => self.content as i64,
            (None, n) => {
                let mut bytes = [0; 12];
                bytes[..8].copy_from_slice(&self.content.to_le_bytes());
                bytes[8..].copy_from_slice(&n.to_le_bytes());
                first8(&blake3::hash(&bytes)) as i64
            }
        }
    }
}

/// Makes keys. It remembers the last first key, since lines of one receipt follow each other.
pub(crate) struct KeyMaker {
    secret: [u8; 32],
    prefix: Vec<u8>,
    buffer: Vec<u8>,
    last_about: Vec<u8>,
    last_key: u64,
}

impl KeyMaker {
    pub fn new(secret: [u8; 32], kind: &str, source: &str) -> Self {
        let mut prefix = Vec::new();
        Value::Text(kind).write(&mut prefix);
        Value::Text(source).write(&mut prefix);
        Self {
            secret,
            prefix,
            buffer: Vec::with_capacity(512),
            last_about: Vec::new(),
            last_key: 0,
        }
    }

    pub fn keys(&mut self, plan: &IdentityPlan, values: &[Value<'_>]) -> Keys {
        let named = plan.about.iter().any(|&i| !values[i].is_none());
        let about = if named {
            self.about(&plan.about, values)
        } else {
            0
        };
        let numbered = plan.own.iter().any(|&i| !values[i].is_none());
        let own = numbered.then(|| {
            self.start(about);
            plan.own
                .iter()
                .for_each(|&i| values[i].write(&mut self.buffer));
            self.hash() as i64
        });
        let content = if numbered {
            0
        } else {
            self.content(about, plan, values)
        };
        Keys {
            about: if named { about as i64 } else { content as i64 },
            own,
            content,
        }
    }

    fn about(&mut self, fields: &[usize], values: &[Value<'_>]) -> u64 {
        self.buffer.clear();
        fields
            .iter()
            .for_each(|&i| values[i].write(&mut self.buffer));
        if self.buffer == self.last_about && !self.last_about.is_empty() {
            return self.last_key;
        }
        std::mem::swap(&mut self.buffer, &mut self.last_about);
        self.buffer.clear();
        self.buffer.extend_from_slice(&self.prefix);
        self.buffer.extend_from_slice(&self.last_about);
        self.last_key = self.hash();
        self.last_key
    }

    fn content(&mut self, about: u64, plan: &IdentityPlan, values: &[Value<'_>]) -> u64 {
        self.start(about);
        for &(i, tag) in &plan.content {
            // A blank says the same as a column that is not there.
            if !values[i].is_none() {
                self.buffer.extend_from_slice(&tag);
                values[i].write(&mut self.buffer);
            }
        }
        self.hash()
    }

    fn start(&mut self, about: u64) {
        self.buffer.clear();
        self.buffer.extend_from_slice(&about.to_le_bytes());
    }

    fn hash(&self) -> u64 {
        first8(&blake3::keyed_hash(&self.secret, &self.buffer))
    }
}

fn first8(hash: &blake3::Hash) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *hash.as_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_knows_what_it_has_seen() {
        let mut set = IdentitySet::new();
        assert!(set.insert((1, 2)));
        assert!(!set.insert((1, 2)));
        assert!(set.insert((2, 1)));
        assert!(set.contains((1, 2)) && set.len() == 2 && !set.is_empty());
    }

    #[test]
    fn repeats_get_keys_of_their_own() {
        let keys = Keys {
            about: 1,
            own: None,
            content: 77,
        };
        assert_eq!(keys.row_key(0), 77);
        assert_ne!(keys.row_key(1), keys.row_key(2));
        let numbered = Keys {
            own: Some(5),
            ..keys
        };
        assert_eq!(numbered.row_key(3), 5);
    }
}
