//! The retailer's own rules of who is whom: when records are one, how many may share a value, which values link nobody, and
//! whose word counts in a profile. Kept as a setting with its author and reason; the next run obeys it. It must not resolve.

use crate::views::{IdentityRules, IdentityRulesRequest};
use crate::{Actor, EngineError, Project};
use govern::Action;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use unify::{Attribute, Identifier, IdentifierKind, Record, Rule, Settings};

/// The registry's setting.
const SETTING: &str = "identity.rules";

/// The rules as they are kept. Values that link nobody are kept as digests: they may be somebody's address.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Rules {
    /// When records are one.
    pub merge: Settings,
    /// Whose word counts, by attribute of the profile; the others by the usual rule.
    pub profile: BTreeMap<Attribute, Rule>,
    /// Digests of values that link nobody.
    blocked: BTreeSet<String>,
}

/// The rules as a person writes them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    merge: Settings,
    profile: BTreeMap<Attribute, Rule>,
}

impl Rules {
    /// The rule for an attribute of the profile.
    pub fn rule(&self, attribute: Attribute) -> Rule {
        self.profile.get(&attribute).cloned().unwrap_or_default()
    }

    /// The settings of a run over some records: their values whose digests are blocked link nobody.
    pub fn settings(&self, records: &[Record]) -> Settings {
        let mut settings = self.merge.clone();
        if self.blocked.is_empty() {
            return settings;
        }
        let blocked: BTreeSet<Identifier> = records
            .iter()
            .flat_map(values)
            .filter(|one| self.blocked.contains(&digest(one.kind, &one.value)))
            .collect();
        settings.blocked.extend(blocked);
        settings
    }
}

/// The values by which a record can be linked.
fn values(record: &Record) -> impl Iterator<Item = Identifier> + '_ {
    let email = &record.person.email;
    let email = (!email.is_empty()).then(|| Identifier::new(IdentifierKind::Email, email));
    let own = std::iter::once(&record.id).chain(&record.others);
    own.cloned().chain(email)
}

/// The digest of a value that links nobody.
fn digest(kind: IdentifierKind, value: &str) -> String {
    let text = format!("{}\n{}", kind.word(), value.trim().to_lowercase());
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

impl Project {
    /// The rules that hold.
    pub(super) async fn rules(&self) -> Result<Rules, EngineError> {
        let Some(kept) = self.registry().setting(SETTING).await? else {
            return Ok(Rules::default());
        };
        serde_json::from_value(kept).map_err(|cause| {
            EngineError::Data(format!(
                "the kept rules of who is whom cannot be read ({cause}): write them anew with 'tessera identity rules --file'"
            ))
        })
    }

    /// The rules as text, and how many values link nobody.
    pub async fn identity_rules(&self, actor: &Actor) -> Result<IdentityRules, EngineError> {
        actor.may(Action::ReadResults)?;
        told(&self.rules().await?)
    }

    /// Changes the rules: new ones, a value that links nobody from the next run on, or one that links again.
    pub async fn set_identity_rules(
        &self,
        actor: &Actor,
        asked: IdentityRulesRequest,
    ) -> Result<IdentityRules, EngineError> {
        actor.may(Action::ChangeSettings)?;
        let change = actor.change(&asked.reason)?;
        let mut rules = self.rules().await?;
        if let Some(text) = &asked.text {
            let wrong = |cause: String| EngineError::invalid("text", cause);
            let written: Written =
                toml::from_str(text).map_err(|cause| wrong(cause.to_string()))?;
            if !written.merge.blocked.is_empty() {
                return Err(wrong(
                    "name values that link nobody one by one, with 'tessera identity block': rules are shown to all".into(),
                ));
            }
            written
                .merge
                .check()
                .map_err(|cause| wrong(cause.to_string()))?;
            rules.merge = written.merge;
            rules.profile = written.profile;
        }
        for (field, values, is_blocked) in [
            ("block", &asked.block, true),
            ("unblock", &asked.unblock, false),
        ] {
            for one in values {
                let kind = IdentifierKind::from_word(&one.kind).ok_or_else(|| {
                    let all: Vec<&str> =
                        IdentifierKind::ALL.iter().map(|kind| kind.word()).collect();
                    let detail = format!("'{}' is no kind; there are {}", one.kind, all.join(", "));
                    EngineError::invalid(field, detail)
                })?;
                let digest = digest(kind, &one.value);
                let known = match is_blocked {
                    true => {
                        rules.blocked.insert(digest);
                        true
                    }
                    false => rules.blocked.remove(&digest),
                };
                if !known {
                    return Err(EngineError::invalid(field, "this value is not blocked"));
                }
            }
        }
        self.registry()
            .set_setting(SETTING, &json!(rules), self.now(), &change)
            .await?;
        told(&rules)
    }
}

fn told(rules: &Rules) -> Result<IdentityRules, EngineError> {
    let written = Written {
        merge: rules.merge.clone(),
        profile: rules.profile.clone(),
    };
    let text = toml::to_string_pretty(&written)
        .map_err(|cause| EngineError::Machine(format!("the rules cannot be written: {cause}")))?;
    Ok(IdentityRules {
        text,
        blocked: rules.blocked.len(),
    })
}
