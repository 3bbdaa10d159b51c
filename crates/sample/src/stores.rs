//! The stores: formats, catchment types, places, price zones, ranges and which stores are in reach of each
//! other. The catchment types are ground truth. Holds no stock (see `stock`) and no shopper.

use crate::catalogue::Catalogue;
use crate::habits::{AXES, SEGMENT_COUNT, SEGMENTS};
use crate::needs::Made;
use crate::random::{Purpose, Random, exp, hash, normal};
use crate::spec::Spec;
use crate::words::TOWNS;

/// What kind of shop it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreFormat {
    Hypermarket,
    Supermarket,
    Express,
    HomeCentre,
    Fashion,
    Online,
}

impl StoreFormat {
    pub(crate) fn name(self) -> &'static str {
        [
            "hypermarket",
            "supermarket",
            "express",
            "home_centre",
            "fashion",
            "online",
        ][self as usize]
    }

    /// Fitness for each mission (order of `MISSIONS`), relative.
    pub(crate) fn fitness(self) -> &'static [f32; 8] {
        const TABLE: [[f32; 8]; 6] = [
            [1.0, 0.5, 0.5, 1.0, 1.0, 0.35, 0.35, 0.9],
            [0.9, 0.9, 0.8, 0.8, 0.45, 0.03, 0.03, 0.6],
            [0.1, 1.0, 1.0, 0.15, 0.1, 0.0, 0.0, 0.2],
            [0.0, 0.02, 0.0, 0.1, 0.9, 1.2, 0.02, 0.4],
            [0.0, 0.02, 0.0, 0.3, 0.05, 0.0, 1.2, 0.15],
            [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
        ];
        &TABLE[self as usize]
    }

    /// Share of a need group's products that the format carries, by the need's first category.
    fn depth(self, category: &str) -> f32 {
        const CATEGORIES: [&str; 11] = [
            "Food",
            "Drinks",
            "Household",
            "Beauty",
            "Baby",
            "Kids",
            "Pet",
            "Home",
            "DIY",
            "Garden",
            "Fashion",
        ];
        const TABLE: [[f32; 11]; 6] = [
            [0.85, 0.85, 0.85, 0.7, 0.8, 0.6, 0.8, 0.5, 0.4, 0.4, 0.4],
            [0.65, 0.65, 0.65, 0.4, 0.5, 0.2, 0.5, 0.12, 0.06, 0.12, 0.06],
            [
                0.35, 0.35, 0.2, 0.15, 0.12, 0.05, 0.15, 0.03, 0.0, 0.04, 0.0,
            ],
            [0.0, 0.0, 0.3, 0.0, 0.0, 0.2, 0.3, 0.9, 0.9, 0.9, 0.0],
            [0.0, 0.0, 0.0, 0.6, 0.4, 0.2, 0.0, 0.15, 0.0, 0.0, 0.9],
            [1.0; 11],
        ];
        CATEGORIES
            .iter()
            .position(|name| *name == category)
            .map_or(0.0, |slot| TABLE[self as usize][slot])
    }

    /// Usual sales area, square metres.
    fn area(self) -> f32 {
        [6500.0, 1600.0, 260.0, 5200.0, 700.0, 0.0][self as usize]
    }

    /// Pull of a store of the format on those who live around, relative.
    fn pull(self) -> f32 {
        [2.2, 1.0, 0.5, 1.0, 0.6, 0.0][self as usize]
    }
}

/// Who lives around a store: the truth behind store clusters.
#[derive(Debug)]
pub(crate) struct Catchment {
    pub name: &'static str,
    /// Share of each segment.
    pub mix: [f32; SEGMENT_COUNT],
    /// Median income index (100 = country), share of households with children, urban share.
    income: f32,
    children: f32,
    urban: f32,
    /// Price zone (see [`ZONES`]).
    zone: usize,
}

/// Catchment types.
pub(crate) static CATCHMENTS: [Catchment; 6] = [
    Catchment {
        name: "family_suburb",
        mix: [0.12, 0.07, 0.38, 0.04, 0.15, 0.04, 0.12, 0.08],
        income: 104.0,
        children: 0.42,
        urban: 0.45,
        zone: 1,
    },
    Catchment {
        name: "young_city",
        mix: [0.05, 0.14, 0.06, 0.40, 0.03, 0.20, 0.02, 0.10],
        income: 108.0,
        children: 0.16,
        urban: 0.95,
        zone: 0,
    },
    Catchment {
        name: "affluent_suburb",
        mix: [0.03, 0.22, 0.13, 0.07, 0.12, 0.08, 0.05, 0.30],
        income: 138.0,
        children: 0.31,
        urban: 0.6,
        zone: 0,
    },
    Catchment {
        name: "rural",
        mix: [0.14, 0.05, 0.12, 0.01, 0.24, 0.02, 0.38, 0.04],
        income: 92.0,
        children: 0.29,
        urban: 0.08,
        zone: 2,
    },
    Catchment {
        name: "student_quarter",
        mix: [0.30, 0.18, 0.02, 0.24, 0.01, 0.20, 0.02, 0.03],
        income: 74.0,
        children: 0.09,
        urban: 0.9,
        zone: 1,
    },
    Catchment {
        name: "working_town",
        mix: [0.38, 0.03, 0.16, 0.06, 0.12, 0.05, 0.18, 0.02],
        income: 84.0,
        children: 0.33,
        urban: 0.55,
        zone: 2,
    },
];

/// Price zones and their level against the list price.
pub(crate) const ZONES: [(&str, f32); 4] = [
    ("city", 1.04),
    ("standard", 1.0),
    ("value", 0.97),
    ("online", 1.0),
];

/// One store. Days count from the first day of the spec.
#[derive(Debug)]
pub(crate) struct Store {
    pub format: StoreFormat,
    /// Index of [`CATCHMENTS`]; none for the online shop.
    pub catchment: Option<usize>,
    pub town: usize,
    pub lat: f64,
    pub lon: f64,
    pub area: f32,
    pub opened: i32,
    pub closed: Option<i32>,
    pub refit: Option<i32>,
    pub zone: usize,
    /// What the shop knows of its surroundings: households, income index, children, urban (with error).
    pub households: u32,
    pub income: f32,
    pub children: f32,
    pub urban: f32,
    pub competitor_km: f32,
    /// Stores within reach, with the weight of distance; for those who live at this store.
    pub reach: Vec<(u32, f32)>,
}

impl Store {
    /// Whether it trades on a day; refits shut it for two weeks.
    pub(crate) fn open(&self, day: i32) -> bool {
        let refitting = self
            .refit
            .is_some_and(|start| (start..start + 14).contains(&day));
        self.opened <= day && self.closed.is_none_or(|end| day < end) && !refitting
    }

    /// Relative number of people who call it theirs.
    pub(crate) fn weight(&self) -> f32 {
        let lived_in = !matches!(
            self.format,
            StoreFormat::HomeCentre | StoreFormat::Fashion | StoreFormat::Online
        );
        if lived_in {
            self.households as f32 * self.format.pull()
        } else {
            0.0
        }
    }
}

/// The id outside.
pub(crate) fn store_id(index: usize) -> String {
    format!("S{:04}", index + 1)
}

/// Makes the stores; the online shop is the last one.
pub(crate) fn stores(spec: &Spec) -> Vec<Store> {
    let physical = spec.stores as usize - 1;
    let mut stores: Vec<Store> = (0..physical).map(|index| shop(spec, index)).collect();
    stores.push(online());
    let reach: Vec<_> = (0..stores.len()).map(|home| reach(&stores, home)).collect();
    for (store, reach) in stores.iter_mut().zip(reach) {
        store.reach = reach;
    }
    stores
}

fn shop(spec: &Spec, index: usize) -> Store {
    use StoreFormat::{Express, Fashion, HomeCentre, Hypermarket, Supermarket};
    const CYCLE: [StoreFormat; 10] = [
        Supermarket,
        Express,
        Hypermarket,
        Supermarket,
        HomeCentre,
        Express,
        Supermarket,
        Fashion,
        Express,
        Supermarket,
    ];
    let mut random = Random::new(spec.seed, Purpose::Store, index as u64, 0);
    let format = CYCLE[index % CYCLE.len()];
    let catchment = if index < 2 {
        index
    } else {
        random.below(CATCHMENTS.len())
    };
    let around = &CATCHMENTS[catchment];
    let town = random.below(TOWNS.len().min(2 + spec.stores as usize / 2));
    let (_, _, lat, lon, _) = TOWNS[town];
    let days = i64::from(spec.days);
    let settled = index < 3 || random.chance(0.88);
    let opened = if settled {
        -random.between(300, 9000)
    } else {
        random.between(20, days * 6 / 10)
    };
    let closes = settled && index >= 3 && random.chance(0.04);
    let refits = settled && !closes && random.chance(0.15);
    let area = (format.area() * random.lognormal(0.25)).round();
    Store {
        format,
        catchment: Some(catchment),
        town,
        lat: lat + 0.06 * f64::from(random.normal()),
        lon: lon + 0.09 * f64::from(random.normal()),
        area,
        opened: opened as i32,
        closed: closes.then(|| random.between(days / 3, days) as i32),
        refit: refits.then(|| random.between(days / 10, days * 9 / 10) as i32),
        zone: around.zone,
        households: (2500.0 + 5000.0 * around.urban * random.lognormal(0.4)) as u32,
        income: around.income * random.lognormal(0.09),
        children: (around.children * random.lognormal(0.16)).min(0.8),
        urban: (around.urban + 0.12 * random.normal()).clamp(0.0, 1.0),
        competitor_km: 0.2 + 4.0 * (1.1 - around.urban) * random.lognormal(0.6),
        reach: Vec::new(),
    }
}

fn online() -> Store {
    let (_, _, lat, lon, _) = TOWNS[20];
    Store {
        format: StoreFormat::Online,
        catchment: None,
        town: 20,
        lat,
        lon,
        area: 0.0,
        opened: -2500,
        closed: None,
        refit: None,
        zone: 3,
        households: 0,
        income: 100.0,
        children: 0.28,
        urban: 0.6,
        competitor_km: 0.0,
        reach: Vec::new(),
    }
}

/// The home store, the next supermarket and the nearest store of each other format, weighed by distance.
fn reach(stores: &[Store], home: usize) -> Vec<(u32, f32)> {
    let here = &stores[home];
    let distance = |other: &Store| {
        // Degrees to kilometres at 56 degrees north; the half is a fast ride on straight roads.
        let (dy, dx) = (
            (other.lat - here.lat) * 111.2,
            (other.lon - here.lon) * 62.2,
        );
        ((dy * dy + dx * dx).sqrt() * 0.5) as f32
    };
    let mut near: Vec<(f32, usize)> = stores
        .iter()
        .enumerate()
        .filter(|(index, store)| *index != home && store.format != StoreFormat::Online)
        .map(|(index, store)| (distance(store), index))
        .collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut found = vec![(home as u32, 2.5)];
    let mut seen = [0u32; 6];
    for (distance, index) in near {
        let format = stores[index].format;
        let wanted = if format == StoreFormat::Supermarket {
            2
        } else {
            1
        };
        if seen[format as usize] < wanted {
            seen[format as usize] += 1;
            found.push((index as u32, exp(-distance / 12.0).max(0.02)));
        }
    }
    found
}

/// Which products a store carries: the best for its catchment within each need group, and the core.
pub(crate) fn range(seed: u64, shelf: &Catalogue, stores: &[Store], index: usize) -> Vec<bool> {
    let store = &stores[index];
    let mut tastes = [0.0; AXES];
    if let Some(catchment) = store.catchment {
        for (segment, share) in SEGMENTS.iter().zip(CATCHMENTS[catchment].mix) {
            for (sum, taste) in tastes.iter_mut().zip(segment.tastes) {
                *sum += 0.8 * share * taste;
            }
        }
    }
    let mut carried = vec![false; shelf.products.len()];
    for group in &shelf.groups {
        let need = &shelf.needs[usize::from(group.need)];
        let depth = store.format.depth(need.categories[0]);
        // Coffee and ice made to order cannot be sent by post.
        let on_the_spot = matches!(need.made, Some(Made::Coffee | Made::Ice));
        if depth == 0.0 || (on_the_spot && store.format == StoreFormat::Online) {
            continue;
        }
        let score = |product: u32| {
            let item = &shelf.products[product as usize];
            let bits = hash(seed, Purpose::Range, index as u64, u64::from(product));
            let local: f32 = tastes
                .iter()
                .zip(item.axes)
                .map(|(taste, share)| taste * share)
                .sum();
            item.appeal + local + 0.4 * normal(bits, bits.rotate_left(17))
        };
        let mut order: Vec<(f32, u32)> = group
            .products
            .clone()
            .map(|product| (score(product), product))
            .collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let keep = ((depth * order.len() as f32).round() as usize).max(1);
        for (rank, (_, product)) in order.into_iter().enumerate() {
            let core = depth >= 0.3 && shelf.products[product as usize].must_carry;
            carried[product as usize] = rank < keep || core;
        }
    }
    carried
}
