//! A naive sign of a project: two of its needs bought within four weeks. Scored against true projects. Holds no
//! file.

use crate::life::SpanKind;
use crate::world::World;

/// Days within which two purchases belong together.
const WINDOW: i32 = 28;

/// What was seen of one customer.
#[derive(Clone, Debug)]
struct Seen {
    /// Day of the last purchase per need.
    last: Vec<i32>,
    /// First day on which the sign showed, per project kind.
    said: [Option<i32>; SpanKind::PROJECTS.len()],
}

/// Watches purchases of known customers.
pub(crate) struct Projects {
    /// Needs of each project kind, by number.
    needs: Vec<Vec<usize>>,
    seen: Vec<Seen>,
}

impl Projects {
    pub(crate) fn new(world: &World, customers: usize) -> Self {
        let number = |name: &&str| world.shelf.needs.iter().position(|need| need.name == *name);
        let needs = SpanKind::PROJECTS.map(|kind| kind.needs().iter().filter_map(number).collect());
        let nothing = Seen {
            last: vec![i32::MIN / 2; world.shelf.needs.len()],
            said: [None; SpanKind::PROJECTS.len()],
        };
        Self {
            needs: needs.to_vec(),
            seen: vec![nothing; customers],
        }
    }

    /// A customer bought something for a need.
    pub(crate) fn bought(&mut self, customer: usize, need: usize, day: i32) {
        let Some(seen) = self.seen.get_mut(customer) else {
            return;
        };
        seen.last[need] = day;
        for (needs, said) in self.needs.iter().zip(&mut seen.said) {
            if said.is_none() && needs.contains(&need) {
                let fresh = needs
                    .iter()
                    .filter(|&&other| day - seen.last[other] < WINDOW);
                *said = (fresh.count() >= 2).then_some(day);
            }
        }
    }

    /// Precision and recall of the sign over customers and kinds of project.
    pub(crate) fn score(&self, world: &World) -> (f64, f64) {
        let (mut said, mut right, mut truly) = (0u32, 0u32, 0u32);
        for (index, seen) in self.seen.iter().enumerate() {
            let spans = world.spans.of(index as u32);
            for (kind, sign) in SpanKind::PROJECTS.iter().zip(&seen.said) {
                let mut own = spans.iter().filter(|span| span.kind == *kind).peekable();
                truly += u32::from(own.peek().is_some());
                if let Some(day) = sign {
                    said += 1;
                    right += u32::from(own.any(|span| (span.from..span.to).contains(day)));
                }
            }
        }
        let share = |of: u32| f64::from(right) / f64::from(of.max(1));
        (share(said), share(truly))
    }
}
