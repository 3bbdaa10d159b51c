//! The format of a file by its first bytes; the name's ending never overrules them.

use std::fmt;
use std::path::Path;

use serde::Serialize;

use crate::error::CollectError;
use crate::limits::Limits;
use crate::read::bytes;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Format {
    /// Text with a delimiter.
    #[serde(rename = "csv")]
    Csv,
    /// The same, compressed by gzip.
    #[serde(rename = "csv.gz")]
    CsvGz,
    /// One JSON object per line.
    #[serde(rename = "jsonl")]
    Jsonl,
    /// The same, compressed by gzip.
    #[serde(rename = "jsonl.gz")]
    JsonlGz,
    /// An Excel workbook.
    #[serde(rename = "xlsx")]
    Xlsx,
    /// A Parquet file.
    #[serde(rename = "parquet")]
    Parquet,
}

impl Format {
    pub(crate) fn is_gzip(self) -> bool {
        matches!(self, Self::CsvGz | Self::JsonlGz)
    }

    pub(crate) fn is_csv(self) -> bool {
        matches!(self, Self::Csv | Self::CsvGz)
    }

    pub(crate) fn is_jsonl(self) -> bool {
        matches!(self, Self::Jsonl | Self::JsonlGz)
    }

    pub(crate) fn is_sheet(self) -> bool {
        self == Self::Xlsx
    }

    pub(crate) fn is_text(self) -> bool {
        !matches!(self, Self::Xlsx | Self::Parquet)
    }

    /// The ending of a file's name, where it promises another format.
    pub(super) fn misnamed(self, file: &Path) -> Option<String> {
        let ending = file.extension()?.to_string_lossy().to_ascii_lowercase();
        let kept = match ending.as_str() {
            "xlsx" => self.is_sheet(),
            "parquet" => self == Self::Parquet,
            "jsonl" | "ndjson" => self.is_jsonl(),
            "csv" | "tsv" => self.is_csv(),
            "gz" => self.is_gzip(),
            _ => true,
        };
        (!kept).then_some(ending)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "csv",
            Self::CsvGz => "csv.gz",
            Self::Jsonl => "jsonl",
            Self::JsonlGz => "jsonl.gz",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
        })
    }
}

pub(super) fn detect(file: &Path, limits: Limits) -> Result<Format, CollectError> {
    let head = bytes::head(file, false, 4_096, limits)?;
    let unknown = |why: &str| CollectError::UnknownFormat {
        file: file.to_path_buf(),
        why: why.to_string(),
    };
    match head.as_slice() {
        [b'P', b'K', 3, 4, ..] => Ok(Format::Xlsx),
        [b'P', b'A', b'R', b'1', ..] => Ok(Format::Parquet),
        [0x1F, 0x8B, ..] => {
            let inner = bytes::head(file, true, 4_096, limits)?;
            if inner.is_empty() {
                return Err(CollectError::Empty {
                    file: file.to_path_buf(),
                });
            }
            Ok(match text_format(&inner).map_err(unknown)? {
                Format::Jsonl => Format::JsonlGz,
                _ => Format::CsvGz,
            })
        }
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(unknown("an old Excel file (.xls): save it as .xlsx")),
        [b'B', b'Z', b'h', ..] => Err(unknown("compressed by bzip2: unpack it or use gzip")),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Err(unknown("compressed by zstd: unpack it or use gzip")),
        [b'%', b'P', b'D', b'F', ..] => Err(unknown("a PDF")),
        head => text_format(head).map_err(unknown),
    }
}

fn text_format(head: &[u8]) -> Result<Format, &'static str> {
    if head.starts_with(b"PAR1") || head.starts_with(b"PK\x03\x04") {
        return Err("a Parquet or Excel file inside gzip: unpack it first");
    }
    let head = head.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(head);
    match head.iter().find(|b| !b.is_ascii_whitespace()) {
        Some(b'{') => Ok(Format::Jsonl),
        Some(b'[') => Err("a JSON array: write one object per line (jsonl)"),
        Some(b'<') => Err("XML or a web page: export it as text"),
        _ => Ok(Format::Csv),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_promises_another_format_is_told() {
        let check = |format: Format, name: &str, expect: Option<&str>| {
            assert_eq!(
                format.misnamed(Path::new(name)).as_deref(),
                expect,
                "{name}"
            );
        };
        check(Format::Csv, "orders.XLSX", Some("xlsx"));
        check(Format::CsvGz, "orders.csv", None);
        check(Format::CsvGz, "orders.csv.gz", None);
        check(Format::Csv, "orders.csv.gz", Some("gz"));
        check(Format::Xlsx, "orders.csv", Some("csv"));
        check(Format::Csv, "orders.txt", None);
        check(Format::Csv, "orders", None);
    }
}
