//! Looking at a file before it is imported: format, encoding, delimiter, header, columns with samples, and
//! guesses of kind, preset and fields, each with why. Nothing is decided here that an option cannot overrule.

pub(crate) mod dates;
mod delimiter;
mod encoding;
mod format;
pub(crate) mod guess;
pub(crate) mod values;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use encoding_rs::Encoding;
use retail::Kind;
use serde::{Deserialize, Serialize};

use crate::error::CollectError;
use crate::limits::Limits;
use crate::read::csv::{CsvReader, Dialect};
use crate::read::jsonl::{HEAD_LINES, JsonlReader};
use crate::read::lines::Lines;
use crate::read::parquet::ParquetReader;
use crate::read::stored::{StoredReader, StoredRow};
use crate::read::xlsx::XlsxReader;
use crate::read::{Record, Records, bytes, unique_names};
use crate::spec::Options;

pub use format::Format;

/// Bytes looked at to choose encoding and delimiter.
const HEAD_BYTES: usize = 1 << 20;
/// Rows looked at to choose types and formats.
const SAMPLE_ROWS: usize = 1_000;

/// One thing that was chosen, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What was chosen: encoding, delimiter, decimal, date_format, or a field's name.
    pub what: String,
    /// What it is.
    pub chosen: String,
    /// Why, and how to overrule it.
    pub why: String,
}

impl Choice {
    pub(crate) fn new(what: &str, chosen: &str, why: impl Into<String>) -> Self {
        Self {
            what: what.to_string(),
            chosen: chosen.to_string(),
            why: why.into(),
        }
    }
}

/// A column as found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SniffedColumn {
    /// Its name.
    pub name: String,
    /// Its different values that are not blank in the first 1,000 rows; they may name persons.
    pub samples: Vec<String>,
    /// whole number, decimal number, date and time, yes or no, text, blank.
    pub guessed_type: &'static str,
    /// The native field of the guessed kind that it seems to be.
    pub guessed_field: Option<&'static str>,
}

/// How the bytes of a file are to be read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FileForm {
    pub format: Format,
    pub encoding: &'static Encoding,
    pub dialect: Dialect,
    pub sheet: Option<String>,
}

/// What a file is, as far as looking at its first rows tells.
#[derive(Debug, Clone)]
pub struct Sniffed {
    pub(crate) file: PathBuf,
    pub(crate) form: FileForm,
    pub(crate) limits: Limits,
    /// Whether there is no file behind it: the samples hold every row there is.
    pub(crate) stored: bool,
    /// Size of the file.
    pub bytes: u64,
    /// Its columns.
    pub columns: Vec<SniffedColumn>,
    /// The kind that its columns fit best, where they fit one.
    pub guessed_kind: Option<Kind>,
    /// The preset whose columns it has.
    pub guessed_preset: Option<&'static str>,
    /// What was chosen and why.
    pub choices: Vec<Choice>,
}

impl Sniffed {
    /// The format: csv, csv.gz, xlsx, parquet, jsonl, jsonl.gz.
    pub fn format(&self) -> Format {
        self.form.format
    }

    /// The encoding of a text file.
    pub fn encoding(&self) -> Option<&'static str> {
        self.form
            .format
            .is_text()
            .then(|| self.form.encoding.name())
    }

    /// The delimiter of a CSV file.
    pub fn delimiter(&self) -> Option<char> {
        self.form
            .format
            .is_csv()
            .then(|| char::from(self.form.dialect.delimiter))
    }

    /// Whether the first line names the columns.
    pub fn header(&self) -> bool {
        self.form.dialect.header
    }

    /// The decimal mark of its numbers, as far as its samples show one.
    pub fn decimal(&self) -> Option<char> {
        let number = |c: &&SniffedColumn| c.guessed_type == "decimal number";
        let samples = self
            .columns
            .iter()
            .filter(number)
            .flat_map(|c| c.samples.iter().map(String::as_str));
        let samples: Vec<&str> = samples.collect();
        (!samples.is_empty()).then(|| values::decimal_mark(&samples).0)
    }
}

/// Looks at a file; options that are given are not guessed.
pub fn sniff(file: &Path, options: &Options) -> Result<Sniffed, CollectError> {
    sniff_within(file, options, Limits::default())
}

/// Looks at a file within other bounds.
pub fn sniff_within(
    file: &Path,
    options: &Options,
    limits: Limits,
) -> Result<Sniffed, CollectError> {
    let bytes = std::fs::metadata(file).map_err(|e| CollectError::Unreadable {
        file: file.to_path_buf(),
        why: e.to_string(),
    })?;
    let bytes = bytes.len();
    if bytes == 0 {
        return Err(CollectError::Empty {
            file: file.to_path_buf(),
        });
    }
    let mut choices = Vec::new();
    let mut form = form(file, options, limits, &mut choices)?;
    let mut records = open_records(file, &form, None, limits)?;
    if let Some((sheet, all)) = records.sheet().filter(|_| form.sheet.is_none()) {
        let why = match all.len() {
            0 | 1 => "the only one of the workbook".to_string(),
            _ => format!(
                "the first of {}; the others are not read: import each with its own sheet = NAME",
                all.join(", ")
            ),
        };
        choices.push(Choice::new("sheet", sheet, why));
        form.sheet = Some(sheet.to_string());
    }
    let names = names(records.columns(), &form, options)?;
    let samples = samples(records.as_mut(), names.len(), SAMPLE_ROWS);
    let sniffed = described(file, form, limits, &names, samples);
    Ok(Sniffed {
        bytes,
        choices,
        ..sniffed
    })
}

/// The names of the columns: a text without a header takes those declared.
fn names(
    found: &[String],
    form: &FileForm,
    options: &Options,
) -> Result<Vec<String>, CollectError> {
    let declared = options.columns.as_ref();
    let Some(declared) = declared.filter(|_| form.format.is_csv() && !form.dialect.header) else {
        return Ok(found.to_vec());
    };
    if declared.len() != found.len() {
        return Err(CollectError::BadOption {
            option: "columns",
            value: declared.join(", "),
            why: format!(
                "these are {} names, and the file has {} columns; name each of them",
                declared.len(),
                found.len()
            ),
        });
    }
    Ok(unique_names(declared.iter().cloned()))
}

/// Looks at quarantined rows, so that a spec can be checked without the file they came from. Their columns are
/// those that `options` name (`ValidSpec::resolved` has them), else those of the rows; raw lines are cut as
/// `options` say. Rows that are neither an object nor a text are left out.
pub fn sniff_stored(rows: &[StoredRow], options: &Options) -> Result<Sniffed, CollectError> {
    let file = Path::new("the rows held back");
    let mut names = options.columns.clone().unwrap_or_default();
    let named = !names.is_empty();
    let mut known: HashSet<String> = HashSet::new();
    let (mut whole, mut lines) = (Vec::new(), String::new());
    for row in rows {
        match serde_json::from_str(&row.raw) {
            Ok(serde_json::Value::Object(_)) if named => {}
            Ok(serde_json::Value::Object(fields)) => {
                let new = fields.into_iter().map(|(name, _)| name);
                names.extend(new.filter(|name| known.insert(name.clone())));
            }
            Ok(serde_json::Value::String(line)) if lines.len() < HEAD_BYTES => {
                lines.push_str(&line);
                lines.push('\n');
            }
            Ok(serde_json::Value::String(_)) => {}
            _ => continue,
        }
        whole.push(row.clone());
    }
    if names.is_empty() {
        return Err(CollectError::Damaged {
            file: file.to_path_buf(),
            format: "rows",
            why: "none of them can be taken apart into columns; mend the file and import it again"
                .to_string(),
        });
    }
    let quotes = options.quotes.unwrap_or(true);
    let form = FileForm {
        format: Format::Jsonl,
        encoding: encoding_rs::UTF_8,
        dialect: Dialect {
            delimiter: delimiter::choose(&lines, quotes, options, &mut Vec::new())?,
            quotes,
            header: false,
        },
        sheet: None,
    };
    let count = whole.len();
    let mut records = StoredReader::new(whole, &names, form.dialect);
    let samples = samples(&mut records, names.len(), count);
    Ok(Sniffed {
        stored: true,
        ..described(file, form, Limits::default(), &names, samples)
    })
}

/// What names and samples tell.
fn described(
    file: &Path,
    form: FileForm,
    limits: Limits,
    names: &[String],
    samples: Vec<Vec<String>>,
) -> Sniffed {
    let guessed_kind = guess::kind(names);
    let fields = guessed_kind
        .map(|kind| guess::fields(kind, names))
        .unwrap_or_default();
    let columns = names
        .iter()
        .zip(samples)
        .enumerate()
        .map(|(i, (name, samples))| SniffedColumn {
            name: name.clone(),
            guessed_type: values::type_of(&samples),
            guessed_field: fields
                .iter()
                .find(|(_, column)| *column == i)
                .map(|(field, _)| *field),
            samples,
        });
    Sniffed {
        file: file.to_path_buf(),
        limits,
        stored: false,
        bytes: 0,
        columns: columns.collect(),
        guessed_kind: guess::preset(names).map(|(_, kind)| kind).or(guessed_kind),
        guessed_preset: guess::preset(names).map(|(preset, _)| preset),
        choices: Vec::new(),
        form,
    }
}

fn form(
    file: &Path,
    options: &Options,
    limits: Limits,
    choices: &mut Vec<Choice>,
) -> Result<FileForm, CollectError> {
    let format = format::detect(file, limits)?;
    if let Some(ending) = format.misnamed(file) {
        let why = format!("by its content, though its name ends in .{ending}");
        choices.push(Choice::new("format", &format.to_string(), why));
    }
    let mut form = FileForm {
        format,
        encoding: encoding_rs::UTF_8,
        dialect: Dialect {
            delimiter: b',',
            quotes: options.quotes.unwrap_or(true),
            header: true,
        },
        sheet: options.sheet.clone(),
    };
    if let Some(sheet) = options.sheet.as_ref().filter(|_| !format.is_sheet()) {
        return Err(CollectError::BadOption {
            option: "sheet",
            value: sheet.clone(),
            why: format!("only a workbook has sheets, and this is {format}: leave it out"),
        });
    }
    if !format.is_text() {
        return Ok(form);
    }
    let head = bytes::head(file, format.is_gzip(), HEAD_BYTES, limits)?;
    form.encoding = encoding::choose(&head, options, choices)?;
    let (text, _) = form.encoding.decode_with_bom_removal(&head);
    if !format.is_csv() && (head.len() == HEAD_BYTES || text.lines().nth(HEAD_LINES).is_some()) {
        choices.push(Choice::new(
            "columns",
            "the keys of its first lines",
            "a key that first comes further down is read only where it is mapped; others are told with the import",
        ));
    }
    if format.is_csv() {
        form.dialect.delimiter = delimiter::choose(&text, form.dialect.quotes, options, choices)?;
        form.dialect.header = delimiter::has_header(&text, form.dialect, options, choices);
    }
    Ok(form)
}

/// Opens a file as records; `columns` names what to look for in JSON, where no header does.
pub(crate) fn open_records(
    file: &Path,
    form: &FileForm,
    columns: Option<&[String]>,
    limits: Limits,
) -> Result<Box<dyn Records>, CollectError> {
    if !form.format.is_text() {
        return Ok(match form.format {
            Format::Xlsx => Box::new(XlsxReader::open(file, form.sheet.as_deref(), limits)?),
            _ => Box::new(ParquetReader::open(file, limits)?),
        });
    }
    let (input, done) = bytes::open(file, form.format.is_gzip(), form.encoding, limits)?;
    let lines = Lines::new(input, done, file, form.encoding, limits);
    if form.format.is_csv() {
        return Ok(Box::new(CsvReader::open(lines, form.dialect)?));
    }
    let columns = match columns {
        Some(columns) => columns.to_vec(),
        None => {
            let head = bytes::head(file, form.format.is_gzip(), HEAD_BYTES, limits)?;
            let (text, _) = form.encoding.decode_with_bom_removal(&head);
            crate::read::jsonl::columns_of(file, &text, limits)?
        }
    };
    Ok(Box::new(JsonlReader::new(lines, columns)))
}

/// The first different values of each column; reading problems show at import.
fn samples(records: &mut dyn Records, columns: usize, rows: usize) -> Vec<Vec<String>> {
    let mut samples: Vec<Vec<String>> = vec![Vec::new(); columns];
    let mut record = Record::default();
    for _ in 0..rows {
        if !matches!(records.next(&mut record), Ok(true)) {
            break;
        }
        for (column, samples) in samples.iter_mut().enumerate() {
            let text = crate::problem::cut(record.get(column).trim(), 200);
            if !text.is_empty() && !samples.iter().rev().take(50).any(|s| s == text) {
                samples.push(text.to_string());
            }
        }
    }
    samples
}
