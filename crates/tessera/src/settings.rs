//! The settings of a project: `tessera.toml`, typed, every key explained. Only this room reads settings
//! files or the environment.

use crate::output::WrongUse;
use anyhow::Context;
use engine::ProjectSettings;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The name of the settings file in a project's folder.
pub const FILE: &str = "tessera.toml";

/// The commented file that `tessera new` writes and `tessera config --explain` prints.
pub const EXPLAINED: &str = include_str!("tessera.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    #[serde(default)]
    lake: LakeSection,
    #[serde(default)]
    registry: RegistrySection,
    #[serde(default)]
    import: ImportSection,
    #[serde(default)]
    server: ServerSection,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LakeSection {
    folder: PathBuf,
    threads: usize,
    memory_mib: usize,
}

impl Default for LakeSection {
    fn default() -> Self {
        Self {
            folder: "lake".into(),
            threads: 0,
            memory_mib: 1024,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RegistrySection {
    url: String,
}

impl Default for RegistrySection {
    fn default() -> Self {
        Self {
            url: "sqlite:registry.db".into(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ImportSection {
    part_rows: usize,
}

impl Default for ImportSection {
    fn default() -> Self {
        Self { part_rows: 250_000 }
    }
}

/// Where the server listens.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerSection {
    /// Address and port.
    pub addr: String,
}

impl Default for ServerSection {
    fn default() -> Self {
        Self {
            addr: "127.0.0.1:8787".into(),
        }
    }
}

/// Everything that starts a process on one project.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What the engine needs.
    pub project: ProjectSettings,
    /// What the server needs.
    pub server: ServerSection,
}

/// Reads the settings of the project in `folder`; the environment variable `TESSERA_REGISTRY_URL` wins over
/// the file, so that a password need not stand in it.
pub fn read(folder: &Path) -> anyhow::Result<Settings> {
    let path = folder.join(FILE);
    if !path.is_file() {
        return Err(WrongUse(format!(
            "'{}' is no project: there is no {FILE} in it; make one with 'tessera new {}'",
            folder.display(),
            folder.display()
        ))
        .into());
    }
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let file: File = toml::from_str(&text).with_context(|| format!("in {}", path.display()))?;
    let threads = match file.lake.threads {
        0 => std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
        threads => threads,
    };
    let registry_url = std::env::var("TESSERA_REGISTRY_URL").unwrap_or(file.registry.url);
    Ok(Settings {
        project: ProjectSettings {
            folder: folder.to_path_buf(),
            title: file.title,
            lake_folder: file.lake.folder,
            registry_url,
            threads,
            memory_mib: file.lake.memory_mib,
            part_rows: file.import.part_rows,
        },
        server: file.server,
    })
}

/// Makes the folder of a new project with its settings file. Refuses a folder that is a project already.
pub fn create(folder: &Path, title: &str) -> anyhow::Result<()> {
    let path = folder.join(FILE);
    if path.exists() {
        return Err(WrongUse(format!(
            "'{}' is a project already; choose another folder",
            folder.display()
        ))
        .into());
    }
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder '{}'", folder.display()))?;
    let quoted = toml::Value::String(title.to_string()).to_string();
    let text = EXPLAINED.replacen("\"My shop\"", &quoted, 1);
    std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_explained_file_is_valid_and_holds_the_defaults() {
        let file: File = toml::from_str(EXPLAINED).unwrap();
        assert_eq!(file.lake.memory_mib, LakeSection::default().memory_mib);
        assert_eq!(file.import.part_rows, ImportSection::default().part_rows);
        assert_eq!(file.server.addr, ServerSection::default().addr);
        assert_eq!(file.registry.url, RegistrySection::default().url);
    }

    #[test]
    fn a_title_with_quotes_survives() {
        let folder = tempfile::tempdir().unwrap();
        create(folder.path(), "Ann's \"best\" shop").unwrap();
        assert_eq!(
            read(folder.path()).unwrap().project.title,
            "Ann's \"best\" shop"
        );
        assert!(create(folder.path(), "again").is_err());
    }

    #[test]
    fn an_unknown_key_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "title = 'x'\ncolour = 'red'\n").unwrap();
        let cause = format!("{:#}", read(folder.path()).unwrap_err());
        assert!(cause.contains("colour") && cause.contains(FILE), "{cause}");
    }
}
