//! What is kept of one customer between two runs: exact sums, changed by one act at a time. Order, lateness and
//! taking back leave no trace. What the sums mean is `gene`'s business.

use crate::calendar::month;
use crate::frame::{Consents, Frame, Piece};
use crate::{Act, ActKind, GenomeError};
use affinity::tally::Tally;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A customer's sums. It grows with the values of the products that the customer touched, never with the number of
/// acts: per value 8 numbers and one for each month of the spec's passions and of the time since the landmark. So
/// at most `values of the frame × (120 + 8 × months)` bytes, and in practice a few hundred values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub(crate) run: String,
    pub(crate) consents: Consents,
    pub(crate) values: BTreeMap<u32, Held>,
}

/// The sums for one value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Held {
    #[serde(with = "TallyForm")]
    pub tally: Tally,
    pub bought: Purchases,
    /// Months with the number of purchases in each, those of the last months before the landmark and later ones.
    pub months: Vec<(i32, u32)>,
}

/// First and last act for a value, and against it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ends {
    speaks_for: Option<(i64, i64)>,
    against: Option<(i64, i64)>,
}

impl Ends {
    fn take(&mut self, at: i64, weight: i64) {
        let end = if weight > 0 {
            &mut self.speaks_for
        } else {
            &mut self.against
        };
        *end = Some((end.map_or(at, |(first, _)| first), at));
    }

    /// Those that a gene tells.
    pub(crate) fn told(&self) -> (Option<i64>, Option<i64>) {
        self.speaks_for.or(self.against).unzip()
    }
}

/// Sums over the purchases for one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Purchases {
    pub lines: u32,
    pub promoted: u32,
    pub promotion_known: u32,
    pub placed: u32,
    pub place_sum: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Tally")]
struct TallyForm {
    #[serde(with = "wide")]
    evidence: i128,
    #[serde(with = "wide")]
    supports: i128,
    #[serde(with = "wide")]
    opposes: i128,
    supporting: u32,
    opposing: u32,
}

/// Wide sums are written as text: readers of JSON take numbers for floats.
mod wide {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(value: &i128, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i128, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

impl Purchases {
    fn change(&mut self, act: &Act, comes: bool) -> Option<()> {
        let step = |count: &mut u32, by: bool| {
            *count = if comes {
                count.saturating_add(u32::from(by))
            } else {
                count.checked_sub(u32::from(by))?
            };
            Some(())
        };
        step(&mut self.lines, true)?;
        let Some(line) = &act.line else {
            return Some(());
        };
        step(&mut self.promotion_known, line.promoted.is_some())?;
        step(&mut self.promoted, line.promoted == Some(true))?;
        step(&mut self.placed, line.price_place.is_some())?;
        let place = u64::from(line.price_place.unwrap_or(0));
        self.place_sum = if comes {
            self.place_sum + place
        } else {
            self.place_sum.checked_sub(place)?
        };
        Some(())
    }
}

impl Held {
    /// Takes one piece in, or back. After an error the sums are of no use.
    fn change(
        &mut self,
        frame: &Frame,
        act: &Act,
        piece: Piece,
        comes: bool,
    ) -> Result<(), GenomeError> {
        let decay = frame.decay_of(piece.value)?;
        if comes {
            self.tally.add(decay, act.at, piece.weight)?;
        } else {
            self.tally.retract(decay, act.at, piece.weight)?;
        }
        if act.kind == ActKind::Buy {
            let not_there = affinity::Error::NotThere;
            let changed = self.bought.change(act, comes);
            changed
                .and_then(|()| self.count_month(frame, month(act.at), comes))
                .ok_or(not_there)?;
        }
        Ok(())
    }

    fn count_month(&mut self, frame: &Frame, month_of_act: i32, comes: bool) -> Option<()> {
        let window = frame.spec().passion.months as i32;
        if month_of_act <= month(frame.landmark()) - window {
            return Some(());
        }
        match self
            .months
            .binary_search_by_key(&month_of_act, |&(month, _)| month)
        {
            Ok(place) if comes => self.months[place].1 += 1,
            Ok(place) if self.months[place].1 > 1 => self.months[place].1 -= 1,
            Ok(place) => {
                self.months.remove(place);
            }
            Err(place) if comes => self.months.insert(place, (month_of_act, 1)),
            Err(_) => return None,
        }
        Some(())
    }

    /// Months with a purchase among the last `window` until the month of `as_of`.
    pub(crate) fn months_bought(&self, as_of: i64, window: u32) -> u32 {
        let last = month(as_of);
        let within = |&&(month, _): &&(i32, u32)| month <= last && month > last - window as i32;
        self.months.iter().filter(within).count() as u32
    }
}

impl State {
    /// The state of a customer of whom nothing is known.
    pub fn new(frame: &Frame, consents: Consents) -> Self {
        Self {
            run: frame.run().into(),
            consents,
            values: BTreeMap::new(),
        }
    }

    /// The state that a customer's acts make, in whatever order they come.
    ///
    /// # Errors
    /// Those of [`State::apply`].
    pub fn rebuild<'a>(
        frame: &Frame,
        consents: Consents,
        acts: impl IntoIterator<Item = &'a Act>,
    ) -> Result<Self, GenomeError> {
        Ok(Self::dated(frame, consents, acts)?.0)
    }

    /// As [`State::rebuild`], and for each value its first and last acts, in the order of the values. Of acts that come
    /// in the order of time.
    pub(crate) fn dated<'a>(
        frame: &Frame,
        consents: Consents,
        acts: impl IntoIterator<Item = &'a Act>,
    ) -> Result<(Self, Vec<Ends>), GenomeError> {
        // A tree would be searched for every piece: a list by the number of the value is not.
        let mut slots = vec![0u32; frame.values().len()];
        let mut found: Vec<(u32, Held, Ends)> = Vec::new();
        let mut parts = Vec::new();
        for act in acts {
            for piece in frame.pieces_of(act, consents, &mut parts)? {
                let slot = &mut slots[piece.value as usize];
                if *slot == 0 {
                    found.push((piece.value, Held::default(), Ends::default()));
                    *slot = found.len() as u32;
                }
                let (_, held, ends) = &mut found[*slot as usize - 1];
                held.change(frame, act, piece, true)?;
                ends.take(act.at, piece.weight);
            }
        }
        found.sort_unstable_by_key(|&(value, ..)| value);
        let ends = found.iter().map(|&(.., ends)| ends).collect();
        let values = found.into_iter().map(|(value, held, _)| (value, held));
        let state = Self {
            values: values.collect(),
            ..Self::new(frame, consents)
        };
        Ok((state, ends))
    }

    /// Takes an act in. Each act once: who sends it twice counts it twice.
    ///
    /// # Errors
    /// [`GenomeError::Frame`] for a state of another run; [`GenomeError::Product`] and [`GenomeError::Value`] for
    /// numbers that the frame does not hold; [`GenomeError::Kernel`] for an act too long after the landmark. The
    /// state is then as it was.
    pub fn apply(&mut self, frame: &Frame, act: &Act) -> Result<(), GenomeError> {
        self.change(frame, act, true)
    }

    /// Takes an act back, as if it had never been.
    ///
    /// # Errors
    /// Those of [`State::apply`], and where the state does not hold such an act.
    pub fn retract(&mut self, frame: &Frame, act: &Act) -> Result<(), GenomeError> {
        self.change(frame, act, false)
    }

    fn change(&mut self, frame: &Frame, act: &Act, comes: bool) -> Result<(), GenomeError> {
        self.require_frame(frame)?;
        let pieces = frame.pieces(act, self.consents)?;
        let mut changed = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let mut held = self.values.get(&piece.value).cloned().unwrap_or_default();
            held.change(frame, act, piece, comes)?;
            changed.push((piece.value, held));
        }
        // Only now, so that an error changes nothing.
        for (value, held) in changed {
            if held.tally.is_empty() {
                self.values.remove(&value);
            } else {
                self.values.insert(value, held);
            }
        }
        Ok(())
    }

    /// Refuses a frame that is not the state's.
    pub(crate) fn require_frame(&self, frame: &Frame) -> Result<(), GenomeError> {
        if self.run == frame.run() {
            return Ok(());
        }
        Err(GenomeError::Frame {
            state: self.run.clone(),
            frame: frame.run().into(),
        })
    }

    /// How many values it holds sums of.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}
