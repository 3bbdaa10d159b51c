//! Lines of a text stream in bounded memory, with their numbers, and how the stream ended. What a line holds
//! is its reader's matter.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Encoding, UTF_8};

use super::bytes::ended_early;
use super::{Fault, Record};
use crate::error::CollectError;
use crate::limits::Limits;
use crate::problem::BadCode;

/// The end of a line within the buffer, or why there is none.
pub(super) enum Line {
    /// Text up to the first index, next line from the second.
    Whole(usize, usize),
    TooLong,
    /// The input broke off inside the line.
    Broken,
    None,
}

pub(crate) struct Lines {
    input: Box<dyn Read + Send>,
    done: Arc<AtomicU64>,
    path: PathBuf,
    /// What the text was before it became UTF-8.
    encoding: &'static Encoding,
    pub(super) limits: Limits,
    pub(super) buf: Vec<u8>,
    /// Start and end of what is read and not yet used.
    pub(super) pos: usize,
    end: usize,
    /// How the input ended, once it has.
    ended: Option<Result<(), std::io::Error>>,
    /// Number of the line that starts at `pos`.
    pub(super) number: u64,
}

impl Lines {
    pub fn new(
        input: Box<dyn Read + Send>,
        done: Arc<AtomicU64>,
        path: &Path,
        encoding: &'static Encoding,
        limits: Limits,
    ) -> Self {
        Self {
            input,
            done,
            path: path.to_path_buf(),
            encoding,
            limits,
            buf: vec![0; 256 << 10],
            pos: 0,
            end: 0,
            ended: None,
            number: 1,
        }
    }

    pub fn bytes_done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The error that ended the stream, where there is no further line and not told yet.
    pub fn take_error_at_end(&mut self, found: bool) -> Option<CollectError> {
        if found { None } else { self.take_error() }
    }

    /// The error that ended the stream, once; `None` where it ended well.
    pub fn take_error(&mut self) -> Option<CollectError> {
        match self.ended.replace(Ok(())) {
            Some(Err(e)) => Some(ended_early(&self.path, self.number - 1, &e, self.limits)),
            _ => None,
        }
    }

    /// Whether the stream broke off, as far as it has been read.
    pub(super) fn broke_off(&self) -> bool {
        matches!(self.ended, Some(Err(_)))
    }

    /// Makes a faulty record of the line that starts at `pos`.
    pub(super) fn fail(&self, into: &mut Record, end: usize, mut fault: Fault) {
        let line = trimmed(&self.buf[self.pos..end]);
        if fault.code == BadCode::BadEncoding && self.encoding != UTF_8 {
            // The bytes as they were are gone, so there is nothing to read again.
            into.text = String::from_utf8_lossy(line).into_owned();
            fault.whole = false;
            fault.reason = format!(
                "the row holds bytes that are no {} text: declare the encoding it was written in, as in encoding = \"utf-8\", or mend the row, and import the file again",
                self.encoding.name()
            );
        } else {
            into.text = utf8_or_latin(line);
        }
        into.fail(fault);
    }

    /// Goes on to the next line.
    pub(super) fn advance(&mut self, next: usize) {
        self.pos = next;
        self.number += 1;
    }

    /// Finds the end of the line that starts at `pos`, looking from `from` (an offset from `pos`).
    pub(super) fn find_line(&mut self, mut from: usize) -> Line {
        loop {
            let seen = &self.buf[self.pos + from..self.end];
            if let Some(i) = seen.iter().position(|&b| b == b'\n') {
                let end = self.pos + from + i;
                return Line::Whole(end, end + 1);
            }
            from = self.end - self.pos;
            if from > self.limits.line_bytes_max {
                return Line::TooLong;
            }
            if self.ended.is_some() {
                return match (&self.ended, from) {
                    (_, 0) => Line::None,
                    (Some(Err(_)), _) => Line::Broken,
                    _ => Line::Whole(self.end, self.end),
                };
            }
            self.fill();
        }
    }

    /// Reads more behind what is in the buffer, moving it to the front and growing it where needed.
    fn fill(&mut self) {
        if self.pos > 0 {
            self.buf.copy_within(self.pos..self.end, 0);
            self.end -= self.pos;
            self.pos = 0;
        }
        if self.end * 2 > self.buf.len() {
            self.buf.resize(self.buf.len() * 2, 0);
        }
        match self.input.read(&mut self.buf[self.end..]) {
            Ok(0) => self.ended = Some(Ok(())),
            Ok(n) => self.end += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => self.ended = Some(Err(e)),
        }
    }

    /// Drops bytes up to the next line end, in bounded memory.
    fn skip_line(&mut self) {
        loop {
            match self.buf[self.pos..self.end]
                .iter()
                .position(|&b| b == b'\n')
            {
                Some(i) => {
                    self.pos += i + 1;
                    return;
                }
                None => self.pos = self.end,
            }
            if self.ended.is_some() {
                return;
            }
            self.fill();
        }
    }

    /// Makes a faulty record of a line that is too long, and skips it.
    pub(super) fn take_too_long(&mut self, into: &mut Record) {
        into.text = latin(&self.buf[self.pos..self.end.min(self.pos + 1_000)]);
        into.fail(Fault {
            code: BadCode::LineTooLong,
            reason: format!(
                "the line is longer than {} bytes",
                self.limits.line_bytes_max
            ),
            column: None,
            whole: false,
        });
        self.skip_line();
        self.number += 1;
    }

    /// Makes a faulty record of the piece of a line after which the stream broke off.
    pub(super) fn take_broken(&mut self, into: &mut Record) {
        into.text = latin(&self.buf[self.pos..self.end]);
        into.fail(Fault {
            code: BadCode::Truncated,
            reason: "the file broke off inside this row".to_string(),
            column: None,
            whole: false,
        });
        self.pos = self.end;
        self.number += 1;
    }
}

/// A line without the carriage return before its end.
pub(super) fn trimmed(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Bytes as text in Windows-1252, which gives every byte a character, so that nothing is lost.
fn latin(bytes: &[u8]) -> String {
    encoding_rs::WINDOWS_1252
        .decode_without_bom_handling(bytes)
        .0
        .into_owned()
}

fn utf8_or_latin(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| latin(bytes), str::to_string)
}

/// The fault of bytes that are no UTF-8.
pub(super) fn encoding_fault(e: std::str::Utf8Error) -> Fault {
    Fault {
        code: BadCode::BadEncoding,
        reason: format!(
            "byte {} of the row is no UTF-8 text: declare the encoding, as in encoding = \"windows-1252\"",
            e.valid_up_to() + 1
        ),
        column: None,
        whole: true,
    }
}
