//! The retailer's own rules of who is whom: when records are one, how many may share a value, which values link nobody, and
//! whose word counts in a profile. Kept as a setting with its author and reason; the next run obeys it. It must not resolve.

use crate::views::{IdentityRules, IdentityRulesRequest, IdentityValue};
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
    /// Digests of values that link nobody, under the project's secret.
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
    pub fn settings(&self, records: &[Record], key: &[u8; 32]) -> Settings {
        let mut settings = self.merge.clone();
        if self.blocked.is_empty() {
            return settings;
        }
        let blocked: BTreeSet<Identifier> = records
            .iter()
            .flat_map(values)
            .filter(|one| digest(one, key).is_some_and(|digest| self.blocked.contains(&digest)))
            .collect();
        settings.blocked.extend(blocked);
        settings
    }
}

/// The values by which a record can be linked.
fn values(record: &Record) -> impl Iterator<Item = Identifier> + '_ {
    let told = [
        (IdentifierKind::Email, &record.person.email),
        (IdentifierKind::Phone, &record.person.phone),
    ];
    let told = told.into_iter().filter(|(_, value)| !value.is_empty());
    let own = std::iter::once(&record.id).chain(&record.others).cloned();
    own.chain(told.map(|(kind, value)| Identifier::new(kind, value)))
}

/// The digest of a value that links nobody, in the form in which values are compared; none where it says nothing. It is made
/// with the project's secret: an address or a number could be found from a plain one by trying.
fn digest(of: &Identifier, key: &[u8; 32]) -> Option<String> {
    let form = of.compared()?;
    let text = format!("blocked value\n{}\n{}", form.kind.word(), form.value);
    Some(
        blake3::keyed_hash(key, text.as_bytes())
            .to_hex()
            .to_string(),
    )
}

/// What a request may name, as identifiers.
fn identifier(field: &str, one: &IdentityValue) -> Result<Identifier, EngineError> {
    let kind = IdentifierKind::from_word(&one.kind).ok_or_else(|| {
        let all: Vec<&str> = IdentifierKind::ALL.iter().map(|kind| kind.word()).collect();
        let detail = format!("'{}' is no kind; there are {}", one.kind, all.join(", "));
        EngineError::invalid(field, detail)
    })?;
    Ok(Identifier::new(kind, &one.value))
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

    /// The key of digests of values that link nobody.
    pub(super) fn blocking_key(&self) -> [u8; 32] {
        self.registry().identity_secret()
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
        // Who changes them at the same time waits, so that neither change is lost.
        let _deciding = self.deciding_alone().await?;
        let mut rules = self.rules().await?;
        if let Some(seen) = asked.seen.as_ref().filter(|_| asked.text.is_some()) {
            let now = told(&rules)?.version;
            if *seen != now {
                return Err(EngineError::Stale(
                    "somebody else changed the rules since you read them: read them again with 'tessera identity rules'".into(),
                ));
            }
        }
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
        let key = self.blocking_key();
        for one in &asked.block {
            let digest = digest(&identifier("block", one)?, &key).ok_or_else(|| {
                let detail = format!("'{}' is no value of the kind {}", one.value, one.kind);
                EngineError::invalid("block", detail)
            })?;
            rules.blocked.insert(digest);
        }
        for one in &asked.unblock {
            let digest = digest(&identifier("unblock", one)?, &key);
            if !digest.is_some_and(|digest| rules.blocked.remove(&digest)) {
                return Err(EngineError::invalid("unblock", "this value is not blocked"));
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
    let version = blake3::hash(text.as_bytes()).to_hex().to_string();
    Ok(IdentityRules {
        text,
        version,
        blocked: rules.blocked.len(),
    })
}
