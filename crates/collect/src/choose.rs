//! What a spec leaves open, chosen by the file: every option that is not given is filled in, each with its
//! reason. What the options then mean is `check`'s.

use retail::{IdKind, Kind};

use crate::error::CollectError;
use crate::fields::{Field, FieldType, fields_of};
use crate::mapping::Mapping;
use crate::read::Record;
use crate::sniff::dates::{self, Told, Watch};
use crate::sniff::{Choice, Sniffed, open_records, values};
use crate::spec::{Options, Repeats, Tax};

/// Rows read to tell day from month.
const ROWS_WATCHED: usize = 2_000_000;

/// What choosing looks at.
pub(crate) struct Chooser<'a> {
    pub kind: Kind,
    pub mapping: &'a Mapping,
    /// How many columns the mapping knows; those beyond the sniffed ones were not seen yet.
    pub columns: usize,
    pub sniffed: &'a Sniffed,
    pub choices: &'a mut Vec<Choice>,
}

impl Chooser<'_> {
    /// Fills in every option that is not given.
    pub fn fill(&mut self, options: &mut Options) -> Result<(), CollectError> {
        self.form(options);
        if options.decimal.is_none() {
            let samples = self.samples(&[FieldType::Decimal, FieldType::Float]);
            let (mark, why) = values::decimal_mark(&samples);
            self.choose("decimal", &mark.to_string(), why);
            options.decimal = Some(mark);
        }
        if options.date_format.is_none() {
            options.date_format = Some(self.date_format()?);
        }
        if options.timezone.is_none() {
            self.choose(
                "timezone",
                "UTC",
                "not declared; give timezone = \"Europe/London\" or another",
            );
            options.timezone = Some("UTC".to_string());
        }
        if options.id_kind.is_none() {
            options.id_kind = Some(self.id_kind());
        }
        if options.tax.is_none() && self.kind == Kind::Orders {
            self.choose(
                "tax",
                "excluded",
                "not declared; give tax = \"included\" if prices include it",
            );
        }
        options.tax.get_or_insert(Tax::Excluded);
        options.repeats.get_or_insert(Repeats::Keep);
        options.round.get_or_insert(false);
        options.blanks.get_or_insert_with(|| {
            ["NULL", "null", "\\N", "NaN", "nan"]
                .map(String::from)
                .to_vec()
        });
        Ok(())
    }

    fn choose(&mut self, what: &str, chosen: &str, why: impl Into<String>) {
        self.choices.push(Choice::new(what, chosen, why));
    }

    /// How the file's bytes are read, which sniffing told already.
    fn form(&self, options: &mut Options) {
        let form = &self.sniffed.form;
        if self.sniffed.stored || !form.format.is_text() {
            return;
        }
        let encoding = || form.encoding.name().to_ascii_lowercase();
        options.encoding.get_or_insert_with(encoding);
        if form.format.is_csv() {
            let delimiter = || match form.dialect.delimiter {
                b'\t' => "tab".to_string(),
                other => char::from(other).to_string(),
            };
            options.delimiter.get_or_insert_with(delimiter);
            options.quotes.get_or_insert(form.dialect.quotes);
            options.header.get_or_insert(form.dialect.header);
        }
    }

    /// The fields of some types with the columns that they take their text from as it stands.
    fn columns(&self, types: &[FieldType]) -> Vec<(&'static Field, usize)> {
        let fields = fields_of(self.kind).iter().zip(&self.mapping.slots);
        let wanted = fields.filter(|(field, _)| types.contains(&field.kind));
        let columns = wanted.flat_map(|(field, slot)| {
            let columns = self.mapping.plain_columns(slot, self.columns);
            columns.into_iter().map(move |column| (field, column))
        });
        let found = self.sniffed.columns.len();
        columns.filter(|(_, column)| *column < found).collect()
    }

    /// The samples of the columns behind the fields of some types.
    fn samples(&self, types: &[FieldType]) -> Vec<&str> {
        let columns = self.columns(types).into_iter();
        let samples = columns.flat_map(|(_, column)| &self.sniffed.columns[column].samples);
        samples.map(String::as_str).collect()
    }

    /// The kind of customer ids: e-mail where every sampled one holds an @.
    fn id_kind(&mut self) -> IdKind {
        let samples = self.samples(&[FieldType::Person]);
        if samples.is_empty() {
            return IdKind::Loyalty;
        }
        let (id_kind, why) = match samples.iter().all(|s| s.contains('@')) {
            true => (IdKind::Email, "every sampled customer id holds an @"),
            false => (
                IdKind::Loyalty,
                "not declared, and those with an @ are e-mails; give id_kind if they are cards, telephones or logins",
            ),
        };
        self.choose("id_kind", id_kind.word(), why);
        id_kind
    }

    fn date_format(&mut self) -> Result<String, CollectError> {
        let types = [FieldType::Time, FieldType::Date];
        let guess = dates::date_format(&self.samples(&types));
        let first = guess.format;
        let Some(second) = guess.rival else {
            self.choose("date_format", &first, guess.why);
            return Ok(first);
        };
        let columns = self.columns(&types);
        let (format, why) = match self.watch(&columns, &first, second) {
            Told::By {
                second: true,
                value,
            } => (
                second,
                format!("'{value}' fits it and not {first}, which the first dates fit as well"),
            ),
            Told::By { value, .. } => (
                first.as_str(),
                format!("'{value}' fits it and not {second}, which the first dates fit as well"),
            ),
            Told::Same => (
                first.as_str(),
                format!("every date is the same day by {second}"),
            ),
            Told::OneDate => (
                first.as_str(),
                format!("the only date fits {second} as well: give date_format to be sure"),
            ),
            Told::Unclear(value) => return Err(self.unclear(&columns, value, first, second)),
        };
        self.choose("date_format", format, why);
        Ok(format.to_string())
    }

    /// Reads on until a value tells two formats apart. Where reading breaks off, what came before counts.
    fn watch(&self, columns: &[(&Field, usize)], first: &str, second: &str) -> Told {
        let Some(mut watch) = Watch::new(first, second) else {
            return Told::Same;
        };
        let sniffed = self.sniffed;
        if sniffed.stored {
            let samples = columns
                .iter()
                .flat_map(|(_, c)| &sniffed.columns[*c].samples);
            for sample in samples {
                if watch.see(sample) {
                    break;
                }
            }
            return watch.told();
        }
        let names: Vec<String> = sniffed.columns.iter().map(|c| c.name.clone()).collect();
        let records = open_records(&sniffed.file, &sniffed.form, Some(&names), sniffed.limits);
        let Ok(mut records) = records else {
            return watch.told();
        };
        let mut record = Record::default();
        for _ in 0..ROWS_WATCHED {
            let told = matches!(records.next(&mut record), Ok(true))
                .then(|| columns.iter().any(|(_, c)| watch.see(record.get(*c))));
            if told != Some(false) {
                break;
            }
        }
        watch.told()
    }

    fn unclear(
        &self,
        columns: &[(&'static Field, usize)],
        value: String,
        first: String,
        second: &str,
    ) -> CollectError {
        let holds = |column: &usize| self.sniffed.columns[*column].samples.contains(&value);
        let sampled = columns.iter().find(|(_, column)| holds(column));
        let field = sampled
            .or(columns.first())
            .map_or("happened_at", |(f, _)| f.name);
        CollectError::UnclearDate {
            field,
            value,
            first,
            second: second.to_string(),
        }
    }
}
