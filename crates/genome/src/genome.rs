//! One customer's genome as of a date, its bytes and their hash, and revisions by late data. It puts together what
//! the other rooms compute.

use crate::frame::{Consents, Frame};
use crate::gene::{Gene, Range, dated};
use crate::habits::{Habit, habits, observe};
use crate::state::State;
use crate::told::join;
use crate::{Act, Clocks, GenomeError};
use serde::{Deserialize, Serialize};

/// The version of a genome's form.
const FORM: u32 = 1;

/// A predicted gene: a slot that a model fills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Predicted {
    /// Its name.
    pub name: String,
    /// The number with its interval, in millionths of its unit.
    pub value: Range,
    /// The model, and the run that fitted it.
    pub source: String,
}

/// A customer's genome. All numbers are whole, lists have one order: equal genomes have equal bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Genome {
    /// The version of the form.
    pub form: u32,
    /// The customer's key.
    pub customer: i64,
    /// The run whose frame it was computed by.
    pub run: String,
    /// The instant that it describes, in seconds since 1970.
    pub as_of: i64,
    /// Preferences, motivations and passions, and values with faint evidence: by attribute and value.
    pub genes: Vec<Gene>,
    /// Behaviour genes.
    pub habits: Vec<Habit>,
    /// Predicted genes, by name.
    pub predicted: Vec<Predicted>,
    /// Topics that are withheld for want of consent, whether or not there would be anything to say.
    pub withheld: Vec<String>,
}

impl Genome {
    /// The canonical bytes: JSON with the fields in their order.
    ///
    /// # Errors
    /// [`GenomeError::Stored`], which these types cannot give.
    pub fn bytes(&self) -> Result<Vec<u8>, GenomeError> {
        // About as many as there will be, so that they are not moved again and again.
        let count = self.genes.len() + self.habits.len() + self.predicted.len();
        let mut bytes = Vec::with_capacity(1_024 + 448 * count);
        serde_json::to_writer(&mut bytes, self)?;
        Ok(bytes)
    }

    /// The genome that [`Genome::bytes`] wrote.
    ///
    /// # Errors
    /// [`GenomeError::Stored`] for bytes that are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, GenomeError> {
        Ok(serde_json::from_slice(bytes)?)
    }

    /// The gene of a value, if there is evidence for it.
    pub fn gene(&self, attribute: &str, value: &str) -> Option<&Gene> {
        let key =
            |gene: &Gene| (gene.attribute.as_str(), gene.value.as_str()).cmp(&(attribute, value));
        self.genes
            .binary_search_by(key)
            .ok()
            .map(|place| &self.genes[place])
    }

    /// The habit of a name, if something was observed of it.
    pub fn habit(&self, name: &str) -> Option<&Habit> {
        self.habits.iter().find(|habit| habit.name == name)
    }
}

/// The genome of a customer from the acts that a view holds. The same rows give the same bytes, in whatever order
/// they come; rows that the view does not hold change nothing.
///
/// # Errors
/// [`GenomeError::Early`] for a date before the frame's landmark, [`GenomeError::Product`] and
/// [`GenomeError::Value`] for numbers that the frame does not hold, [`GenomeError::Kernel`] for acts too long after
/// the landmark.
pub fn genome(
    frame: &Frame,
    customer: i64,
    acts: &[Act],
    clocks: Clocks,
    consents: Consents,
    mut predicted: Vec<Predicted>,
) -> Result<Genome, GenomeError> {
    let view = clocks.view(acts);
    let (state, ends) = State::dated(frame, consents, view.iter().copied())?;
    let mut genes = dated(frame, &state, &ends, clocks.as_of)?;
    join(frame, &view, consents, &mut genes)?;
    predicted.sort_by(|a, b| (&a.name, &a.source).cmp(&(&b.name, &b.source)));
    Ok(Genome {
        form: FORM,
        customer,
        run: frame.run().into(),
        as_of: clocks.as_of,
        genes,
        habits: habits(frame, &observe(frame, acts, clocks, consents)?),
        predicted,
        withheld: frame.withheld(consents),
    })
}

/// A genome as it is kept, with what made it new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// 1 for the first, one more with each revision.
    pub revision: u32,
    /// Rows known by this instant were looked at.
    pub known_by: i64,
    /// Rows that came to be known since the revision before, about acts until the date.
    pub late: u32,
    /// BLAKE3 of the bytes, in hexadecimal.
    pub hash: String,
    /// The genome's bytes.
    pub bytes: Vec<u8>,
}

impl Snapshot {
    /// The first snapshot of a date.
    ///
    /// # Errors
    /// As [`Genome::bytes`].
    pub fn first(genome: &Genome, known_by: i64) -> Result<Self, GenomeError> {
        let bytes = genome.bytes()?;
        Ok(Self {
            revision: 1,
            known_by,
            late: 0,
            hash: blake3::hash(&bytes).to_hex().to_string(),
            bytes,
        })
    }

    /// The next revision, where what came to be known since changes the genome of that date; `None` where it is the
    /// same to the byte. `acts` are all acts of the customer.
    ///
    /// # Errors
    /// As [`Genome::bytes`].
    pub fn revised(
        &self,
        genome: &Genome,
        known_by: i64,
        acts: &[Act],
    ) -> Result<Option<Self>, GenomeError> {
        let next = Self::first(genome, known_by)?;
        if next.hash == self.hash {
            return Ok(None);
        }
        Ok(Some(Self {
            revision: self.revision + 1,
            late: late_rows(acts, genome.as_of, (self.known_by, known_by)),
            ..next
        }))
    }
}

/// How many acts until an instant have rows that came to be known after one instant and by another.
pub fn late_rows(acts: &[Act], as_of: i64, (after, by): (i64, i64)) -> u32 {
    let new = |act: &&Act| act.at <= as_of && act.known_at > after && act.known_at <= by;
    acts.iter().filter(new).count() as u32
}
