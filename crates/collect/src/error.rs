//! Why a file cannot be read as asked, each with where it went wrong and how to mend it. Bad rows are no
//! errors: they are `BadRow`s, and reading goes on.

use std::path::PathBuf;

use retail::Kind;

/// A file or a request that cannot be used at all, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The file cannot be opened or read.
    #[error("{file}: cannot be read: {why}")]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        why: String,
    },
    /// There is nothing in the file.
    #[error("{file}: the file is empty: export it again, with a header line and at least one row")]
    Empty {
        /// The file.
        file: PathBuf,
    },
    /// There is a header and nothing below it.
    #[error(
        "{file}: the file has columns but no rows: export it again, or leave it out if there was nothing to export"
    )]
    NoRows {
        /// The file.
        file: PathBuf,
    },
    /// The file's content is no known format.
    #[error("{file}: {why}; give csv, csv.gz, tsv, xlsx, parquet or jsonl")]
    UnknownFormat {
        /// The file.
        file: PathBuf,
        /// What was found.
        why: String,
    },
    /// The file is damaged as a whole, before any row could be read.
    #[error("{file}: not readable as {format}: {why}")]
    Damaged {
        /// The file.
        file: PathBuf,
        /// The format it was taken for.
        format: &'static str,
        /// What is wrong, and how to mend it.
        why: String,
    },
    /// Reading ended before the file's end. The rows before it were given.
    #[error(
        "{file}: {why} after row {row}: the rows before it are kept, the rest is missing; copy or export the file again and import it once more, rows already loaded count as duplicates"
    )]
    Incomplete {
        /// The file.
        file: PathBuf,
        /// The last row that was read.
        row: u64,
        /// What ended it.
        why: String,
    },
    /// The file inflates to more than is allowed.
    #[error(
        "{file}: inflates to more than {limit}: it looks like a zip bomb; if it is genuine, unpack it first and import the plain file"
    )]
    TooLarge {
        /// The file.
        file: PathBuf,
        /// The limit that was hit.
        limit: String,
    },
    /// A required field has no column.
    #[error(
        "required field '{field}' of {kind} has no column: the file has {columns}; {}map one with {field} = \"COLUMN\" under [mapping], or give a fixed value with {field} = {{ constant = \"…\" }}",
        option_of(field)
    )]
    MissingField {
        /// The feed kind.
        kind: Kind,
        /// The field.
        field: &'static str,
        /// The columns there are, in words.
        columns: String,
    },
    /// A mapping names a column that the file lacks.
    #[error(
        "field '{field}' is mapped to the column '{column}', which the file lacks: it has {columns}"
    )]
    MissingColumn {
        /// The field mapped.
        field: String,
        /// The column named.
        column: String,
        /// The columns there are, in words.
        columns: String,
    },
    /// Day and month cannot be told apart.
    #[error(
        "field '{field}': '{value}' reads as day first ({first}) and as month first ({second}), and no date of the file tells which: declare date_format = \"{first}\" or date_format = \"{second}\""
    )]
    UnclearDate {
        /// The field.
        field: &'static str,
        /// A value that reads both ways.
        value: String,
        /// The format with the day first.
        first: String,
        /// The format with the month first.
        second: String,
    },
    /// A mapping names a field that the kind lacks.
    #[error("'{field}' is no field of {kind}: its fields are {fields}")]
    UnknownField {
        /// The feed kind.
        kind: Kind,
        /// The name given.
        field: String,
        /// The fields there are.
        fields: String,
    },
    /// A mapping rule that says nothing or two things at once.
    #[error("the mapping of '{field}' is not clear: {why}")]
    BadMapping {
        /// The field mapped.
        field: String,
        /// What is wrong.
        why: String,
    },
    /// A preset that does not exist, or not for this kind.
    #[error("preset '{preset}' does not read {kind}: choose one of {choices}")]
    UnknownPreset {
        /// The preset named.
        preset: String,
        /// The feed kind asked for.
        kind: Kind,
        /// The presets that read this kind.
        choices: String,
    },
    /// An option with a value outside its range.
    #[error("option {option} = '{value}' is not usable: {why}")]
    BadOption {
        /// The option.
        option: &'static str,
        /// The value given.
        value: String,
        /// What it takes.
        why: String,
    },
    /// A mapping file that does not parse.
    #[error("the mapping file does not parse: {0}")]
    BadSpec(String),
    /// The disk refused temporary files, which a very large file needs.
    #[error(
        "temporary files for counting repeated rows failed in {folder}: {why}; free disk space there or name another folder"
    )]
    NoScratch {
        /// Where they were to lie.
        folder: PathBuf,
        /// What the system said.
        why: String,
    },
    /// Arrow refused a batch: a fault of this crate.
    #[error("a batch of {kind} could not be built: {why}; please report this")]
    Build {
        /// The feed kind.
        kind: Kind,
        /// What Arrow said.
        why: String,
    },
}

/// How a field that all rows may share is declared in one word.
fn option_of(field: &str) -> &'static str {
    match field {
        "currency" => {
            "where all rows have the same one, give the option currency, as in currency = \"EUR\"; else "
        }
        _ => "",
    }
}

impl CollectError {
    /// Whether another option could help; nothing helps where there is no file or nothing in it.
    pub fn is_of_options(&self) -> bool {
        !matches!(
            self,
            Self::Unreadable { .. }
                | Self::Empty { .. }
                | Self::NoRows { .. }
                | Self::Incomplete { .. }
                | Self::NoScratch { .. }
        )
    }

    /// Whether the request is wrong, whichever file it is for.
    pub fn is_of_request(&self) -> bool {
        matches!(
            self,
            Self::UnknownField { .. }
                | Self::BadMapping { .. }
                | Self::UnknownPreset { .. }
                | Self::BadOption { .. }
                | Self::BadSpec(_)
        )
    }
}
