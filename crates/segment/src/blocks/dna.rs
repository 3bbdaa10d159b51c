//! Questions about what products are as the newest run of product DNA read it: one set of values for each attribute. It
//! must not ask what the catalogue's fields say (`members`).

use super::Gives;
use crate::recipe::Block;

/// The block's name in recipes.
pub(super) const NAME: &str = "dna";

/// The attributes, in the order in which they are told.
pub(super) const ATTRIBUTES: &[&str] = &[
    "kind",
    "brand",
    "colour",
    "material",
    "pattern",
    "flavour",
    "occasion",
    "dietary",
    "style",
    "price_tier",
    "size",
    "pack",
];

/// Attributes that count where a recipe names none: sizes and packs are of the piece and not of what it is.
const USUAL: usize = 10;

/// One question for each attribute. What nothing was read of says nothing.
pub(super) fn questions(block: &Block) -> Vec<(String, Gives)> {
    let named = block.columns.iter().map(String::as_str);
    let columns: Vec<&str> = match block.columns.is_empty() {
        true => ATTRIBUTES[..USUAL].to_vec(),
        false => named.collect(),
    };
    let each = columns.into_iter().map(|attribute| {
        let sql = format!(
            "select product_id as member, value as key, cast(1 as double) as value from current_product_dna \
             where attribute = '{attribute}' and state = 'has' order by member, key"
        );
        let gives = Gives::Tags {
            prefix: attribute.into(),
            whence: "read of the product".into(),
            top: block.top.unwrap_or(20),
        };
        (sql, gives)
    });
    each.collect()
}
