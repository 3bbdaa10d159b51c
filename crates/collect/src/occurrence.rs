//! How many equal rows came before a row, over a whole file and in bounded memory.
//!
//! The 64-bit fingerprints of up to `Limits::fingerprints_in_memory` different rows are held in memory (9 to
//! 18 bytes each; 14 million take 144 MiB). Beyond that the file is read a second time: every fingerprint goes
//! with its place to one of 256 temporary files, each file is sorted alone, and only the places of repeats,
//! sorted, are read along with the rows. That takes 16 bytes of disk per row, and memory for one of the
//! 256 parts. Both ways give the same numbers, so where the switch happens does not show.

use std::collections::BinaryHeap;
use std::fs::File;
use std::hash::{BuildHasherDefault, Hasher};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use hashbrown::{HashMap, HashSet};

use crate::error::CollectError;

/// Fingerprints are hashes, so they need no further hashing.
#[derive(Default)]
struct Plain(u64);

impl Hasher for Plain {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) | u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

type PlainHash = BuildHasherDefault<Plain>;

/// Counts occurrences of fingerprints in the order of rows.
pub(crate) struct Occurrences {
    limit: usize,
    seen: HashSet<u64, PlainHash>,
    repeats: HashMap<u64, u32, PlainHash>,
    planned: Option<Planned>,
    /// Rows counted so far.
    place: u64,
}

impl Occurrences {
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            seen: HashSet::default(),
            repeats: HashMap::default(),
            planned: None,
            place: 0,
        }
    }

    /// Whether the next fingerprint needs a plan of the whole file first.
    pub fn is_full(&self) -> bool {
        self.planned.is_none() && self.seen.len() >= self.limit
    }

    /// Goes on by a plan of the whole file instead of memory.
    pub fn follow(&mut self, plan: Planner) -> Result<(), CollectError> {
        self.seen = HashSet::default();
        self.repeats = HashMap::default();
        let mut planned = plan.finish()?;
        planned.skip_before(self.place);
        self.planned = Some(planned);
        Ok(())
    }

    /// How many rows with this fingerprint came before.
    pub fn next(&mut self, fingerprint: u64) -> u32 {
        let place = self.place;
        self.place += 1;
        if let Some(planned) = &mut self.planned {
            return planned.occurrence_at(place);
        }
        if self.seen.insert(fingerprint) {
            return 0;
        }
        let count = self.repeats.entry(fingerprint).or_insert(0);
        *count += 1;
        *count
    }
}

const PARTS: usize = 256;

/// Gathers the fingerprints of a whole file on disk.
pub(crate) struct Planner {
    folder: tempfile::TempDir,
    parts: Vec<BufWriter<File>>,
    place: u64,
}

fn failed(folder: &Path) -> impl Fn(std::io::Error) -> CollectError + '_ {
    |e| CollectError::NoScratch {
        folder: folder.to_path_buf(),
        why: e.to_string(),
    }
}

impl Planner {
    pub fn new(scratch: &Path) -> Result<Self, CollectError> {
        let folder = tempfile::tempdir_in(scratch).map_err(failed(scratch))?;
        let open = |i| File::create(part_path(folder.path(), i)).map(BufWriter::new);
        let parts = (0..PARTS)
            .map(open)
            .collect::<Result<_, _>>()
            .map_err(failed(scratch))?;
        Ok(Self {
            folder,
            parts,
            place: 0,
        })
    }

    pub fn push(&mut self, fingerprint: u64) -> Result<(), CollectError> {
        let mut pair = [0; 16];
        pair[..8].copy_from_slice(&fingerprint.to_le_bytes());
        pair[8..].copy_from_slice(&self.place.to_le_bytes());
        self.place += 1;
        let part = &mut self.parts[(fingerprint >> 56) as usize];
        part.write_all(&pair).map_err(failed(self.folder.path()))
    }

    fn finish(self) -> Result<Planned, CollectError> {
        let Self { folder, parts, .. } = self;
        let at = folder.path();
        for part in parts {
            part.into_inner().map_err(|e| failed(at)(e.into_error()))?;
        }
        let mut queue = BinaryHeap::new();
        let mut readers = Vec::new();
        for i in 0..PARTS {
            let path = part_path(at, i);
            write_repeats(&path).map_err(failed(at))?;
            let mut reader = BufReader::new(File::open(&path).map_err(failed(at))?);
            if let Some((place, occurrence)) = read_repeat(&mut reader) {
                queue.push(std::cmp::Reverse((place, occurrence, i)));
            }
            readers.push(reader);
        }
        Ok(Planned {
            _folder: folder,
            readers,
            queue,
        })
    }
}

fn part_path(folder: &Path, part: usize) -> PathBuf {
    folder.join(format!("part-{part}"))
}

/// Replaces a part's fingerprints by the places of its repeats, in order.
fn write_repeats(path: &Path) -> std::io::Result<()> {
    let bytes = std::fs::read(path)?;
    let mut pairs: Vec<(u64, u64)> = bytes
        .chunks_exact(16)
        .map(|pair| (word(pair, 0), word(pair, 8)))
        .collect();
    drop(bytes);
    pairs.sort_unstable();
    let mut repeats: Vec<(u64, u32)> = Vec::new();
    let mut occurrence = 0;
    for pair in pairs.windows(2) {
        occurrence = if pair[0].0 == pair[1].0 {
            occurrence + 1
        } else {
            0
        };
        if occurrence > 0 {
            repeats.push((pair[1].1, occurrence));
        }
    }
    drop(pairs);
    repeats.sort_unstable();
    let mut out = BufWriter::new(File::create(path)?);
    for (place, occurrence) in repeats {
        out.write_all(&place.to_le_bytes())?;
        out.write_all(&occurrence.to_le_bytes())?;
    }
    out.flush()
}

fn word(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

fn read_repeat(reader: &mut BufReader<File>) -> Option<(u64, u32)> {
    let mut bytes = [0; 12];
    reader.read_exact(&mut bytes).ok()?;
    let [.., a, b, c, d] = bytes;
    Some((word(&bytes, 0), u32::from_le_bytes([a, b, c, d])))
}

/// The places of repeats, read along with the rows.
struct Planned {
    // Held so that the files live as long as they are read.
    _folder: tempfile::TempDir,
    readers: Vec<BufReader<File>>,
    queue: BinaryHeap<std::cmp::Reverse<(u64, u32, usize)>>,
}

impl Planned {
    fn skip_before(&mut self, place: u64) {
        while self.queue.peek().is_some_and(|next| next.0.0 < place) {
            self.pop();
        }
    }

    fn occurrence_at(&mut self, place: u64) -> u32 {
        match self.queue.peek() {
            Some(next) if next.0.0 == place => {
                let occurrence = next.0.1;
                self.pop();
                occurrence
            }
            _ => 0,
        }
    }

    fn pop(&mut self) {
        if let Some(std::cmp::Reverse((_, _, part))) = self.queue.pop()
            && let Some((place, occurrence)) = read_repeat(&mut self.readers[part])
        {
            self.queue
                .push(std::cmp::Reverse((place, occurrence, part)));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn memory_and_disk_give_the_same_numbers() {
        // A small multiplicative sequence with many repeats, spread over all parts.
        let prints: Vec<u64> = (0..20_000_u64)
            .map(|i| (i * i % 7_919).wrapping_mul(0x9E37_79B9_7F4A_7C15))
            .collect();
        let mut memory = Occurrences::new(usize::MAX);
        let expect: Vec<u32> = prints.iter().map(|p| memory.next(*p)).collect();

        let mut bounded = Occurrences::new(1_000);
        let mut numbers = Vec::new();
        for print in &prints {
            if bounded.is_full() {
                let mut planner = Planner::new(&std::env::temp_dir()).unwrap();
                prints.iter().for_each(|p| planner.push(*p).unwrap());
                bounded.follow(planner).unwrap();
            }
            numbers.push(bounded.next(*print));
        }
        assert_eq!(numbers, expect);
        assert!(bounded.planned.is_some());
    }
}
