//! Records that share an identifier, and values that too many share. Holds no likeness but by asking the judge.

use crate::evidence::Refused;
use crate::normal;
use crate::record::{Identifier, IdentifierKind, Observed, Record};
use crate::settings::Settings;
use matching::linking::Judge;
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Records that share a value, all unlike each other, from which the value is taken for one of a till or a family.
const UNLIKE_MIN: usize = 3;

/// Two rows that share an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shared {
    pub a: u32,
    pub b: u32,
    /// The higher, the more it says.
    pub trust: i64,
    /// How often they were seen with it; 0 where both rows hold it.
    pub seen: u32,
    /// Of how many times that it was seen at all; 0 where nobody counted.
    pub of: u32,
    pub kind: IdentifierKind,
}

/// A row of a group, and how it came there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Member {
    row: u32,
    trust: i64,
    /// `u32::MAX` where the row holds the value itself.
    seen: u32,
    of: u32,
}

/// Rows by the identifiers they hold or were seen with.
pub(crate) struct Groups {
    is_hashed: bool,
    members: HashMap<Identifier, Vec<Member>>,
    blocked: BTreeSet<Identifier>,
    refused: BTreeSet<Identifier>,
}

/// An identifier in the form in which it is looked up; none where its value says nothing. With `is_hashed` addresses of
/// mail are looked up by their hash, so that address and hash meet.
fn normal_form(identifier: &Identifier, is_hashed: bool) -> Option<Identifier> {
    let value = match identifier.kind {
        IdentifierKind::Email => normal::email(&identifier.value),
        IdentifierKind::EmailHash => identifier.value.trim().to_lowercase(),
        IdentifierKind::Phone => normal::phone(&identifier.value),
        _ => identifier.value.trim().to_string(),
    };
    if value.is_empty() {
        return None;
    }
    match identifier.kind {
        IdentifierKind::Email if is_hashed => Some(Identifier::new(
            IdentifierKind::EmailHash,
            normal::email_hash(&value),
        )),
        kind => Some(Identifier::new(kind, value)),
    }
}

/// The less trusted of two values seen together: the one whose sightings were counted.
fn lesser(pair: &Observed) -> &Identifier {
    match pair.a.kind.trust() < pair.b.kind.trust() {
        true => &pair.a,
        false => &pair.b,
    }
}

/// Counted values that were seen as often with another as with this one: a card that two use half and half is nobody's.
fn contested(observed: &[Observed]) -> HashSet<(&Identifier, u32)> {
    let mut seen = HashSet::new();
    let counted = observed.iter().filter(|pair| pair.of > 0);
    let each = counted.map(|pair| (lesser(pair), pair.times));
    each.filter(|one| !seen.insert(*one)).collect()
}

impl Identifier {
    /// The form in which values are compared: an address of mail by its hash, so that both ways of writing it are one; none
    /// where the value says nothing.
    pub fn compared(&self) -> Option<Self> {
        normal_form(self, true)
    }
}

/// The identifiers that a record holds, normalised, each once.
fn held(record: &Record, is_hashed: bool) -> BTreeSet<Identifier> {
    let email = Identifier::new(IdentifierKind::Email, record.person.email.as_str());
    let all = record.others.iter().chain([&record.id, &email]);
    all.filter_map(|identifier| normal_form(identifier, is_hashed))
        .collect()
}

impl Groups {
    /// Groups rows, which are the records in the order `order` names, and refuses values that too many share.
    pub(crate) fn new(
        records: &[Record],
        order: &[u32],
        observed: &[Observed],
        settings: &Settings,
    ) -> Self {
        let hashes = |identifier: &Identifier| identifier.kind == IdentifierKind::EmailHash;
        let is_hashed = records
            .iter()
            .any(|record| hashes(&record.id) || record.others.iter().any(hashes))
            || observed
                .iter()
                .any(|pair| hashes(&pair.a) || hashes(&pair.b))
            || settings.blocked.iter().any(hashes);
        let blocked = settings
            .blocked
            .iter()
            .filter_map(|identifier| normal_form(identifier, is_hashed));
        let mut all = Self {
            is_hashed,
            members: HashMap::new(),
            blocked: blocked.collect(),
            refused: BTreeSet::new(),
        };
        let held: Vec<_> = order
            .par_iter()
            .map(|&place| held(&records[place as usize], is_hashed))
            .collect();
        for (row, identifiers) in (0..).zip(held) {
            for identifier in identifiers {
                let trust = identifier.kind.trust();
                all.members.entry(identifier).or_default().push(Member {
                    row,
                    trust,
                    seen: u32::MAX,
                    of: 0,
                });
            }
        }
        all.refuse(settings);
        let shared = contested(observed);
        let believed = |pair: &&Observed| {
            settings.believes(pair.times, pair.of) && !shared.contains(&(lesser(pair), pair.times))
        };
        all.observe(observed.iter().filter(believed));
        all.refuse(settings);
        all
    }

    /// Adds to each of two values seen together the rows that hold the other.
    fn observe<'a>(&mut self, observed: impl Iterator<Item = &'a Observed>) {
        let mut added: Vec<(Identifier, Member)> = Vec::new();
        for pair in observed {
            let forms =
                [&pair.a, &pair.b].map(|identifier| normal_form(identifier, self.is_hashed));
            let [Some(a), Some(b)] = forms else { continue };
            let trust = a.kind.trust().min(b.kind.trust());
            for (value, holder) in [(&a, &b), (&b, &a)] {
                let says_nothing = self.refused.contains(value) || self.refused.contains(holder);
                let rows = self.members.get(holder).into_iter().flatten();
                if !says_nothing {
                    let member = |held: &Member| Member {
                        row: held.row,
                        trust,
                        seen: pair.times.max(1),
                        of: pair.of,
                    };
                    added.extend(rows.map(|held| (value.clone(), member(held))));
                }
            }
        }
        for (value, member) in added {
            self.members.entry(value).or_default().push(member);
        }
        for members in self.members.values_mut() {
            // Of the ways in which a row came into a group the best counts.
            members.sort_unstable_by_key(|member| {
                let best = (member.seen, member.trust, member.of);
                (member.row, std::cmp::Reverse(best))
            });
            members.dedup_by_key(|member| member.row);
        }
    }

    fn refuse(&mut self, settings: &Settings) {
        let refused = self.members.iter().filter(|(value, members)| {
            members.len() > settings.shared_max(value.kind)
                || members.len() > 1 && self.blocked.contains(value)
        });
        let refused: Vec<_> = refused.map(|(value, _)| value.clone()).collect();
        self.refused.extend(refused);
    }

    /// Whether an address of mail, normalised, links nobody.
    pub(crate) fn refuses(&self, email: &str) -> bool {
        let identifier = Identifier::new(IdentifierKind::Email, email);
        let form = normal_form(&identifier, self.is_hashed);
        form.is_some_and(|form| self.refused.contains(&form) || self.blocked.contains(&form))
    }

    /// Refuses values that several rows share of which most are unlike each other; says whether there were any.
    pub(crate) fn refuse_unlike(&mut self, judge: &(impl Judge + Sync)) -> bool {
        let groups: Vec<_> = self
            .members
            .iter()
            .filter(|(value, members)| members.len() >= UNLIKE_MIN && !self.refused.contains(value))
            .collect();
        let is_unlike = |value: &Identifier, members: &[Member]| {
            let pairs = pairs_of(value.kind, members);
            let unlike = pairs
                .iter()
                .filter(|pair| judge.opposed(pair.a, pair.b))
                .count();
            2 * unlike > pairs.len()
        };
        let found: Vec<Identifier> = groups
            .into_par_iter()
            .filter(|(value, members)| is_unlike(value, members))
            .map(|(value, _)| value.clone())
            .collect();
        let any = !found.is_empty();
        self.refused.extend(found);
        any
    }

    /// Pairs of rows that share an identifier, each once by what is trusted most, in order; and the refused values.
    pub(crate) fn pairs(self) -> (Vec<Shared>, Vec<Refused>) {
        let refused = self.refused.iter().map(|value| Refused {
            identifier: value.clone(),
            records: self.members.get(value).map_or(0, Vec::len),
            blocked: self.blocked.contains(value),
        });
        let refused = refused.collect();
        let groups = self.members.into_par_iter();
        let mut pairs: Vec<Shared> = groups
            .filter(|(value, members)| members.len() > 1 && !self.refused.contains(value))
            .flat_map_iter(|(value, members)| pairs_of(value.kind, &members))
            .collect();
        pairs.par_sort_unstable_by_key(|pair| {
            let held = pair.seen == 0;
            // Of two values seen together the less trusted is told: it is what was counted.
            let best = (pair.trust, held, pair.seen, pair.kind, pair.of);
            (pair.a, pair.b, std::cmp::Reverse(best))
        });
        pairs.dedup_by_key(|pair| (pair.a, pair.b));
        (pairs, refused)
    }
}

/// All pairs of a group.
fn pairs_of(kind: IdentifierKind, members: &[Member]) -> Vec<Shared> {
    let mut pairs = Vec::new();
    for (place, a) in members.iter().enumerate() {
        for b in &members[place + 1..] {
            let (seen, of) = (a.seen, a.of).min((b.seen, b.of));
            let seen = if seen == u32::MAX { 0 } else { seen };
            pairs.push(Shared {
                a: a.row.min(b.row),
                b: a.row.max(b.row),
                trust: a.trust.min(b.trust),
                seen,
                of,
                kind,
            });
        }
    }
    pairs
}
