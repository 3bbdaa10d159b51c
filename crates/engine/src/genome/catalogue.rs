//! Products as genomes see them: which values of which attributes each stands for, and where its price lies among those
//! of its category. It must not know what customers do.

use super::dna;
use crate::{EngineError, Project};
use genome::Frame;
use std::collections::HashMap;

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
    /// The products that were known at an instant, in a frame: a new one, or one that a run kept. What was read of them
    /// by then is what counts, so that a look at a run of before sees what that run saw.
    pub(super) async fn genome_catalogue(
        &self,
        frame: Frame,
        known_by: i64,
    ) -> Result<Catalogue, EngineError> {
        let told = self.told_products(Some(known_by)).await?;
        let read = self.dna_values(known_by).await?;
        let mut catalogue = Catalogue {
            frame,
            numbers: HashMap::new(),
            codes: Vec::new(),
            names: Vec::new(),
            places: Vec::new(),
        };
        for product in told.iter() {
            let read = read.get(&product.code).map_or(&[][..], Vec::as_slice);
            let traits = dna::traits(product, read);
            let traits: Vec<(&str, &str, f64)> = traits
                .iter()
                .map(|(name, value, sure)| (name.as_str(), value.as_str(), *sure))
                .collect();
            let number = catalogue.frame.product(&traits).map_err(wrong)?;
            catalogue.numbers.insert(product.code.clone(), number);
            catalogue.places.push(product.place);
            catalogue.names.push(product.name.clone());
            catalogue.codes.push(product.code.clone());
        }
        catalogue.frame.end_catalogue().map_err(wrong)?;
        Ok(catalogue)
    }
}

/// What the stage refuses is ours to mend: nothing of it comes from a request.
pub(super) fn wrong(cause: genome::GenomeError) -> EngineError {
    EngineError::Data(format!("genomes cannot be computed: {cause}"))
}
