//! Naive methods on what shelves hide: sales lost to empty shelves, and where demand goes when a product
//! leaves. Scored against the truth while it is made. Holds no file.

use crate::day::{ChainDay, Simulation};
use crate::receipts::lines;
use crate::response::best_substitutes;
use crate::world::World;

/// Products and need groups watched at most.
const PRODUCTS_MAX: usize = 5_000;
const GROUPS_MAX: usize = 200;

/// What is seen, and what is true, of one product in one store.
#[derive(Clone, Copy, Debug, Default)]
struct Shelf {
    sold: f32,
    /// Whether the last count found nothing.
    empty: bool,
    empty_days: f32,
    lost: f32,
}

/// Watches shelves.
pub(crate) struct Supply {
    products: usize,
    shelves: Vec<Shelf>,
    days: f32,
    /// Product and the product that gains most when it leaves.
    substitutes: Vec<(u32, u32)>,
}

impl Supply {
    pub(crate) fn new(world: &World) -> Self {
        let products = world.shelf.products.len().min(PRODUCTS_MAX);
        Self {
            products,
            shelves: vec![Shelf::default(); products * world.stores.len()],
            days: world.spec.days as f32,
            substitutes: Vec::new(),
        }
    }

    /// Asks the true model where demand goes.
    pub(crate) fn ask(&mut self, simulation: &Simulation<'_>) {
        self.substitutes = best_substitutes(simulation, GROUPS_MAX);
    }

    /// Takes in what a day left behind.
    pub(crate) fn watch(&mut self, day: &ChainDay) {
        let mut sold = vec![0.0f32; self.products];
        for (store, left) in day.stores.iter().enumerate() {
            sold.fill(0.0);
            let sales = left
                .receipts
                .iter()
                .filter(|receipt| receipt.return_of.is_none());
            for line in sales.flat_map(|receipt| lines(left, receipt)) {
                if let Some(sold) = sold.get_mut(line.product as usize) {
                    *sold += f32::from(line.quantity);
                }
            }
            let shelves = &mut self.shelves[store * self.products..][..self.products];
            for (shelf, sold) in shelves.iter_mut().zip(&sold) {
                shelf.sold += sold;
                shelf.empty_days += f32::from(u8::from(shelf.empty));
            }
            // Counted after closing: an empty shelf stays so until a count says otherwise.
            for &(product, on_hand, _) in &left.stock {
                if let Some(shelf) = shelves.get_mut(product as usize) {
                    shelf.empty = on_hand <= 0;
                }
            }
            for missed in left
                .missed
                .iter()
                .filter(|missed| missed.switched_to.is_none())
            {
                if let Some(shelf) = shelves.get_mut(missed.product as usize) {
                    shelf.lost += 1.0;
                }
            }
        }
    }

    /// Sum of absolute errors of "what sells on a day with stock, on every day that began with an empty shelf"
    /// per store and product, as a share of all sales lost.
    pub(crate) fn lost_sales_error(&self) -> f64 {
        let (mut error, mut truth) = (0.0, 0.0);
        for shelf in &self.shelves {
            let rate = shelf.sold / (self.days - shelf.empty_days).max(1.0);
            let guess = rate * shelf.empty_days;
            error += f64::from((guess - shelf.lost).abs());
            truth += f64::from(shelf.lost);
        }
        error / truth.max(1.0)
    }

    /// Share of products for which the best seller among the others of the need group is the one that gains
    /// most. `sold`: units per product.
    pub(crate) fn substitute_hits(&self, world: &World, sold: &[u32]) -> f64 {
        let right = self.substitutes.iter().filter(|&&(product, best)| {
            let group = world.shelf.products[product as usize].group as usize;
            let others = world.shelf.groups[group].products.clone();
            let others = others.filter(|other| *other != product);
            // Of equal sellers the first counts, as for a planner who reads a list.
            let guess =
                others.max_by_key(|other| (sold[*other as usize], std::cmp::Reverse(*other)));
            guess == Some(best)
        });
        right.count() as f64 / self.substitutes.len().max(1) as f64
    }
}
