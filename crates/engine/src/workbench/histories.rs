//! Where one member was in the runs that were live, from when to when, and how it came there. It must not change
//! anything.

mod stays;

use super::members::require_purpose;
use super::recipes::entity_word;
use crate::ask::{PageAsk, count};
use crate::cells::{ints, texts};
use crate::reads::Read;
use crate::refusals::REFUSES;
use crate::views::{CustomerHistory, MemberHistory, MemberStay};
use crate::{Actor, EngineError, Project};
use arrow::array::{Array, AsArray};
use govern::Action;
use registry::RecipeVersion;
use retail::{CustomerKey, Purpose};
use segment::Entity;
use stays::{Spot, Telling, Visit};
use std::collections::{BTreeMap, HashMap};

impl Project {
    /// Where a member of a scheme was. Of customers the purpose is asked for and the look is kept.
    pub async fn member_history(
        &self,
        actor: &Actor,
        scheme: &str,
        member: &str,
        purpose: Option<Purpose>,
    ) -> Result<MemberHistory, EngineError> {
        actor.may(Action::ReadResults)?;
        let recipe = self.scheme_recipe(scheme).await?;
        let of = Entity::from_word(&recipe.entity).unwrap_or(Entity::Customers);
        let purpose = require_purpose(actor, of, purpose)?;
        if let Some(purpose) = purpose {
            let read = Read {
                what: "history of a member",
                cluster: None,
                total: 1,
                keys: member.parse().ok().into_iter().collect(),
            };
            // Kept before it is answered: that somebody is in no run tells of them, too.
            self.note_read(actor, purpose, read, &PageAsk::default())
                .await?;
        }
        if self.withheld_members(of, purpose).await?.contains(member) {
            return Err(EngineError::Refused(REFUSES.into()));
        }
        match self.history_in(&recipe, of, member).await? {
            Some(found) => Ok(found),
            None => self.no_history(&recipe, of, member).await,
        }
    }

    /// Where a customer was in every scheme of customers.
    pub async fn customer_history(
        &self,
        actor: &Actor,
        purpose: Purpose,
        customer_key: i64,
    ) -> Result<CustomerHistory, EngineError> {
        actor.may(Action::ReadPerson(purpose))?;
        let member = customer_key.to_string();
        let mut schemes = Vec::new();
        let withheld = self
            .withheld_members(Entity::Customers, Some(purpose))
            .await?;
        let is_told = !withheld.contains(&member);
        if is_told {
            schemes.extend(self.segment_history(customer_key).await?);
        }
        for recipe in self.registry().recipes().await? {
            if is_told && recipe.entity == Entity::Customers.word() {
                schemes.extend(self.history_in(&recipe, Entity::Customers, &member).await?);
            }
        }
        let what = "history of segments";
        let key = CustomerKey(customer_key);
        self.registry()
            .record_read(self.now(), &actor.id, purpose, key, what)
            .await?;
        Ok(CustomerHistory { schemes })
    }

    /// The empty history of a member that is in runs, of which none was live.
    async fn no_history(
        &self,
        recipe: &RecipeVersion,
        of: Entity,
        member: &str,
    ) -> Result<MemberHistory, EngineError> {
        let sql = format!(
            "select run_id from scheme_members {} limit 1",
            of_member(&recipe.scheme, of, member)
        );
        let found = self.lake().rows(&sql, None, vec![]).await?;
        if found.iter().all(|batch| batch.num_rows() == 0) {
            return Err(EngineError::Missing {
                what: "member of any run of the scheme",
                name: member.to_string(),
            });
        }
        Ok(MemberHistory {
            scheme: recipe.scheme.clone(),
            title: recipe.title.clone(),
            of: entity_word(of),
            member: member.to_string(),
            label: None,
            stays: Vec::new(),
        })
    }

    /// Where a member was; none where no run that was live knows it. The rows of a run are read whole only where the
    /// member moved in it, for the reasons: a scheme that is published each week has many.
    async fn history_in(
        &self,
        recipe: &RecipeVersion,
        of: Entity,
        member: &str,
    ) -> Result<Option<MemberHistory>, EngineError> {
        let scheme = &recipe.scheme;
        let (times, titles) = (self.times(scheme).await?, self.run_titles(scheme).await?);
        let (entries, authors) = (self.registry().hands(scheme).await?, self.authors().await?);
        let telling = Telling {
            project: self,
            scheme,
            times: &times,
            entries: &entries,
            authors: &authors,
            titles: &titles,
        };
        let (places, label) = self.places_of(scheme, of, member).await?;
        if !times
            .all
            .iter()
            .any(|lived| places.contains_key(&lived.step.run_id))
        {
            return Ok(None);
        }
        let sizes = match of {
            Entity::Customers => self.cluster_sizes(scheme).await?,
            Entity::Stores | Entity::Products => HashMap::new(),
        };
        let mut stays: Vec<MemberStay> = Vec::new();
        let mut last: Option<Visit<'_>> = None;
        for lived in &times.all {
            let run_id = &lived.step.run_id;
            let place = places.get(run_id);
            let cluster = place.map(|(cluster, _)| *cluster);
            let spot = self.spot(of, cluster, sizes.get(run_id)).await?;
            let pinned = place.is_some_and(|(_, pinned)| *pinned);
            let visit = telling.visit(lived, spot, pinned).await?;
            let same = match &last {
                Some(before) => telling.stays(before, &visit).await?,
                None => false,
            };
            let before = last.as_ref();
            let idle = before.is_some_and(|before| before.idle(&visit).is_some());
            let goes_on = same && (!idle || spot == Spot::Nowhere);
            let stay = stays.last_mut().filter(|_| goes_on);
            if let Some(stay) = stay {
                telling.extend(stay, &visit);
            } else if spot != Spot::Nowhere || !stays.is_empty() {
                stays.push(telling.stay(member, before, &visit, same).await?);
            }
            last = Some(visit);
        }
        for stay in &mut stays {
            stay.notes.extend(telling.names(stay)?);
        }
        stays.reverse();
        Ok(Some(MemberHistory {
            scheme: scheme.clone(),
            title: recipe.title.clone(),
            of: entity_word(of),
            member: member.to_string(),
            label,
            stays,
        }))
    }

    /// Where a member is in a run, by its cluster there, as far as it may be told.
    async fn spot(
        &self,
        of: Entity,
        cluster: Option<i32>,
        sizes: Option<&BTreeMap<i32, u64>>,
    ) -> Result<Spot, EngineError> {
        let Some(cluster) = cluster else {
            return Ok(Spot::Nowhere);
        };
        let sizes = sizes.cloned().unwrap_or_default();
        let shows =
            of != Entity::Customers || self.shown_sizes(of, sizes).await?.contains(&cluster);
        Ok(if shows {
            Spot::In(cluster)
        } else {
            Spot::Hidden
        })
    }

    /// The cluster of a member in every run that knows it, whether a person put it there, and its name in the newest.
    async fn places_of(
        &self,
        scheme: &str,
        of: Entity,
        member: &str,
    ) -> Result<(HashMap<String, (i32, bool)>, Option<String>), EngineError> {
        let sql = format!(
            "select run_id, cluster_id, label, pinned from scheme_members {} order by run_id",
            of_member(scheme, of, member)
        );
        let (mut places, mut last) = (HashMap::new(), None);
        for batch in &self.lake().rows(&sql, None, vec![]).await? {
            let (runs, clusters, labels) = (texts(batch, 0)?, ints(batch, 1)?, texts(batch, 2)?);
            let pinned = batch.column(3).as_boolean();
            for row in 0..batch.num_rows() {
                let place = (clusters.must(row) as i32, pinned.value(row));
                places.insert(runs.value(row).to_string(), place);
                last = labels
                    .is_valid(row)
                    .then(|| labels.value(row).to_string())
                    .or(last);
            }
        }
        Ok((places, last))
    }

    /// Members by cluster in every run of a scheme.
    async fn cluster_sizes(
        &self,
        scheme: &str,
    ) -> Result<HashMap<String, BTreeMap<i32, u64>>, EngineError> {
        let sql = format!(
            "select run_id, cluster_id, count(*) from scheme_members where scheme = '{}' group by run_id, cluster_id",
            quoted(scheme)
        );
        let mut all: HashMap<String, BTreeMap<i32, u64>> = HashMap::new();
        for batch in &self.lake().rows(&sql, None, vec![]).await? {
            let (runs, clusters, sizes) = (texts(batch, 0)?, ints(batch, 1)?, ints(batch, 2)?);
            for row in 0..batch.num_rows() {
                let own = all.entry(runs.value(row).to_string()).or_default();
                own.insert(clusters.must(row) as i32, count(sizes.must(row)));
            }
        }
        Ok(all)
    }
}

/// The condition that picks a member's rows of all runs of a scheme.
fn of_member(scheme: &str, of: Entity, member: &str) -> String {
    let id = match of {
        Entity::Customers => "cast(customer_key as varchar)",
        Entity::Stores | Entity::Products => "member_id",
    };
    let (scheme, member) = (quoted(scheme), quoted(member));
    format!("where scheme = '{scheme}' and {id} = '{member}'")
}

fn quoted(text: &str) -> String {
    text.replace('\'', "''")
}
