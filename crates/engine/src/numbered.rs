//! Texts of the lake's rows as numbers. It must not know what they name.

use std::collections::HashMap;

/// Texts numbered as they come.
#[derive(Default)]
pub(crate) struct Numbered {
    /// The texts, each once.
    pub texts: Vec<String>,
    /// The place of each.
    pub places: HashMap<String, u32>,
}

impl Numbered {
    /// The place of a text, a new one where it was not seen before.
    pub fn place(&mut self, text: &str) -> u32 {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = self.texts.len() as u32;
        self.texts.push(text.to_string());
        self.places.insert(text.to_string(), place);
        place
    }
}
