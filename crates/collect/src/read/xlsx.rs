//! Excel workbooks, row by row. A formula's stored value is taken and never worked out; a cell with an error
//! is a fault of its column. Workbooks are checked against bombs before they are opened, since their shared
//! texts must be held in memory.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use calamine::{Cell, DataRef, Reader, Xlsx, XlsxError};

use super::{Fault, Record, Records, guarded, unique_names, zip};
use crate::error::CollectError;
use crate::limits::Limits;
use crate::problem::BadCode;

type Workbook = Xlsx<BufReader<File>>;

/// Rows sent at once, and how many such batches may wait.
const BATCH_ROWS: usize = 256;
const BATCHES_WAITING: usize = 4;

/// The cells of one row that are not empty.
#[derive(Default)]
struct SheetRow {
    /// From 1, as the sheet shows it.
    number: u64,
    cells: Vec<SheetCell>,
    /// Bytes of their texts.
    bytes: usize,
    /// Whether it has more text than a line may have; the cells from there on are left out.
    is_too_long: bool,
}

struct SheetCell {
    column: usize,
    text: String,
    is_number: bool,
    is_error: bool,
}

type Batch = Result<Vec<SheetRow>, String>;

/// The workbook lends its cells only while it is borrowed, so a thread of its own holds it and sends rows; it
/// ends when the reader is dropped.
pub(crate) struct XlsxReader {
    path: PathBuf,
    sheet: String,
    sheets: Vec<String>,
    limits: Limits,
    rows: Receiver<Batch>,
    batch: std::vec::IntoIter<SheetRow>,
    columns: Vec<String>,
    row: u64,
    rows_total: u64,
    bytes_total: u64,
}

impl XlsxReader {
    pub fn open(path: &Path, sheet: Option<&str>, limits: Limits) -> Result<Self, CollectError> {
        zip::check(path, limits)?;
        let damaged = |why: String| CollectError::Damaged {
            file: path.to_path_buf(),
            format: "xlsx",
            why: format!("{why}; save the workbook again, or its sheet as csv"),
        };
        let workbook =
            guarded(|| calamine::open_workbook(path).map_err(|e: XlsxError| e.to_string()));
        let workbook: Workbook = workbook.map_err(damaged)?;
        let sheets = workbook.sheet_names();
        let sheet = match sheet {
            Some(name) if sheets.iter().any(|s| s == name) => name.to_string(),
            Some(name) => {
                return Err(CollectError::BadOption {
                    option: "sheet",
                    value: name.to_string(),
                    why: format!("the workbook has the sheets {}", sheets.join(", ")),
                });
            }
            None => sheets
                .first()
                .cloned()
                .ok_or_else(|| damaged("it has no sheet".to_string()))?,
        };
        let (send, rows) = sync_channel(BATCHES_WAITING);
        let (send_size, size) = sync_channel(1);
        let chosen = sheet.clone();
        std::thread::spawn(move || send_rows(workbook, &sheet, limits, &send_size, &send));
        let rows_total = size.recv().unwrap_or(0);
        let mut reader = Self {
            path: path.to_path_buf(),
            sheet: chosen,
            sheets,
            limits,
            rows,
            batch: Vec::new().into_iter(),
            columns: Vec::new(),
            row: 0,
            rows_total,
            bytes_total: std::fs::metadata(path).map(|m| m.len()).unwrap_or(0),
        };
        let header = reader.next_row()?.ok_or_else(|| CollectError::Empty {
            file: path.to_path_buf(),
        })?;
        if header.is_too_long {
            return Err(damaged(
                "its first row is too long for headings".to_string(),
            ));
        }
        let width = header.cells.iter().map(|c| c.column + 1).max().unwrap_or(0);
        if width > limits.columns_max {
            return Err(damaged(format!("more than {} columns", limits.columns_max)));
        }
        let mut names = vec![String::new(); width];
        for cell in header.cells {
            names[cell.column] = cell.text;
        }
        reader.columns = unique_names(names.into_iter());
        Ok(reader)
    }

    /// The next row that is not blank.
    fn next_row(&mut self) -> Result<Option<SheetRow>, CollectError> {
        loop {
            if let Some(row) = self.batch.next() {
                let is_blank = row.cells.iter().all(|cell| cell.text.trim().is_empty());
                if is_blank && !row.is_too_long {
                    continue;
                }
                self.row = row.number;
                return Ok(Some(row));
            }
            match self.rows.recv() {
                Ok(Ok(batch)) => self.batch = batch.into_iter(),
                Ok(Err(why)) => {
                    return Err(CollectError::Incomplete {
                        file: self.path.clone(),
                        row: self.row,
                        why: format!("the sheet is damaged ({why})"),
                    });
                }
                Err(_) => return Ok(None),
            }
        }
    }
}

impl Records for XlsxReader {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn sheet(&self) -> Option<(&str, &[String])> {
        Some((&self.sheet, &self.sheets))
    }

    fn next(&mut self, into: &mut Record) -> Result<bool, CollectError> {
        let Some(row) = self.next_row()? else {
            return Ok(false);
        };
        into.start(row.number);
        if row.is_too_long {
            row.cells.iter().for_each(|cell| into.push(&cell.text));
            into.fail_too_long(self.limits);
            return Ok(true);
        }
        let mut cells = row.cells.into_iter().peekable();
        let mut error = None;
        for column in 0..self.columns.len() {
            // Cells under no heading are in no column and are not looked at.
            match cells.next_if(|cell| cell.column == column) {
                Some(cell) => {
                    if cell.is_number {
                        into.push_number(&cell.text);
                    } else {
                        into.push(&cell.text);
                    }
                    error = error.or(cell.is_error.then_some((column, cell.text)));
                }
                None => into.push(""),
            }
        }
        if let Some((column, text)) = error {
            into.fail(Fault {
                code: BadCode::CellError,
                reason: format!(
                    "the cell holds the error {text}: mend its formula and save the workbook"
                ),
                column: Some(column),
                whole: true,
            });
        }
        Ok(true)
    }

    fn bytes_done(&self) -> u64 {
        let share = self.row as f64 / self.rows_total.max(1) as f64;
        (self.bytes_total as f64 * share.min(1.0)) as u64
    }
}

/// Sends the rows of a sheet until its end, an error, or until nobody listens.
fn send_rows(
    mut workbook: Workbook,
    sheet: &str,
    limits: Limits,
    size: &SyncSender<u64>,
    send: &SyncSender<Batch>,
) {
    let outcome = guarded(|| {
        let mut reader = workbook
            .worksheet_cells_reader(sheet)
            .map_err(|e| e.to_string())?;
        let _ = size.send(u64::from(reader.dimensions().end.0) + 1);
        // Batches that wait, one being filled and one being read share the bytes of a chunk.
        let bytes_max = limits.chunk_bytes_max / (BATCHES_WAITING + 2);
        let mut bytes = 0;
        let mut batch = Vec::with_capacity(BATCH_ROWS);
        let mut row = SheetRow::default();
        while let Some(cell) = reader.next_cell().map_err(|e| e.to_string())? {
            let number = u64::from(cell.get_position().0) + 1;
            if number != row.number {
                let full = std::mem::take(&mut row);
                row.number = number;
                bytes += full.bytes;
                if full.number > 0 {
                    batch.push(full);
                }
                if batch.len() == BATCH_ROWS || bytes > bytes_max {
                    bytes = 0;
                    if send.send(Ok(std::mem::take(&mut batch))).is_err() {
                        return Ok(());
                    }
                }
            }
            row.take(&cell, limits.line_bytes_max);
        }
        if row.number > 0 {
            batch.push(row);
        }
        let _ = send.send(Ok(batch));
        Ok(())
    });
    if let Err(why) = outcome {
        let _ = send.send(Err(why));
    }
}

impl SheetRow {
    /// Takes a cell in, unless the row is too long with it. Its text is not copied before that is known, since
    /// a sheet can name one long text in every cell.
    fn take(&mut self, cell: &Cell<DataRef<'_>>, bytes_max: usize) {
        let bytes = match cell.get_value() {
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                text.len()
            }
            DataRef::SharedString(text) => text.len(),
            _ => 0,
        };
        self.is_too_long |= self.bytes + bytes > bytes_max;
        if !self.is_too_long {
            self.bytes += bytes;
            self.cells.extend(sheet_cell(cell));
        }
    }
}

fn sheet_cell(cell: &Cell<DataRef<'_>>) -> Option<SheetCell> {
    let (text, is_error) = match cell.get_value() {
        DataRef::Empty => return None,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            (text.clone(), false)
        }
        DataRef::SharedString(text) => (text.to_string(), false),
        DataRef::Int(value) => (value.to_string(), false),
        // The shortest text of a float has no point where it is whole: 17850, not 17850.0.
        DataRef::Float(value) => (value.to_string(), false),
        DataRef::Bool(value) => (value.to_string(), false),
        DataRef::DateTime(when) if when.is_datetime() => {
            let (year, month, day, hour, minute, second, milli) = when.to_ymd_hms_milli();
            (
                format!(
                    "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{milli:03}"
                ),
                false,
            )
        }
        DataRef::DateTime(length) => (length.as_f64().to_string(), false),
        DataRef::Error(error) => (error.to_string(), true),
    };
    Some(SheetCell {
        column: cell.get_position().1 as usize,
        text,
        is_number: matches!(cell.get_value(), DataRef::Int(_) | DataRef::Float(_)),
        is_error,
    })
}
