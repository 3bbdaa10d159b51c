//! Products as genomes see them: which values of which attributes each stands for, and where its price lies among those
//! of its category. It must not know what customers do.

use super::dna::{self, Told};
use crate::cells::{floats, ints, texts};
use crate::project::beside;
use crate::{EngineError, Project};
use arrow::array::{Array, RecordBatch};
use genome::{Frame, Spec};
use std::collections::HashMap;

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

/// Products by number, with what lists say of them.
pub(super) struct Catalogue {
    /// The frame with the products, in order of their codes.
    pub frame: Frame,
    /// Numbers by code.
    pub numbers: HashMap<String, u32>,
    /// Codes by number.
    pub codes: Vec<String>,
    /// Names by number; the code where there is none.
    pub names: Vec<String>,
    /// Places of prices in thousandths.
    pub places: Vec<Option<u16>>,
}

impl Project {
    /// The products that were known at an instant, in a frame: a new one, or one that a run kept.
    pub(super) async fn genome_catalogue(
        &self,
        mut frame: Frame,
        known_by: i64,
    ) -> Result<Catalogue, EngineError> {
        let columns = ATTRIBUTES.map(|name| format!("c.{name}")).join(", ");
        let sql = SQL.replace("{columns}", &columns);
        let (mut told, mut places) = (Vec::new(), Vec::new());
        for batch in &self.lake().rows(&sql, Some(known_by), vec![]).await? {
            self::told(batch, &mut told, &mut places)?;
        }
        let (read, told) = beside(move || Ok((dna::read(&told)?, told))).await?;
        let mut catalogue = Lists::default();
        for (product, more) in told.into_iter().zip(&read) {
            let own = product.fields.iter();
            let own = own.map(|(name, value)| (name.as_str(), value.as_str(), 1.0));
            let more = more
                .iter()
                .map(|(name, value, sure)| (name.as_str(), value.as_str(), *sure));
            let traits: Vec<(&str, &str, f64)> = own.chain(more).collect();
            let number = frame.product(&traits).map_err(wrong)?;
            catalogue.numbers.insert(product.code.clone(), number);
            catalogue.names.push(product.name);
            catalogue.codes.push(product.code);
        }
        catalogue.places = places;
        frame.end_catalogue().map_err(wrong)?;
        Ok(Catalogue {
            frame,
            numbers: catalogue.numbers,
            codes: catalogue.codes,
            names: catalogue.names,
            places: catalogue.places,
        })
    }
}

/// Products of an answer, with the places of their prices.
fn told(
    batch: &RecordBatch,
    all: &mut Vec<Told>,
    places: &mut Vec<Option<u16>>,
) -> Result<(), EngineError> {
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
            fields: fields
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect(),
            code,
        });
        places.push(place.get(row).map(|place| (1000.0 * place).round() as u16));
    }
    Ok(())
}

#[derive(Default)]
struct Lists {
    numbers: HashMap<String, u32>,
    codes: Vec<String>,
    names: Vec<String>,
    places: Vec<Option<u16>>,
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

/// The spec that holds.
pub(super) fn spec() -> Result<Spec, EngineError> {
    Spec::parse(genome::spec::DEFAULT).map_err(wrong)
}

/// What the stage refuses is ours to mend: nothing of it comes from a request.
pub(super) fn wrong(cause: genome::GenomeError) -> EngineError {
    EngineError::Data(format!("genomes cannot be computed: {cause}"))
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
