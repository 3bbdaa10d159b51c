//! Needs: what people shop for, with prices, rhythm, seasons and the words products are made from. Reads
//! the bundled table `data/needs.psv`; holds no product.

use crate::SampleError;
use crate::habits::{AXES, AXIS_NAMES, MISSIONS};
use crate::random::{exp, wave};

const TABLE: &str = include_str!("data/needs.psv");

/// Who has a need at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    Anyone,
    MeatEater,
    Adult,
    Baby,
    Child,
    Dog,
    Cat,
    Pet,
    Garden,
    Mover,
}

/// Limited options of products made to order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    Coffee,
    Sofa,
    Paint,
    Gift,
    Ice,
}

impl Made {
    /// The option sets: name and its legal values.
    pub(crate) fn sets(self) -> &'static [(&'static str, &'static [&'static str])] {
        match self {
            Self::Coffee => &[
                ("milk", &["whole", "oat", "soya", "none"]),
                ("syrup", &["none", "vanilla", "caramel", "hazelnut"]),
            ],
            Self::Sofa => &[
                ("cover", &["linen", "velvet", "leather", "washable cotton"]),
                ("legs", &["oak", "black steel", "walnut"]),
            ],
            Self::Paint => &[
                (
                    "shade",
                    &[
                        "warm white",
                        "sage",
                        "terracotta",
                        "deep blue",
                        "signal yellow",
                    ],
                ),
                ("finish", &["matt", "silk"]),
            ],
            Self::Gift => &[
                ("motif", &["name", "photo", "date", "paw print"]),
                ("box", &["none", "plain", "festive"]),
            ],
            Self::Ice => &[
                (
                    "flavour",
                    &[
                        "vanilla",
                        "chocolate",
                        "strawberry",
                        "pistachio",
                        "vegan mango",
                    ],
                ),
                (
                    "topping",
                    &["none", "nuts", "sprinkles", "fruit", "hot fudge"],
                ),
            ],
        }
    }
}

/// One need.
#[derive(Debug)]
pub(crate) struct Need {
    pub name: &'static str,
    pub categories: [&'static str; 3],
    pub nouns: Vec<&'static str>,
    /// Cheapest and dearest usual price, EUR.
    pub price: (f32, f32),
    /// Days one purchase lasts a person.
    pub cycle_days: u16,
    /// Relative number of products.
    pub weight: f32,
    /// Pull of the need per mission.
    pub missions: [f32; 8],
    /// Flavours or styles.
    pub kinds: Vec<&'static str>,
    pub sizes: Vec<&'static str>,
    pub materials: Vec<&'static str>,
    /// Whether products come in colours, and whether these are skin shades.
    pub coloured: bool,
    pub shaded: bool,
    /// Month of the peak, 1-12, and height of the seasonal wave in log units.
    pub season: (f32, f32),
    pub gate: Gate,
    /// Probability that a product has each attribute.
    pub axes: [f32; AXES],
    pub made: Option<Made>,
    /// Width, height, depth of a mid-sized pack, cm.
    pub box_cm: [f32; 3],
    /// Probability that a bought line is brought back (shop; online it is higher).
    pub returns: f32,
}

impl Need {
    /// Factor of demand on a day of the year, 1 on average: a wave with its crest mid-peak-month.
    pub(crate) fn season_factor(&self, day_of_year: i32) -> f32 {
        let (month, height) = self.season;
        if month == 0.0 {
            return 1.0;
        }
        let peak = (month - 0.5) / 12.0 * 365.25;
        exp(height * wave((day_of_year as f32 - peak) / 365.25))
    }

    /// Whether people choose by a size or shade that must fit them.
    pub(crate) fn fitted(&self) -> bool {
        self.shaded || self.sizes.contains(&"XL") || self.sizes.contains(&"41")
    }
}

/// Reads the bundled table.
pub(crate) fn needs() -> Result<Vec<Need>, SampleError> {
    TABLE
        .lines()
        .enumerate()
        .skip(1)
        .map(|(index, line)| need(index + 1, line))
        .collect()
}

fn need(line: usize, text: &'static str) -> Result<Need, SampleError> {
    let damaged = |what| SampleError::Bundled {
        table: "needs.psv",
        line,
        what,
    };
    let cells: Vec<&'static str> = text.split('|').collect();
    let cells: [&'static str; 19] = cells.try_into().map_err(|_| damaged("number of cells"))?;
    let [
        name,
        c1,
        c2,
        c3,
        nouns,
        price,
        cycle,
        weight,
        missions,
        kinds,
        sizes,
        materials,
        ..,
    ] = cells;
    let [.., colours, season, gate, axes, options, box_cm, returns] = cells;
    let number = |text: &str, what| text.parse::<f32>().map_err(|_| damaged(what));
    let pair = |text: &str, mark, what| -> Result<(f32, f32), SampleError> {
        let (a, b) = text.split_once(mark).ok_or_else(|| damaged(what))?;
        Ok((number(a, what)?, number(b, what)?))
    };
    let mut pull = [0.0; 8];
    for cell in missions.split_whitespace() {
        let slot = MISSIONS
            .iter()
            .position(|mission| cell.starts_with(mission.letter()));
        pull[slot.ok_or_else(|| damaged("missions"))?] = number(&cell[1..], "missions")?;
    }
    let mut chances = [0.0; AXES];
    for cell in axes.split_whitespace() {
        let split = cell.find('.').ok_or_else(|| damaged("axes"))?;
        let slot = AXIS_NAMES.iter().position(|axis| *axis == &cell[..split]);
        chances[slot.ok_or_else(|| damaged("axes"))?] = number(&cell[split..], "axes")?;
    }
    let sides: Vec<f32> = box_cm
        .split('x')
        .filter_map(|side| side.parse().ok())
        .collect();
    Ok(Need {
        name,
        categories: [c1, c2, c3],
        nouns: list(nouns),
        price: pair(price, '-', "price")?,
        cycle_days: cycle.parse().map_err(|_| damaged("cycle_days"))?,
        weight: number(weight, "weight")?,
        missions: pull,
        kinds: list(kinds),
        sizes: list(sizes),
        materials: list(materials),
        coloured: colours != "no",
        shaded: colours == "shade",
        season: pair(season, ':', "season")?,
        gate: gate_of(gate).ok_or_else(|| damaged("gate"))?,
        axes: chances,
        made: made_of(options),
        box_cm: sides.try_into().map_err(|_| damaged("box_cm"))?,
        returns: number(returns, "returns")?,
    })
}

fn list(cell: &'static str) -> Vec<&'static str> {
    cell.split(',').filter(|item| !item.is_empty()).collect()
}

fn gate_of(cell: &str) -> Option<Gate> {
    Some(match cell {
        "any" => Gate::Anyone,
        "meat" => Gate::MeatEater,
        "adult" => Gate::Adult,
        "baby" => Gate::Baby,
        "child" => Gate::Child,
        "dog" => Gate::Dog,
        "cat" => Gate::Cat,
        "pet" => Gate::Pet,
        "garden" => Gate::Garden,
        "move" => Gate::Mover,
        _ => return None,
    })
}

fn made_of(cell: &str) -> Option<Made> {
    match cell {
        "coffee" => Some(Made::Coffee),
        "sofa" => Some(Made::Sofa),
        "paint" => Some(Made::Paint),
        "gift" => Some(Made::Gift),
        "ice" => Some(Made::Ice),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_table_is_whole() {
        let needs = needs().unwrap();
        assert!(needs.len() >= 100);
        for need in &needs {
            assert!(
                !need.nouns.is_empty() && !need.sizes.is_empty() && !need.kinds.is_empty(),
                "{}",
                need.name
            );
            assert!(need.price.0 < need.price.1, "{}", need.name);
            assert!(need.missions.iter().sum::<f32>() > 0.0, "{}", need.name);
            assert!(
                need.axes.iter().all(|&chance| chance < 1.0),
                "{}",
                need.name
            );
        }
        for mission in 0..8 {
            assert!(
                needs
                    .iter()
                    .filter(|need| need.missions[mission] > 0.0)
                    .count()
                    > 5
            );
        }
        let milk = &needs[0];
        assert_eq!((milk.name, milk.axes[2], milk.axes[5]), ("milk", 0.3, 0.2));
    }

    #[test]
    fn seasons_peak_in_their_month() {
        let needs = needs().unwrap();
        let ice = needs.iter().find(|need| need.name == "ice_cream").unwrap();
        assert!(ice.season_factor(196) > 2.0 && ice.season_factor(15) < 0.5);
    }
}
