//! How an operation tells where it stands and learns that it should stop.

/// Told by operations while they work; asked by them whether to stop.
pub trait Report: Send + Sync {
    /// A new stage begins, in words for people.
    fn stage(&self, name: &str);

    /// `done` steps of the stage are behind us, of `total` where that is known.
    fn tick(&self, done: u64, total: Option<u64>);

    /// Whether the work should stop at its next safe point.
    fn cancelled(&self) -> bool;
}

/// Listens to nothing and never stops anything.
#[derive(Debug, Clone, Copy)]
pub struct Quiet;

impl Report for Quiet {
    fn stage(&self, _: &str) {}

    fn tick(&self, _: u64, _: Option<u64>) {}

    fn cancelled(&self) -> bool {
        false
    }
}

/// A report as kernels take it.
pub(crate) struct ForKernel<'a>(pub &'a dyn Report);

impl numeric::Progress for ForKernel<'_> {
    fn tick(&self, done: u64, total: u64) {
        self.0.tick(done, Some(total));
    }

    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}
