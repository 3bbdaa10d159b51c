//! Products as they are handed to whoever reads them: everything in the catalogue or sold, its fields, texts and mean
//! price; and the retailer's own dictionaries. It must not read a text.

use super::bundled;
use crate::cells::{floats, ints, texts};
use crate::counted::Read;
use crate::project::{beside, machine};
use crate::{EngineError, Project};
use arrow::array::{Array, RecordBatch};
use genome::dna::{Dictionary, Found, Product};
use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Where a project keeps its own dictionaries, in the order of their names.
pub(crate) const FOLDER: &str = "dictionaries";

/// Columns of the catalogue that are attributes, in the order in which they are asked for.
const ATTRIBUTES: [&str; 9] = [
    "category_1",
    "category_2",
    "category_3",
    "brand",
    "color",
    "material",
    "pattern",
    "flavour",
    "price_tier",
];

/// Everything that was sold or is in the catalogue, by code: the values of its attributes, further ones as k=v;k=v, its
/// name (else the text on most of its lines), its longer text, its mean price, and the place of that among the products
/// of its lowest category, 0 to 1.
const SQL: &str = "with sold as (select product_id, sum(amount) / nullif(sum(quantity), 0) as price from sales \
     group by product_id), every as (select product_id from current_products union select product_id from sold), \
     priced as (select e.product_id, s.price, coalesce(c.category_3, c.category_2, c.category_1) as category \
     from every e left join sold s on s.product_id = e.product_id left join current_products c \
     on c.product_id = e.product_id), ranked as (select product_id, percent_rank() over (partition by category \
     order by price, product_id) as place, count(*) over (partition by category) as others from priced \
     where price is not null and category is not null), \
     lined as (select product_id, description, row_number() over (partition by product_id order by count(*) desc, \
     description) as place from sales where description is not null group by product_id, description) \
     select e.product_id, {columns}, c.attributes, coalesce(c.name, l.description) as name, c.description, \
     cast(p.price * 100 as bigint) as price, case when r.others >= 3 then r.place end as place \
     from every e left join current_products c on c.product_id = e.product_id \
     left join lined l on l.product_id = e.product_id and l.place = 1 \
     left join sold p on p.product_id = e.product_id \
     left join ranked r on r.product_id = e.product_id order by e.product_id";

/// A product's own words, and what its fields say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    /// Its code.
    pub code: String,
    /// Its name in the catalogue, else the text on most of its receipt lines, else its code.
    pub name: String,
    /// The catalogue's longer text.
    pub description: Option<String>,
    /// Mean price paid, in hundredths of the currency's unit.
    pub price: Option<i64>,
    /// Place of its price among those of its category, in thousandths.
    pub place: Option<u16>,
    /// Attribute and value of each field.
    pub fields: Vec<(String, String)>,
}

/// What a run reads.
pub(super) struct Material {
    /// As the lake tells them.
    pub told: Arc<Vec<Told>>,
    /// As the reader takes them, in the same order.
    pub products: Vec<Product>,
    /// What pictures told, by code.
    pub pictured: BTreeMap<String, Vec<Found>>,
    /// The bundled dictionaries with the retailer's own on top.
    pub dictionary: Dictionary,
    /// Names of the retailer's own, in the order in which they were put on top.
    pub own: Vec<String>,
}

/// Instants of which products are kept: whoever looks at a genome asks for its run's, whoever looks at a product for now's.
const KEPT: usize = 4;

/// The instant at which products were known, and the versions of the tables that they were read from.
type Known = (Option<i64>, Read);

/// The last answers, the newest first.
#[derive(Default)]
pub(crate) struct ToldKept(Mutex<VecDeque<(Known, Arc<Vec<Told>>)>>);

impl Project {
    /// Every product as it was known at an instant, in order of their codes. The last few answers are kept: with many
    /// receipts, each takes long.
    pub(crate) async fn told_products(
        &self,
        known_by: Option<i64>,
    ) -> Result<Arc<Vec<Told>>, EngineError> {
        let columns = ATTRIBUTES.map(|name| format!("c.{name}")).join(", ");
        let sql = SQL.replace("{columns}", &columns);
        let key = (known_by, self.versions_read(&sql).await?);
        let kept = || self.told.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, told)) = kept().iter().find(|(own, _)| *own == key) {
            return Ok(Arc::clone(told));
        }
        let mut all = Vec::new();
        for batch in &self.lake().rows(&sql, known_by, vec![]).await? {
            told(batch, &mut all)?;
        }
        let all = Arc::new(all);
        let mut kept = kept();
        kept.truncate(KEPT - 1);
        kept.push_front((key, Arc::clone(&all)));
        Ok(all)
    }

    /// The dictionaries that hold in this project.
    pub(crate) async fn dna_dictionary(&self) -> Result<Dictionary, EngineError> {
        let folder = self.folder().join(FOLDER);
        Ok(beside(move || dictionaries(&folder)).await?.0)
    }

    /// What a run reads.
    pub(super) async fn dna_material(
        &self,
        known_by: Option<i64>,
    ) -> Result<Material, EngineError> {
        let told = self.told_products(known_by).await?;
        let folder = self.folder().join(FOLDER);
        let (dictionary, own) = beside(move || dictionaries(&folder)).await?;
        Ok(Material {
            products: told.iter().map(product).collect(),
            told,
            pictured: self.pictured().await?,
            dictionary,
            own,
        })
    }
}

/// The bundled dictionaries, with the files of a folder on top in the order of their names.
fn dictionaries(folder: &Path) -> Result<(Dictionary, Vec<String>), EngineError> {
    let (mut dictionary, mut own) = (bundled()?, Vec::new());
    for (name, text) in toml_files(folder)? {
        dictionary = dictionary
            .with(&name, &text)
            .map_err(|cause| EngineError::Data(format!("{FOLDER}/{cause}")))?;
        own.push(name);
    }
    Ok((dictionary, own))
}

/// The TOML files of a folder, each with its name and text, in the order of their names; none where there is no folder.
pub(crate) fn toml_files(folder: &Path) -> Result<Vec<(String, String)>, EngineError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(machine(folder, &cause)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|cause| machine(folder, &cause))?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            files.push(path);
        }
    }
    files.sort();
    let each = files.into_iter().map(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let text = std::fs::read_to_string(&path).map_err(|cause| machine(&path, &cause))?;
        Ok((name.into_owned(), text))
    });
    each.collect()
}

/// As the reader takes it.
fn product(told: &Told) -> Product {
    let name = ("name".to_string(), told.name.clone());
    let more = told.description.clone();
    let more = more.map(|text| ("description".to_string(), text));
    // Of a path of categories the lowest says what a thing is.
    let category = told
        .fields
        .iter()
        .rfind(|(field, _)| field.starts_with("category"));
    let category = category.map(|(_, value)| ("category".to_string(), value.clone()));
    let others = told
        .fields
        .iter()
        .filter(|(field, _)| !field.starts_with("category") && field != "price_tier");
    let others = others.map(|(name, value)| match is_yes(value) {
        // "vegan=yes" is a word of what people ask for, where dictionaries know it.
        true => ("diet".to_string(), name.replace('_', " ")),
        false => (name.clone(), value.clone()),
    });
    Product {
        code: told.code.clone(),
        texts: std::iter::once(name).chain(more).collect(),
        fields: category.into_iter().chain(others).collect(),
        // One project has one currency.
        price: told.price.map(|price| (price, String::new())),
        language: None,
    }
}

fn is_yes(value: &str) -> bool {
    ["yes", "true", "1"].contains(&value.to_lowercase().as_str())
}

/// Products of an answer.
fn told(batch: &RecordBatch, all: &mut Vec<Told>) -> Result<(), EngineError> {
    let code = texts(batch, 0)?;
    let columns = (0..ATTRIBUTES.len() + 3).map(|place| texts(batch, 1 + place));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let price = ints(batch, 4 + ATTRIBUTES.len())?;
    let place = floats(batch, 5 + ATTRIBUTES.len())?;
    for row in 0..batch.num_rows() {
        let text = |place: usize| {
            let column = &columns[place];
            let known = column.is_valid(row).then(|| column.value(row).trim());
            known.filter(|text| !text.is_empty())
        };
        let named = ATTRIBUTES.iter().enumerate();
        let own = named.filter_map(|(place, name)| text(place).map(|value| (*name, value)));
        let others = text(ATTRIBUTES.len()).into_iter().flat_map(further);
        let fields = own.chain(others);
        let code = code.value(row).to_string();
        all.push(Told {
            name: text(ATTRIBUTES.len() + 1).unwrap_or(&code).to_string(),
            description: text(ATTRIBUTES.len() + 2).map(str::to_string),
            price: price.get(row).filter(|price| *price > 0),
            place: place.get(row).map(|place| (1000.0 * place).round() as u16),
            fields: fields
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect(),
            code,
        });
    }
    Ok(())
}

/// The further attributes of a cell `k=v;k=v`. Codes of colours say nothing to people, and the colour's word is beside them.
fn further(cell: &str) -> impl Iterator<Item = (&str, &str)> {
    cell.split(';').filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let tells = !name.is_empty()
            && !value.is_empty()
            && !value.starts_with('#')
            && value.chars().any(char::is_alphabetic);
        tells.then_some((name, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_attributes_are_pairs_and_nothing_else() {
        let found: Vec<_> =
            further("scent=rose; =x;wool;length = short ;rgb=#aabbcc;lab=77.9 9.3 16.5").collect();
        assert_eq!(found, [("scent", "rose"), ("length", "short")]);
    }
}
