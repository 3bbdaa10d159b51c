//! A filter over the ids of a day that is over: says of almost every id that the day does not have it, without a look
//! at its table. It must not decide that an id is there; only the table does.

use crate::event_ids::EventId;

/// Bits of memory for each id.
const BITS_PER_ID: usize = 12;

/// Bits that are set for an id, in one block.
const BITS_SET: u32 = 7;

/// A Bloom filter in blocks of 64 bytes, so that asking touches one line of memory (Putze, Sanders, Singler: Cache-,
/// Hash- and Space-Efficient Bloom Filters, 2007, section 3). Ids are keyed hashes, and serve as their own.
pub(crate) struct IdFilter {
    blocks: Vec<[u64; 8]>,
}

impl IdFilter {
    /// An empty filter that takes so many bytes, a multiple of 64.
    pub(crate) fn of_bytes(bytes: usize) -> Self {
        Self {
            blocks: vec![[0; 8]; bytes / 64],
        }
    }

    /// What a filter for so many ids takes in memory, in bytes.
    pub(crate) fn bytes_for(ids: usize) -> usize {
        (ids * BITS_PER_ID).div_ceil(512).max(1) * 64
    }

    /// An empty filter that `read` gives its bytes to, so many.
    pub(crate) fn with_room(bytes: usize) -> Self {
        Self {
            blocks: Vec::with_capacity(bytes / 64),
        }
    }

    /// Takes the bytes of a part of a filter that follow those taken before.
    pub(crate) fn read(&mut self, part: &[u8]) {
        let words = |block: &[u8; 64]| {
            let mut words = block.as_chunks().0.iter();
            [(); 8].map(|()| words.next().map_or(0, |word| u64::from_le_bytes(*word)))
        };
        self.blocks.extend(part.as_chunks().0.iter().map(words));
    }

    /// The bytes of the filter in parts of so many, a multiple of 64.
    pub(crate) fn parts(&self, bytes: usize) -> impl Iterator<Item = Vec<u8>> {
        let part = |blocks: &[[u64; 8]]| {
            let words = blocks.as_flattened().iter();
            words.flat_map(|word| word.to_le_bytes()).collect()
        };
        self.blocks.chunks(bytes / 64).map(part)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.blocks.len() * 64
    }

    pub(crate) fn add(&mut self, id: &EventId) {
        let (block, bits) = self.spread(id);
        for bit in bits {
            self.blocks[block][bit / 64] |= 1 << (bit % 64);
        }
    }

    /// Whether an id may have been added; never `false` for one that was.
    pub(crate) fn may_hold(&self, id: &EventId) -> bool {
        let (block, mut bits) = self.spread(id);
        let block = &self.blocks[block];
        bits.all(|bit| block[bit / 64] >> (bit % 64) & 1 == 1)
    }

    /// The block of an id by its first half, the bits in it by nine bits each of its second half.
    fn spread(&self, id: &EventId) -> (usize, impl Iterator<Item = usize> + use<>) {
        let id = u128::from_be_bytes(*id);
        let (first, second) = ((id >> 64) as u64, id as u64);
        let block = (u128::from(first) * self.blocks.len() as u128) >> 64;
        let bits = (0..BITS_SET).map(move |i| (second >> (9 * i) & 511) as usize);
        (block as usize, bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u64) -> EventId {
        let mut id = [0; 16];
        id.copy_from_slice(&blake3::hash(&n.to_le_bytes()).as_bytes()[..16]);
        id
    }

    #[test]
    fn what_was_added_is_held_and_little_else() {
        for count in [0, 1, 50, 20_000] {
            let mut filter = IdFilter::of_bytes(IdFilter::bytes_for(count as usize));
            (0..count).for_each(|n| filter.add(&id(n)));
            assert!((0..count).all(|n| filter.may_hold(&id(n))));
            let wrong = (count..count + 100_000).filter(|n| filter.may_hold(&id(*n)));
            let wrong = wrong.count();
            assert!(
                wrong < 1_000,
                "{wrong} of 100,000 others with {count} added"
            );
            assert!(filter.bytes() <= count as usize * 12 / 8 + 64);
            let mut read = IdFilter::with_room(filter.bytes());
            filter.parts(640).for_each(|part| read.read(&part));
            assert!(read.blocks == filter.blocks);
        }
    }
}
