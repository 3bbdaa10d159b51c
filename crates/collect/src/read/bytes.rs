//! The bytes of a text file: plain or gzip, counted, bounded against bombs, turned into UTF-8. Lines and
//! fields are not known here.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

use crate::error::CollectError;
use crate::limits::Limits;

/// What ends a byte stream early, told apart by the reader above.
pub(crate) const BOMB: &str = "inflates beyond the limit";

/// Counts the bytes of the file that were read, for progress.
pub(crate) struct Counting<R> {
    inner: R,
    done: Arc<AtomicU64>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.done.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Stops a compressed stream that inflates too far.
struct Bounded<R> {
    inner: R,
    packed: Arc<AtomicU64>,
    inflated: u64,
    limits: Limits,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.inflated += n as u64;
        let allowed = self
            .packed
            .load(Ordering::Relaxed)
            .saturating_mul(self.limits.inflate_ratio_max);
        if self.inflated > self.limits.inflated_free_bytes && self.inflated > allowed {
            return Err(io::Error::other(BOMB));
        }
        Ok(n)
    }
}

/// Stands for bytes that are no text of their encoding: no UTF-8 has it, so the row that holds it is found.
const NO_TEXT: u8 = 0xFF;

/// Turns another encoding into UTF-8.
struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    from: usize,
    to: usize,
    ended: bool,
    finished: bool,
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.len() < 8 {
            return Err(io::Error::other("buffer too small to decode"));
        }
        while !self.finished {
            if self.from == self.to && !self.ended {
                self.to = self.inner.read(&mut self.raw)?;
                self.from = 0;
                self.ended = self.to == 0;
            }
            let source = &self.raw[self.from..self.to];
            // One byte stays free for the mark.
            let (room, ended) = (buf.len() - 1, self.ended);
            let decoded =
                self.decoder
                    .decode_to_utf8_without_replacement(source, &mut buf[..room], ended);
            let (result, read, written) = decoded;
            self.from += read;
            if let DecoderResult::Malformed(..) = result {
                buf[written] = NO_TEXT;
                return Ok(written + 1);
            }
            // A decoder that has finished must not be asked again.
            self.finished = ended && result == DecoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

/// Drops a byte order mark at the start.
struct WithoutMark<R> {
    inner: R,
    head: Option<Vec<u8>>,
    at: usize,
}

impl<R: Read> Read for WithoutMark<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let head = match &self.head {
            Some(head) => head,
            None => {
                let mut head = Vec::with_capacity(3);
                self.inner.by_ref().take(3).read_to_end(&mut head)?;
                if head == [0xEF, 0xBB, 0xBF] {
                    head.clear();
                }
                self.head.insert(head)
            }
        };
        if self.at < head.len() {
            let n = buf.len().min(head.len() - self.at);
            buf[..n].copy_from_slice(&head[self.at..self.at + n]);
            self.at += n;
            return Ok(n);
        }
        self.inner.read(buf)
    }
}

/// A file's bytes as UTF-8, and the count of bytes read from the disk. Bytes that are no text of the encoding
/// show as bytes that are no UTF-8; the reader above finds them row by row.
pub(crate) fn open(
    path: &Path,
    gzip: bool,
    encoding: &'static Encoding,
    limits: Limits,
) -> Result<(Box<dyn Read + Send>, Arc<AtomicU64>), CollectError> {
    let (raw, done) = open_raw(path, gzip, limits)?;
    if encoding == UTF_8 {
        let bytes = WithoutMark {
            inner: raw,
            head: None,
            at: 0,
        };
        return Ok((Box::new(bytes), done));
    }
    let decoded = Decoded {
        inner: raw,
        decoder: encoding.new_decoder_with_bom_removal(),
        raw: vec![0; 64 << 10],
        from: 0,
        to: 0,
        ended: false,
        finished: false,
    };
    Ok((Box::new(decoded), done))
}

/// A file's bytes, inflated where it is gzip, and the count of bytes read from the disk.
pub(crate) fn open_raw(
    path: &Path,
    gzip: bool,
    limits: Limits,
) -> Result<(Box<dyn Read + Send>, Arc<AtomicU64>), CollectError> {
    let file = File::open(path).map_err(|e| CollectError::Unreadable {
        file: path.to_path_buf(),
        why: e.to_string(),
    })?;
    let done = Arc::new(AtomicU64::new(0));
    let counting = Counting {
        inner: file,
        done: done.clone(),
    };
    if !gzip {
        return Ok((Box::new(counting), done));
    }
    let packed = io::BufReader::with_capacity(256 << 10, counting);
    let bounded = Bounded {
        inner: flate2::bufread::MultiGzDecoder::new(packed),
        packed: done.clone(),
        inflated: 0,
        limits,
    };
    Ok((Box::new(bounded), done))
}

/// The error for a stream that broke after a row.
pub(crate) fn ended_early(path: &Path, row: u64, e: &io::Error, limits: Limits) -> CollectError {
    let file = path.to_path_buf();
    if e.to_string() == BOMB {
        let limit = format!("{} times its size", limits.inflate_ratio_max);
        return CollectError::TooLarge { file, limit };
    }
    let why = match e.kind() {
        io::ErrorKind::UnexpectedEof => "the compressed file is truncated".to_string(),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            format!("the compressed file is damaged ({e})")
        }
        _ => format!("reading failed ({e})"),
    };
    CollectError::Incomplete { file, row, why }
}

/// The first bytes of a file, inflated; shorter where it ends or breaks earlier.
pub(crate) fn head(
    path: &Path,
    gzip: bool,
    bytes_max: usize,
    limits: Limits,
) -> Result<Vec<u8>, CollectError> {
    let (raw, _) = open_raw(path, gzip, limits)?;
    let mut head = Vec::new();
    let mut limited = raw.take(bytes_max as u64);
    if let Err(e) = limited.read_to_end(&mut head)
        && head.is_empty()
    {
        return Err(ended_early(path, 0, &e, limits));
    }
    Ok(head)
}
