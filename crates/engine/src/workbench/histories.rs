//! Where one member was in the runs that were live, from when to when, and how it came there. It must not change
//! anything.

use super::members::require_purpose;
use super::movers::{Crossing, Seen, cause_word, standing};
use super::recipes::{entity_word, missing};
use super::timeline::Times;
use crate::ask::{PageAsk, instant};
use crate::authors::Authors;
use crate::project::beside;
use crate::reads::Read;
use crate::views::{CustomerHistory, MemberHistory, MemberStay, MoveKind, PeriodWord};
use crate::{Actor, EngineError, Project, clock};
use govern::Action;
use registry::{HandEntry, RecipeVersion};
use retail::{CustomerKey, Purpose};
use segment::Entity;
use segment::hands::Hand;
use std::collections::HashMap;
use std::sync::Arc;

/// What is read once for all stays of a member.
struct Telling<'a> {
    times: &'a Times,
    entries: &'a [HandEntry],
    authors: &'a Authors,
    titles: &'a HashMap<String, String>,
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
        let recipe = self.registry().recipe(scheme).await?;
        let recipe = recipe.ok_or_else(|| missing(scheme))?;
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
        let id = match of {
            Entity::Customers => "cast(customer_key as varchar)",
            Entity::Stores | Entity::Products => "member_id",
        };
        let text = |text: &str| text.replace('\'', "''");
        let sql = format!(
            "select run_id from scheme_members where scheme = '{}' and {id} = '{}' limit 1",
            text(&recipe.scheme),
            text(member)
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

    /// Where a member was; none where no run that was live knows it.
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
            times: &times,
            entries: &entries,
            authors: &authors,
            titles: &titles,
        };
        let (mut stays, mut label): (Vec<MemberStay>, _) = (Vec::new(), None);
        let mut last: Option<(Seen, Option<usize>)> = None;
        for lived in &times.all {
            // As it ended, is, or will begin: names that people gave meanwhile are those of then.
            let end = lived.until.map_or(times.now, |until| until - 1);
            let on = end.min(times.now).max(lived.from);
            let seen = self.seen(scheme, &times, on, "on", &entries).await?;
            let place = seen.base.place(member);
            label = place
                .and_then(|place| seen.base.known[place].label.clone())
                .or(label);
            let cluster =
                |seen: &Seen, place: Option<usize>| place.map(|place| seen.base.kept[place]);
            let same = last
                .as_ref()
                .is_some_and(|(before, was)| cluster(before, *was) == cluster(&seen, place));
            let stay = stays.last_mut().filter(|_| same);
            if let Some(stay) = stay {
                telling.extend(stay, &seen, place);
            } else if place.is_some() || !stays.is_empty() {
                stays.push(telling.stay(last.as_ref(), &seen, place).await?);
            }
            last = Some((seen, place));
        }
        if stays.is_empty() {
            return Ok(None);
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
}

impl Telling<'_> {
    /// A stay goes on in the next run.
    fn extend(&self, stay: &mut MemberStay, seen: &Seen, place: Option<usize>) {
        let lived = &seen.lived;
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
        (stay.cluster, stay.name) = where_it_is(seen, place);
    }

    /// A stay that begins with a run, after another.
    async fn stay(
        &self,
        last: Option<&(Seen, Option<usize>)>,
        seen: &Seen,
        place: Option<usize>,
    ) -> Result<MemberStay, EngineError> {
        let lived = &seen.lived;
        let (cluster, name) = where_it_is(seen, place);
        let mut stay = MemberStay {
            state: self.times.word(lived.from, lived.until),
            from: clock::text(lived.from),
            until: instant(lived.until),
            cluster,
            name,
            publications: vec![self.times.row(lived, self.titles, self.authors)],
            kind: None,
            cause: None,
            sentence: "It was there in the first run that was live".into(),
            why: None,
            hand: None,
            notes: Vec::new(),
        };
        let Some((before, was)) = last else {
            return Ok(stay);
        };
        match (was, place) {
            (Some(was), Some(place)) => {
                stay.kind = Some(MoveKind::Moved);
                self.moved(&mut stay, (before, *was), (seen, place)).await?;
            }
            (None, Some(_)) => {
                stay.kind = Some(MoveKind::Entered);
                stay.sentence = "It was not among the members before".into();
            }
            (_, None) => {
                stay.kind = Some(MoveKind::Left);
                stay.sentence = "It is not among the members any more".into();
            }
        }
        Ok(stay)
    }

    async fn moved(
        &self,
        stay: &mut MemberStay,
        (before, was): (&Seen, usize),
        (now, place): (&Seen, usize),
    ) -> Result<(), EngineError> {
        let (earlier, later) = (Arc::clone(&before.base), Arc::clone(&now.base));
        let found = beside(move || {
            let (earlier, later) = (standing(&earlier), standing(&later));
            Ok(segment::why_moved(&earlier, &later, &[(was, place)])?)
        });
        let crossing = Crossing {
            before,
            now,
            entries: self.entries,
            authors: self.authors,
        };
        let Some(moved) = found.await?.into_iter().next() else {
            return Ok(());
        };
        let cause = crossing.cause(&moved);
        stay.cause = Some(cause_word(cause));
        // Where one of the two may not be shown, no word of how it came about may tell which it is.
        let shown = before.shown.contains(&moved.from) && now.shown.contains(&moved.to);
        if !shown {
            stay.sentence = "From or to a segment of too few people to be shown".into();
            return Ok(());
        }
        stay.hand = crossing.hand(cause);
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

/// The cluster of a member and its name, as far as they may be shown.
fn where_it_is(seen: &Seen, place: Option<usize>) -> (Option<i32>, Option<String>) {
    let cluster = place
        .map(|place| seen.base.kept[place])
        .filter(|cluster| seen.shown.contains(cluster));
    (cluster, cluster.map(|cluster| seen.name(cluster)))
}
