//! How much of the machine the lake may use. It must not read files or the environment; the binary does.

/// Limits of one process's use of the lake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LakeSettings {
    /// Threads that one query may use, at least 1.
    pub threads: usize,
    /// Memory for sorts, joins and aggregates, MiB; beyond it they spill to disk.
    pub memory_mib: usize,
}

impl Default for LakeSettings {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            threads,
            memory_mib: 1024,
        }
    }
}
