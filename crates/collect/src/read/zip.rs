//! A look at a zip archive before a workbook reader opens it: every entry is inflated once into nothing, so
//! that one that inflates beyond the limits is found without holding it. Nothing else is read from it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::read::DeflateDecoder;

use crate::error::CollectError;
use crate::limits::Limits;

const ENTRIES_MAX: usize = 10_000;
/// The end record is 22 bytes and a comment of at most 64 KiB.
const TAIL_BYTES: u64 = 22 + 65_535;

struct Entry {
    method: u16,
    packed: u64,
    offset: u64,
}

/// Checks that the archive's entries inflate to no more than the limits allow.
pub(crate) fn check(path: &Path, limits: Limits) -> Result<(), CollectError> {
    let damaged = |why: &str| CollectError::Damaged {
        file: path.to_path_buf(),
        format: "xlsx",
        why: format!("{why}; save the workbook again"),
    };
    let unreadable = |e: io::Error| damaged(&format!("the archive is damaged or truncated ({e})"));
    let mut file = File::open(path).map_err(unreadable)?;
    let entries = entries(&mut file).map_err(unreadable)?;
    let entries = entries
        .ok_or_else(|| damaged("the end of the archive is missing: the file is truncated"))?;
    let mut total: u64 = 0;
    for entry in entries {
        let inflated = inflated(&mut file, &entry, limits, total).map_err(unreadable)?;
        total += inflated;
        if total > limits.workbook_bytes_max {
            return Err(CollectError::TooLarge {
                file: path.to_path_buf(),
                limit: format!("{} MiB", limits.workbook_bytes_max >> 20),
            });
        }
    }
    Ok(())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from(u16::from_le_bytes(
        bytes.get(at..at + 2)?.try_into().ok()?,
    )))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from(u32::from_le_bytes(
        bytes.get(at..at + 4)?.try_into().ok()?,
    )))
}

/// The entries of the central directory; `None` where it cannot be found.
fn entries(file: &mut File) -> io::Result<Option<Vec<Entry>>> {
    let size = file.metadata()?.len();
    let tail_from = size.saturating_sub(TAIL_BYTES);
    file.seek(SeekFrom::Start(tail_from))?;
    let mut tail = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut tail)?;
    let Some(end) = tail.windows(4).rposition(|w| w == b"PK\x05\x06") else {
        return Ok(None);
    };
    let found = u32_at(&tail, end + 12).zip(u32_at(&tail, end + 16));
    let Some((directory_bytes, directory_at)) = found.filter(|(bytes, at)| bytes + at <= size)
    else {
        return Ok(None);
    };
    file.seek(SeekFrom::Start(directory_at))?;
    let mut directory = Vec::new();
    file.take(directory_bytes).read_to_end(&mut directory)?;
    Ok(parse_directory(&directory))
}

fn parse_directory(directory: &[u8]) -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut at = 0;
    while directory.get(at..at + 4) == Some(b"PK\x01\x02") {
        entries.push(Entry {
            method: u16_at(directory, at + 10)? as u16,
            packed: u32_at(directory, at + 20)?,
            offset: u32_at(directory, at + 42)?,
        });
        let names =
            u16_at(directory, at + 28)? + u16_at(directory, at + 30)? + u16_at(directory, at + 32)?;
        at += 46 + names as usize;
        if entries.len() > ENTRIES_MAX {
            return None;
        }
    }
    (!entries.is_empty()).then_some(entries)
}

/// How far an entry inflates, given up once the limits are passed.
fn inflated(file: &mut File, entry: &Entry, limits: Limits, before: u64) -> io::Result<u64> {
    file.seek(SeekFrom::Start(entry.offset))?;
    let mut header = [0; 30];
    file.read_exact(&mut header)?;
    let names = u16_at(&header, 26).zip(u16_at(&header, 28));
    let Some((name, extra)) = names.filter(|_| header.starts_with(b"PK\x03\x04")) else {
        return Err(io::Error::other("an entry is not where the directory says"));
    };
    file.seek(SeekFrom::Current((name + extra) as i64))?;
    if entry.method == 0 {
        return Ok(entry.packed);
    }
    let room = limits
        .workbook_bytes_max
        .saturating_sub(before)
        .saturating_add(1);
    let ratio_room =
        (entry.packed.saturating_mul(limits.inflate_ratio_max)).max(limits.inflated_free_bytes);
    let mut inflated =
        DeflateDecoder::new(file.take(entry.packed)).take(room.min(ratio_room.saturating_add(1)));
    let bytes = io::copy(&mut inflated, &mut io::sink())?;
    // Past the ratio it counts as past the limit.
    Ok(if bytes > ratio_room {
        limits.workbook_bytes_max + 1
    } else {
        bytes
    })
}
