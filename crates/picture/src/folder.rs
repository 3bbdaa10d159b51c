//! Which files of a folder are pictures of which products. It reads names alone: it must not open a picture, and nothing is
//! ever fetched from an address.

use crate::PictureError;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Endings of files that are looked at, in small letters.
const ENDINGS: [&str; 6] = ["jpg", "jpeg", "png", "webp", "gif", "bmp"];

/// Most files of a folder, and most folders within each other.
const FILES_MAX: usize = 2_000_000;
const DEPTH_MAX: usize = 32;

/// A product whose pictures are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// Its code, as files are named by.
    pub code: &'a str,
    /// Addresses or paths of its pictures as the catalogue tells them, the main one first: the last part names a file.
    pub links: &'a [String],
}

/// Which picture belongs to which product.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Album {
    /// Paths of each product's pictures within the folder, in the order of the products, the main one first: those that the
    /// catalogue links, then `ID.jpg`, then `ID_1.jpg`, `ID-2.png` by their numbers, then by path.
    pub pictures: Vec<Vec<PathBuf>>,
    /// Products without any, by their place.
    pub without: Vec<usize>,
    /// Pictures of no product.
    pub strangers: Vec<PathBuf>,
    /// Links to files that lead out of the folder, and links to folders: none is followed.
    pub refused: Vec<PathBuf>,
}

/// Finds the pictures of products in a folder and the folders in it, in an order that does not depend on the system.
///
/// Files whose names begin with a dot are left out, and so is what has no ending of a picture.
///
/// # Errors
/// A folder that cannot be read, or that holds over two million files or over 32 folders within each other.
pub fn find(folder: &Path, products: &[Wanted<'_>]) -> Result<Album, PictureError> {
    let root = fs::canonicalize(folder).map_err(|cause| PictureError::io(folder, cause))?;
    let mut walk = Walk {
        root: &root,
        files: Vec::new(),
        refused: Vec::new(),
    };
    walk.down(&root, 0)?;
    let (mut files, mut refused) = (walk.files, walk.refused);
    files.sort();
    refused.sort();
    Ok(sorted(files, refused, products))
}

struct Walk<'a> {
    root: &'a Path,
    files: Vec<PathBuf>,
    refused: Vec<PathBuf>,
}

impl Walk<'_> {
    fn down(&mut self, folder: &Path, depth: usize) -> Result<(), PictureError> {
        let io = |cause| PictureError::io(folder, cause);
        let full = |most, of| PictureError::Folder {
            path: self.root.display().to_string(),
            most,
            of,
        };
        if depth > DEPTH_MAX {
            return Err(full(DEPTH_MAX, "folders within each other"));
        }
        for entry in fs::read_dir(folder).map_err(io)? {
            let entry = entry.map_err(io)?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(io)?);
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if kind.is_dir() {
                self.down(&path, depth + 1)?;
                continue;
            }
            let own = path.strip_prefix(self.root).unwrap_or(&path).to_path_buf();
            // A link counts only where what it leads to is a file of the same folder.
            let is_file = match kind.is_symlink() {
                true => fs::canonicalize(&path)
                    .is_ok_and(|to| to.starts_with(self.root) && to.is_file()),
                false => kind.is_file(),
            };
            match is_file {
                true if is_picture(&path) => self.files.push(own),
                false if kind.is_symlink() => self.refused.push(own),
                _ => {}
            }
            if self.files.len() > FILES_MAX {
                return Err(full(FILES_MAX, "pictures"));
            }
        }
        Ok(())
    }
}

fn is_picture(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    ENDINGS.contains(&ending.to_lowercase().as_str())
}

/// The order of a product's pictures: linked ones in their order, its bare code, numbers.
type Rank = (u8, u64);

fn sorted(files: Vec<PathBuf>, refused: Vec<PathBuf>, products: &[Wanted<'_>]) -> Album {
    let codes: BTreeMap<&str, usize> = products
        .iter()
        .enumerate()
        .map(|(at, product)| (product.code, at))
        .collect();
    let mut of: Vec<BTreeSet<(Rank, usize)>> = vec![BTreeSet::new(); products.len()];
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut is_known = vec![false; files.len()];
    for (at, file) in files.iter().enumerate() {
        let text = |part: Option<&std::ffi::OsStr>| {
            part.unwrap_or_default().to_string_lossy().into_owned()
        };
        let stem = text(file.file_stem());
        by_name.entry(text(file.file_name())).or_default().push(at);
        if let Some((product, number)) = owner(&codes, &stem) {
            of[product].insert(((1, number), at));
            is_known[at] = true;
        }
    }
    for claim in claims(&by_name, &files, products) {
        let own = &mut of[claim.product];
        own.retain(|(_, other)| *other != claim.file);
        own.insert(((0, claim.place as u64), claim.file));
        is_known[claim.file] = true;
    }
    let pictures: Vec<Vec<PathBuf>> = of
        .iter()
        .map(|own| own.iter().map(|(_, at)| files[*at].clone()).collect())
        .collect();
    let empty = pictures
        .iter()
        .enumerate()
        .filter(|(_, own)| own.is_empty());
    Album {
        without: empty.map(|(at, _)| at).collect(),
        strangers: files
            .iter()
            .zip(is_known)
            .filter(|(_, is_known)| !is_known)
            .map(|(file, _)| file.clone())
            .collect(),
        refused,
        pictures,
    }
}

/// The product that a file's stem names, and the picture's number; none is 0. A code that ends like a number goes first.
fn owner(codes: &BTreeMap<&str, usize>, stem: &str) -> Option<(usize, u64)> {
    if let Some(at) = codes.get(stem) {
        return Some((*at, 0));
    }
    let cut = stem.rfind(['_', '-'])?;
    let digits = &stem[cut + 1..];
    let is_number = !digits.is_empty() && digits.bytes().all(|one| one.is_ascii_digit());
    let number = is_number.then(|| digits.parse().ok()).flatten()?;
    codes.get(&stem[..cut]).map(|at| (*at, number))
}

/// A product's link that leads to a file.
struct Claim<'a> {
    product: usize,
    place: usize,
    link: &'a str,
    file: usize,
    common: usize,
}

/// Which file each link names. A name alone (`main.jpg`) that links of different addresses share is nobody's: of these the
/// ones with the most folders in common have the file, and none where that is the name alone.
fn claims<'a>(
    by_name: &BTreeMap<String, Vec<usize>>,
    files: &[PathBuf],
    products: &[Wanted<'a>],
) -> Vec<Claim<'a>> {
    let mut all = Vec::new();
    for (product, wanted) in products.iter().enumerate() {
        for (place, link) in wanted.links.iter().enumerate() {
            all.extend(linked(by_name, files, link).map(|(file, common)| Claim {
                product,
                place,
                link,
                file,
                common,
            }));
        }
    }
    let mut best: BTreeMap<usize, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for claim in &all {
        let (most, links) = best.entry(claim.file).or_default();
        *most = claim.common.max(*most);
        links.insert(claim.link);
    }
    all.retain(|claim| {
        let (most, links) = &best[&claim.file];
        claim.common == *most && (*most > 1 || links.len() == 1)
    });
    all
}

/// The file that an address or path names, with how many parts of its path are the same, counted from the end: of several
/// files of that name the first of those with the most, and none where that is the name alone.
fn linked(
    by_name: &BTreeMap<String, Vec<usize>>,
    files: &[PathBuf],
    link: &str,
) -> Option<(usize, usize)> {
    let address = link.contains("://");
    let end = if address { link.find(['?', '#']) } else { None };
    let path = link[..end.unwrap_or(link.len())].replace('\\', "/");
    let raw: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let parts: Vec<String> = match address {
        true => raw.iter().map(|part| decoded(part)).collect(),
        false => raw.iter().map(|part| (*part).to_string()).collect(),
    };
    let found = by_name.get(parts.last()?.trim())?;
    let common = |at: usize| {
        let own = files[at].components().rev().filter_map(|one| match one {
            Component::Normal(one) => Some(one.to_string_lossy()),
            _ => None,
        });
        own.zip(parts.iter().rev())
            .take_while(|(a, b)| a == *b)
            .count()
    };
    // The first of the best: `max_by_key` gives the last.
    let best = found.iter().rev().copied().max_by_key(|at| common(*at))?;
    let parts = common(best);
    (parts > 1 || found.len() == 1).then_some((best, parts))
}

/// A part of an address without its percent signs (RFC 3986, section 2.1); as it stands where it is no UTF-8.
fn decoded(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = part.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| part.to_string())
}
