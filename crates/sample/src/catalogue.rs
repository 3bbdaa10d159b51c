//! The catalogue: need groups and the products in them, with attributes, tiers, prices, launch dates and
//! hidden appeal. Holds no text (see `wording`) and no price over time (see `pricing`).

use std::ops::Range;

use crate::habits::{AXES, Axis};
use crate::needs::{Made, Need};
use crate::random::{Purpose, Random, exp, ln};
use crate::spec::Spec;
use crate::words::{BRANDS, COLOURS, PATTERNS};

/// Most products in one need group; larger needs are split by kind.
pub(crate) const GROUP_SIZE_MAX: usize = 30;
/// How strongly appeal follows price: people get what they pay for. It also ties price to unseen quality,
/// which is what misleads a regression of sales on price across products.
const QUALITY_FOR_PRICE: f32 = 2.0;

/// Price tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tier {
    Value,
    Standard,
    Premium,
}

impl Tier {
    pub(crate) fn name(self) -> &'static str {
        ["value", "standard", "premium"][self as usize]
    }
}

/// One product. Days count from the first day of the spec.
#[derive(Clone, Debug)]
pub(crate) struct Product {
    /// Number in the outside id, a shuffle of 1..=products.
    pub number: u32,
    pub need: u16,
    pub group: u32,
    pub tier: Tier,
    /// Index of [`BRANDS`], or none for the chain's own label.
    pub brand: Option<u8>,
    pub noun: u8,
    pub kind: u8,
    pub size: u8,
    pub material: Option<u8>,
    pub colour: Option<u8>,
    pub pattern: u8,
    /// Share of each axis, 0 or 1.
    pub axes: [f32; AXES],
    /// Cents.
    pub list_price: u32,
    /// Ten-thousandths of a euro.
    pub unit_cost: u32,
    pub launched: i32,
    pub withdrawn: Option<i32>,
    pub must_carry: bool,
    /// Hidden appeal, in utility.
    pub appeal: f32,
    /// What kind of goods made to order it is, if it is.
    pub made: Option<Made>,
    /// Place on the scale of sizes or shades, 0 to 1 (only where the need is fitted).
    pub fit: f32,
    /// Whether the shop's own attribute cell leaves out what only the text says.
    pub sparse: bool,
}

impl Product {
    /// The id outside.
    pub(crate) fn id(&self) -> String {
        format!("P{:06}", self.number)
    }

    /// Whether it can be sold on a day.
    pub(crate) fn on_sale(&self, day: i32) -> bool {
        self.launched <= day && self.withdrawn.is_none_or(|end| day < end)
    }

    /// Skin shade as CIELAB, for shaded products: from fair to deep along the usual arc.
    pub(crate) fn lab(&self) -> [f32; 3] {
        lab_of(self.fit)
    }
}

/// CIELAB of a skin shade between 0 (fair) and 1 (deep).
pub(crate) fn lab_of(shade: f32) -> [f32; 3] {
    [
        86.0 - 52.0 * shade,
        7.0 + 14.0 * shade * (1.2 - shade),
        14.0 + 14.0 * shade * (1.3 - shade),
    ]
}

/// Products that serve one need in one way: mutual substitutes.
#[derive(Debug)]
pub(crate) struct Group {
    pub need: u16,
    pub label: String,
    /// Product numbers (indices) in the catalogue.
    pub products: Range<u32>,
    /// Geometric mean of list prices, cents.
    pub price: f32,
}

/// All products, sorted by need group.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub needs: Vec<Need>,
    pub groups: Vec<Group>,
    /// Groups of each need.
    pub groups_of: Vec<Range<u32>>,
    pub products: Vec<Product>,
}

impl Catalogue {
    pub(crate) fn need_of(&self, product: usize) -> &Need {
        &self.needs[usize::from(self.products[product].need)]
    }
}

/// Makes the catalogue of a spec.
pub(crate) fn catalogue(spec: &Spec, needs: Vec<Need>) -> Catalogue {
    let mut shelf = Catalogue {
        needs,
        groups: Vec::new(),
        groups_of: Vec::new(),
        products: Vec::new(),
    };
    let sizes = shares(spec.products as usize, &shelf.needs);
    for (index, count) in sizes.into_iter().enumerate() {
        let first = shelf.groups.len() as u32;
        let groups = count.div_ceil(GROUP_SIZE_MAX).max(1);
        for part in 0..groups {
            let size = count / groups + usize::from(part < count % groups);
            if size > 0 {
                add_group(spec, &mut shelf, index, part, size);
            }
        }
        shelf.groups_of.push(first..shelf.groups.len() as u32);
    }
    number_products(spec, &mut shelf.products);
    shelf
}

/// Products per need in proportion to its weight (largest remainder; every need gets one).
fn shares(products: usize, needs: &[Need]) -> Vec<usize> {
    let total: f32 = needs.iter().map(|need| need.weight).sum();
    let free = (products - needs.len()) as f32;
    let quota = |need: &Need| free * need.weight / total;
    let mut sizes: Vec<usize> = needs.iter().map(|need| 1 + quota(need) as usize).collect();
    let mut order: Vec<usize> = (0..needs.len()).collect();
    order.sort_by(|&a, &b| {
        quota(&needs[b])
            .fract()
            .total_cmp(&quota(&needs[a]).fract())
            .then(a.cmp(&b))
    });
    let missing = products - sizes.iter().sum::<usize>();
    for &index in order.iter().cycle().take(missing) {
        sizes[index] += 1;
    }
    sizes
}

fn add_group(spec: &Spec, shelf: &mut Catalogue, need_index: usize, part: usize, size: usize) {
    let need = &shelf.needs[need_index];
    let first = shelf.products.len();
    let kind = part % need.kinds.len();
    let label = if part == 0 {
        need.name.to_owned()
    } else {
        format!("{}/{}-{}", need.name, part + 1, need.kinds[kind])
    };
    let group = shelf.groups.len() as u32;
    let mut log_sum = 0.0;
    for rank in 0..size {
        let index = (first + rank) as u64;
        let mut random = Random::new(spec.seed, Purpose::Product, index, 0);
        let mut product = draft(spec, need, &mut random);
        product.need = need_index as u16;
        product.group = group;
        if part > 0 {
            product.kind = kind as u8;
        }
        // Zipf-like: the r-th favourite has 1 / r^0.9 of the first one's pull.
        product.appeal += -0.9 * ln(rank as f32 + 1.0);
        product.must_carry = rank * 7 < size && product.launched < 0 && product.withdrawn.is_none();
        log_sum += ln(product.list_price as f32);
        shelf.products.push(product);
    }
    let price = exp(log_sum / size as f32);
    for product in &mut shelf.products[first..] {
        product.appeal += QUALITY_FOR_PRICE * ln(product.list_price as f32 / price);
    }
    let products = first as u32..(first + size) as u32;
    shelf.groups.push(Group {
        need: need_index as u16,
        label,
        products,
        price,
    });
}

/// A product of a need, before it has its place.
fn draft(spec: &Spec, need: &Need, random: &mut Random) -> Product {
    let tier = [Tier::Value, Tier::Standard, Tier::Premium][random.weighted(&[0.25, 0.55, 0.2])];
    let own = random.chance([0.8, 0.2, 0.25][tier as usize]);
    let size = random.below(need.sizes.len());
    let mut axes = need.axes;
    for share in &mut axes {
        *share = f32::from(random.chance(*share));
    }
    let new = random.chance(0.12);
    let colour = need.coloured.then(|| random.below(COLOURS.len()) as u8);
    let pattern = if need.coloured && !need.shaded {
        random.weighted(&[5.0, 1.5, 1.0, 1.0, 1.0])
    } else {
        0
    };
    let vivid = colour.is_some_and(|colour| COLOURS[usize::from(colour)].2) || pattern > 1;
    axes[Axis::Value as usize] = f32::from(tier == Tier::Value);
    axes[Axis::Premium as usize] = f32::from(tier == Tier::Premium);
    axes[Axis::Novelty as usize] = f32::from(new);
    axes[Axis::Vivid as usize] = f32::from(vivid && !need.shaded);
    if need.sizes.len() > 1 && !need.fitted() && need.axes[Axis::Family as usize] > 0.0 {
        // A family pack is the largest one, so that the size says what the axis says.
        axes[Axis::Family as usize] = f32::from(size + 1 == need.sizes.len());
    }
    let fit = match (need.shaded, need.fitted()) {
        (true, _) => random.unit(),
        (_, true) => size as f32 / (need.sizes.len() - 1).max(1) as f32,
        _ => 0.5,
    };
    let list_price = list_price(need, tier, size, &axes, random);
    let margin = [0.22, 0.34, 0.46][tier as usize] + 0.06 * random.normal();
    let noun = random.below(need.nouns.len());
    let days = spec.days as i32;
    let launched = if new {
        random.between(-40, i64::from(days) * 7 / 10)
    } else {
        -random.between(200, 3000)
    };
    let gone = !new && random.chance(0.07);
    let group_material =
        (!need.materials.is_empty()).then(|| random.below(need.materials.len()) as u8);
    Product {
        number: 0,
        need: 0,
        group: 0,
        tier,
        brand: (!own).then(|| ((need.name.len() * 5 + random.below(14)) % BRANDS.len()) as u8),
        noun: noun as u8,
        made: need.made.filter(|_| need.nouns[noun].ends_with("to Order")),
        kind: random.below(need.kinds.len()) as u8,
        size: size as u8,
        material: group_material,
        colour: colour.filter(|_| !need.shaded),
        pattern: (pattern % PATTERNS.len()) as u8,
        axes,
        list_price,
        unit_cost: (list_price as f32 * 100.0 / 1.19 * (1.0 - margin.clamp(0.08, 0.7))) as u32,
        launched: launched as i32,
        withdrawn: gone.then(|| random.between(i64::from(days) / 5, i64::from(days)) as i32),
        must_carry: false,
        appeal: 0.35 * random.normal(),
        fit,
        sparse: random.chance(0.25),
    }
}

/// A shelf price in cents: place in the need's range by tier, pack and attributes, with a usual ending.
fn list_price(
    need: &Need,
    tier: Tier,
    size: usize,
    axes: &[f32; AXES],
    random: &mut Random,
) -> u32 {
    let (low, high) = need.price;
    let place = if need.fitted() {
        0.5
    } else {
        (size as f32 + 0.5) / need.sizes.len() as f32
    };
    let tier_place = [0.12, 0.42, 0.8][tier as usize];
    let organic = 0.08 * axes[Axis::Organic as usize];
    let share = (0.5 * place + 0.5 * tier_place + organic + 0.07 * random.normal()).clamp(0.0, 1.0);
    price_ending(100.0 * low * exp(ln(high / low) * share))
}

/// Rounds cents to an ending shops use: .x9 below 10 EUR, .49 or .99 below 50, whole euros less a cent above.
pub(crate) fn price_ending(cents: f32) -> u32 {
    let step = if cents < 1000.0 {
        10.0
    } else if cents < 5000.0 {
        50.0
    } else {
        100.0
    };
    ((cents / step).round().max(1.0) * step) as u32 - 1
}

/// Gives outside numbers by a seeded shuffle, so that an id tells nothing of the need.
fn number_products(spec: &Spec, products: &mut [Product]) {
    let mut random = Random::new(spec.seed, Purpose::ProductOrder, 0, 0);
    let mut numbers: Vec<u32> = (1..=products.len() as u32).collect();
    for index in (1..numbers.len()).rev() {
        numbers.swap(index, random.below(index + 1));
    }
    for (product, number) in products.iter_mut().zip(numbers) {
        product.number = number;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::needs::needs;
    use crate::{Format, check};

    #[test]
    fn every_need_has_products_and_groups_partition_them() {
        for products in [200, 2_000, 9_001] {
            let spec = Spec {
                customers: 100,
                stores: 4,
                products,
                orders: 100,
                seed: 5,
                format: Format::Csv,
                start: Spec::DEFAULT_START,
                days: 100,
            };
            let shelf = catalogue(check(spec).unwrap().spec(), needs().unwrap());
            assert_eq!(shelf.products.len(), products as usize);
            let mut next = 0;
            for (index, group) in shelf.groups.iter().enumerate() {
                assert_eq!(group.products.start, next);
                next = group.products.end;
                assert!(group.products.len() <= GROUP_SIZE_MAX);
                for product in group.products.clone() {
                    assert_eq!(shelf.products[product as usize].group as usize, index);
                }
            }
            assert_eq!(next, products);
            assert!(shelf.groups_of.iter().all(|groups| !groups.is_empty()));
            let mut numbers: Vec<u32> = shelf
                .products
                .iter()
                .map(|product| product.number)
                .collect();
            numbers.sort_unstable();
            assert!(numbers.iter().copied().eq(1..=products));
        }
    }

    #[test]
    fn prices_end_as_shops_end_them() {
        assert_eq!(
            [
                price_ending(101.0),
                price_ending(1234.0),
                price_ending(8020.0)
            ],
            [99, 1249, 7999]
        );
    }
}
