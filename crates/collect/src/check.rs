//! From a spec as asked to a spec that can run: the preset's words filled in, columns found, options read,
//! what was left open chosen with the reason. Only this file makes a `ValidSpec`.

use std::path::PathBuf;

use jiff::tz::TimeZone;
use retail::{Currency, IdKind, Kind};

use crate::error::CollectError;
use crate::fields::{Field, FieldType, fields_of};
use crate::limits::Limits;
use crate::mapping::{CarryPlan, Compiler, Mapping, Slot};
use crate::parse::number::NumberStyle;
use crate::parse::time_format::Format;
use crate::presets::{self, Layout};
use crate::sniff::{Choice, FileForm, Sniffed, guess, values};
use crate::spec::{ImportSpec, Options, OrderRules, Repeats, Source, Tax};

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
        let columns: Vec<String> = sniffed.columns.iter().map(|c| c.name.clone()).collect();
        let layout = presets::layout(self, &columns)?;
        let options = self.options.clone().over(layout.options.clone());
        let mut choices = sniffed.choices.clone();
        let mapping = self.mapping(&layout, &options, &columns, &mut choices)?;
        self.require(&mapping, &columns)?;

        let carry = options
            .carry
            .as_ref()
            .and_then(|carry| CarryPlan::new(carry, &columns));
        let style = style(self.kind, &options, &mapping, sniffed, &mut choices)?;
        let format = format(self.kind, &options, &mapping, sniffed, &mut choices)?;
        let zone = zone(&options, &mut choices)?;
        let id_kind = id_kind(self.kind, &options, &mapping, sniffed, &mut choices);
        let rules = self.rules.clone().over(layout.rules);
        check_rules(&rules)?;
        let source = options.source.or_else(|| self.preset.clone());
        let source = source.unwrap_or_else(|| self.kind.word().to_string());
        let tax = options.tax.unwrap_or(Tax::Excluded);
        if options.tax.is_none() && self.kind == Kind::Orders {
            choices.push(Choice::new(
                "tax",
                "excluded",
                "not declared; give tax = \"included\" if prices include it",
            ));
        }
        let blanks = options.blanks.unwrap_or_else(|| {
            ["NULL", "null", "\\N", "NaN", "nan"]
                .map(String::from)
                .to_vec()
        });
        Ok(ValidSpec {
            file: sniffed.file.clone(),
            form: sniffed.form.clone(),
            kind: self.kind,
            columns,
            mapping,
            carry,
            style,
            format,
            zone,
            source,
            id_kind,
            tax,
            repeats: options.repeats.unwrap_or(Repeats::Keep),
            rules,
            blanks,
            limits: sniffed.limits,
            choices,
        })
    }

    fn mapping(
        &self,
        layout: &Layout,
        options: &Options,
        columns: &[String],
        choices: &mut Vec<Choice>,
    ) -> Result<Mapping, CollectError> {
        let fields = fields_of(self.kind);
        if let Some(unknown) = self
            .mapping
            .keys()
            .find(|name| fields.iter().all(|f| f.name != name.as_str()))
        {
            let names: Vec<&str> = fields.iter().map(|f| f.name).collect();
            return Err(CollectError::UnknownField {
                kind: self.kind,
                field: unknown.clone(),
                fields: names.join(", "),
            });
        }
        let mut sources: Vec<Option<Source>> = fields
            .iter()
            .map(|f| {
                self.mapping
                    .get(f.name)
                    .or_else(|| layout.mapping.get(f.name))
                    .cloned()
            })
            .collect();
        if layout.guess {
            for (i, column) in guess::fill(self.kind, columns, &sources) {
                choices.push(Choice::new(fields[i].name, &column, "by its heading"));
                sources[i] = Some(Source::Column(column));
            }
        }
        let mut compiler = Compiler {
            columns,
            mapping: Mapping::default(),
        };
        for (field, source) in fields.iter().zip(&sources) {
            compiler.add(field.name, source.as_ref())?;
        }
        let mut mapping = compiler.mapping;
        apply_default(&mut mapping, fields, "currency", &currency(options)?);
        apply_default(&mut mapping, fields, "channel", &options.channel);
        check_constants(&mapping, fields)?;
        Ok(mapping)
    }

    fn require(&self, mapping: &Mapping, columns: &[String]) -> Result<(), CollectError> {
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
                columns: columns.join(", "),
            }),
        }
    }
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
                "the constant is no currency of three letters".to_string()
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
    let currency = Currency::new(text)
        .ok_or_else(|| bad("currency", text, "give three letters, as in GBP"))?;
    Ok(Some(currency.code().to_string()))
}

/// The samples of the columns behind the fields of some types.
fn samples<'a>(
    kind: Kind,
    mapping: &Mapping,
    sniffed: &'a Sniffed,
    types: &[FieldType],
) -> Vec<&'a str> {
    let fields = fields_of(kind).iter().zip(&mapping.slots);
    let wanted = fields.filter(|(field, _)| types.contains(&field.kind));
    let mut columns: Vec<usize> = Vec::new();
    for (_, slot) in wanted {
        match slot {
            Slot::Column(column) => columns.push(*column),
            Slot::Sum(sum) => columns.extend(sum),
            Slot::Absent | Slot::Constant(_) => {}
        }
    }
    let columns = columns.into_iter().filter_map(|c| sniffed.columns.get(c));
    columns
        .flat_map(|c| c.samples.iter().map(String::as_str))
        .collect()
}

fn style(
    kind: Kind,
    options: &Options,
    mapping: &Mapping,
    sniffed: &Sniffed,
    choices: &mut Vec<Choice>,
) -> Result<NumberStyle, CollectError> {
    let mark = match options.decimal {
        Some(mark @ ('.' | ',')) => mark,
        Some(other) => return Err(bad("decimal", &other.to_string(), "give . or ,")),
        None => {
            let samples = samples(
                kind,
                mapping,
                sniffed,
                &[FieldType::Decimal, FieldType::Float],
            );
            let (mark, why) = values::decimal_mark(&samples);
            choices.push(Choice::new("decimal", &mark.to_string(), why));
            mark
        }
    };
    Ok(NumberStyle {
        mark: mark as u8,
        round: options.round.unwrap_or(false),
    })
}

fn format(
    kind: Kind,
    options: &Options,
    mapping: &Mapping,
    sniffed: &Sniffed,
    choices: &mut Vec<Choice>,
) -> Result<Option<Format>, CollectError> {
    let text = match &options.date_format {
        Some(format) => format.clone(),
        None => {
            let samples = samples(kind, mapping, sniffed, &[FieldType::Time, FieldType::Date]);
            let (format, why) = values::date_format(&samples);
            choices.push(Choice::new("date_format", &format, why));
            format
        }
    };
    if text == "iso" {
        return Ok(None);
    }
    Format::new(&text)
        .map(Some)
        .map_err(|why| bad("date_format", &text, why))
}

fn zone(options: &Options, choices: &mut Vec<Choice>) -> Result<TimeZone, CollectError> {
    let Some(name) = &options.timezone else {
        choices.push(Choice::new(
            "timezone",
            "UTC",
            "not declared; give timezone = \"Europe/London\" or another",
        ));
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

/// The kind of customer ids: declared, or e-mail where every sampled one holds an @.
fn id_kind(
    kind: Kind,
    options: &Options,
    mapping: &Mapping,
    sniffed: &Sniffed,
    choices: &mut Vec<Choice>,
) -> IdKind {
    if let Some(id_kind) = options.id_kind {
        return id_kind;
    }
    let samples = samples(kind, mapping, sniffed, &[FieldType::Person]);
    if samples.is_empty() {
        return IdKind::Loyalty;
    }
    let (id_kind, why) = match samples.iter().all(|s| s.contains('@')) {
        true => (IdKind::Email, "every sampled customer id holds an @"),
        false => (
            IdKind::Loyalty,
            "not declared; give id_kind if they are e-mails, cards, telephones or logins",
        ),
    };
    choices.push(Choice::new("id_kind", id_kind.word(), why));
    id_kind
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
