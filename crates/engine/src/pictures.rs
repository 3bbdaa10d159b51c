//! Pictures of products: read from a folder once, kept as what they tell, and joined to what fields and texts say in each
//! reading of products from then on. It must not look at a pixel (`picture`), nor weigh a picture against a text (`genome::dna`).

use crate::cells::texts;
use crate::project::{beside, machine};
use crate::views::{PicturesRead, UnreadPicture};
use crate::{EngineError, Project, Report, clock};
use arrow::array::Array;
use genome::dna::Found;
use picture::{Album, Limits, Model, Wanted};
use retail::Change;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The stage of these runs in the registry.
const STAGE: &str = "pictures";
/// Where a project keeps what pictures told.
const FILE: &str = "models/pictures.json";
/// Products whose pictures are read before it is told how far it is.
const TOGETHER: usize = 256;
/// Files that are named of those that belong to nothing, or could not be read.
const NAMED: usize = 100;

/// What the catalogue links.
const LINKS: &str = "select product_id, image from current_products where image is not null";

/// What pictures told, as it is kept.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    /// The values by code.
    products: BTreeMap<String, Vec<Found>>,
}

/// Where pictures are, and what reads them beside counting.
#[derive(Debug, Clone)]
pub struct PicturesAsk {
    /// The folder.
    pub folder: PathBuf,
    /// A model of the retailer's own: its TOML file.
    pub model: Option<PathBuf>,
}

impl Project {
    /// Reads the pictures of products, and keeps what they tell for every reading of products from then on.
    ///
    /// # Errors
    /// A folder or a model that cannot be read. A picture that cannot be is told, and the others are read.
    pub async fn read_pictures(
        &self,
        ask: PicturesAsk,
        change: &Change,
        report: Arc<dyn Report>,
    ) -> Result<PicturesRead, EngineError> {
        let _alone = self.run_alone(change).await?;
        let started = self.now();
        let spec = json!({
            "folder": ask.folder.display().to_string(),
            "model": ask.model.as_ref().map(|model| model.display().to_string()),
        });
        let run_id = self.begin_run(STAGE, (0, spec), started, change).await?;
        let done = self.pictures(ask, report).await;
        let kept = done
            .as_ref()
            .map(|read| (read.sentence.clone(), json!(read)));
        self.end_run(&run_id, started, kept, change).await?;
        done
    }

    /// Forgets what pictures told: the next reading of products knows none.
    pub async fn forget_pictures(&self, change: &Change) -> Result<bool, EngineError> {
        let _alone = self.run_alone(change).await?;
        let path = self.folder().join(FILE);
        let was = match std::fs::remove_file(&path) {
            Ok(()) => true,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => false,
            Err(cause) => return Err(machine(&path, &cause)),
        };
        self.registry()
            .audit(
                self.now(),
                change,
                "pictures.forget",
                STAGE,
                json!({ "had": was }),
            )
            .await?;
        Ok(was)
    }

    async fn pictures(
        &self,
        ask: PicturesAsk,
        report: Arc<dyn Report>,
    ) -> Result<PicturesRead, EngineError> {
        report.stage("looking for pictures");
        let told = self.told_products(None).await?;
        let codes: Vec<String> = told.iter().map(|product| product.code.clone()).collect();
        let mut links: HashMap<String, Vec<String>> = HashMap::new();
        for batch in self.lake().rows(LINKS, None, vec![]).await? {
            let (code, image) = (texts(&batch, 0)?, texts(&batch, 1)?);
            for row in (0..batch.num_rows()).filter(|row| image.is_valid(*row)) {
                let own = links.entry(code.value(row).to_string()).or_default();
                own.push(image.value(row).to_string());
            }
        }
        let path = self.folder().join(FILE);
        beside(move || {
            let model = ask.model.as_deref().map(Model::load).transpose();
            let model = model.map_err(wrong)?;
            let album = album(&ask.folder, &codes, &links)?;
            if album.pictures.iter().all(Vec::is_empty) {
                return Err(EngineError::Data(format!(
                    "'{}' holds no picture of a product: name files after products (ID.jpg) or link them in the column image; what \
                     was read before stays, --forget drops it",
                    ask.folder.display()
                )));
            }
            report.stage("reading pictures");
            let (kept, unread) = read(&ask.folder, &album, &codes, model.as_ref(), &*report)?;
            let text = serde_json::to_string(&kept).map_err(|cause| {
                EngineError::Machine(format!("what pictures told cannot be written: {cause}"))
            })?;
            crate::genome::write_whole(&path, text.as_bytes())
                .map_err(|cause| machine(&path, &cause))?;
            Ok(told_of(&album, &codes, model.as_ref(), &kept, unread))
        })
        .await
    }

    /// What pictures told of products, by code; nothing where none were read.
    pub(crate) async fn pictured(&self) -> Result<BTreeMap<String, Vec<Found>>, EngineError> {
        let path = self.folder().join(FILE);
        beside(move || {
            let text = match std::fs::read_to_string(&path) {
                Ok(text) => text,
                Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                    return Ok(BTreeMap::new());
                }
                Err(cause) => return Err(machine(&path, &cause)),
            };
            let kept: Kept = serde_json::from_str(&text).map_err(|cause| {
                EngineError::Data(format!(
                    "'{}' is not as it was written ({cause}): read the pictures again with 'tessera dna pictures DIR'",
                    path.display()
                ))
            })?;
            Ok(kept.products)
        })
        .await
    }
}

fn wrong(cause: picture::PictureError) -> EngineError {
    EngineError::Data(cause.to_string())
}

fn album(
    folder: &Path,
    codes: &[String],
    links: &HashMap<String, Vec<String>>,
) -> Result<Album, EngineError> {
    let wanted = codes.iter().map(|code| Wanted {
        code,
        links: links.get(code).map_or(&[], Vec::as_slice),
    });
    let wanted: Vec<_> = wanted.collect();
    picture::find(folder, &wanted).map_err(wrong)
}

/// Reads all pictures, and tells how far it is; ends where that is asked.
fn read(
    folder: &Path,
    album: &Album,
    codes: &[String],
    model: Option<&Model>,
    report: &dyn Report,
) -> Result<(Kept, Vec<UnreadPicture>), EngineError> {
    let (mut kept, mut unread) = (Kept::default(), Vec::new());
    let limits = Limits::default();
    let all = album.pictures.len() as u64;
    for (at, some) in album.pictures.chunks(TOGETHER).enumerate() {
        let part = Album {
            pictures: some.to_vec(),
            ..Album::default()
        };
        let read = picture::read_all(folder, &part, &limits, model);
        for (place, one) in read.into_iter().enumerate() {
            let code = &codes[at * TOGETHER + place];
            unread.extend(one.unread.into_iter().map(|unread| UnreadPicture {
                file: unread.file.display().to_string(),
                why: unread.why.to_string(),
            }));
            if one.file.is_some() {
                kept.products.insert(code.clone(), one.found);
            }
        }
        report.tick(((at * TOGETHER + some.len()) as u64).min(all), Some(all));
        if report.cancelled() {
            return Err(EngineError::Cancelled);
        }
    }
    Ok((kept, unread))
}

fn told_of(
    album: &Album,
    codes: &[String],
    model: Option<&Model>,
    kept: &Kept,
    unread: Vec<UnreadPicture>,
) -> PicturesRead {
    let named = |all: &[PathBuf]| {
        let first = all.iter().take(NAMED);
        first.map(|path| path.display().to_string()).collect()
    };
    let values: usize = kept.products.values().map(Vec::len).sum();
    let (read, failed) = (kept.products.len(), unread.len());
    PicturesRead {
        read_at: clock::text(clock::now()),
        products: codes.len(),
        pictured: read,
        values,
        without: album.without.len(),
        strangers: album.strangers.len(),
        strangers_named: named(&album.strangers),
        links_refused: named(&album.refused),
        not_read: failed,
        unread: unread.into_iter().take(NAMED).collect(),
        model: model.map(|model| model.name().to_string()),
        model_digest: model.map(|model| model.digest().to_string()),
        sentence: format!(
            "{values} values seen in the pictures of {read} of {} products; {failed} pictures could not be read, {} are of no \
             product",
            codes.len(),
            album.strangers.len()
        ),
    }
}
