//! The product finder: it asks what parts the products best and ranks them by the answers, each with reasons that sum to
//! its score; the answers of a known customer can be kept as what they declared. Nothing is kept between two calls. It
//! must not weigh anything (`genome::finder`).

mod keep;
mod telling;

pub(crate) use keep::NOT;

use crate::genome::Trait;
use crate::project::{beside, machine};
use crate::views::{FinderAnswer, FinderChoice, FinderRequest, FinderStep};
use crate::{Actor, EngineError, Project};
use arrow::array::Array;
use genome::Spec;
use genome::finder::{
    Answer, Choice, DEFAULT, Declared, Finder, FinderError, Index, IndexBuilder, Settings,
};
use govern::Action;
use retail::{CustomerKey, Purpose};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// Products told where nobody says how many, and at most.
const TOP: usize = 10;
const TOP_MAX: usize = 100;
/// Answers of one call at most.
const ANSWERS_MAX: usize = 40;
/// The file of a project's own questions.
const FILE: &str = "finder.toml";
/// How often each product is on a receipt.
const SOLD: &str = "select product_id, count(distinct receipt_key) from sales group by product_id";

/// All products as the finder needs them, read once and shared until they are read anew.
pub(crate) struct Shelf {
    /// What they were read by.
    key: String,
    codes: Vec<String>,
    names: Vec<String>,
    traits: Vec<Vec<Trait>>,
    receipts: Vec<f64>,
    /// Attributes with one value alone, of which a product without it says no.
    flags: BTreeSet<String>,
    /// Indexes that were built of it, by category.
    indexes: Mutex<HashMap<Option<String>, Arc<Index>>>,
    /// The spec that says what is sensitive.
    spec: Spec,
}

/// The shelf that was read last.
#[derive(Default)]
pub(crate) struct Shelves(Mutex<Option<Arc<Shelf>>>);

/// The part of a shelf that is looked through, and what suits who asks.
struct Looked {
    shelf: Arc<Shelf>,
    /// Places on the shelf.
    places: Vec<usize>,
    index: Arc<Index>,
    prior: Vec<f64>,
    topics: Vec<String>,
    settings: Settings,
    notes: Vec<String>,
}

impl Project {
    /// The next question and the products that the answers so far speak for.
    pub async fn find_products(
        &self,
        actor: &Actor,
        purpose: Option<Purpose>,
        asked: FinderRequest,
    ) -> Result<FinderStep, EngineError> {
        actor.may(Action::ReadResults)?;
        let answers = answers(&asked.answers)?;
        let top = asked.top.unwrap_or(TOP);
        if !(1..=TOP_MAX).contains(&top) {
            let detail = format!("write 1 to {TOP_MAX}");
            return Err(EngineError::invalid("top", detail));
        }
        let customer = match asked.customer_key {
            None => None,
            Some(key) => Some(self.shopper(actor, purpose, key).await?),
        };
        let mut looked = self.looked(asked.category.as_deref(), customer).await?;
        looked.notes.extend(unknown_values(&looked.index, &answers));
        let language = asked.language.unwrap_or_else(|| "en".into());
        let work = move || telling::step(&looked, &answers, top, &language);
        beside(work).await
    }

    /// The customer who asks, for a purpose that allows to know them; the look is kept.
    async fn shopper(
        &self,
        actor: &Actor,
        purpose: Option<Purpose>,
        key: i64,
    ) -> Result<CustomerKey, EngineError> {
        let purpose = purpose.ok_or_else(|| {
            EngineError::invalid(
                "purpose",
                "say what for you look at a person: personalisation or service",
            )
        })?;
        actor.may(Action::ReadPerson(purpose))?;
        if !matches!(purpose, Purpose::Personalisation | Purpose::Service) {
            return Err(EngineError::invalid(
                "purpose",
                "a finder knows its shopper to personalise (personalisation) or to help them (service)",
            ));
        }
        let customer = self.merges_at(None).await?.customer(CustomerKey(key));
        self.must_know(customer).await?;
        self.registry()
            .record_read(self.now(), &actor.id, purpose, customer, "product finder")
            .await?;
        Ok(customer)
    }

    async fn looked(
        &self,
        category: Option<&str>,
        customer: Option<CustomerKey>,
    ) -> Result<Looked, EngineError> {
        let shelf = self.shelf().await?;
        let (mut tastes, mut topics, mut notes) = (HashMap::new(), Vec::new(), Vec::new());
        if let Some(customer) = customer {
            topics = self.topics_of(customer).await?;
            match self.tastes(customer).await? {
                Some(found) => tastes = found,
                None => notes.push(
                    "Nothing of this customer's genome is used: there is none, or they refused to be profiled.".into(),
                ),
            }
        }
        let settings = self.finder_settings().await?;
        let category = category.map(str::to_string);
        beside(move || {
            let places = shelf.places(category.as_deref())?;
            let mut prior = Vec::with_capacity(places.len());
            for &place in &places {
                let suits: f64 = shelf.traits[place]
                    .iter()
                    .filter_map(|(attribute, value, _)| {
                        tastes.get(&(attribute.clone(), value.clone()))
                    })
                    .sum();
                // A product that nobody bought yet is no less wanted than one bought once.
                prior.push(shelf.receipts[place].max(1.0) * suits.exp2());
            }
            let index = shelf.index(category, &places)?;
            Ok(Looked {
                shelf,
                places,
                index,
                prior,
                topics,
                settings,
                notes,
            })
        })
        .await
    }

    /// The products, as the newest run read them.
    async fn shelf(&self) -> Result<Arc<Shelf>, EngineError> {
        let spec = self.genome_spec()?;
        let text = spec
            .text()
            .map_err(|cause| EngineError::Data(cause.to_string()))?;
        let key = format!("{}\n{text}", self.dna_key().await?);
        let kept = || {
            self.shelves
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(shelf) = kept().as_ref().filter(|shelf| shelf.key == key) {
            return Ok(Arc::clone(shelf));
        }
        let told = self.told_products(None).await?;
        let read = self.dna_values(self.now()).await?;
        let mut sold: HashMap<String, f64> = HashMap::new();
        for batch in self.lake().rows(SOLD, None, vec![]).await? {
            let (code, receipts) = (
                crate::cells::texts(&batch, 0)?,
                crate::cells::ints(&batch, 1)?,
            );
            for row in (0..batch.num_rows()).filter(|row| code.is_valid(*row)) {
                sold.insert(code.value(row).to_string(), receipts.must(row) as f64);
            }
        }
        let shelf = beside(move || {
            let mut shelf = Shelf {
                key,
                codes: Vec::new(),
                names: Vec::new(),
                traits: Vec::new(),
                receipts: Vec::new(),
                flags: BTreeSet::new(),
                indexes: Mutex::default(),
                spec,
            };
            for product in told.iter() {
                let values = read.get(&product.code).map_or(&[][..], Vec::as_slice);
                shelf.traits.push(crate::genome::traits(product, values));
                shelf
                    .receipts
                    .push(sold.get(&product.code).copied().unwrap_or(0.0));
                shelf.names.push(product.name.clone());
                shelf.codes.push(product.code.clone());
            }
            let traits = shelf.traits.iter().flatten();
            let traits =
                traits.map(|(attribute, value, sure)| (attribute.as_str(), value.as_str(), *sure));
            shelf.flags = genome::finder::flags(traits, &shelf.spec);
            Ok(Arc::new(shelf))
        })
        .await?;
        *kept() = Some(Arc::clone(&shelf));
        Ok(shelf)
    }

    /// The project's own questions, else the bundled ones.
    async fn finder_settings(&self) -> Result<Settings, EngineError> {
        let path = self.folder().join(FILE);
        beside(move || {
            let text = match std::fs::read_to_string(&path) {
                Ok(text) => text,
                Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => DEFAULT.to_string(),
                Err(cause) => return Err(machine(&path, &cause)),
            };
            Settings::parse(&text).map_err(|cause| EngineError::Data(format!("{FILE}: {cause}")))
        })
        .await
    }
}

impl Shelf {
    /// The index of a category's products: built once, since every step asks it again.
    fn index(&self, category: Option<String>, places: &[usize]) -> Result<Arc<Index>, EngineError> {
        let kept = || self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = kept().get(&category) {
            return Ok(Arc::clone(index));
        }
        let mut builder = IndexBuilder::new().with_flags(&self.flags);
        for &place in places {
            let traits = self.traits[place].iter();
            let named: Vec<(&str, &str, f64)> = traits
                .map(|(attribute, value, sure)| (attribute.as_str(), value.as_str(), *sure))
                .collect();
            builder.add(&named);
        }
        let index = Arc::new(builder.finish(&self.spec));
        kept().insert(category, Arc::clone(&index));
        Ok(index)
    }

    /// The places of a category's products, or all.
    fn places(&self, category: Option<&str>) -> Result<Vec<usize>, EngineError> {
        let Some(category) = category else {
            return Ok((0..self.codes.len()).collect());
        };
        let is_in = |traits: &Vec<Trait>| {
            let mut levels = traits
                .iter()
                .filter(|(name, ..)| name.starts_with("category"));
            levels.any(|(_, value, _)| value.eq_ignore_ascii_case(category))
        };
        let each = self.traits.iter().enumerate();
        let places: Vec<usize> = each
            .filter(|(_, one)| is_in(one))
            .map(|(at, _)| at)
            .collect();
        if places.is_empty() {
            let all = self.traits.iter().flatten();
            let names = all.filter(|(name, ..)| name.starts_with("category"));
            let names = names.map(|(_, value, _)| value.as_str());
            return Err(crate::spelling::unknown("category", category, names));
        }
        Ok(places)
    }
}

impl Looked {
    fn finder(&self) -> Result<Finder<'_>, EngineError> {
        let consents = self.index.consents(self.topics.iter().map(String::as_str));
        Finder::new(&self.index, &self.settings, consents, Some(&self.prior)).map_err(refused)
    }
}

/// What the finder refuses: an answer is the caller's to mend.
fn refused(cause: FinderError) -> EngineError {
    match cause {
        FinderError::Attribute(_) | FinderError::NoValue(_) | FinderError::Withheld { .. } => {
            EngineError::invalid("answers", cause.to_string())
        }
        other => EngineError::Data(other.to_string()),
    }
}

/// What answers name that no product looked through has: a wish that none meets may be a slip.
fn unknown_values(index: &Index, answers: &[Answer]) -> Vec<String> {
    let each = answers.iter().flat_map(|one| {
        let values = one.choice.values().iter();
        values.map(move |value| (one.attribute.as_str(), value.as_str()))
    });
    each.filter(|(attribute, value)| !index.values(attribute).any(|known| known == *value))
        .map(|(attribute, value)| {
            let known: Vec<&str> = index.values(attribute).take(8).collect();
            let attribute = attribute.replace('_', " ");
            format!(
                "No product here has {attribute} '{value}'; there are {}.",
                known.join(", ")
            )
        })
        .collect()
}

fn answers(given: &[FinderAnswer]) -> Result<Vec<Answer>, EngineError> {
    if given.len() > ANSWERS_MAX {
        let detail = format!("at most {ANSWERS_MAX} answers are heard");
        return Err(EngineError::invalid("answers", detail));
    }
    let each = given.iter().map(|one| {
        let values = one.values.clone();
        Answer {
            attribute: one.attribute.clone(),
            choice: match one.choice {
                FinderChoice::AnyOf => Choice::AnyOf(values),
                FinderChoice::NoneOf => Choice::NoneOf(values),
                FinderChoice::OtherThan => Choice::OtherThan(values),
                FinderChoice::DontMind => Choice::DontMind,
                FinderChoice::Skipped => Choice::Skipped,
            },
        }
    });
    Ok(each.collect())
}

/// What answers declare, where the finder accepts them.
fn declared(looked: &Looked, given: &[Answer]) -> Result<Vec<Declared>, EngineError> {
    looked.finder()?.declared(given).map_err(refused)
}
