//! Everything that stands before the first shopper sets out, made once from the spec. Holds no behaviour and
//! nothing that changes from day to day.

use rayon::prelude::*;

use crate::SampleError;
use crate::catalogue::{Catalogue, catalogue};
use crate::habits::{AXES, SEGMENT_COUNT, SEGMENTS};
use crate::life::{Spans, spans};
use crate::needs::needs;
use crate::people::{Person, people};
use crate::pricing::{PriceBook, price_book};
use crate::random::{exp, ln};
use crate::spec::Spec;
use crate::stores::{Store, range, stores};

/// The made-up world.
#[derive(Debug)]
pub(crate) struct World {
    pub spec: Spec,
    pub shelf: Catalogue,
    pub stores: Vec<Store>,
    /// Per store: which products it carries.
    pub ranges: Vec<Vec<bool>>,
    pub people: Vec<Person>,
    pub spans: Spans,
    pub prices: PriceBook,
    /// Pull of each need on each segment beyond the mission, 1 for a need that is no matter of taste.
    pub need_pull: [Vec<f32>; SEGMENT_COUNT],
    /// What an average member of the segment expects of each group: sum of exponentiated utilities.
    pub expected: [Vec<f32>; SEGMENT_COUNT],
    /// Needs by first category, for the competitors' level.
    pub category_of: Vec<usize>,
}

/// Makes the world.
pub(crate) fn world(spec: &Spec) -> Result<World, SampleError> {
    let shelf = catalogue(spec, needs()?);
    let stores = stores(spec);
    let ranges = (0..stores.len())
        .into_par_iter()
        .map(|index| range(spec.seed, &shelf, &stores, index))
        .collect();
    let people = people(spec, &stores);
    let spans = spans(spec, &shelf.needs, &people);
    let prices = price_book(spec, &shelf);
    let need_pull = std::array::from_fn(|segment| need_pull(&shelf, segment));
    let expected = std::array::from_fn(|segment| expected(&shelf, segment));
    let slot = |need: usize| {
        let name = shelf.needs[need].categories[0];
        shelf
            .needs
            .iter()
            .position(|other| other.categories[0] == name)
            .unwrap_or(need)
    };
    let category_of = (0..shelf.needs.len()).map(slot).collect();
    Ok(World {
        spec: spec.clone(),
        shelf,
        stores,
        ranges,
        people,
        spans,
        prices,
        need_pull,
        expected,
        category_of,
    })
}

/// Needs whose products tend to be what a segment likes pull it more.
fn need_pull(shelf: &Catalogue, segment: usize) -> Vec<f32> {
    let tastes = &SEGMENTS[segment].tastes;
    let mut mean = [0.0; AXES];
    for need in &shelf.needs {
        for (sum, chance) in mean.iter_mut().zip(need.axes) {
            *sum += chance / shelf.needs.len() as f32;
        }
    }
    let pull = |axes: &[f32; AXES]| -> f32 {
        (0..AXES)
            .map(|axis| tastes[axis] * (axes[axis] - mean[axis]))
            .sum()
    };
    shelf
        .needs
        .iter()
        .map(|need| exp(pull(&need.axes).clamp(-2.0, 2.0)))
        .collect()
}

fn expected(shelf: &Catalogue, segment: usize) -> Vec<f32> {
    let habits = &SEGMENTS[segment];
    let utility = |product: usize, price: f32| {
        let item = &shelf.products[product];
        let taste: f32 = habits
            .tastes
            .iter()
            .zip(item.axes)
            .map(|(taste, share)| taste * share)
            .sum();
        item.appeal + taste + habits.price * ln(item.list_price as f32 / price)
    };
    let sum = |group: &crate::catalogue::Group| -> f32 {
        group
            .products
            .clone()
            .map(|product| exp(utility(product as usize, group.price)))
            .sum()
    };
    shelf.groups.iter().map(sum).collect()
}
