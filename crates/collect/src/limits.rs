//! The bounds that keep memory small and hostile files harmless. Plain numbers; the places that keep them
//! are named beside each.

/// Bounds of reading one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one line or one quoted row of text; longer ones are quarantined unread (`read::csv`).
    pub line_bytes_max: usize,
    /// Lines that one quoted row may span before its quote counts as never closed (`read::csv`).
    pub quoted_lines_max: usize,
    /// Columns of a file.
    pub columns_max: usize,
    /// Bytes a compressed file may inflate to for each of its own bytes, once past `inflated_free_bytes`.
    pub inflate_ratio_max: u64,
    /// Inflated bytes below which the ratio is not looked at.
    pub inflated_free_bytes: u64,
    /// Bytes that a workbook may inflate to in all, since parts of it must be held in memory (`read::xlsx`).
    pub workbook_bytes_max: u64,
    /// Uncompressed bytes of one column of one row group of Parquet (`read::parquet`).
    pub parquet_column_bytes_max: i64,
    /// Bytes of raw text kept with a quarantined row; longer ones are cut and cannot be replayed.
    pub raw_bytes_max: usize,
    /// Bytes of text in a chunk, after which it ends early (`importer`).
    pub chunk_bytes_max: usize,
    /// Distinct rows whose fingerprints are counted in memory; beyond it they go to temporary files
    /// (`occurrence`). 14 million take 144 MiB.
    pub fingerprints_in_memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line_bytes_max: 8 << 20,
            quoted_lines_max: 1_000,
            columns_max: 2_000,
            inflate_ratio_max: 200,
            inflated_free_bytes: 256 << 20,
            workbook_bytes_max: 2 << 30,
            parquet_column_bytes_max: 2 << 30,
            raw_bytes_max: 64 << 10,
            chunk_bytes_max: 128 << 20,
            fingerprints_in_memory: 14_000_000,
        }
    }
}
