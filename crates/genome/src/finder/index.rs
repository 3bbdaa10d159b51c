//! The catalogue as a finder reads it: attributes, their values, and per attribute the few sets of values that
//! products have, so that a question costs one pass over small numbers. No shopper is here.

use crate::spec::is_level;
use crate::{Consents, Spec};
use std::collections::{BTreeMap, BTreeSet};

/// The whole, in thousandths.
pub(super) const WHOLE: u16 = 1_000;
/// What a product says of an attribute that has one value alone and that it has not.
const NO: &str = "no";

/// A value with the bit of the topic that needs consent; 0 where none does.
#[derive(Debug, Clone)]
struct Value {
    name: String,
    topic: u32,
}

/// Values of a product with how sure they are in thousandths, by number.
type Profile = Vec<(u32, u16)>;

/// An attribute of the catalogue.
#[derive(Debug, Clone)]
pub(super) struct Attribute {
    pub name: String,
    /// By name.
    values: Vec<Value>,
    /// The different sets of values; the first is the empty one.
    profiles: Vec<Profile>,
    /// Number of the set that each product has.
    pub of: Vec<u32>,
    known: usize,
}

impl Attribute {
    /// Number of a value.
    pub fn find(&self, value: &str) -> Option<u32> {
        let found = self
            .values
            .binary_search_by(|one| one.name.as_str().cmp(value));
        found.ok().map(|place| place as u32)
    }

    /// Name of a value.
    pub fn value(&self, number: u32) -> &str {
        &self.values[number as usize].name
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// How many sets of values there are.
    pub fn profiles(&self) -> usize {
        self.profiles.len()
    }

    /// The values of a set that may be looked at.
    pub fn open(&self, profile: usize, consents: Consents) -> impl Iterator<Item = (u32, u16)> {
        let open = move |one: &&(u32, u16)| self.values[one.0 as usize].topic & !consents.0 == 0;
        self.profiles[profile].iter().filter(open).copied()
    }
}

/// A catalogue that questions can be asked of.
#[derive(Debug, Clone)]
pub struct Index {
    products: usize,
    /// The one that most products have first; of equals by name.
    attributes: Vec<Attribute>,
    places: BTreeMap<String, usize>,
    spec: Spec,
    topics: Vec<String>,
}

impl Index {
    /// How many products it holds.
    pub fn products(&self) -> usize {
        self.products
    }

    /// The attributes with how many products have a value, the most common first.
    pub fn coverage(&self) -> impl Iterator<Item = (&str, usize)> {
        self.attributes
            .iter()
            .map(|one| (one.name.as_str(), one.known))
    }

    /// The consents to the topics named; names that the spec does not hold are passed over.
    pub fn consents<'a>(&self, topics: impl IntoIterator<Item = &'a str>) -> Consents {
        let place = |topic: &str| self.topics.iter().position(|one| one == topic);
        let bits = topics.into_iter().filter_map(place).map(|place| 1 << place);
        Consents(bits.fold(0, |all, bit| all | bit))
    }

    /// The values that products have of an attribute, in order; none where no product has the attribute.
    pub fn values(&self, attribute: &str) -> impl Iterator<Item = &str> {
        let own = self.place(attribute).map(|at| &self.attributes[at].values);
        own.into_iter().flatten().map(|value| value.name.as_str())
    }

    pub(super) fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    pub(super) fn place(&self, attribute: &str) -> Option<usize> {
        self.places.get(attribute).copied()
    }

    /// The topic of a value, whether or not a product has it, where the consents do not hold it.
    pub(super) fn withheld(
        &self,
        attribute: &str,
        value: &str,
        consents: Consents,
    ) -> Option<&str> {
        let topic = self.spec.topic(attribute, value)?;
        let bit = bit(&self.topics, topic);
        (bit & !consents.0 != 0).then_some(topic)
    }
}

fn bit(topics: &[String], topic: &str) -> u32 {
    let place = topics.iter().position(|one| one == topic);
    place.map_or(0, |place| 1 << place)
}

/// What is gathered of an attribute: its values by name, and what products say of it.
#[derive(Debug, Clone, Default)]
struct Gathered {
    values: BTreeMap<String, u32>,
    said: Vec<(u32, Profile)>,
}

/// How sure a value is, in thousandths: what is no number becomes 0.
fn thousandths(sure: f64) -> u16 {
    (sure.clamp(0.0, 1.0) * f64::from(WHOLE)).round() as u16
}

/// Whether an attribute with one value alone is a flag: a product has one brand and one place among the categories,
/// whichever these are.
fn may_be_flag(name: &str, spec: &Spec) -> bool {
    !is_level(name, &spec.habits.category) && name != spec.habits.brand
}

/// The flags of a catalogue: attributes with one value alone (`organic = yes`), of which a product without it says no.
/// `traits` are those of all its products, as for [`IndexBuilder::add`]. A part of the catalogue must not decide it by
/// itself: among 40 tables of which 3 are known to be of oak, material would be one.
pub fn flags<'a>(
    traits: impl IntoIterator<Item = (&'a str, &'a str, f64)>,
    spec: &Spec,
) -> BTreeSet<String> {
    let mut only: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for (attribute, value, sure) in traits {
        if thousandths(sure) == 0 {
            continue;
        }
        let one = only.entry(attribute).or_insert(Some(value));
        *one = one.filter(|one| *one == value);
    }
    let flags = only.into_iter().filter(|(_, one)| one.is_some());
    flags
        .filter(|(name, _)| may_be_flag(name, spec))
        .map(|(name, _)| name.to_string())
        .collect()
}

/// Takes products one by one.
#[derive(Debug, Clone, Default)]
pub struct IndexBuilder {
    products: u32,
    gathered: BTreeMap<String, Gathered>,
    flags: Option<BTreeSet<String>>,
}

impl IndexBuilder {
    /// Without products, for a whole catalogue.
    pub fn new() -> Self {
        Self::default()
    }

    /// For a part of a catalogue, as one category: `flags` are those of the whole ([`flags`]), and no other attribute is
    /// one, though but one value of it be left here.
    #[must_use]
    pub fn with_flags(mut self, flags: &BTreeSet<String>) -> Self {
        self.flags = Some(flags.clone());
        self
    }

    /// Adds a product by its values: attribute, value, and how sure the value is (0 to 1). A value that is less sure
    /// than half a thousandth, or of which that is no number, is passed over; of one told twice the surer counts.
    /// Gives its number; products are numbered from 0.
    pub fn add(&mut self, traits: &[(&str, &str, f64)]) -> u32 {
        let product = self.products;
        self.products += 1;
        for &(attribute, value, sure) in traits {
            let sure = thousandths(sure);
            if sure == 0 {
                continue;
            }
            if !self.gathered.contains_key(attribute) {
                self.gathered.insert(attribute.into(), Gathered::default());
            }
            let Some(into) = self.gathered.get_mut(attribute) else {
                continue;
            };
            into.say(product, value, sure);
        }
        product
    }

    /// The index. The spec says what is sensitive and which attribute is the category. Of a flag, an attribute with
    /// one value alone (`organic = yes`), a product without it says no where its lowest category has a product with
    /// it, as in [`crate::Frame::end_catalogue`]. Flags are those given, else those of the products here.
    pub fn finish(self, spec: &Spec) -> Index {
        let products = self.products as usize;
        let topics = spec.topics();
        let categories = self.categories(spec);
        let flags = self.flags;
        let settled = self.gathered.into_iter().map(|(name, mut gathered)| {
            let whole = || may_be_flag(&name, spec);
            let flag = flags.as_ref().map_or_else(whole, |of| of.contains(&name));
            if gathered.values.len() == 1 && flag {
                gathered.say_no(&categories);
            }
            gathered.settle(name, products, spec, &topics)
        });
        let mut attributes: Vec<Attribute> = settled.collect();
        attributes.sort_by(|a, b| b.known.cmp(&a.known).then_with(|| a.name.cmp(&b.name)));
        let places = attributes.iter().enumerate();
        let places = places
            .map(|(place, one)| (one.name.clone(), place))
            .collect();
        Index {
            products,
            attributes,
            places,
            spec: spec.clone(),
            topics,
        }
    }

    /// The lowest category of each product, as the level's place and the value there.
    fn categories(&self, spec: &Spec) -> Vec<Option<(usize, u32)>> {
        let mut levels: Vec<&String> = self.gathered.keys().collect();
        levels.retain(|name| is_level(name, &spec.habits.category));
        // category_10 is below category_9.
        levels.sort_by_key(|name| (name.len(), *name));
        let mut of = vec![None; self.products as usize];
        for (place, level) in levels.into_iter().enumerate() {
            for (product, said) in &self.gathered[level].said {
                of[*product as usize] = said.last().map(|&(value, _)| (place, value));
            }
        }
        of
    }
}

impl Gathered {
    fn number(&mut self, value: &str) -> u32 {
        if let Some(&number) = self.values.get(value) {
            return number;
        }
        let number = self.values.len() as u32;
        self.values.insert(value.into(), number);
        number
    }

    fn say(&mut self, product: u32, value: &str, sure: u16) {
        let number = self.number(value);
        match self.said.last_mut() {
            Some((of, said)) if *of == product => {
                match said.iter_mut().find(|(one, _)| *one == number) {
                    Some((_, there)) => *there = sure.max(*there),
                    None => said.push((number, sure)),
                }
            }
            _ => self.said.push((product, vec![(number, sure)])),
        }
    }

    /// Adds no to each product without the one value whose category has a product with it.
    fn say_no(&mut self, categories: &[Option<(usize, u32)>]) {
        let mut has = vec![false; categories.len()];
        let mut choice = BTreeSet::new();
        for (product, _) in &self.said {
            has[*product as usize] = true;
            choice.insert(categories[*product as usize]);
        }
        for (product, category) in categories.iter().enumerate() {
            if !has[product] && choice.contains(category) {
                self.say(product as u32, NO, WHOLE);
            }
        }
    }

    /// The attribute, its values in the order of their names whatever the order of the products.
    fn settle(self, name: String, products: usize, spec: &Spec, topics: &[String]) -> Attribute {
        let mut numbers = vec![0; self.values.len()];
        let mut values = Vec::with_capacity(self.values.len());
        for (value, number) in self.values {
            numbers[number as usize] = values.len() as u32;
            let topic = spec.topic(&name, &value);
            let topic = topic.map_or(0, |topic| bit(topics, topic));
            values.push(Value { name: value, topic });
        }
        let known = self.said.len();
        let mut told: Vec<(u32, Profile)> = self.said;
        for (_, said) in &mut told {
            said.iter_mut()
                .for_each(|one| one.0 = numbers[one.0 as usize]);
            said.sort_unstable();
        }
        let different: BTreeSet<&Profile> = told.iter().map(|(_, said)| said).collect();
        let mut profiles = vec![Profile::new()];
        profiles.extend(different.into_iter().cloned());
        let mut of = vec![0; products];
        for (product, said) in &told {
            let place = profiles.binary_search(said);
            of[*product as usize] = place.unwrap_or(0) as u32;
        }
        Attribute {
            name,
            values,
            profiles,
            of,
            known,
        }
    }
}
