//! What somebody meant who named something that there is not. It must not read anything but names.

use crate::{EngineError, Project};
use registry::RecipeVersion;
use segment::rules::nearest;

/// The error for a name that nothing has, with the nearest of those that there are.
pub(crate) fn unknown<'a>(
    what: &'static str,
    name: &str,
    names: impl Iterator<Item = &'a str>,
) -> EngineError {
    let name = name.to_string();
    match nearest(&name, names) {
        Some(meant) => EngineError::Misspelt {
            what,
            meant: meant.to_string(),
            name,
        },
        None => EngineError::Missing { what, name },
    }
}

impl Project {
    /// The newest recipe of a scheme.
    ///
    /// # Errors
    /// Where there is no such scheme, with the nearest name that there is.
    pub(crate) async fn scheme_recipe(&self, scheme: &str) -> Result<RecipeVersion, EngineError> {
        match self.registry().recipe(scheme).await? {
            Some(recipe) => Ok(recipe),
            None => Err(self.no_scheme(scheme).await?),
        }
    }

    /// All versions of a scheme's recipe, the newest first and alone as well.
    ///
    /// # Errors
    /// As [`Project::scheme_recipe`].
    pub(crate) async fn scheme_recipes(
        &self,
        scheme: &str,
    ) -> Result<(RecipeVersion, Vec<RecipeVersion>), EngineError> {
        let all = self.registry().recipe_versions(scheme).await?;
        match all.first() {
            Some(newest) => Ok((newest.clone(), all)),
            None => Err(self.no_scheme(scheme).await?),
        }
    }

    /// The error for a scheme that there is not, with the nearest name that there is.
    async fn no_scheme(&self, scheme: &str) -> Result<EngineError, EngineError> {
        let all = self.registry().recipes().await?;
        let names = all.iter().map(|recipe| recipe.scheme.as_str());
        Ok(unknown("scheme", scheme, names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_told_where_one_is_near() {
        let names = ["wine-stores", "shops"];
        let told = |name: &str| unknown("scheme", name, names.into_iter()).to_string();
        assert_eq!(
            told("wine-store"),
            "there is no scheme 'wine-store': did you mean 'wine-stores'?"
        );
        assert_eq!(told("tea"), "there is no scheme 'tea'");
    }
}
