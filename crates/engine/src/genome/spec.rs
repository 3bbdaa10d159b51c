//! The spec of genomes that holds in a project: its own `genome.toml`, else the bundled one. What the bundled one never infers
//! without consent stays so whatever a project writes. It must not compute anything.

use crate::project::machine;
use crate::views::GenomeSpec;
use crate::{EngineError, Project};
use genome::Spec;
use genome::spec::DEFAULT;

/// The file of a project's own spec.
pub(super) const FILE: &str = "genome.toml";

impl Project {
    /// The spec that holds.
    pub(crate) fn genome_spec(&self) -> Result<Spec, EngineError> {
        let bundled = bundled()?;
        Ok(match self.own_spec()? {
            Some(text) => Spec::parse(&text)
                .map_err(|cause| {
                    EngineError::Data(format!(
                        "{FILE}: {cause}; 'tessera genome spec --bundled' prints a whole one"
                    ))
                })?
                .guarding(&bundled),
            None => bundled,
        })
    }

    /// The text of the spec that holds, or of the bundled one, as it is written. A text that cannot be read is refused.
    pub fn genome_spec_text(&self, of_program: bool) -> Result<GenomeSpec, EngineError> {
        let own = if of_program { None } else { self.own_spec()? };
        if own.is_some() {
            self.genome_spec()?;
        }
        Ok(GenomeSpec {
            own: own.is_some(),
            text: own.unwrap_or_else(|| DEFAULT.into()),
        })
    }

    fn own_spec(&self) -> Result<Option<String>, EngineError> {
        let path = self.folder().join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(machine(&path, &cause)),
        }
    }
}

/// The spec inside the program.
pub(super) fn bundled() -> Result<Spec, EngineError> {
    Spec::parse(DEFAULT).map_err(super::wrong)
}
