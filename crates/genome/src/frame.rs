//! What is frozen for a run: the landmark, the spec, the values and products with what they stand for, and what is
//! usual. Genomes of one frame can be compared to the last digit; live states belong to one frame. No customer is
//! here.

use crate::baseline::Baseline;
use crate::spec::{is_level, millionths};
use crate::{Act, ActKind, GenomeError, Spec};
use affinity::decay::{Decay, Params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The attribute that motivations are values of.
pub const MOTIVATION: &str = "motivation";
/// The attribute of the circumstance whether a promotion applied; its values are yes and no.
pub const PROMOTION: &str = "promotion";
/// The attribute of the circumstance through which channel was bought.
pub const CHANNEL: &str = "channel";

/// An attribute of products.
#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    pub name: String,
    pub decay: Decay,
}

/// A value of an attribute.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub attribute: u32,
    pub name: String,
    /// Bit of the topic that needs consent; 0 where none does.
    pub topic: u32,
    /// Motivations that it speaks for, with the part of the weight in millionths.
    motivations: Vec<(u32, i64)>,
}

/// What a product stands for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Product {
    /// Values with their part of an act's weight in millionths, each once.
    values: Vec<(u32, i64)>,
    /// Bits of the topics that its values belong to.
    topics: u32,
    pub brand: Option<u32>,
    pub category: Option<u32>,
}

/// An attribute with one value alone, as `organic = yes`: a product of the same kind without it says no.
#[derive(Debug, Clone, Default)]
struct Flag {
    no: u32,
    /// Lowest categories in which some product has the value, and others could.
    categories: BTreeSet<Option<u32>>,
}

/// The value of products without the one value that an attribute has.
const NO: &str = "no";

/// One act's word for one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    pub value: u32,
    /// In millionths of a purchase; never 0.
    pub weight: i64,
}

/// The topics that a customer consented to, of one frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Consents(pub(crate) u32);

/// What a run froze. Values and products are numbered as they are added; adding changes nothing that was there.
#[derive(Debug, Clone)]
pub struct Frame {
    run: String,
    landmark: i64,
    spec: Spec,
    topics: Vec<String>,
    attributes: Vec<Attribute>,
    values: Vec<Value>,
    numbers: BTreeMap<String, BTreeMap<String, u32>>,
    products: Vec<Product>,
    flags: BTreeMap<u32, Flag>,
    promotion: [u32; 2],
    /// Standard deviations to either side that an interval of the spec's level holds.
    deviations: f64,
    pub(crate) baseline: Baseline,
}

/// A frame as it is kept: all but the products, which the catalogue keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Kept {
    run: String,
    landmark: i64,
    /// Its text: TOML gives every number back as it was.
    spec: String,
    /// Attribute and value, in the order of their numbers.
    values: Vec<(String, String)>,
    baseline: Baseline,
}

impl Frame {
    /// A frame without products and baseline. `landmark` is the instant that the run describes, in seconds since
    /// 1970.
    ///
    /// # Errors
    /// [`GenomeError::Kernel`] for a landmark that is no instant of this age.
    pub fn new(run: &str, landmark: i64, spec: Spec) -> Result<Self, GenomeError> {
        let mut frame = Self {
            run: run.into(),
            landmark,
            topics: spec.topics(),
            deviations: affinity::posterior::deviations(spec.genes.level),
            spec,
            attributes: Vec::new(),
            values: Vec::new(),
            numbers: BTreeMap::new(),
            products: Vec::new(),
            flags: BTreeMap::new(),
            promotion: [0, 0],
            baseline: Baseline::default(),
        };
        frame.promotion = [
            frame.value(PROMOTION, "no")?,
            frame.value(PROMOTION, "yes")?,
        ];
        Ok(frame)
    }

    /// The same frame with what is usual, as [`crate::BaselineBuilder`] found it.
    pub fn with_baseline(mut self, baseline: Baseline) -> Self {
        self.baseline = baseline;
        self
    }

    /// The number of a value; it is added where it is new.
    ///
    /// # Errors
    /// [`GenomeError::Kernel`] for a half-life that the arithmetic cannot have.
    pub fn value(&mut self, attribute: &str, value: &str) -> Result<u32, GenomeError> {
        if let Some(number) = self.find(attribute, value) {
            return Ok(number);
        }
        let speaks = self.spec.motivations(attribute, value);
        let speaks: Vec<(String, i64)> = speaks
            .into_iter()
            .map(|(name, part)| (name.to_string(), part))
            .collect();
        let mut motivations = Vec::with_capacity(speaks.len());
        // A motivation that speaks for motivations would go in circles.
        for (name, part) in speaks.into_iter().filter(|_| attribute != MOTIVATION) {
            motivations.push((self.value(MOTIVATION, &name)?, part));
        }
        // After its motivations, so that a frame read back numbers attributes alike.
        let of = self.attributes.iter().position(|one| one.name == attribute);
        let of = match of {
            Some(of) => of,
            None => {
                let landmark = self.landmark;
                let half_life = self.spec.half_life(attribute);
                let decay = Params {
                    landmark,
                    half_life,
                }
                .check()?;
                let name = attribute.into();
                self.attributes.push(Attribute { name, decay });
                self.attributes.len() - 1
            }
        };
        let topic = self
            .spec
            .topic(attribute, value)
            .and_then(|topic| self.bit(topic));
        let number = self.values.len() as u32;
        self.values.push(Value {
            attribute: of as u32,
            name: value.into(),
            topic: topic.unwrap_or(0),
            motivations,
        });
        self.numbers
            .entry(attribute.into())
            .or_default()
            .insert(value.into(), number);
        Ok(number)
    }

    /// The number of a value that is known.
    pub fn find(&self, attribute: &str, value: &str) -> Option<u32> {
        self.numbers.get(attribute)?.get(value).copied()
    }

    /// Adds a product by its values: attribute, value, and how sure the value is (above 0, at most 1);
    /// higher levels of its category before lower ones. Gives its number; products are numbered from 0.
    ///
    /// # Errors
    /// As [`Frame::value`].
    pub fn product(&mut self, traits: &[(&str, &str, f64)]) -> Result<u32, GenomeError> {
        let mut product = Product::default();
        for &(attribute, value, sure) in traits {
            let part = millionths(sure.clamp(0.0, 1.0));
            let number = self.value(attribute, value)?;
            let value = &self.values[number as usize];
            product.topics |= value.topic;
            if attribute == self.spec.habits.brand {
                product.brand.get_or_insert(number);
            }
            if is_level(attribute, &self.spec.habits.category) {
                // The last is the lowest level.
                product.category = Some(number);
            }
            larger(&mut product.values, number, part);
            for &(motivation, of) in &value.motivations {
                larger(&mut product.values, motivation, times(part, of));
            }
        }
        self.say_no(&mut product);
        self.products.push(product);
        Ok(self.products.len() as u32 - 1)
    }

    /// Ends the catalogue of the run. Of an attribute with one value alone (`organic = yes`) nobody could have more
    /// than usual, as all of its evidence is for that value. So each product without it now says no, where its
    /// lowest category has a product with it: where there is a choice. Products that are added later are treated
    /// alike. To be called once, after the products and before the first state.
    ///
    /// # Errors
    /// As [`Frame::value`].
    pub fn end_catalogue(&mut self) -> Result<(), GenomeError> {
        let mut values: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        let mut categories: BTreeMap<u32, BTreeSet<Option<u32>>> = BTreeMap::new();
        for product in &self.products {
            for &(value, _) in &product.values {
                let attribute = self.values[value as usize].attribute;
                values.entry(attribute).or_default().insert(value);
                categories
                    .entry(attribute)
                    .or_default()
                    .insert(product.category);
            }
        }
        for (attribute, values) in values {
            let name = self.attributes[attribute as usize].name.clone();
            if values.len() > 1 || name == MOTIVATION || name == self.spec.habits.brand {
                continue;
            }
            if is_level(&name, &self.spec.habits.category) {
                continue;
            }
            let flag = Flag {
                no: self.value(&name, NO)?,
                categories: categories.remove(&attribute).unwrap_or_default(),
            };
            self.flags.insert(attribute, flag);
        }
        let mut products = std::mem::take(&mut self.products);
        products.iter_mut().for_each(|product| self.say_no(product));
        self.products = products;
        Ok(())
    }

    /// Whether a value is the no of a flag: it says the reverse of the yes, and is no gene of its own.
    pub(crate) fn is_no(&self, value: u32) -> bool {
        self.flags.values().any(|flag| flag.no == value)
    }

    /// Adds no for each flag that the product could have and has not.
    fn say_no(&self, product: &mut Product) {
        for (attribute, flag) in &self.flags {
            let has =
                |&(value, _): &(u32, i64)| self.values[value as usize].attribute == *attribute;
            if flag.categories.contains(&product.category) && !product.values.iter().any(has) {
                product.values.push((flag.no, affinity::decay::UNIT));
            }
        }
    }

    /// The consents to the topics named; names that the spec does not hold are passed over.
    pub fn consents<'a>(&self, topics: impl IntoIterator<Item = &'a str>) -> Consents {
        Consents(
            topics
                .into_iter()
                .filter_map(|topic| self.bit(topic))
                .fold(0, |all, bit| all | bit),
        )
    }

    /// The topics that are not looked at with these consents.
    pub fn withheld(&self, consents: Consents) -> Vec<String> {
        let without = |(place, _): &(usize, &String)| consents.0 & (1 << place) == 0;
        self.topics
            .iter()
            .enumerate()
            .filter(without)
            .map(|(_, topic)| topic.clone())
            .collect()
    }

    fn bit(&self, topic: &str) -> Option<u32> {
        self.topics
            .iter()
            .position(|one| one == topic)
            .map(|place| 1 << place)
    }

    /// The run's id.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// The landmark, in seconds since 1970.
    pub fn landmark(&self) -> i64 {
        self.landmark
    }

    /// The spec.
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Attribute and name of a value.
    pub fn name(&self, value: u32) -> Option<(&str, &str)> {
        let value = self.values.get(value as usize)?;
        Some((&self.attributes[value.attribute as usize].name, &value.name))
    }

    pub(crate) fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    pub(crate) fn deviations(&self) -> f64 {
        self.deviations
    }

    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }

    pub(crate) fn decay_of(&self, value: u32) -> Result<&Decay, GenomeError> {
        let value = self
            .values
            .get(value as usize)
            .ok_or(GenomeError::Value(value))?;
        Ok(&self.attributes[value.attribute as usize].decay)
    }

    /// The values of a product with their parts; of one that the catalogue lacks, none.
    pub(crate) fn values_of(&self, product: u32) -> &[(u32, i64)] {
        let product = self.products.get(product as usize);
        product.map_or(&[], |product| &product.values)
    }

    pub(crate) fn product_of(&self, act: &Act) -> Result<Option<&Product>, GenomeError> {
        let find = |number: u32| {
            self.products
                .get(number as usize)
                .ok_or(GenomeError::Product(number))
        };
        act.product.map(find).transpose()
    }

    /// Whether an act may be looked at: none of its values belongs to a topic without consent.
    pub(crate) fn open(&self, act: &Act, consents: Consents) -> Result<bool, GenomeError> {
        let mut topics = self.product_of(act)?.map_or(0, |product| product.topics);
        for &value in &act.values {
            topics |= self
                .values
                .get(value as usize)
                .ok_or(GenomeError::Value(value))?
                .topic;
        }
        Ok(topics & !consents.0 == 0)
    }

    /// What an act says: a piece for each value of its product, each value that it names, and each motivation that
    /// these and its circumstances speak for. None for an act that may not be looked at.
    pub(crate) fn pieces(&self, act: &Act, consents: Consents) -> Result<Vec<Piece>, GenomeError> {
        let mut parts = Vec::new();
        Ok(self.pieces_of(act, consents, &mut parts)?.collect())
    }

    /// As [`Frame::pieces`], in room that is used again.
    pub(crate) fn pieces_of<'a>(
        &'a self,
        act: &Act,
        consents: Consents,
        parts: &'a mut Vec<(u32, i64)>,
    ) -> Result<impl Iterator<Item = Piece> + 'a, GenomeError> {
        parts.clear();
        let weight = self.spec.weight(act.kind);
        if weight != 0 && self.open(act, consents)? {
            self.say(act, parts)?;
        }
        Ok(parts.iter().filter_map(move |&(value, part)| {
            let weight = times(weight, part);
            // Motivations can be sensitive by themselves.
            let open = self.values[value as usize].topic & !consents.0 == 0;
            (weight != 0 && open).then_some(Piece { value, weight })
        }))
    }

    /// Values with their part of the act's weight.
    fn say(&self, act: &Act, parts: &mut Vec<(u32, i64)>) -> Result<(), GenomeError> {
        if let Some(product) = self.product_of(act)? {
            parts.extend_from_slice(&product.values);
        }
        for &value in &act.values {
            larger(parts, value, affinity::decay::UNIT);
            self.speak(parts, value);
        }
        if let (ActKind::Buy, Some(line)) = (act.kind, &act.line) {
            let promotion = line.promoted.map(|yes| self.promotion[usize::from(yes)]);
            for value in promotion.into_iter().chain(line.channel) {
                if value as usize >= self.values.len() {
                    return Err(GenomeError::Value(value));
                }
                self.speak(parts, value);
            }
        }
        Ok(())
    }

    fn speak(&self, parts: &mut Vec<(u32, i64)>, value: u32) {
        for &(motivation, part) in &self.values[value as usize].motivations {
            larger(parts, motivation, part);
        }
    }

    /// The frame as text, without its products.
    ///
    /// # Errors
    /// [`GenomeError::Stored`] where it has no form in JSON.
    pub fn text(&self) -> Result<String, GenomeError> {
        let name = |value: &Value| {
            (
                self.attributes[value.attribute as usize].name.clone(),
                value.name.clone(),
            )
        };
        Ok(serde_json::to_string(&Kept {
            run: self.run.clone(),
            landmark: self.landmark,
            spec: self.spec.text()?,
            values: self.values.iter().map(name).collect(),
            baseline: self.baseline.clone(),
        })?)
    }

    /// The frame that [`Frame::text`] wrote; products are to be added in their order, and the catalogue ended.
    ///
    /// # Errors
    /// [`GenomeError::Stored`] for a text that is none.
    pub fn from_text(text: &str) -> Result<Self, GenomeError> {
        let kept: Kept = serde_json::from_str(text)?;
        let mut frame = Self::new(&kept.run, kept.landmark, Spec::parse(&kept.spec)?)?;
        frame.baseline = kept.baseline;
        for (attribute, value) in &kept.values {
            frame.value(attribute, value)?;
        }
        Ok(frame)
    }
}

/// Sets a value's part where it is larger than the one there is.
fn larger(parts: &mut Vec<(u32, i64)>, value: u32, part: i64) {
    match parts.iter_mut().find(|(one, _)| *one == value) {
        Some((_, there)) => *there = part.max(*there),
        None => parts.push((value, part)),
    }
}

/// A weight times a part, both in millionths, to the nearest; halves away from 0.
fn times(weight: i64, part: i64) -> i64 {
    let product = weight * part;
    (product.abs() + 500_000) / 1_000_000 * product.signum()
}
