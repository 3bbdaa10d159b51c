//! Whose payment card a till sees. Who shows a loyalty number may pay by card, too, so that one receipt tells of both; a
//! few pay with the card of the one they live with. Holds no text of a token (see `identities`), and draws from a
//! stream of its own, so that nothing else of the chain depends on it.

use crate::random::{Purpose, Random};
use crate::trips::{Channel, Known, PAYS_BY_CARD, Receipt};
use crate::world::World;

/// Share of the trips of who lives with somebody who has a card on which that card pays.
const BORROWS_CARD: f32 = 0.05;

/// The person whose card paid a receipt, or got the money of a return; `None` for cash and for orders online, whose
/// payment leaves no token of the tills.
pub(crate) fn payer(world: &World, receipt: &Receipt) -> Option<u32> {
    let trip = &receipt.trip;
    match (trip.channel, trip.known) {
        (Channel::Shop, Known::Card) => Some(trip.person),
        (Channel::Shop, Known::Loyalty) => {
            // Money goes back to the card that paid.
            let day = receipt.return_of.map_or(receipt.key.day, |sale| sale.day);
            let (seed, person) = (world.spec.seed, u64::from(trip.person));
            let mut random = Random::new(seed, Purpose::Payment, person, day as u64);
            let (borrows, by_card) = (random.chance(BORROWS_CARD), random.chance(PAYS_BY_CARD));
            let own = world.people[trip.person as usize].card && by_card;
            partner(world, trip.person, day)
                .filter(|_| borrows)
                .or(own.then_some(trip.person))
        }
        _ => None,
    }
}

/// Who lives with a person and has a card by a day. Neighbours in the list may share a household.
fn partner(world: &World, person: u32, day: i32) -> Option<u32> {
    let other = person ^ 1;
    let neighbour = world.people.get(other as usize)?;
    let shared = neighbour.household == world.people[person as usize].household;
    (shared && neighbour.card && neighbour.joined <= day).then_some(other)
}
