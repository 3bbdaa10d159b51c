//! What happens in lives: births, moves, pets, and projects such as a garden or a party. Each opens a span of
//! days in which other things are needed. Ground truth. Holds no shopping.

use crate::needs::{Gate, Need};
use crate::people::{Household, Person};
use crate::random::{Purpose, Random};
use crate::spec::Spec;

/// What happened, or what is undertaken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SpanKind {
    Baby,
    Move,
    NewDog,
    NewCat,
    RoomMakeover,
    GardenMakeover,
    Kitchen,
    BirthdayParty,
}

const KINDS: [SpanKind; 8] = [
    SpanKind::Baby,
    SpanKind::Move,
    SpanKind::NewDog,
    SpanKind::NewCat,
    SpanKind::RoomMakeover,
    SpanKind::GardenMakeover,
    SpanKind::Kitchen,
    SpanKind::BirthdayParty,
];

impl SpanKind {
    /// The kinds that are projects.
    pub(crate) const PROJECTS: [SpanKind; 4] = [
        SpanKind::RoomMakeover,
        SpanKind::GardenMakeover,
        SpanKind::Kitchen,
        SpanKind::BirthdayParty,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Baby => "baby",
            Self::Move => "move",
            Self::NewDog => "new_dog",
            Self::NewCat => "new_cat",
            Self::RoomMakeover => "room_makeover",
            Self::GardenMakeover => "garden_makeover",
            Self::Kitchen => "kitchen",
            Self::BirthdayParty => "birthday_party",
        }
    }

    /// A project is done in weeks; a life event changes more than baskets.
    pub(crate) fn is_project(self) -> bool {
        self as usize >= SpanKind::RoomMakeover as usize
    }

    /// What is needed, most needed first.
    pub(crate) fn needs(self) -> &'static [&'static str] {
        match self {
            Self::Baby => &["nappies", "baby_food", "baby_care", "baby_wear"],
            Self::Move => &[
                "moving", "paint", "brushes", "lamps", "shelves", "storage", "rugs", "fixings",
                "bedding",
            ],
            Self::NewDog => &["dog_food", "pet_things"],
            Self::NewCat => &["cat_food", "litter", "pet_things"],
            Self::RoomMakeover => &[
                "paint", "brushes", "flooring", "rugs", "lamps", "cushions", "shelves",
            ],
            Self::GardenMakeover => &["soil", "plants", "garden_tools", "garden_seat"],
            Self::Kitchen => &[
                "paint",
                "fixings",
                "tools",
                "cookware",
                "tableware",
                "appliance",
                "lamps",
            ],
            Self::BirthdayParty => &["party", "cards", "toys", "lemonade", "baking", "crisps"],
        }
    }

    /// Days before and after the day itself in which baskets tell of it, and the share of needs that do.
    fn window(self) -> (i32, i32, f32) {
        match self {
            Self::Baby => (60, 450, 0.35),
            Self::Move => (30, 75, 0.5),
            Self::NewDog | Self::NewCat => (7, 2000, 0.22),
            Self::RoomMakeover => (0, 50, 0.55),
            Self::GardenMakeover => (0, 45, 0.55),
            Self::Kitchen => (0, 60, 0.55),
            Self::BirthdayParty => (18, 1, 0.5),
        }
    }

    /// Chance that it happens to a person in a year, by household.
    fn yearly(self, person: &Person) -> f32 {
        match self {
            Self::Baby if person.household_kind == Household::Senior || person.has(Gate::Baby) => {
                0.0
            }
            Self::Baby => 0.035,
            Self::Move => 0.05,
            Self::NewDog if person.has(Gate::Dog) => 0.0,
            Self::NewCat if person.has(Gate::Cat) => 0.0,
            Self::NewDog | Self::NewCat => 0.018,
            Self::GardenMakeover if !person.has(Gate::Garden) => 0.0,
            Self::RoomMakeover | Self::GardenMakeover => 0.05,
            Self::Kitchen => 0.025,
            Self::BirthdayParty if person.household_kind == Household::Family => 0.3,
            Self::BirthdayParty => 0.06,
        }
    }

    /// Gate that the event opens for as long as the span lasts.
    fn opens(self) -> Option<Gate> {
        match self {
            Self::Baby => Some(Gate::Baby),
            Self::Move => Some(Gate::Mover),
            Self::NewDog => Some(Gate::Dog),
            Self::NewCat => Some(Gate::Cat),
            _ => None,
        }
    }
}

/// One event or project of one person. Days count from the first day of the spec.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub person: u32,
    pub kind: SpanKind,
    /// The day itself; shopping for it may start earlier.
    pub day: i32,
    pub from: i32,
    pub to: i32,
    /// Share of the needs looked at that serve the span.
    pub intensity: f32,
    /// Needs of the kind, as numbers of the need table.
    pub needs: Vec<u16>,
    /// Gate bits open meanwhile.
    pub gates: u16,
}

/// The spans of all people.
#[derive(Debug)]
pub(crate) struct Spans {
    /// Sorted by person.
    pub all: Vec<Span>,
    /// Number of the first span of each person, and of none.
    first: Vec<u32>,
}

impl Spans {
    /// The spans of a person.
    pub(crate) fn of(&self, person: u32) -> &[Span] {
        let person = person as usize;
        &self.all[self.first[person] as usize..self.first[person + 1] as usize]
    }
}

/// Makes the spans of all people.
pub(crate) fn spans(spec: &Spec, needs: &[Need], people: &[Person]) -> Spans {
    let mut found = Vec::new();
    let mut first = vec![0];
    for (index, person) in people.iter().enumerate() {
        for kind in KINDS {
            let purpose = if kind.is_project() {
                Purpose::Project
            } else {
                Purpose::LifeEvent
            };
            let mut random = Random::new(spec.seed, purpose, index as u64, kind as u64);
            let years = spec.days as f32 / 365.25;
            if random.chance(kind.yearly(person) * years) {
                found.push(span(spec, needs, index, kind, &mut random));
            }
        }
        first.push(found.len() as u32);
    }
    Spans { all: found, first }
}

fn span(spec: &Spec, needs: &[Need], person: usize, kind: SpanKind, random: &mut Random) -> Span {
    let (before, after, intensity) = kind.window();
    let mut day = random.between(0, i64::from(spec.days) - 1) as i32;
    if kind == SpanKind::GardenMakeover {
        // Gardens are made in spring: move the day into March to June of its year.
        let of_year = spec.start.plus(day).of_year();
        day += 60 + of_year / 3 - of_year;
    }
    let numbers = kind
        .needs()
        .iter()
        .filter_map(|name| needs.iter().position(|need| need.name == *name));
    Span {
        person: person as u32,
        kind,
        day,
        from: day - before,
        to: day + after,
        intensity,
        needs: numbers.map(|number| number as u16).collect(),
        gates: kind.opens().map_or(0, |gate| 1 << gate as u16),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::needs::needs;

    #[test]
    fn every_span_names_known_needs() {
        let needs = needs().unwrap();
        for (index, kind) in KINDS.iter().enumerate() {
            assert_eq!(*kind as usize, index);
            for name in kind.needs() {
                assert!(needs.iter().any(|need| need.name == *name), "{name}");
            }
        }
    }
}
