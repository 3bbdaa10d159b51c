//! What is shown of who is whom: the newest run, the pairs that wait, one customer's records with all their evidence.
//! Whoever looks at one person names a purpose, and the look is kept. It must not decide or change anything.

use super::gather::{facts_of, record, standing};
use super::telling;
use crate::authors::Authors;
use crate::views::{
    CustomerIdentity, IdentityDecisionRow, IdentityOverview, IdentityPair, IdentityPairPage,
    IdentityRan, IdentityRecord, IdentityVerdict, NamedValue, PairState, ProfileValue,
};
use crate::{Actor, EngineError, PageAsk, Project, clock};
use govern::Action;
use registry::{IdentityDecision, LinkState, PersonRecord, Verdict};
use retail::{CustomerKey, Purpose};
use serde_json::json;
use unify::{Attribute, Merges, Preference, Record, Survivor, survive};

impl Project {
    /// The newest run and what people decided.
    pub async fn identity_overview(&self, actor: &Actor) -> Result<IdentityOverview, EngineError> {
        actor.may(Action::ReadResults)?;
        let said = self.registry().identity_decisions().await?;
        let authors = self.authors().await?;
        let found = self.identity_run().await?;
        // Why somebody decided may tell of persons, and so may what an address ends with.
        let decides = actor.may(Action::DecideIdentity).is_ok();
        let told = |run: IdentityRan| match decides {
            true => run,
            false => IdentityRan {
                refused: Vec::new(),
                ..run
            },
        };
        let decisions = standing(&said).into_iter().rev().filter(|_| decides);
        Ok(IdentityOverview {
            at: found.as_ref().map(|(_, at)| clock::text(*at)),
            run: found.map(|(run, _)| told(run)),
            version: said.last().map_or(0, |one| one.seq),
            decisions: decisions.map(|one| row(one, &authors)).collect(),
        })
    }

    /// Pairs that wait for a person, the likeliest first. They name records by key and fields by name, nobody.
    pub async fn identity_review(
        &self,
        actor: &Actor,
        ask: &PageAsk,
    ) -> Result<IdentityPairPage, EngineError> {
        actor.may(Action::DecideIdentity)?;
        let page = self
            .registry()
            .identity_links(LinkState::Review, &ask.query())
            .await?;
        let change = actor.change("deciding who is whom")?;
        let detail = json!({ "offset": ask.offset, "limit": ask.limit, "found": page.total });
        self.registry()
            .audit(
                self.now(),
                &change,
                "customer.list",
                "identity review",
                detail,
            )
            .await?;
        let rows = page.rows.into_iter().map(telling::pair);
        Ok(IdentityPairPage {
            rows: rows.collect::<Result<_, _>>()?,
            total: page.total,
            offset: ask.offset,
            limit: ask.limit,
        })
    }

    /// The customer of a record: all records, why they are one, what the profile takes from which.
    pub async fn customer_identity(
        &self,
        actor: &Actor,
        purpose: Purpose,
        key: i64,
    ) -> Result<CustomerIdentity, EngineError> {
        actor.may(Action::ReadPerson(purpose))?;
        let merges = self.merges().await?;
        let customer = merges.customer(CustomerKey(key));
        let members: Vec<i64> = merges.members(customer).iter().map(|key| key.0).collect();
        // The look is kept before anything is read.
        for member in &members {
            let of = CustomerKey(*member);
            let what = "identity: records, names, links";
            self.registry()
                .record_read(self.now(), &actor.id, purpose, of, what)
                .await?;
        }
        let known = self.person_records_of(&members).await?;
        if known.is_empty() {
            return Err(EngineError::Missing {
                what: "customer",
                name: key.to_string(),
            });
        }
        let facts = facts_of(self, Some(&members)).await?;
        let records: Vec<Record> = known
            .iter()
            .filter_map(|one| record(one.clone(), &facts))
            .collect();
        let rules = self.rules().await?;
        let whole: Vec<&Record> = records.iter().collect();
        let profile = survive(&whole, |attribute| rules.rule(attribute));
        let named = names_are_for(purpose);
        let said = self.registry().identity_decisions().await?;
        let authors = self.authors().await?;
        let about = |one: &&IdentityDecision| members.contains(&one.a) || members.contains(&one.b);
        let decisions = standing(&said).into_iter().rev().filter(about);
        let links = self.registry().identity_links_of(&members).await?;
        let (now, past): (Vec<_>, Vec<_>) = links.into_iter().partition(|one| one.until.is_none());
        let apart = |pair: &IdentityPair| {
            let whose = |key| merges.customer(CustomerKey(key));
            whose(pair.a) != whose(pair.b)
        };
        let links = now.into_iter().chain(past).map(|link| {
            let pair = telling::pair(link)?;
            let parted = pair.until.is_none() && pair.state == PairState::Linked && apart(&pair);
            // What people decided holds at once; what runs found is brought in line by the next.
            Ok::<_, EngineError>(match parted {
                true => IdentityPair {
                    state: PairState::Review,
                    doubt: Some("people parted these since; the next run takes that in".into()),
                    ..pair
                },
                false => pair,
            })
        });
        Ok(CustomerIdentity {
            customer_key: customer.0,
            asked_key: key,
            named,
            records: known.into_iter().map(|one| shown(one, named)).collect(),
            profile: profile
                .into_iter()
                .map(|one| profile_value(one, named))
                .collect(),
            links: links.collect::<Result<_, _>>()?,
            decisions: decisions.map(|one| row(one, &authors)).collect(),
            version: said.last().map_or(0, |one| one.seq),
        })
    }

    /// Whose each record is now.
    pub(crate) async fn merges(&self) -> Result<Merges, EngineError> {
        self.merges_at(None).await
    }

    /// Whose each record was at an instant, or is now.
    pub(crate) async fn merges_at(&self, at: Option<i64>) -> Result<Merges, EngineError> {
        let rows = self.lake().merged_customers(at).await?.into_iter();
        let rows: Vec<_> = rows
            .map(|(a, b)| (CustomerKey(a), CustomerKey(b)))
            .collect();
        Ok(Merges::of(&rows))
    }

    /// Refuses a customer of whom no record is kept.
    pub(crate) async fn must_know(&self, customer: CustomerKey) -> Result<(), EngineError> {
        match self.is_known(customer).await? {
            true => Ok(()),
            false => Err(EngineError::Missing {
                what: "customer",
                name: customer.0.to_string(),
            }),
        }
    }

    /// Whether any record is kept of a customer.
    pub(crate) async fn is_known(&self, customer: CustomerKey) -> Result<bool, EngineError> {
        let members = self.merges_at(None).await?.members(customer);
        let members: Vec<i64> = members.iter().map(|key| key.0).collect();
        Ok(!self.person_records_of(&members).await?.is_empty())
    }

    /// Some records with what names them, by key; erased ones are left out.
    async fn person_records_of(&self, keys: &[i64]) -> Result<Vec<PersonRecord>, EngineError> {
        let mut all = Vec::with_capacity(keys.len());
        for key in keys {
            let before = CustomerKey(key - 1);
            let found = self.registry().person_records(before, 1).await?;
            all.extend(found.into_iter().filter(|one| one.key.0 == *key));
        }
        Ok(all)
    }
}

/// A decision as a row.
pub(super) fn row(one: &IdentityDecision, authors: &Authors) -> IdentityDecisionRow {
    IdentityDecisionRow {
        seq: one.seq,
        a: one.a,
        b: one.b,
        verdict: match one.verdict {
            Verdict::Same => IdentityVerdict::Same,
            Verdict::Different => IdentityVerdict::Different,
            Verdict::Open => IdentityVerdict::Open,
        },
        at: clock::text(one.at),
        author: authors.name(one.author.clone()),
        reason: one.reason.clone(),
    }
}

/// Whether a purpose needs to know who somebody is: to help, to answer a request, to mend the data.
fn names_are_for(purpose: Purpose) -> bool {
    match purpose {
        Purpose::Service | Purpose::PrivacyRequest | Purpose::Quality => true,
        Purpose::Analytics | Purpose::Personalisation | Purpose::MarketingMessages => false,
    }
}

/// A value, or nothing in its place where the purpose needs none.
fn told(value: String, named: bool) -> String {
    if named { value } else { String::new() }
}

fn shown(one: PersonRecord, named: bool) -> IdentityRecord {
    let identifiers = one.identifiers.into_iter().map(|id| NamedValue {
        field: id.kind.word().into(),
        value: told(id.value, named),
    });
    let fields = one.fields.into_iter();
    IdentityRecord {
        record_key: one.key.0,
        identifiers: identifiers.collect(),
        fields: fields
            .map(|(field, value)| NamedValue {
                field,
                value: told(value, named),
            })
            .collect(),
    }
}

fn profile_value(survivor: Survivor, named: bool) -> ProfileValue {
    let because = survivor.by.map(|by| match by {
        Preference::Declared => "the person said it",
        Preference::Trusted => "its source is trusted more",
        Preference::Newest => "it is the newest",
        Preference::Fullest => "it says most",
    });
    let attribute = match survivor.attribute {
        Attribute::Name => "name",
        Attribute::Email => "e-mail address",
        Attribute::Phone => "telephone number",
        Attribute::Address => "address",
        Attribute::BirthYear => "year of birth",
        Attribute::Gender => "gender",
    };
    let said = survivor.value.0.iter().filter(|text| !text.is_empty());
    let said: Vec<&str> = said.map(String::as_str).collect();
    let between = if survivor.attribute == Attribute::Name {
        " "
    } else {
        ", "
    };
    ProfileValue {
        attribute: attribute.into(),
        value: told(said.join(between), named),
        from: survivor.from.0,
        because: because.map(str::to_string),
        against: survivor.against.iter().map(|key| key.0).collect(),
    }
}
