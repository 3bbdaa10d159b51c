//! A checked mapping: for each native field, which column of the file, constant or derived text it takes.
//! Derived texts are appended to the record as further fields, so that converting sees columns only.

use std::collections::BTreeMap;

use crate::error::CollectError;
use crate::parse::time::{civil_of_day, day_of_civil};
use crate::parse::time_format::read_iso;
use crate::read::Record;
use crate::spec::{Carry, Source, SourceRule};

/// Where a field's text is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Slot {
    Absent,
    Constant(String),
    /// A field of the record, as it stands or derived.
    Column(usize),
    Sum(Vec<usize>),
}

/// A text made from a record's fields.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Derived {
    from: From,
    default: Option<String>,
    split: Option<(String, usize)>,
    replace: BTreeMap<String, String>,
    /// Day since 1970 on which week 1 begins, and which day of the week to give.
    weeks_from: Option<(i32, i32)>,
    whole: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum From {
    First(Vec<usize>),
    Pairs(Vec<(usize, usize)>, Vec<String>),
    Present(usize),
}

/// The mapping of one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Mapping {
    /// One slot per native field.
    pub slots: Vec<Slot>,
    /// What each slot is called in messages: the columns it comes from.
    pub names: Vec<String>,
    pub derived: Vec<Derived>,
}

/// Compiles sources against the columns of a file.
pub(crate) struct Compiler<'a> {
    pub columns: &'a [String],
    /// How many of the columns were seen; the others may come further down the file.
    pub seen: usize,
    /// The columns in words, for messages.
    pub shown: &'a str,
    pub mapping: Mapping,
}

impl Compiler<'_> {
    fn find(&self, column: &str) -> Option<usize> {
        let exact = self.columns.iter().position(|c| c == column);
        exact.or_else(|| {
            self.columns
                .iter()
                .position(|c| c.eq_ignore_ascii_case(column))
        })
    }

    fn need(&self, field: &str, column: &str) -> Result<usize, CollectError> {
        self.find(column)
            .ok_or_else(|| CollectError::MissingColumn {
                field: field.to_string(),
                column: column.to_string(),
                columns: self.shown.to_string(),
            })
    }

    /// Adds the slot of the next native field.
    pub fn add(&mut self, field: &str, source: Option<&Source>) -> Result<(), CollectError> {
        let (slot, name) = match source {
            None => (Slot::Absent, field.to_string()),
            Some(Source::Column(column)) => {
                (Slot::Column(self.need(field, column)?), column.clone())
            }
            Some(Source::Rule(rule)) => self.rule(field, rule)?,
        };
        self.mapping.slots.push(slot);
        self.mapping.names.push(name);
        Ok(())
    }

    fn rule(&mut self, field: &str, rule: &SourceRule) -> Result<(Slot, String), CollectError> {
        let unclear = |why: &str| CollectError::BadMapping {
            field: field.to_string(),
            why: why.to_string(),
        };
        let given = [
            rule.column.is_some(),
            !rule.first.is_empty(),
            !rule.sum.is_empty(),
            !rule.pairs.is_empty(),
            rule.present.is_some(),
            rule.constant.is_some(),
        ];
        if given.into_iter().filter(|given| *given).count() != 1 {
            return Err(unclear(
                "give exactly one of column, first, sum, pairs, present, constant",
            ));
        }
        if rule.split.is_some() != rule.part.is_some() || rule.part == Some(0) {
            return Err(unclear("give split and part together, with part from 1"));
        }
        if let Some(constant) = &rule.constant {
            return Ok((Slot::Constant(constant.clone()), field.to_string()));
        }
        if !rule.sum.is_empty() {
            let columns = rule
                .sum
                .iter()
                .map(|c| self.need(field, c))
                .collect::<Result<_, _>>()?;
            return Ok((Slot::Sum(columns), rule.sum.join(" + ")));
        }
        let from = self.from(field, rule)?;
        let name = self.name_of(&from);
        let Some(from) = from else {
            let constant = rule.default.clone();
            return Ok((
                constant.map_or(Slot::Absent, Slot::Constant),
                field.to_string(),
            ));
        };
        let weeks_from = match &rule.weeks_from {
            None => None,
            Some(day) => {
                let day = read_iso(day).and_then(|w| day_of_civil(w.year, w.month, w.day));
                let day = day.ok_or_else(|| unclear("weeks_from takes a day, as in 2016-12-26"))?;
                Some((day, if rule.week_end { 6 } else { 0 }))
            }
        };
        let derived = Derived {
            from,
            default: rule.default.clone(),
            split: rule.split.clone().zip(rule.part),
            replace: rule.replace.clone(),
            weeks_from,
            whole: rule.whole,
        };
        Ok((self.slot_of(derived), name))
    }

    /// What a rule takes its text from; `None` where it passes over all its columns.
    fn from(&self, field: &str, rule: &SourceRule) -> Result<Option<From>, CollectError> {
        if let Some(column) = &rule.column {
            return Ok(Some(From::First(vec![self.need(field, column)?])));
        }
        if let Some(column) = &rule.present {
            return Ok(self.find(column).map(From::Present));
        }
        let found: Vec<usize> = rule.first.iter().filter_map(|c| self.find(c)).collect();
        if !found.is_empty() {
            return Ok(Some(From::First(found)));
        }
        let pairs = rule
            .pairs
            .iter()
            .filter_map(|(n, v)| Some((self.find(n)?, self.find(v)?)));
        // Spellings that differ in case find the same columns.
        let mut unique: Vec<(usize, usize)> = Vec::new();
        for pair in pairs {
            if !unique.contains(&pair) {
                unique.push(pair);
            }
        }
        let named = rule.named.iter().map(|n| n.to_lowercase()).collect();
        Ok((!unique.is_empty()).then_some(From::Pairs(unique, named)))
    }

    fn name_of(&self, from: &Option<From>) -> String {
        let columns: Vec<usize> = match from {
            None => Vec::new(),
            Some(From::First(columns)) => columns.clone(),
            Some(From::Present(column)) => vec![*column],
            Some(From::Pairs(pairs, _)) => pairs.iter().map(|(_, value)| *value).collect(),
        };
        let is_seen = |&&c: &&usize| c < self.seen;
        let any_seen = columns.iter().any(|c| is_seen(&c));
        let shown = columns.iter().filter(|c| !any_seen || is_seen(c));
        let names: Vec<&str> = shown.map(|&c| self.columns[c].as_str()).collect();
        names.join(" / ")
    }

    fn slot_of(&mut self, derived: Derived) -> Slot {
        let plain = derived.default.is_none() && derived.is_as_it_stands();
        match &derived.from {
            From::First(columns) if plain && columns.len() == 1 => Slot::Column(columns[0]),
            _ => {
                self.mapping.derived.push(derived);
                Slot::Column(self.columns.len() + self.mapping.derived.len() - 1)
            }
        }
    }
}

impl Mapping {
    /// Appends the derived texts to a record that has all its columns.
    pub fn derive(&self, record: &mut Record, scratch: &mut String) {
        for derived in &self.derived {
            scratch.clear();
            derived.write(record, scratch);
            record.push(scratch);
        }
    }

    /// The columns whose text a slot takes as it stands; `columns` is how many there are.
    pub fn plain_columns(&self, slot: &Slot, columns: usize) -> Vec<usize> {
        let column = match slot {
            Slot::Absent | Slot::Constant(_) => return Vec::new(),
            Slot::Sum(columns) => return columns.clone(),
            Slot::Column(column) => *column,
        };
        let Some(derived) = column.checked_sub(columns).map(|i| self.derived.get(i)) else {
            return vec![column];
        };
        match derived {
            Some(derived) if derived.is_as_it_stands() => match &derived.from {
                From::First(columns) => columns.clone(),
                From::Pairs(..) | From::Present(_) => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The columns of the file that the mapping looks at.
    pub fn columns_used(&self) -> Vec<usize> {
        let mut used: Vec<usize> = Vec::new();
        for slot in &self.slots {
            match slot {
                Slot::Column(column) => used.push(*column),
                Slot::Sum(columns) => used.extend(columns),
                Slot::Absent | Slot::Constant(_) => {}
            }
        }
        for derived in &self.derived {
            match &derived.from {
                From::First(columns) => used.extend(columns),
                From::Present(column) => used.push(*column),
                From::Pairs(pairs, _) => used.extend(pairs.iter().flat_map(|(n, v)| [*n, *v])),
            }
        }
        used.sort_unstable();
        used.dedup();
        used
    }
}

impl Derived {
    /// Whether the source's text is not changed.
    fn is_as_it_stands(&self) -> bool {
        let is_cut = self.split.is_some() || self.weeks_from.is_some();
        !is_cut && self.replace.is_empty() && !self.whole
    }

    fn write(&self, record: &Record, out: &mut String) {
        match &self.from {
            From::Present(column) => {
                out.push_str(if record.get(*column).trim().is_empty() {
                    "no"
                } else {
                    "yes"
                });
            }
            From::Pairs(pairs, named) => write_pairs(record, pairs, named, out),
            From::First(columns) => {
                let texts = columns.iter().map(|&c| record.get(c).trim());
                let text = texts.into_iter().find(|t| !t.is_empty()).unwrap_or("");
                out.push_str(self.changed(text));
                self.change_week(out);
            }
        }
        if out.is_empty()
            && let Some(default) = &self.default
        {
            out.push_str(default);
        }
    }

    /// The text after splitting, replacing and dropping `.0`.
    fn changed<'a>(&'a self, text: &'a str) -> &'a str {
        let mut text = text;
        if let Some((mark, part)) = &self.split {
            // Several paths in one text, as "A > B, C": the first counts.
            let path = if mark == "," {
                text
            } else {
                text.split(',').next().unwrap_or("")
            };
            text = path.split(mark.as_str()).nth(part - 1).unwrap_or("").trim();
        }
        if self.whole
            && let Some(whole) = text.strip_suffix(".0")
            && whole.bytes().all(|b| b.is_ascii_digit())
        {
            text = whole;
        }
        self.replace.get(text).map_or(text, String::as_str)
    }

    fn change_week(&self, out: &mut String) {
        let Some((week_1, day_of_week)) = self.weeks_from else {
            return;
        };
        if let Ok(week) = out.parse::<i32>()
            && (0..10_000).contains(&week)
        {
            let (year, month, day) = civil_of_day(week_1 + (week - 1) * 7 + day_of_week);
            *out = format!("{year:04}-{month:02}-{day:02}");
        }
    }
}

fn write_pairs(record: &Record, pairs: &[(usize, usize)], named: &[String], out: &mut String) {
    for (name, value) in pairs {
        let (name, value) = (record.get(*name).trim(), record.get(*value).trim());
        if name.is_empty() || value.is_empty() {
            continue;
        }
        if named.is_empty() {
            if !out.is_empty() {
                out.push(';');
            }
            out.push_str(&name.replace([';', '='], " "));
            out.push('=');
            out.push_str(&value.replace([';', '='], " "));
        } else if named.contains(&name.to_lowercase()) {
            out.push_str(value);
            return;
        }
    }
}

/// Carries columns on from a record's first row to its further rows.
#[derive(Debug, Clone)]
pub(crate) struct CarryPlan {
    by: usize,
    columns: Vec<usize>,
    own: Vec<usize>,
    last_by: String,
    last: Vec<String>,
}

impl CarryPlan {
    /// The plan for a file; `None` where it lacks the column by which rows belong together.
    pub fn new(carry: &Carry, columns: &[String]) -> Option<Self> {
        let find = |name: &String| columns.iter().position(|c| c == name);
        let all = |names: &[String]| names.iter().filter_map(find).collect::<Vec<_>>();
        let carried = all(&carry.columns);
        Some(Self {
            by: find(&carry.by)?,
            last: vec![String::new(); carried.len()],
            columns: carried,
            own: all(&carry.own),
            last_by: String::new(),
        })
    }

    /// Fills a record from the first of its group; `true` where it only adds to the row above.
    pub fn fill(&mut self, record: &mut Record) -> bool {
        let by = record.get(self.by).trim();
        let follows = !by.is_empty() && by == self.last_by;
        if !follows {
            self.last_by.clear();
            self.last_by.push_str(by);
            for (last, &column) in self.last.iter_mut().zip(&self.columns) {
                last.clear();
                last.push_str(record.get(column));
            }
            return false;
        }
        for (last, &column) in self.last.iter().zip(&self.columns) {
            if record.get(column).trim().is_empty() && !last.is_empty() {
                record.replace(column, last);
            }
        }
        !self.own.is_empty() && self.own.iter().all(|&c| record.get(c).trim().is_empty())
    }
}
