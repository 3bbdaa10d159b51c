//! How a long computation tells where it stands and learns that nobody waits for it any more.
//!
//! Holds no clock and prints nothing: the caller decides what to do with a tick.

/// Told by kernels while they work; asked by them whether to stop. Both calls come from any thread.
pub trait Progress: Sync {
    /// `done` of `total` steps are behind us. `total` may be a bound that is never reached; `done` may
    /// arrive out of order when steps run side by side.
    fn tick(&self, done: u64, total: u64);

    /// True when the work should stop; the kernel then returns its `Cancelled` error soon.
    fn cancelled(&self) -> bool;
}

/// Listens to nothing and never cancels.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn tick(&self, _done: u64, _total: u64) {}

    fn cancelled(&self) -> bool {
        false
    }
}
