//! The import of one file: a pull iterator of chunks. It counts repeats, gathers what belongs beside the rows,
//! and cuts chunks by number of rows and bytes of text, never by time, so that a second run gives the same.
//! It touches no lake and no registry, and it asks no clock.

use std::path::PathBuf;
use std::sync::Arc;

use retail::{IdKind, Kind};

use crate::build::{Batch, BuildPlan};
use crate::check::ValidSpec;
use crate::chunk::{Chunk, IdList, PersonField};
use crate::error::CollectError;
use crate::fields::FieldType;
use crate::identity::{IdentitySet, Keys, Sameness};
use crate::occurrence::{Occurrences, Planner};
use crate::problem::BadRow;
use crate::read::Records;
use crate::read::ahead::Ahead;
use crate::read::stored::{StoredReader, StoredRow};
use crate::row::{Row, RowPlan};
use crate::sniff::open_records;
use crate::spec::Repeats;
use crate::stream::{RowStream, Step};
use crate::value::Value;

/// What an import is told beside its spec.
#[derive(Debug, Clone)]
pub struct ImportArgs {
    /// The import's id, which every row carries.
    pub import_id: String,
    /// When the lake learns of the rows.
    pub known_at: jiff::Timestamp,
    /// The project's secret for row identities: always the same one for one project, kept in the registry.
    pub secret: [u8; 32],
    /// Rows of a chunk; about 250,000 keeps a chunk near 100 MB.
    pub chunk_rows: usize,
    /// Where temporary files may lie, which only files of more than 14 million rows need.
    pub scratch: PathBuf,
}

impl ImportArgs {
    /// Arguments with chunks of 250,000 rows and the system's folder for temporary files.
    pub fn new(import_id: &str, known_at: jiff::Timestamp, secret: [u8; 32]) -> Self {
        Self {
            import_id: import_id.to_string(),
            known_at,
            secret,
            chunk_rows: 250_000,
            scratch: std::env::temp_dir(),
        }
    }
}

/// Where the records come from, to open them a second time.
enum Origin {
    File,
    Stored(Vec<StoredRow>),
}

/// Reads one file, chunk by chunk. An `Err` is the last item; the chunks before it are good.
pub struct Importer {
    spec: ValidSpec,
    args: ImportArgs,
    origin: Origin,
    stream: RowStream,
    plan: Arc<RowPlan>,
    build: BuildPlan,
    occurrences: Occurrences,
    /// Of a replay: rows that the lake holds of the file that these rows were in.
    held: Option<IdentitySet>,
    ids: IdList,
    bytes_total: u64,
    parts: u32,
    /// What ended the stream, told after the last chunk.
    failure: Option<CollectError>,
    ended: bool,
}

/// What a chunk gathers beside its batch.
#[derive(Default)]
struct Beside {
    who: Vec<Option<u32>>,
    devices: Vec<Option<u32>>,
    cards: Vec<Option<u32>>,
    person_fields: Vec<PersonField>,
    quarantined: Vec<BadRow>,
    duplicate: u64,
    read: u64,
    span: Option<(i64, i64)>,
}

impl Importer {
    /// Opens a file for a checked spec.
    pub fn open(spec: &ValidSpec, args: ImportArgs) -> Result<Self, CollectError> {
        let bytes_total = std::fs::metadata(&spec.file).map(|m| m.len()).unwrap_or(0);
        Self::start(spec, args, Origin::File, bytes_total)
    }

    /// Reads quarantined rows again, under a spec that was mended. `spec` is checked against the first file;
    /// rows must be `replayable`. Row numbers stay those of the file. `held` are the identities that the lake
    /// holds of that file, at least of the receipts concerned: a row that equals one of them is a true repeat
    /// and gets the next number, as it would have in the file.
    pub fn replay(
        spec: &ValidSpec,
        args: ImportArgs,
        rows: Vec<StoredRow>,
        held: IdentitySet,
    ) -> Result<Self, CollectError> {
        let bytes_total = rows.iter().map(|row| row.raw.len() as u64).sum();
        let mut importer = Self::start(spec, args, Origin::Stored(rows), bytes_total)?;
        importer.held = Some(held);
        Ok(importer)
    }

    fn start(
        spec: &ValidSpec,
        args: ImportArgs,
        origin: Origin,
        bytes_total: u64,
    ) -> Result<Self, CollectError> {
        let plan = RowPlan::new(spec);
        let records = records(spec, &origin)?;
        Ok(Self {
            stream: RowStream::new(spec, plan.clone(), args.secret, records),
            plan,
            build: BuildPlan::new(spec, &args.import_id, args.known_at.as_microsecond()),
            occurrences: Occurrences::new(spec.limits.fingerprints_in_memory),
            held: None,
            spec: spec.clone(),
            args,
            origin,
            ids: IdList::default(),
            bytes_total,
            parts: 0,
            failure: None,
            ended: false,
        })
    }

    /// How the engine tells duplicates against the lake.
    pub fn sameness(&self) -> Sameness {
        self.spec.sameness()
    }

    /// Whether rows number themselves, so that one identity may come twice in one file.
    pub fn numbers_itself(&self) -> bool {
        self.spec.numbers_itself()
    }

    /// Bytes read so far and in all.
    pub fn progress(&self) -> (u64, u64) {
        (
            self.stream.bytes_done().min(self.bytes_total),
            self.bytes_total,
        )
    }

    fn read_chunk(&mut self) -> Result<Option<Chunk>, CollectError> {
        if self.ended {
            return self.failure.take().map_or(Ok(None), Err);
        }
        let mut beside = Beside::default();
        let build = self.build.clone();
        let mut batch = build.start(self.args.chunk_rows.min(1 << 20));
        let text_start = self.stream.text_bytes;
        while beside.read < self.args.chunk_rows as u64 {
            if self.stream.text_bytes - text_start > self.spec.limits.chunk_bytes_max as u64 {
                break;
            }
            if self.occurrences.is_full() {
                self.plan_occurrences()?;
            }
            if !self.step(&mut batch, &mut beside) {
                self.ended = true;
                break;
            }
        }
        if beside.read == 0 {
            let failure = self.failure.take().or_else(|| self.no_rows());
            return failure.map_or(Ok(None), Err);
        }
        self.finish_chunk(batch, beside).map(Some)
    }

    /// The error of a file without any row.
    fn no_rows(&self) -> Option<CollectError> {
        let file = self.spec.file.clone();
        (self.parts == 0 && matches!(self.origin, Origin::File))
            .then_some(CollectError::NoRows { file })
    }

    /// Takes one record into the chunk; `false` at the end.
    fn step(&mut self, batch: &mut Batch<'_>, beside: &mut Beside) -> bool {
        let plan = &self.plan;
        match self.stream.next() {
            Ok(Step::End) => return false,
            Err(error) => {
                self.failure = Some(error);
                return false;
            }
            Ok(Step::Adds) => beside.duplicate += 1,
            Ok(Step::Bad(bad)) => beside.quarantined.push(bad),
            Ok(Step::Good(row)) => {
                let counted = plan.identity.may_repeat && row.keys.own.is_none();
                let occurrence = match &mut self.held {
                    _ if !counted => 0,
                    Some(held) => next_free(held, &row.keys),
                    None => self.occurrences.next(row.keys.content),
                };
                if occurrence > 0 && self.spec.repeats == Repeats::Drop {
                    beside.duplicate += 1;
                } else {
                    beside.take(plan, &row, &mut self.ids, batch.rows() as u32);
                    beside.widen(self.build.happened_at(&row));
                    batch.push(&row, row.keys.row_key(occurrence));
                }
            }
        }
        beside.read += 1;
        true
    }

    fn finish_chunk(&mut self, batch: Batch<'_>, beside: Beside) -> Result<Chunk, CollectError> {
        let part_no = self.parts;
        self.parts += 1;
        Ok(Chunk {
            part_no,
            rows: batch.finish()?,
            who: beside.who,
            devices: beside.devices,
            cards: beside.cards,
            ids: self.ids.take(),
            person_fields: beside.person_fields,
            quarantined: beside.quarantined,
            duplicate: beside.duplicate,
            read: beside.read,
            bytes_done: self.stream.bytes_done().min(self.bytes_total),
            bytes_total: self.bytes_total,
            first_happened_at: beside.span.map(|(first, _)| first),
            last_happened_at: beside.span.map(|(_, last)| last),
            late_columns: std::mem::take(&mut self.stream.late),
        })
    }

    /// Reads the whole file once more to count repeats on disk.
    fn plan_occurrences(&mut self) -> Result<(), CollectError> {
        let records = records(&self.spec, &self.origin)?;
        let mut stream = RowStream::new(&self.spec, self.plan.clone(), self.args.secret, records);
        let mut planner = Planner::new(&self.args.scratch)?;
        // A file that breaks off ends the plan where it will end the import.
        while let Ok(step) = stream.next() {
            match step {
                Step::Good(row) if row.keys.own.is_none() => planner.push(row.keys.content)?,
                Step::End => break,
                _ => {}
            }
        }
        self.occurrences.follow(planner)
    }
}

impl Iterator for Importer {
    type Item = Result<Chunk, CollectError>;

    fn next(&mut self) -> Option<Self::Item> {
        let chunk = self.read_chunk();
        if chunk.is_err() {
            self.ended = true;
        }
        chunk.transpose()
    }
}

fn records(spec: &ValidSpec, origin: &Origin) -> Result<Box<dyn Records>, CollectError> {
    match origin {
        Origin::File => {
            let columns = Some(spec.columns.as_slice());
            let records = open_records(&spec.file, &spec.form, columns, spec.limits)?;
            Ok(Box::new(Ahead::new(&spec.file, records)))
        }
        Origin::Stored(rows) => Ok(Box::new(StoredReader::new(
            rows.clone(),
            &spec.columns,
            spec.form.dialect,
        ))),
    }
}

/// Whether an identifier is an address of mail: one @, and a dot in what follows.
fn is_mail(text: &str) -> bool {
    let text = text.trim();
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.contains('@')
            && !text.contains(char::is_whitespace)
    })
}

/// The number of equal rows that are held; this one is held from now on.
fn next_free(held: &mut IdentitySet, keys: &Keys) -> u32 {
    (0..u32::MAX)
        .find(|n| held.insert((keys.about, keys.row_key(*n))))
        .unwrap_or(u32::MAX)
}

impl Beside {
    /// Keeps who and what the row is about, and the facts that name a person.
    fn take(&mut self, plan: &RowPlan, row: &Row<'_>, ids: &mut IdList, at: u32) {
        let (mut given, mut person, mut card) = (None, None, None);
        for (i, field) in &plan.beside {
            match (field.kind, row.values[*i]) {
                (FieldType::Person, Value::Text(text)) => person = Some(text),
                (FieldType::IdKind, Value::Kind(kind)) => given = Some(kind),
                (FieldType::Device, Value::Text(text)) => {
                    self.devices.push(ids.index_of(IdKind::Device, text));
                }
                (FieldType::Device, _) => self.devices.push(None),
                (FieldType::Card, Value::Text(text)) => card = Some(text),
                (FieldType::PersonFact, Value::Text(text)) => {
                    self.person_fields.push(PersonField {
                        row: at,
                        field: field.name,
                        value: text.to_string(),
                    })
                }
                _ => {}
            }
        }
        let person = person.map(|text| {
            // A feed that mixes identifiers without a word for each: no number of anybody's books holds an @.
            let told = match plan.id_kind {
                IdKind::Loyalty if is_mail(text) => IdKind::Email,
                kind => kind,
            };
            (given.unwrap_or(told), text)
        });
        let who = person.and_then(|(kind, text)| ids.index_of(kind, text));
        if plan.kind != Kind::Orders {
            self.who.push(who);
            return;
        }
        // A customer id that is a card's token says which card paid as well as a column of tokens does.
        let card = match (card, person) {
            (None, Some((IdKind::Card, _))) => who,
            (card, _) => card.and_then(|text| ids.index_of(IdKind::Card, text)),
        };
        self.who.push(who.or(card));
        self.cards.push(card);
    }

    fn widen(&mut self, micros: i64) {
        self.span = Some(match self.span {
            None => (micros, micros),
            Some((first, last)) => (first.min(micros), last.max(micros)),
        });
    }
}
