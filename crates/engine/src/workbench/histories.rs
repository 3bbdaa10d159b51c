//! Where one member was in the runs that were live, from when to when, and how it came there. It must not change
//! anything.

use super::hands::HandNames;
use super::members::require_purpose;
use super::movers::{Crossing, Seen, cause_word, causes, name_of, standing};
use super::recipes::entity_word;
use super::timeline::{Lived, Times, known_at};
use crate::ask::{PageAsk, count, instant};
use crate::authors::Authors;
use crate::cells::{ints, texts};
use crate::project::beside;
use crate::reads::Read;
use crate::views::{CustomerHistory, MemberHistory, MemberStay, MoveKind, PeriodWord};
use crate::{Actor, EngineError, Project, clock};
use arrow::array::Array;
use govern::Action;
use registry::{HandEntry, RecipeVersion};
use retail::{CustomerKey, Purpose};
use segment::Entity;
use segment::hands::Hand;
use std::collections::{BTreeMap, HashMap};

/// What is read once for all stays of a member.
struct Telling<'a> {
    project: &'a Project,
    scheme: &'a str,
    times: &'a Times,
    entries: &'a [HandEntry],
    authors: &'a Authors,
    titles: &'a HashMap<String, String>,
}

/// Where a member is in a run, as far as it may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spot {
    /// Not among the members.
    Nowhere,
    /// In a cluster that is too small to be shown.
    Hidden,
    /// In this cluster.
    In(i32),
}

/// A run that was live, with the member in it.
struct Visit<'a> {
    lived: &'a Lived,
    /// The date at which it is looked at.
    on: i64,
    spot: Spot,
    /// The name of its cluster at the date.
    name: Option<String>,
}

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
        let found = match self.history_in(&recipe, of, member).await? {
            Some(found) => found,
            None => self.no_history(&recipe, of, member).await?,
        };
        if let Some(purpose) = purpose {
            let read = Read {
                what: "history of a member",
                cluster: None,
                total: 1,
                keys: member.parse().ok().into_iter().collect(),
            };
            self.note_read(actor, purpose, read, &PageAsk::default())
                .await?;
        }
        Ok(found)
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
        for recipe in self.registry().recipes().await? {
            if recipe.entity == Entity::Customers.word() {
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
            let spot = match places.get(run_id) {
                None => Spot::Nowhere,
                Some(cluster) if of != Entity::Customers => Spot::In(*cluster),
                Some(cluster) => {
                    let sizes = sizes.get(run_id).cloned().unwrap_or_default();
                    match self.shown_sizes(of, sizes).await?.contains(cluster) {
                        true => Spot::In(*cluster),
                        false => Spot::Hidden,
                    }
                }
            };
            let visit = telling.visit(lived, spot).await?;
            let same = match &last {
                Some(before) => telling.stays(before, &visit).await?,
                None => false,
            };
            let stay = stays.last_mut().filter(|_| same);
            if let Some(stay) = stay {
                telling.extend(stay, &visit);
            } else if spot != Spot::Nowhere || !stays.is_empty() {
                stays.push(telling.stay(member, last.as_ref(), &visit).await?);
            }
            last = Some(visit);
        }
        for stay in &mut stays {
            stay.notes = telling.names(stay)?;
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

    /// The cluster of a member in every run that knows it, and its name in the newest of them.
    async fn places_of(
        &self,
        scheme: &str,
        of: Entity,
        member: &str,
    ) -> Result<(HashMap<String, i32>, Option<String>), EngineError> {
        let sql = format!(
            "select run_id, cluster_id, label from scheme_members {} order by run_id",
            of_member(scheme, of, member)
        );
        let (mut places, mut last) = (HashMap::new(), None);
        for batch in &self.lake().rows(&sql, None, vec![]).await? {
            let (runs, clusters, labels) = (texts(batch, 0)?, ints(batch, 1)?, texts(batch, 2)?);
            for row in 0..batch.num_rows() {
                places.insert(runs.value(row).to_string(), clusters.must(row) as i32);
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

impl<'a> Telling<'a> {
    /// A run as it ended, is, or will begin: names that people gave meanwhile are those of then.
    async fn visit(&self, lived: &'a Lived, spot: Spot) -> Result<Visit<'a>, EngineError> {
        let end = lived.until.map_or(self.times.now, |until| until - 1);
        let on = end.min(self.times.now).max(lived.from);
        let name = match spot {
            Spot::In(cluster) => {
                let names = HandNames::by(known_at(self.entries, on))?;
                let result = self.project.scheme_result(&lived.step.run_id).await?;
                Some(name_of(&names, &result, cluster))
            }
            Spot::Nowhere | Spot::Hidden => None,
        };
        Ok(Visit {
            lived,
            on,
            spot,
            name,
        })
    }

    /// Whether a member is where it was: in the same cluster, whatever its number in each run.
    async fn stays(&self, before: &Visit<'_>, now: &Visit<'_>) -> Result<bool, EngineError> {
        let (Spot::In(was), Spot::In(is)) = (before.spot, now.spot) else {
            return Ok(before.spot == now.spot);
        };
        let (old, new) = (&before.lived.step.run_id, &now.lived.step.run_id);
        if old == new {
            return Ok(was == is);
        }
        if was == is {
            let registry = self.project.registry();
            let (old, new) = (registry.scenario(old).await?, registry.scenario(new).await?);
            if self.project.of_one_line(self.times, &old, &new).await? {
                return Ok(true);
            }
        }
        let (before, now) = (self.seen(before).await?, self.seen(now).await?);
        let same = self.project.same_seen(self.times, &before, &now).await?;
        Ok(same.iter().any(|pair| (pair.before, pair.now) == (was, is)))
    }

    /// A stay goes on in the next run.
    fn extend(&self, stay: &mut MemberStay, visit: &Visit<'_>) {
        let lived = visit.lived;
        stay.publications
            .push(self.times.row(lived, self.titles, self.authors));
        stay.until = instant(lived.until);
        let from = stay.publications.first().map(|row| row.state);
        // It began before now and goes on into what is planned: it is there now.
        let word = self.times.word(lived.from, lived.until);
        stay.state = match (from, word) {
            (Some(PeriodWord::Planned) | None, word) => word,
            (Some(_), PeriodWord::Planned) => PeriodWord::Live,
            (Some(_), word) => word,
        };
        stay.name.clone_from(&visit.name);
        if let Spot::In(cluster) = visit.spot {
            stay.cluster = Some(cluster);
        }
    }

    /// A stay that begins with a run, after another.
    async fn stay(
        &self,
        member: &str,
        last: Option<&Visit<'_>>,
        visit: &Visit<'_>,
    ) -> Result<MemberStay, EngineError> {
        let lived = visit.lived;
        let mut stay = MemberStay {
            state: self.times.word(lived.from, lived.until),
            from: clock::text(lived.from),
            until: instant(lived.until),
            cluster: match visit.spot {
                Spot::In(cluster) => Some(cluster),
                Spot::Nowhere | Spot::Hidden => None,
            },
            hidden: visit.spot == Spot::Hidden,
            name: visit.name.clone(),
            publications: vec![self.times.row(lived, self.titles, self.authors)],
            kind: None,
            cause: None,
            sentence: "It was there in the first run that was live".into(),
            why: None,
            hand: None,
            notes: Vec::new(),
        };
        let Some(before) = last else {
            return Ok(stay);
        };
        match (before.spot, visit.spot) {
            (Spot::In(_), Spot::In(_)) => {
                stay.kind = Some(MoveKind::Moved);
                self.moved(&mut stay, member, before, visit).await?;
            }
            // Whether it moved, and how, would tell which cluster the hidden one is.
            (Spot::Hidden | Spot::In(_), Spot::Hidden | Spot::In(_)) => {
                stay.sentence = "From or to a segment of too few people to be shown".into();
            }
            (Spot::Nowhere, _) => {
                stay.kind = Some(MoveKind::Entered);
                stay.sentence = "It was not among the members before".into();
            }
            (_, Spot::Nowhere) => {
                stay.kind = Some(MoveKind::Left);
                stay.sentence = "It is not among the members any more".into();
            }
        }
        Ok(stay)
    }

    /// A run with its rows, whole.
    async fn seen(&self, visit: &Visit<'_>) -> Result<Seen, EngineError> {
        self.project
            .seen(self.scheme, self.times, visit.on, "on", self.entries)
            .await
    }

    /// Why it moved, from the rows of both runs.
    async fn moved(
        &self,
        stay: &mut MemberStay,
        member: &str,
        before: &Visit<'_>,
        now: &Visit<'_>,
    ) -> Result<(), EngineError> {
        let (before, now) = (self.seen(before).await?, self.seen(now).await?);
        let Some(pair) = before.base.place(member).zip(now.base.place(member)) else {
            return Ok(());
        };
        let project = self.project;
        let same = project.same_seen(self.times, &before, &now).await?;
        let across = project.across(self.times, &before, &now).await?;
        let found = beside(move || {
            let (earlier, later) = (standing(&before.base), standing(&now.base));
            let moved = segment::why_moved(&earlier, &later, &same, &[pair])?;
            let causes = causes(&before, &now, &across, &moved);
            Ok((before, now, moved.into_iter().zip(causes).next()))
        });
        let (before, now, found) = found.await?;
        let Some((moved, cause)) = found else {
            return Ok(());
        };
        let only = [cause];
        let elsewhere = project.meant_elsewhere(self.times, self.entries, &now, &only);
        let elsewhere = elsewhere.await?;
        let crossing = Crossing {
            before: &before,
            now: &now,
            entries: self.entries,
            authors: self.authors,
            elsewhere: &elsewhere,
        };
        stay.cause = Some(cause_word(cause));
        stay.hand = crossing.hand(cause, false);
        stay.sentence = crossing.sentence(&moved, cause, stay.hand.as_ref());
        stay.why = Some(crossing.why(&moved.why));
        Ok(())
    }

    /// The names that people gave to the cluster while the member was in it.
    fn names(&self, stay: &MemberStay) -> Result<Vec<String>, EngineError> {
        let Some(cluster) = stay.cluster else {
            return Ok(Vec::new());
        };
        let instant = |text: &str| clock::parse(text).unwrap_or_default();
        let (from, until) = (
            instant(&stay.from),
            stay.until.as_deref().map_or(i64::MAX, instant),
        );
        let within = self
            .entries
            .iter()
            .filter(|entry| (from..until).contains(&entry.at));
        let each = within.filter_map(|entry| {
            let hand: Hand = serde_json::from_value(entry.hand.clone()).ok()?;
            match hand {
                Hand::Rename {
                    cluster: named,
                    name,
                } if named == cluster => Some(format!(
                    "named '{name}' on {} by {}: {}",
                    clock::day(entry.at),
                    self.authors.name(entry.author.clone()),
                    entry.reason
                )),
                _ => None,
            }
        });
        Ok(each.collect())
    }
}
