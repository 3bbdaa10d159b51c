//! The truth tables that stand before the first sale: persons, stores, products, lives. They lie in `truth/`
//! and no model may read them. What only the simulation knows (receipts, missed sales, uplift) has its columns
//! here and its rows in `journal`; what is worked out from the true choice model stands in `response`.

use crate::habits::{AXIS_NAMES, MISSIONS, SEGMENTS};
use crate::listings::by_id;
use crate::people::person_id;
use crate::rows::{Kind, Rows, Table};
use crate::stores::{CATCHMENTS, ZONES, store_id};
use crate::wording;
use crate::world::World;
use Kind::{Date, Int, Key, Number, Text};

pub(crate) static IDENTITIES: Table = Table {
    name: "truth/identities",
    columns: &[
        ("record_id", Text),
        ("id_kind", Text),
        ("person_id", Text),
        ("household_id", Int),
    ],
};

pub(crate) static PERSONS: Table = Table {
    name: "truth/persons",
    columns: &[
        ("person_id", Text),
        ("household_id", Int),
        ("segment", Text),
        ("household_kind", Text),
        ("household_size", Int),
        ("home_store_id", Text),
        ("budget", Number),
        ("rate", Number),
        ("online_share", Number),
        ("price_coefficient", Number),
        ("hour", Number),
        ("weekday", Int),
        ("birth_year", Int),
        ("left_on", Date),
        ("tastes", Text),
        ("missions", Text),
    ],
};

pub(crate) static STORE_TYPES: Table = Table {
    name: "truth/stores",
    columns: &[
        ("store_id", Text),
        ("catchment_type", Text),
        ("price_zone", Text),
        ("segment_mix", Text),
    ],
};

pub(crate) static PRODUCT_TRUTH: Table = Table {
    name: "truth/products",
    columns: &[
        ("product_id", Text),
        ("need", Text),
        ("need_group", Text),
        ("appeal", Number),
        ("attributes", Text),
        ("color", Text),
        ("lab_l", Number),
        ("lab_a", Number),
        ("lab_b", Number),
    ],
};

pub(crate) static LIFE_EVENTS: Table = Table {
    name: "truth/life_events",
    columns: &[
        ("person_id", Text),
        ("kind", Text),
        ("happened_on", Date),
        ("shows_from", Date),
        ("shows_to", Date),
    ],
};

pub(crate) static PROJECTS: Table = Table {
    name: "truth/projects",
    columns: &[
        ("person_id", Text),
        ("kind", Text),
        ("starts_on", Date),
        ("ends_on", Date),
        ("needs", Text),
    ],
};

pub(crate) static RECEIPTS: Table = Table {
    name: "truth/receipts",
    columns: &[("receipt_id", Key), ("person_id", Key), ("mission", Text)],
};

pub(crate) static LOST_SALES: Table = Table {
    name: "truth/lost_sales",
    columns: &[
        ("happened_on", Date),
        ("store_id", Text),
        ("product_id", Text),
        ("wanted", Int),
        ("switched", Int),
        ("lost", Int),
    ],
};

pub(crate) static UPLIFT: Table = Table {
    name: "truth/promotion_uplift",
    columns: &[
        ("promotion_id", Text),
        ("product_id", Text),
        ("expected_lines", Number),
        ("expected_lines_without", Number),
        ("uplift", Number),
    ],
};

pub(crate) static ELASTICITIES: Table = Table {
    name: "truth/elasticities",
    columns: &[
        ("product_id", Text),
        ("segment", Text),
        ("share_of_group", Number),
        ("elasticity", Number),
    ],
};

pub(crate) static SUBSTITUTES: Table = Table {
    name: "truth/substitutes",
    columns: &[
        ("product_id", Text),
        ("substitute_id", Text),
        ("diversion", Number),
    ],
};

/// What is true from the beginning.
pub(crate) fn world_rows(world: &World) -> Vec<Rows> {
    let (events, projects) = lives(world);
    vec![
        persons(world),
        store_types(world),
        products(world),
        events,
        projects,
    ]
}

/// `name=value;…` with two decimals.
fn list<'a>(cells: impl Iterator<Item = (&'a str, f32)>) -> String {
    cells
        .map(|(name, value)| format!("{name}={value:.2}"))
        .collect::<Vec<_>>()
        .join(";")
}

fn persons(world: &World) -> Rows {
    let mut rows = Rows::arrow(&PERSONS);
    for (index, person) in world.people.iter().enumerate() {
        rows.code(&person_id(index));
        rows.int(i64::from(person.household));
        rows.code(person.habits().name);
        rows.code(person.household_kind.name());
        rows.int(i64::from(person.household_size));
        rows.code(&store_id(person.home as usize));
        rows.number(f64::from(person.budget), 3);
        rows.number(f64::from(person.rate), 3);
        rows.number(f64::from(person.online), 3);
        rows.number(f64::from(person.price), 3);
        rows.number(f64::from(person.hour), 2);
        rows.int(i64::from(person.weekday));
        rows.int(i64::from(person.birth_year));
        rows.date(
            (person.left < world.spec.days as i32).then(|| world.spec.start.plus(person.left)),
        );
        rows.code(&list(AXIS_NAMES.iter().copied().zip(person.tastes)));
        let mut before = 0.0;
        let total = person.missions[7];
        let shares = person.missions.map(|running| {
            let share = (running - before) / total;
            before = running;
            share
        });
        rows.code(&list(
            MISSIONS.iter().map(|mission| mission.name()).zip(shares),
        ));
        rows.end();
    }
    rows
}

fn store_types(world: &World) -> Rows {
    let mut rows = Rows::arrow(&STORE_TYPES);
    for (index, store) in world.stores.iter().enumerate() {
        rows.code(&store_id(index));
        rows.code(
            store
                .catchment
                .map_or("online", |catchment| CATCHMENTS[catchment].name),
        );
        rows.code(ZONES[store.zone].0);
        match store.catchment {
            Some(catchment) => {
                rows.code(&list(
                    SEGMENTS
                        .iter()
                        .map(|segment| segment.name)
                        .zip(CATCHMENTS[catchment].mix),
                ));
            }
            None => rows.none(),
        }
        rows.end();
    }
    rows
}

fn products(world: &World) -> Rows {
    let mut rows = Rows::arrow(&PRODUCT_TRUTH);
    for index in by_id(world) {
        let product = &world.shelf.products[index];
        let need = world.shelf.need_of(index);
        rows.code(&product.id());
        rows.code(need.name);
        rows.text(&world.shelf.groups[product.group as usize].label);
        rows.number(f64::from(product.appeal), 3);
        let held = AXIS_NAMES
            .iter()
            .zip(product.axes)
            .filter(|(_, share)| *share > 0.0);
        rows.code(&held.map(|(name, _)| *name).collect::<Vec<_>>().join(";"));
        rows.code(&wording::colour(&world.shelf, index));
        for value in product.lab() {
            if need.shaded {
                rows.number(f64::from(value), 2)
            } else {
                rows.none()
            }
        }
        rows.end();
    }
    rows
}

fn lives(world: &World) -> (Rows, Rows) {
    let (mut events, mut projects) = (Rows::arrow(&LIFE_EVENTS), Rows::arrow(&PROJECTS));
    let at = |day: i32| Some(world.spec.start.plus(day));
    for span in &world.spans.all {
        let person = person_id(span.person as usize);
        if span.kind.is_project() {
            projects.code(&person);
            projects.code(span.kind.name());
            projects.date(at(span.from));
            projects.date(at(span.to));
            projects.code(&span.kind.needs().join(";"));
            projects.end();
        } else {
            events.code(&person);
            events.code(span.kind.name());
            events.date(at(span.day));
            events.date(at(span.from));
            events.date(at(span.to));
            events.end();
        }
    }
    (events, projects)
}
