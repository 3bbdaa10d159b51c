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

/// Steps of a part are told to the whole in thousandths.
const FINE: u64 = 1_000;

/// One part of some work of `parts` equal ones: its ticks become the whole's, so that a bar goes on and not back.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// The whole's progress.
    pub of: &'a dyn Progress,
    /// The place of the part, from 0.
    pub place: u64,
    /// Parts of the whole: at least 1.
    pub parts: u64,
}

impl Progress for Part<'_> {
    fn tick(&self, done: u64, total: u64) {
        let total = total.max(1);
        let within = (FINE as u128 * u128::from(done.min(total)) / u128::from(total)) as u64;
        self.of.tick(self.place * FINE + within, self.parts * FINE);
    }

    fn cancelled(&self) -> bool {
        self.of.cancelled()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    struct Kept(Mutex<Vec<(u64, u64)>>);

    impl Progress for Kept {
        fn tick(&self, done: u64, total: u64) {
            let mut ticks = self.0.lock().unwrap_or_else(|cause| cause.into_inner());
            ticks.push((done, total));
        }

        fn cancelled(&self) -> bool {
            true
        }
    }

    #[test]
    fn parts_follow_each_other_on_one_bar_and_stop_as_the_whole() {
        let kept = Kept(Mutex::default());
        for place in 0..2 {
            let of = &kept;
            let part = Part {
                of,
                place,
                parts: 2,
            };
            // A part within a part is a part of the whole.
            let inner = Part {
                of: &part,
                place: 1,
                parts: 2,
            };
            inner.tick(0, 0);
            inner.tick(3, 4);
            inner.tick(9, 4);
            assert!(inner.cancelled());
        }
        let ticks = kept.0.into_inner().unwrap_or_default();
        let want = [500, 875, 1_000, 1_500, 1_875, 2_000];
        assert_eq!(ticks, want.map(|done| (done, 2_000)));
    }
}
