//! Who did something, in the name that people know: changes keep ids, lists show names. It must not decide who
//! may see a list.

use crate::{EngineError, Project};
use std::collections::HashMap;

/// Names of people and keys by the ids that changes and audit entries keep.
pub(crate) struct Authors(HashMap<String, String>);

impl Authors {
    /// The name behind an id; what is no id of ours stays as it is.
    pub(crate) fn name(&self, id: String) -> String {
        self.0.get(&id).cloned().unwrap_or(id)
    }
}

impl Project {
    /// Everybody and every program that changes can name.
    pub(crate) async fn authors(&self) -> Result<Authors, EngineError> {
        let people = self.registry().people().await?;
        let keys = self.registry().api_keys().await?;
        let people = people.into_iter().map(|p| ("person", p.person_id, p.name));
        let keys = keys.into_iter().map(|k| ("key", k.key_id, k.name));
        let mut names = HashMap::from([("command-line".to_string(), "Command line".to_string())]);
        for (kind, id, name) in people.chain(keys) {
            names.insert(format!("{kind}:{id}"), name.clone());
            names.insert(id, name);
        }
        Ok(Authors(names))
    }
}
