//! Past versions of a scheme: the list, one, two held against each other, and going back to one as a new version.
//! Nothing is rewritten. It must not run a scheme, nor know how a seal is made.

use super::hands::{of_customers, row as hand_row};
use super::recipes::recipe_row;
use super::timeline::Times;
use crate::authors::Authors;
use crate::views::{
    GenuineWord, HandRow, LineWord, PublicationRow, RecipeLine, RestoreRequest, Restored,
    SchemeVersion, SchemeVersions, VersionDiff, VersionPart, VersionRow,
};
use crate::{Actor, EngineError, Project, clock};
use govern::Action;
use registry::{
    Genuine, HandEntry, Mark, NewRecipe, NewRestore, RecipeVersion, ScenarioStep, SchemeMark,
    SchemePart, VersionEntry, standing_hands,
};
use segment::hands::Hand;
use segment::{Entity, Line, line_changes};
use std::collections::{BTreeMap, HashMap};

/// Everything that was decided about a scheme.
struct Decided {
    scheme: String,
    /// Its name for people.
    title: String,
    /// Newest first.
    recipes: Vec<RecipeVersion>,
    /// Oldest first.
    hands: Vec<HandEntry>,
    /// Newest first.
    steps: Vec<ScenarioStep>,
    /// Oldest first.
    marks: Vec<SchemeMark>,
    /// Oldest first.
    entries: Vec<VersionEntry>,
    titles: HashMap<String, String>,
    authors: Authors,
    customers: bool,
    now: i64,
}

/// What held in a version.
struct Held<'a> {
    recipe: Option<&'a RecipeVersion>,
    hands: Vec<&'a HandEntry>,
    live: Option<PublicationRow>,
}

fn part_word(part: SchemePart) -> VersionPart {
    match part {
        SchemePart::Recipe => VersionPart::Recipe,
        SchemePart::Hands => VersionPart::Hands,
        SchemePart::Live => VersionPart::Live,
        SchemePart::Standing => VersionPart::Standing,
    }
}

fn genuine_word(genuine: Genuine) -> GenuineWord {
    match genuine {
        Genuine::Sealed => GenuineWord::Sealed,
        Genuine::Unsealed => GenuineWord::Unsealed,
        Genuine::Changed => GenuineWord::Changed,
        Genuine::Missing => GenuineWord::Missing,
    }
}

fn broken(word: GenuineWord) -> bool {
    matches!(word, GenuineWord::Changed | GenuineWord::Missing)
}

impl Decided {
    /// The versions, oldest first: the parts of one decision are one.
    fn rows(&self) -> Vec<VersionRow> {
        let mut by_number: BTreeMap<i64, Vec<&VersionEntry>> = BTreeMap::new();
        for entry in &self.entries {
            by_number.entry(entry.seq).or_default().push(entry);
        }
        by_number
            .into_values()
            .map(|parts| self.row(&parts))
            .collect()
    }

    fn row(&self, parts: &[&VersionEntry]) -> VersionRow {
        let first = parts[0];
        let words: Vec<VersionPart> = parts.iter().map(|part| part_word(part.part)).collect();
        let worst = parts.iter().map(|part| genuine_word(part.genuine));
        let rank = |word: &GenuineWord| GenuineWord::ALL.iter().position(|one| one == word);
        let recipe = self.recipes.iter().find(|one| one.seq == first.seq);
        let hand = self.hands.iter().find(|one| one.seq == first.seq);
        let hand: Option<Hand> = hand.and_then(|e| serde_json::from_value(e.hand.clone()).ok());
        let hidden = |hand: &Hand| self.customers && of_customers(hand.word()).is_some();
        VersionRow {
            version: first.seq,
            at: clock::text(first.at),
            author: self.authors.name(first.author.clone()),
            reason: first.reason.clone(),
            sentence: match first.restores {
                Some(version) => format!("back to version {version}: {}", parts_words(&words)),
                None => self.sentence(first),
            },
            parts: words,
            restores: first.restores,
            recipe_version: recipe.map(|recipe| recipe.version),
            clusters: hand
                .filter(|hand| !hidden(hand))
                .map_or(Vec::new(), |hand| hand.clusters()),
            genuine: worst.max_by_key(rank).unwrap_or(GenuineWord::Sealed),
            hash: first.hash.clone(),
        }
    }

    /// A decision of one part in a sentence.
    fn sentence(&self, entry: &VersionEntry) -> String {
        let told = match entry.part {
            SchemePart::Recipe => self
                .recipes
                .iter()
                .find(|recipe| recipe.seq == entry.seq)
                .map(|recipe| format!("version {} of the recipe", recipe.version)),
            SchemePart::Hands => self
                .hands
                .iter()
                .find(|hand| hand.seq == entry.seq)
                .map(|hand| self.hand(hand, true).sentence),
            SchemePart::Live => self
                .steps
                .iter()
                .find(|step| step.seq == entry.seq)
                .map(|step| self.went_live(step, step.effective_at.filter(|from| *from > step.at))),
            SchemePart::Standing => {
                self.marks
                    .iter()
                    .find(|mark| mark.seq == entry.seq)
                    .map(|mark| match mark.mark {
                        Mark::Open => "in use again".to_string(),
                        Mark::Retired => "retired".to_string(),
                        Mark::Removed => "removed from the lists".to_string(),
                    })
            }
        };
        told.unwrap_or_else(|| format!("{} that is gone", part_words(part_word(entry.part))))
    }

    /// That a run went live, or does from an instant on.
    fn went_live(&self, step: &ScenarioStep, from: Option<i64>) -> String {
        let title = self.titles.get(&step.run_id).map_or("", String::as_str);
        match from {
            Some(from) => format!("'{title}' live from {}", clock::day(from)),
            None => format!("'{title}' live"),
        }
    }

    /// A change by hand as a row; of customers it tells neither whom nor where to.
    fn hand(&self, entry: &HandEntry, stands: bool) -> HandRow {
        let row = hand_row(entry, self.authors.name(entry.author.clone()), stands);
        match self.customers {
            true => HandRow {
                sentence: of_customers(&row.kind).unwrap_or(row.sentence),
                cost: None,
                ..row
            },
            false => row,
        }
    }

    fn find(&self, version: i64) -> Result<VersionRow, EngineError> {
        let parts: Vec<&VersionEntry> = self.entries.iter().filter(|e| e.seq == version).collect();
        match parts.is_empty() {
            false => Ok(self.row(&parts)),
            true => Err(EngineError::invalid(
                "version",
                format!(
                    "'{}' has no version {version}: tessera segment versions {} lists them",
                    self.scheme, self.scheme
                ),
            )),
        }
    }

    fn newest(&self) -> i64 {
        self.entries.last().map_or(0, |entry| entry.seq)
    }

    /// Refuses to go by what is not as it was written: every decision up to a version of the parts that are brought
    /// back says what held in it; of what was live, so does retiring.
    fn require_genuine(&self, version: i64, parts: &[VersionPart]) -> Result<(), EngineError> {
        let mut known = self.entries.iter().filter(|entry| entry.seq <= version);
        let tells = |part: VersionPart| {
            let live = part == VersionPart::Standing && parts.contains(&VersionPart::Live);
            live || parts.contains(&part)
        };
        let wrong =
            known.find(|entry| tells(part_word(entry.part)) && broken(genuine_word(entry.genuine)));
        match wrong {
            None => Ok(()),
            Some(entry) => Err(EngineError::Data(format!(
                "version {} ({}) is not as it was written, so what held in version {version} is not known: leave that \
                 part out, or restore the registry from a backup",
                entry.seq,
                part_words(part_word(entry.part))
            ))),
        }
    }

    /// What held right after a version was decided.
    fn held(&self, version: i64) -> Held<'_> {
        let at = self.entries.iter().find(|entry| entry.seq == version);
        self.held_at(version, at.map_or(self.now, |entry| entry.at))
    }

    /// What holds now: what was planned may have begun since the newest version.
    fn held_now(&self) -> Held<'_> {
        self.held_at(i64::MAX, self.now)
    }

    /// What becomes live by itself from now on, in words; empty for nothing.
    fn planned(&self) -> String {
        let times = Times::decided(&self.steps, &self.marks, i64::MAX, self.now);
        let coming = times.all.iter().filter(|lived| lived.from > self.now);
        let each = coming.map(|lived| self.went_live(&lived.step, Some(lived.from)));
        each.collect::<Vec<_>>().join(", ")
    }

    /// What holds at an instant by the decisions up to a number.
    fn held_at(&self, seq: i64, at: i64) -> Held<'_> {
        let known = self.hands.partition_point(|entry| entry.seq <= seq);
        let times = Times::decided(&self.steps, &self.marks, seq, at);
        let live = times.at(at).map(|place| &times.all[place]);
        Held {
            recipe: self.recipes.iter().find(|recipe| recipe.seq <= seq),
            hands: standing_hands(&self.hands[..known]),
            live: live.map(|lived| times.row(lived, &self.titles, &self.authors)),
        }
    }
}

impl Held<'_> {
    fn text(&self) -> &str {
        self.recipe.map_or("", |recipe| &recipe.text)
    }

    fn run(&self) -> Option<&str> {
        self.live.as_ref().map(|live| live.run_id.as_str())
    }

    fn seqs(&self) -> Vec<i64> {
        self.hands.iter().map(|entry| entry.seq).collect()
    }

    /// The parts in which two differ, to the byte: an entry never changes, so equal numbers are equal changes.
    fn differs(&self, other: &Held<'_>) -> Vec<VersionPart> {
        let pairs = [
            (VersionPart::Recipe, self.text() != other.text()),
            (VersionPart::Hands, self.seqs() != other.seqs()),
            (VersionPart::Live, self.run() != other.run()),
        ];
        let all = pairs.into_iter().filter(|(_, differs)| *differs);
        all.map(|(part, _)| part).collect()
    }
}

fn part_words(part: VersionPart) -> &'static str {
    match part {
        VersionPart::Recipe => "recipe",
        VersionPart::Hands => "changes by hand",
        VersionPart::Live => "what is live",
        VersionPart::Standing => "standing",
    }
}

fn parts_words(parts: &[VersionPart]) -> String {
    let each = parts.iter().map(|part| part_words(*part));
    each.collect::<Vec<_>>().join(", ")
}

impl Project {
    async fn decided(&self, scheme: &str) -> Result<Decided, EngineError> {
        let (newest, recipes) = self.scheme_recipes(scheme).await?;
        Ok(Decided {
            scheme: scheme.to_string(),
            title: newest.title,
            customers: newest.entity == Entity::Customers.word(),
            hands: self.registry().hands(scheme).await?,
            steps: self.registry().scenario_steps(scheme).await?,
            marks: self.registry().scheme_marks(scheme).await?,
            entries: self.registry().scheme_versions(scheme).await?,
            titles: self.run_titles(scheme).await?,
            authors: self.authors().await?,
            now: self.now(),
            recipes,
        })
    }

    /// Every version of a scheme, newest first; those that name a cluster where one is asked for.
    pub async fn scheme_versions(
        &self,
        actor: &Actor,
        scheme: &str,
        cluster: Option<i32>,
    ) -> Result<SchemeVersions, EngineError> {
        actor.may(Action::ReadResults)?;
        let decided = self.decided(scheme).await?;
        let mut versions = decided.rows();
        let broken = versions.iter().filter(|row| broken(row.genuine)).count();
        versions.retain(|row| cluster.is_none_or(|cluster| row.clusters.contains(&cluster)));
        versions.reverse();
        Ok(SchemeVersions {
            scheme: scheme.to_string(),
            title: decided.title.clone(),
            version: decided.newest(),
            broken,
            versions,
        })
    }

    /// A scheme as it was in a version.
    pub async fn scheme_version(
        &self,
        actor: &Actor,
        scheme: &str,
        version: i64,
    ) -> Result<SchemeVersion, EngineError> {
        actor.may(Action::ReadResults)?;
        let decided = self.decided(scheme).await?;
        let row = decided.find(version)?;
        let held = decided.held(version);
        let author = |recipe: &RecipeVersion| decided.authors.name(recipe.author.clone());
        Ok(SchemeVersion {
            version: row,
            recipe: held.recipe.map(|recipe| recipe_row(recipe, author(recipe))),
            hands: held
                .hands
                .iter()
                .map(|entry| decided.hand(entry, true))
                .collect(),
            live: held.live,
        })
    }

    /// Two versions of a scheme held against each other; where no second is named, one and what holds now, which is the
    /// newest version and what was planned and has begun since: going back starts from there.
    pub async fn version_diff(
        &self,
        actor: &Actor,
        scheme: &str,
        (a, b): (i64, Option<i64>),
    ) -> Result<VersionDiff, EngineError> {
        actor.may(Action::ReadResults)?;
        let decided = self.decided(scheme).await?;
        let (b, held_b, named) = match b {
            Some(b) => (b, decided.held(b), format!("Versions {a} and {b}")),
            None => {
                let named = format!("Version {a} and what holds now");
                (decided.newest(), decided.held_now(), named)
            }
        };
        let (row_a, row_b) = (decided.find(a)?, decided.find(b)?);
        let held_a = decided.held(a);
        let lines = line_changes(held_a.text(), held_b.text());
        let recipe = lines.into_iter().map(|line| {
            let (word, text) = match line {
                Line::Same(text) => (LineWord::Same, text),
                Line::Gone(text) => (LineWord::Gone, text),
                Line::New(text) => (LineWord::New, text),
            };
            let text = text.trim_end_matches(['\r', '\n']).to_string();
            RecipeLine { word, text }
        });
        let alone = |own: &Held<'_>, other: &Held<'_>| -> Vec<HandRow> {
            let others = other.seqs();
            let all = own.hands.iter().filter(|one| !others.contains(&one.seq));
            all.map(|entry| decided.hand(entry, true)).collect()
        };
        let differs = held_a.differs(&held_b);
        Ok(VersionDiff {
            recipe: recipe.collect(),
            hands_a: alone(&held_a, &held_b),
            hands_b: alone(&held_b, &held_a),
            sentence: match differs.is_empty() {
                true => format!("{named} are the same to the byte."),
                false => format!("{named} differ in: {}.", parts_words(&differs)),
            },
            a: row_a,
            b: row_b,
            live_a: held_a.live,
            live_b: held_b.live,
            differs,
        })
    }

    /// Goes back to a version: the parts asked for hold again, as a new version. `seen` is the newest version that
    /// the author saw.
    pub async fn restore_version(
        &self,
        actor: &Actor,
        scheme: &str,
        version: i64,
        seen: Option<i64>,
        asked: RestoreRequest,
    ) -> Result<Restored, EngineError> {
        actor.may(Action::EditSegments)?;
        let seen = super::hands::seen(seen)?;
        let change = actor.change(&asked.reason)?;
        let decided = self.decided(scheme).await?;
        self.require_open(scheme).await?;
        decided.find(version)?;
        let (then, now) = (decided.held(version), decided.held_now());
        // Before it is asked what differs: a part that was changed from outside would look as if it held already.
        let named = match asked.parts.is_empty() {
            true => vec![VersionPart::Recipe, VersionPart::Hands, VersionPart::Live],
            false => asked.parts.clone(),
        };
        decided.require_genuine(version, &named)?;
        let parts = wanted(version, &asked.parts, &then, &now)?;
        let has = |part| parts.contains(&part);
        let recipe = then.recipe.filter(|_| has(VersionPart::Recipe));
        let new = NewRestore {
            scheme,
            version,
            recipe: recipe.map(|recipe| NewRecipe {
                scheme: scheme.to_string(),
                entity: recipe.entity.clone(),
                title: recipe.title.clone(),
                text: recipe.text.clone(),
            }),
            hands: has(VersionPart::Hands),
            live: then.run().filter(|_| has(VersionPart::Live)),
        };
        let made = self
            .registry()
            .restore_version(&new, seen, self.now(), &change)
            .await?;
        let after = self.decided(scheme).await?;
        let row = after.find(made)?;
        let stays = match after.planned() {
            planned if has(VersionPart::Live) && !planned.is_empty() => {
                format!(" What was planned stays planned: {planned}.")
            }
            _ => String::new(),
        };
        let rerun = match has(VersionPart::Recipe) || has(VersionPart::Hands) {
            true => format!(
                " Runs that were made keep what they obeyed; the next one (tessera segment fit {scheme}) follows it."
            ),
            false => String::new(),
        };
        Ok(Restored {
            sentence: format!(
                "'{scheme}' is as in version {version} again, in: {}. That is version {made}; nothing was rewritten.{stays}{rerun}",
                parts_words(&parts)
            ),
            version: row,
        })
    }
}

/// The parts of those asked for in which a version differs from what holds now.
fn wanted(
    version: i64,
    asked: &[VersionPart],
    then: &Held<'_>,
    now: &Held<'_>,
) -> Result<Vec<VersionPart>, EngineError> {
    let refuse = |words: String| Err(EngineError::invalid("parts", words));
    if asked.contains(&VersionPart::Standing) {
        return refuse(
            "a scheme is retired, removed and brought back by itself: leave 'standing' out".into(),
        );
    }
    if asked.is_empty() {
        return refuse("name what is brought back: recipe, hands, live".into());
    }
    if asked.contains(&VersionPart::Live) && then.live.is_none() {
        return refuse(format!(
            "nothing was live in version {version}: leave 'live' out, or retire the scheme to end what is live"
        ));
    }
    let mut differs = then.differs(now);
    differs.retain(|part| asked.contains(part));
    match differs.is_empty() {
        true => refuse(format!(
            "nothing to bring back: in {} the scheme is as in version {version} already",
            parts_words(asked)
        )),
        false => Ok(differs),
    }
}
