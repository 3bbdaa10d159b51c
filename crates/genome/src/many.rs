//! Many customers at once, on all threads: what is usual among them, and the genomes of all of them. What comes out does
//! not depend on the threads. It must not weigh anything.

use crate::baseline::BaselineBuilder;
use crate::frame::{Consents, Frame};
use crate::genome::{Genome, Predicted, Snapshot, genome};
use crate::habits::observe;
use crate::state::State;
use crate::{Act, Clocks, GenomeError};
use rayon::prelude::*;

/// Customers that one thread gathers what is usual of before it is joined to what others gathered.
const TOGETHER: usize = 512;

/// A customer, as a run reads them.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The customer's key.
    pub customer: i64,
    /// The acts.
    pub acts: Vec<Act>,
    /// The topics that they consented to.
    pub consents: Consents,
    /// The predicted genes.
    pub predicted: Vec<Predicted>,
}

/// A genome with its first snapshot, and what it is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The genome.
    pub genome: Genome,
    /// As it is kept, where none was kept before.
    pub snapshot: Snapshot,
    /// The customer's acts.
    pub acts: Vec<Act>,
}

/// What is usual among these customers, each by their acts and consents, to be merged with that of others. All their acts count towards values, those
/// that the view holds towards habits.
///
/// # Errors
/// As [`State::rebuild`] and [`observe`], of one of the customers.
pub fn usual(
    frame: &Frame,
    people: &[(&[Act], Consents)],
    clocks: Clocks,
) -> Result<BaselineBuilder, GenomeError> {
    let gathered = people.par_chunks(TOGETHER).map(|some| {
        let mut builder = BaselineBuilder::default();
        for (acts, consents) in some {
            let state = State::rebuild(frame, *consents, acts.iter())?;
            builder.add(frame, &state, &observe(frame, acts, clocks, *consents)?);
        }
        Ok(builder)
    });
    gathered.try_reduce(BaselineBuilder::default, |mut all, part| {
        all.merge(part);
        Ok(all)
    })
}

/// The genomes of these customers, in their order.
///
/// # Errors
/// As [`genome()`] and [`Genome::bytes`], of one of the customers.
pub fn genomes(
    frame: &Frame,
    people: Vec<Person>,
    clocks: Clocks,
) -> Result<Vec<Made>, GenomeError> {
    let each = people.into_par_iter().map(|person| {
        let Person {
            customer,
            acts,
            consents,
            predicted,
        } = person;
        let genome = genome(frame, customer, &acts, clocks, consents, predicted)?;
        let snapshot = Snapshot::first(&genome, clocks.known_by)?;
        Ok(Made {
            genome,
            snapshot,
            acts,
        })
    });
    each.collect()
}
