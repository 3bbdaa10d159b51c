//! Files handed in by a browser: a place to put them, what was found in them, a preview, and the import as a
//! job. A file that was never imported is gone after a day.

use crate::importing::ImportAsk;
use crate::project::{beside, machine};
use crate::views::{
    ImportOptions, ImportRequest, JobStarted, Preview, PreviewProblem, PreviewRequest, Tax, Upload,
    UploadChoice, UploadColumn,
};
use crate::{Actor, EngineError, Project, clock};
use collect::{ImportSpec, Options};
use govern::Action;
use retail::Kind;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes of one upload at most; larger files are imported by the command line.
const BYTES_MAX: u64 = 2 << 30;
/// Samples of a column that are shown.
const SAMPLES: usize = 3;

/// Where the server puts an upload.
#[derive(Debug, Clone)]
pub struct UploadPlace {
    /// The upload.
    pub upload_id: String,
    /// The file to write.
    pub path: PathBuf,
    /// Bytes at most.
    pub bytes_max: u64,
}

impl Project {
    /// A place for a file that is about to be handed in.
    pub async fn upload_place(
        &self,
        actor: &Actor,
        file_name: &str,
    ) -> Result<UploadPlace, EngineError> {
        actor.may(Action::Import)?;
        let folder = self.uploads();
        private_folder(&folder).map_err(|e| machine(&folder, &e))?;
        self.clear_old_uploads();
        // Only the ending of the name counts: it tells the format. The rest never touches the disk.
        let plain = |text: &str| {
            text.chars()
                .filter(char::is_ascii_alphanumeric)
                .take(10)
                .collect::<String>()
        };
        let ending: Vec<String> = file_name.rsplitn(3, '.').take(2).map(plain).collect();
        let ending = match ending.as_slice() {
            [gz, inner] if gz == "gz" => format!(".{inner}.gz"),
            // That ending is ours: the name stands beside the file.
            [last, _] if last == "name" => ".file".into(),
            [last, _] => format!(".{last}"),
            _ => String::new(),
        };
        let upload_id = clock::new_id();
        let path = folder.join(format!("{upload_id}{ending}"));
        let name: String = file_name
            .chars()
            .filter(|c| !c.is_control())
            .take(200)
            .collect();
        let kept = folder.join(format!("{upload_id}.name"));
        std::fs::write(&kept, name).map_err(|e| machine(&kept, &e))?;
        Ok(UploadPlace {
            upload_id,
            path,
            bytes_max: BYTES_MAX,
        })
    }

    /// What was found in a file that was handed in.
    pub async fn upload_done(&self, actor: &Actor, upload_id: &str) -> Result<Upload, EngineError> {
        actor.may(Action::Import)?;
        let (path, file) = self.uploaded(upload_id)?;
        let sniffing = path.clone();
        let sniffed = beside(move || Ok(collect::sniff(&sniffing, &Options::default())?));
        let sniffed = sniffed.await.map_err(|cause| named(cause, &path, &file))?;
        let columns = sniffed.columns.iter().map(|column| UploadColumn {
            name: column.name.clone(),
            samples: column.samples.iter().take(SAMPLES).cloned().collect(),
            guessed_type: column.guessed_type.to_string(),
            guessed_field: column.guessed_field.map(str::to_string),
        });
        let choices = sniffed.choices.iter().map(|choice| UploadChoice {
            what: choice.what.clone(),
            chosen: choice.chosen.clone(),
            why: choice.why.clone(),
        });
        Ok(Upload {
            upload_id: upload_id.to_string(),
            file,
            bytes: sniffed.bytes,
            format: sniffed.format().to_string(),
            encoding: sniffed.encoding().map(str::to_string),
            delimiter: sniffed.delimiter().map(String::from),
            decimal: sniffed.decimal().map(String::from),
            header: sniffed.header(),
            columns: columns.collect(),
            guessed_kind: sniffed.guessed_kind.map(|kind| kind.to_string()),
            guessed_preset: sniffed.guessed_preset.map(str::to_string),
            choices: choices.collect(),
        })
    }

    /// The first rows as they would be loaded, and what would be held back.
    pub async fn preview(
        &self,
        actor: &Actor,
        upload_id: &str,
        asked: PreviewRequest,
    ) -> Result<Preview, EngineError> {
        actor.may(Action::Import)?;
        let (path, file) = self.uploaded(upload_id)?;
        let spec = spec_of(&asked.kind, asked.preset, asked.mapping, asked.options)?;
        let valid = self.checked(&path, &spec).await;
        let valid = valid.map_err(|cause| named(cause, &path, &file))?;
        let found = beside(move || Ok(collect::preview(&valid)?)).await;
        let found = found.map_err(|cause| named(cause, &path, &file))?;
        let problems = found.problems.into_iter().map(|bad| PreviewProblem {
            row: bad.row,
            column: bad.column,
            value: bad.value,
            reason: bad.reason,
        });
        Ok(Preview {
            rows: found.rows,
            problems: problems.collect(),
            good: found.good,
            bad: found.bad,
        })
    }

    /// Imports a file that was handed in, beside the requests.
    pub async fn start_import(
        self: &Arc<Self>,
        actor: &Actor,
        asked: ImportRequest,
    ) -> Result<JobStarted, EngineError> {
        actor.may(Action::Import)?;
        let change = actor.change(&asked.reason)?;
        let (file, name) = self.uploaded(&asked.upload_id)?;
        let spec = spec_of(&asked.kind, asked.preset, asked.mapping, asked.options)?;
        let valid = self.checked(&file, &spec).await;
        valid.map_err(|cause| named(cause, &file, &name))?;
        let (project, why) = (Arc::clone(self), change.clone());
        let kept = json!({ "upload": asked.upload_id, "kind": spec.kind, "preset": spec.preset });
        self.start_job("import", kept, &why, move |report| async move {
            let ask = ImportAsk {
                file: file.clone(),
                name: name.clone(),
                spec,
            };
            let imported = project.import(ask, &change, report).await;
            let imported = imported.map_err(|cause| named(cause, &file, &name))?;
            if let Some(why) = &imported.incomplete {
                let why = why.replace(&file.display().to_string(), &name);
                let sum = format!(
                    "{} rows read = {} loaded + {} duplicate + {} held back",
                    imported.read, imported.loaded, imported.duplicate, imported.quarantined
                );
                let detail = format!("{name} was read in part only: {why} ({sum})");
                return Err(EngineError::Data(detail));
            }
            // It may name people; what was read is in lake and registry.
            project.forget_upload(&asked.upload_id);
            Ok(json!(imported))
        })
        .await
    }

    fn uploads(&self) -> PathBuf {
        self.folder().join("uploads")
    }

    /// The file of an upload and the name that people know it by.
    fn uploaded(&self, upload_id: &str) -> Result<(PathBuf, String), EngineError> {
        let missing = || EngineError::Missing {
            what: "upload",
            name: upload_id.to_string(),
        };
        // The id becomes part of a path: only what we make ourselves is looked up.
        if !upload_id.chars().all(|c| c.is_ascii_hexdigit() || c == '-') {
            return Err(missing());
        }
        let folder = self.uploads();
        let name = std::fs::read_to_string(folder.join(format!("{upload_id}.name")))
            .map_err(|_| missing())?;
        let entries = std::fs::read_dir(&folder).map_err(|_| missing())?;
        let found = entries.flatten().map(|entry| entry.path()).find(|path| {
            let file = path
                .file_name()
                .map(|name| name.to_string_lossy().to_string())
                .unwrap_or_default();
            file.starts_with(upload_id) && !file.ends_with(".name")
        });
        Ok((found.ok_or_else(missing)?, name))
    }

    /// Removes an upload; one that cannot be removed now goes with the old ones.
    fn forget_upload(&self, upload_id: &str) {
        if let Ok((path, _)) = self.uploaded(upload_id) {
            let _ = std::fs::remove_file(path);
            let _ = std::fs::remove_file(self.uploads().join(format!("{upload_id}.name")));
        }
    }

    /// Removes uploads that nobody imported within a day.
    pub(crate) fn clear_old_uploads(&self) {
        let folder = self.uploads();
        let day = std::time::Duration::from_secs(24 * 60 * 60);
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let age = entry
                .metadata()
                .and_then(|meta| meta.modified())
                .ok()
                .and_then(|at| at.elapsed().ok());
            if age.is_some_and(|age| age > day) {
                // A file that cannot be removed now is tried again with the next upload.
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

/// A folder that only its owner reads.
fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A problem with an upload under the name that its owner gave it, not the server's path.
fn named(cause: EngineError, path: &Path, name: &str) -> EngineError {
    match cause {
        EngineError::Collect(cause) => {
            let said = cause.to_string();
            EngineError::invalid("file", said.replace(&path.display().to_string(), name))
        }
        other => other,
    }
}

/// The import spec that a request describes.
pub(crate) fn spec_of(
    kind: &str,
    preset: Option<String>,
    mapping: Option<BTreeMap<String, String>>,
    options: Option<ImportOptions>,
) -> Result<ImportSpec, EngineError> {
    let kind = Kind::from_word(kind).ok_or_else(|| {
        let words: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
        EngineError::invalid(
            "kind",
            format!("'{kind}' is no kind; write one of {}", words.join(", ")),
        )
    })?;
    let mut spec = match preset.filter(|preset| !preset.is_empty()) {
        Some(preset) => ImportSpec::preset(kind, &preset),
        None => ImportSpec::new(kind),
    };
    for (field, column) in mapping.unwrap_or_default() {
        let source = serde_json::from_value(json!(column))
            .map_err(|cause| EngineError::invalid(format!("mapping.{field}"), cause.to_string()))?;
        spec.mapping.insert(field, source);
    }
    apply_options(&mut spec, options);
    Ok(spec)
}

/// Sets what a person declared; what they left out stays as it is.
pub fn apply_options(spec: &mut ImportSpec, options: Option<ImportOptions>) {
    let Some(asked) = options else { return };
    let options = &mut spec.options;
    options.date_format = asked.date_format.or(options.date_format.take());
    options.decimal = asked
        .decimal
        .and_then(|text| text.chars().next())
        .or(options.decimal);
    options.timezone = asked.timezone.or(options.timezone.take());
    options.currency = asked.currency.or(options.currency.take());
    let tax = asked.tax.map(|tax| match tax {
        Tax::Included => collect::Tax::Included,
        Tax::Excluded => collect::Tax::Excluded,
    });
    options.tax = tax.or(options.tax);
}
