//! From a spec as asked to a spec that can run: the preset's words filled in, columns found, options read.
//! What was left open is chosen by `choose`. Only this file makes a `ValidSpec`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::tz::TimeZone;
use retail::{Currency, IdKind, Kind};

use crate::choose::Chooser;
use crate::error::CollectError;
use crate::fields::{Field, FieldType, fields_of, identity_of};
use crate::headings;
use crate::identity::Sameness;
use crate::limits::Limits;
use crate::mapping::{CarryPlan, Compiler, Mapping, Slot};
use crate::parse::number::NumberStyle;
use crate::parse::time_format::Format;
use crate::presets::{self, Layout};
use crate::sniff::{Choice, FileForm, Sniffed, guess};
use crate::spec::{Carry, ImportSpec, Options, OrderRules, Repeats, Source, Tax};

/// Fields that no mapping names, with the columns that their headings tell.
type Guessed = BTreeMap<String, Source>;

/// A constant is repeated in every row.
const CONSTANT_BYTES_MAX: usize = 200;

/// A spec that fits its file; nobody but `ImportSpec::check` makes one.
#[derive(Debug, Clone)]
pub struct ValidSpec {
    pub(crate) file: PathBuf,
    pub(crate) form: FileForm,
    pub(crate) kind: Kind,
    pub(crate) columns: Vec<String>,
    pub(crate) mapping: Mapping,
    pub(crate) carry: Option<CarryPlan>,
    pub(crate) style: NumberStyle,
    pub(crate) format: Option<Format>,
    pub(crate) zone: TimeZone,
    pub(crate) source: String,
    pub(crate) id_kind: IdKind,
    pub(crate) tax: Tax,
    pub(crate) repeats: Repeats,
    pub(crate) rules: OrderRules,
    pub(crate) blanks: Vec<String>,
    pub(crate) limits: Limits,
    choices: Vec<Choice>,
    resolved: ImportSpec,
}

impl ValidSpec {
    /// The feed kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The feed's name, which rows carry and by which they are the same.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The file's columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// What was detected or taken by default, each with its reason.
    pub fn choices(&self) -> &[Choice] {
        &self.choices
    }

    /// The sheet of a workbook that is read.
    pub fn sheet(&self) -> Option<&str> {
        self.form.sheet.as_deref()
    }

    /// The spec with everything filled in that was detected or taken by default. Kept with an import, it has the
    /// import's bad rows read later exactly as its file was, whatever is detected then.
    pub fn resolved(&self) -> ImportSpec {
        self.resolved.clone()
    }

    /// Each mapped field with the columns or the constant it comes from.
    pub fn mapped(&self) -> Vec<(&'static str, String)> {
        let fields = fields_of(self.kind)
            .iter()
            .zip(&self.mapping.slots)
            .zip(&self.mapping.names);
        fields
            .filter_map(|((field, slot), name)| match slot {
                Slot::Absent => None,
                Slot::Constant(text) => Some((field.name, format!("= {text}"))),
                Slot::Column(_) | Slot::Sum(_) => Some((field.name, name.clone())),
            })
            .collect()
    }

    /// The same spec with other bounds.
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether rows are told apart by what they say, no column numbering them: read under other options they are
    /// other rows, beside those that are there. Lists without dates are not: the newest list replaces the one
    /// before.
    pub fn told_by_content(&self) -> bool {
        !self.is_numbered() && self.sameness() == Sameness::Ever
    }

    /// How the engine tells duplicates against the lake.
    pub(crate) fn sameness(&self) -> Sameness {
        let dated = ["happened_at", "valid_from", "starts_at"];
        if identity_of(self.kind).may_repeat || dated.iter().any(|f| self.has(f)) {
            Sameness::Ever
        } else {
            Sameness::Newest
        }
    }

    /// Whether rows number themselves, so that one identity may come twice in one file.
    pub(crate) fn numbers_itself(&self) -> bool {
        !identity_of(self.kind).may_repeat || self.is_numbered()
    }

    /// Whether a column numbers the rows.
    fn is_numbered(&self) -> bool {
        identity_of(self.kind).own.iter().any(|f| self.has(f))
    }

    /// Whether a field has a source.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.slot(field).is_some_and(|slot| *slot != Slot::Absent)
    }

    pub(crate) fn slot(&self, field: &str) -> Option<&Slot> {
        let index = fields_of(self.kind).iter().position(|f| f.name == field)?;
        self.mapping.slots.get(index)
    }
}

impl ImportSpec {
    /// Checks the spec against a file's form and columns.
    pub fn check(&self, sniffed: &Sniffed) -> Result<ValidSpec, CollectError> {
        let found: Vec<String> = sniffed.columns.iter().map(|c| c.name.clone()).collect();
        let layout = presets::layout(self, &found)?;
        let mut options = self.options.clone().over(layout.options.clone());
        let mut choices = sniffed.choices.clone();
        let (sources, guessed) = self.sources(&layout, &found, &mut choices)?;
        let shown = headings::shown(self, sniffed, &found);
        let mut columns = found.clone();
        if sniffed.form.format.is_jsonl() && !sniffed.stored {
            columns.extend(headings::to_come(self.kind, &sources, &found));
        }
        let mapping = self.mapping(&sources, &options, &columns, found.len(), &shown)?;
        self.require(&mapping, &shown)?;

        let carry = options.carry.as_ref();
        let carry = carry.and_then(|carry| CarryPlan::new(carry, &columns));
        let mut chooser = Chooser {
            kind: self.kind,
            mapping: &mapping,
            columns: columns.len(),
            sniffed,
            choices: &mut choices,
        };
        chooser.fill(&mut options)?;
        if let Some(unread) = unread(&found, &sources, layout.options.carry.as_ref()) {
            let why = "no field is mapped to them: add one under [mapping] where they matter";
            choices.push(Choice::new("columns not read", &unread, why));
        }
        let source = options.source.take().or_else(|| self.preset.clone());
        let source = source.unwrap_or_else(|| self.kind.word().to_string());
        options.source = Some(source.clone());
        options.columns = Some(columns.clone());
        options.sheet = sniffed.form.sheet.clone().or(options.sheet);
        let rules = self.rules.clone().over(layout.rules);
        check_rules(&rules)?;
        Ok(ValidSpec {
            file: sniffed.file.clone(),
            form: sniffed.form.clone(),
            kind: self.kind,
            columns,
            mapping,
            carry,
            style: style(&options)?,
            format: format(&options)?,
            zone: zone(&options)?,
            source,
            id_kind: options.id_kind.unwrap_or(IdKind::Loyalty),
            tax: options.tax.unwrap_or(Tax::Excluded),
            repeats: options.repeats.unwrap_or(Repeats::Keep),
            rules,
            blanks: options.blanks.clone().unwrap_or_default(),
            limits: sniffed.limits,
            choices,
            resolved: ImportSpec {
                mapping: self.mapping.clone().into_iter().chain(guessed).collect(),
                options,
                ..self.clone()
            },
        })
    }

    /// Where each field comes from, and those of them that were guessed from the headings.
    fn sources(
        &self,
        layout: &Layout,
        columns: &[String],
        choices: &mut Vec<Choice>,
    ) -> Result<(Vec<Option<Source>>, Guessed), CollectError> {
        let fields = fields_of(self.kind);
        let is_field = |name: &&String| fields.iter().any(|f| f.name == name.as_str());
        if let Some(unknown) = self.mapping.keys().find(|name| !is_field(name)) {
            let names: Vec<&str> = fields.iter().map(|f| f.name).collect();
            return Err(CollectError::UnknownField {
                kind: self.kind,
                field: unknown.clone(),
                fields: names.join(", "),
            });
        }
        let given = |field: &Field| {
            let own = self.mapping.get(field.name);
            own.or_else(|| layout.mapping.get(field.name)).cloned()
        };
        let mut sources: Vec<Option<Source>> = fields.iter().map(given).collect();
        let mut guessed = Guessed::new();
        if layout.guess {
            for (i, column) in guess::fill(self.kind, columns, &sources) {
                choices.push(Choice::new(fields[i].name, &column, "by its heading"));
                let source = Source::Column(column);
                guessed.insert(fields[i].name.to_string(), source.clone());
                sources[i] = Some(source);
            }
        }
        Ok((sources, guessed))
    }

    fn mapping(
        &self,
        sources: &[Option<Source>],
        options: &Options,
        columns: &[String],
        seen: usize,
        shown: &str,
    ) -> Result<Mapping, CollectError> {
        let fields = fields_of(self.kind);
        let mut compiler = Compiler {
            columns,
            seen,
            shown,
            mapping: Mapping::default(),
        };
        for (field, source) in fields.iter().zip(sources) {
            compiler.add(field.name, source.as_ref())?;
        }
        let mut mapping = compiler.mapping;
        apply_default(&mut mapping, fields, "currency", &currency(options)?);
        apply_default(&mut mapping, fields, "channel", &options.channel);
        check_constants(&mapping, fields)?;
        Ok(mapping)
    }

    fn require(&self, mapping: &Mapping, shown: &str) -> Result<(), CollectError> {
        let absent = |name: &str| {
            let i = fields_of(self.kind).iter().position(|f| f.name == name);
            i.is_none_or(|i| mapping.slots[i] == Slot::Absent)
        };
        let mut required = fields_of(self.kind).iter().filter(|f| f.required);
        let missing = required.find(|f| absent(f.name)).map(|f| f.name);
        let no_price = self.kind == Kind::Orders && absent("unit_price") && absent("amount");
        match missing.or(no_price.then_some("unit_price")) {
            None => Ok(()),
            Some(field) => Err(CollectError::MissingField {
                kind: self.kind,
                field,
                columns: shown.to_string(),
            }),
        }
    }
}

/// The columns of a file that no field takes anything from.
fn unread(columns: &[String], sources: &[Option<Source>], carry: Option<&Carry>) -> Option<String> {
    let mut read: BTreeSet<&str> = BTreeSet::new();
    read.extend(sources.iter().flatten().flat_map(Source::columns));
    if let Some(carry) = carry {
        read.insert(&carry.by);
        read.extend(carry.columns.iter().chain(&carry.own).map(String::as_str));
    }
    let left = columns.iter().map(String::as_str);
    let left: Vec<&str> = left.filter(|column| !read.contains(column)).collect();
    (!left.is_empty()).then(|| left.join(", "))
}

fn apply_default(mapping: &mut Mapping, fields: &[Field], name: &str, value: &Option<String>) {
    let slot = fields
        .iter()
        .position(|f| f.name == name)
        .map(|i| &mut mapping.slots[i]);
    if let (Some(slot @ Slot::Absent), Some(value)) = (slot, value) {
        *slot = Slot::Constant(value.clone());
    }
}

/// A constant's kind is checked once here, not in every row.
fn check_constants(mapping: &Mapping, fields: &[Field]) -> Result<(), CollectError> {
    for (field, slot) in fields.iter().zip(&mapping.slots) {
        let Slot::Constant(text) = slot else {
            continue;
        };
        let why = match field.kind {
            _ if text.len() > CONSTANT_BYTES_MAX => {
                format!("a constant has at most {CONSTANT_BYTES_MAX} bytes")
            }
            FieldType::Currency if Currency::new(text).is_none() => {
                "the constant is no currency: give three letters of ISO 4217, as in GBP".to_string()
            }
            _ => continue,
        };
        return Err(CollectError::BadMapping {
            field: field.name.to_string(),
            why,
        });
    }
    Ok(())
}

fn bad(option: &'static str, value: &str, why: impl Into<String>) -> CollectError {
    CollectError::BadOption {
        option,
        value: value.to_string(),
        why: why.into(),
    }
}

fn currency(options: &Options) -> Result<Option<String>, CollectError> {
    let Some(text) = &options.currency else {
        return Ok(None);
    };
    let currency = Currency::new(text).ok_or_else(|| {
        bad(
            "currency",
            text,
            "give the three letters of a currency (ISO 4217), as in GBP",
        )
    })?;
    Ok(Some(currency.code().to_string()))
}

fn style(options: &Options) -> Result<NumberStyle, CollectError> {
    let mark = match options.decimal {
        Some(mark @ ('.' | ',')) => mark,
        Some(other) => return Err(bad("decimal", &other.to_string(), "give . or ,")),
        None => '.',
    };
    Ok(NumberStyle {
        mark: mark as u8,
        round: options.round.unwrap_or(false),
    })
}

fn format(options: &Options) -> Result<Option<Format>, CollectError> {
    let Some(text) = options.date_format.as_deref().filter(|text| *text != "iso") else {
        return Ok(None);
    };
    Format::new(text)
        .map(Some)
        .map_err(|why| bad("date_format", text, why))
}

fn zone(options: &Options) -> Result<TimeZone, CollectError> {
    let Some(name) = options.timezone.as_deref().filter(|name| *name != "UTC") else {
        return Ok(TimeZone::UTC);
    };
    TimeZone::get(name).map_err(|_| {
        bad(
            "timezone",
            name,
            "give a name of the time zone database, as in Europe/London",
        )
    })
}

fn check_rules(rules: &OrderRules) -> Result<(), CollectError> {
    for service in &rules.services {
        if crate::fields::service_kind(&service.kind).is_none() {
            return Err(bad(
                "rules.services.kind",
                &service.kind,
                "give postage, fee, discount, write_off, sample, adjustment or voucher",
            ));
        }
        if service.code.trim_end_matches('*').is_empty() {
            return Err(bad(
                "rules.services.code",
                &service.code,
                "give a product code, or its start with a * behind",
            ));
        }
    }
    Ok(())
}
