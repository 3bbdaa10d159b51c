//! Events as the inbox keeps them: neighbours together in one row, a block, which is sealed as a whole. A row for each
//! event cost more in rows and seals than in bytes. It must not know the database.

use crate::events::NewEvent;
use crate::flush::InboxEvent;

/// Bytes of a block's events, above which another one begins.
const BLOCK_BYTES: usize = 64 << 10;

/// Some events in the order of their numbers.
pub(crate) struct Block {
    /// The number of its last event, which is its own.
    pub last_seq: i64,
    /// How many events it holds.
    pub events: i64,
    /// When the first of them came.
    pub received_at: i64,
    /// The events, one after the other.
    pub content: Vec<u8>,
}

impl Block {
    fn new() -> Self {
        Self {
            last_seq: 0,
            events: 0,
            received_at: i64::MAX,
            content: Vec::with_capacity(BLOCK_BYTES),
        }
    }

    fn add(&mut self, seq: i64, event: &NewEvent) {
        let length = i64::try_from(event.payload.len()).unwrap_or(i64::MAX);
        let head = [seq, event.received_at, event.happened_at, length].map(i64::to_le_bytes);
        self.content.extend_from_slice(head.as_flattened());
        self.content.extend_from_slice(&event.payload);
        self.last_seq = seq;
        self.events += 1;
        self.received_at = self.received_at.min(event.received_at);
    }

    /// What a sealed block is bound to: under another number it does not open.
    pub(crate) fn place(&self) -> Vec<u8> {
        place(self.last_seq, self.events, self.received_at)
    }
}

/// Packs events with their numbers.
pub(crate) fn pack<'a>(events: impl Iterator<Item = (i64, &'a NewEvent)>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut block = Block::new();
    for (seq, event) in events {
        if block.events > 0 && block.content.len() + event.payload.len() > BLOCK_BYTES {
            blocks.push(std::mem::replace(&mut block, Block::new()));
        }
        block.add(seq, event);
    }
    if block.events > 0 {
        blocks.push(block);
    }
    blocks
}

/// The events of a block's content; `None` where it is no such content.
pub(crate) fn unpack(mut content: &[u8]) -> Option<Vec<InboxEvent>> {
    let mut events = Vec::new();
    while !content.is_empty() {
        let mut number = || {
            let (number, rest) = content.split_first_chunk()?;
            content = rest;
            Some(i64::from_le_bytes(*number))
        };
        let (seq, received_at, happened_at) = (number()?, number()?, number()?);
        let length = usize::try_from(number()?).ok()?;
        let (payload, rest) = content.split_at_checked(length)?;
        content = rest;
        events.push(InboxEvent {
            seq,
            received_at,
            happened_at,
            payload: payload.to_vec(),
        });
    }
    Some(events)
}

/// What a sealed block with these columns is bound to.
pub(crate) fn place(last_seq: i64, events: i64, received_at: i64) -> Vec<u8> {
    let numbers = [last_seq, events, received_at].map(i64::to_le_bytes);
    [b"inbox".as_slice(), numbers.as_flattened()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        let event = |n: usize| NewEvent {
            message_id: None,
            received_at: 900 - n as i64,
            happened_at: -(n as i64),
            payload: vec![n as u8; if n == 50 { 3 * BLOCK_BYTES } else { n * 40 }],
        };
        let events: Vec<_> = (0..100).map(event).collect();
        // Numbers have gaps.
        let numbered = (0..).map(|n| 2 * n).zip(&events);
        let blocks = pack(numbered.clone());
        assert!(blocks.len() >= 5);
        let small = |block: &&Block| block.content.len() <= BLOCK_BYTES + 100 * 32;
        assert_eq!(blocks.iter().filter(small).count(), blocks.len() - 1);
        let mut all = Vec::new();
        for block in &blocks {
            let events = unpack(&block.content).unwrap_or_default();
            assert_eq!(events.len() as i64, block.events);
            assert_eq!(events.last().map(|e| e.seq), Some(block.last_seq));
            assert_eq!(
                events.iter().map(|e| e.received_at).min(),
                Some(block.received_at)
            );
            all.extend(events);
            for cut in [1, 20, block.content.len() - 1] {
                assert_eq!(unpack(&block.content[..cut]), None);
            }
        }
        assert_eq!(all.len(), 100);
        for (kept, (seq, event)) in all.iter().zip(numbered) {
            let expect = (seq, event.received_at, event.happened_at, &event.payload);
            let kept = (kept.seq, kept.received_at, kept.happened_at, &kept.payload);
            assert_eq!(kept, expect);
        }
        assert!(pack(std::iter::empty()).is_empty());
    }
}
