//! Dictionary files in TOML, read with the line of everything they say. It must not open a file.

use super::dictionary::{DnaError, LISTS};
use super::layers::{Figure, Key, Listed, Lists, Told};
use super::{Attribute, Language};
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

type Node<'a> = Spanned<DeValue<'a>>;

/// A file's name and text, for telling lines.
struct File<'a> {
    name: &'a str,
    text: &'a str,
}

impl File<'_> {
    fn origin(&self, at: usize) -> String {
        let line = self.text[..at.min(self.text.len())].matches('\n').count() + 1;
        format!("{}:{line}", self.name)
    }

    fn wrong(&self, at: usize, why: &str) -> DnaError {
        DnaError::new(&self.origin(at), why)
    }
}

/// What a file tells of values, and its lists of small words.
pub fn read(name: &str, text: &str) -> Result<(BTreeMap<Key, Told>, Lists), DnaError> {
    let file = File { name, text };
    let table = DeTable::parse(text).map_err(|cause| {
        let at = cause.span().map_or(0, |span| span.start);
        file.wrong(at, cause.message())
    })?;
    let (mut told, mut lists) = (BTreeMap::new(), Lists::new());
    for (key, node) in table.get_ref() {
        let at = key.span().start;
        let inner = tabled(&file, node, key.get_ref(), at)?;
        if key.get_ref() == "words" {
            for (list, node) in inner {
                listed(&file, list, node, &mut lists)?;
            }
            continue;
        }
        let attribute = Attribute::of(key.get_ref())
            .filter(|one| !matches!(one, Attribute::Pack | Attribute::PriceTier))
            .ok_or_else(|| {
                let names: Vec<_> = Attribute::ALL.iter().map(|one| one.name()).collect();
                file.wrong(
                    at,
                    &format!(
                        "'{}' is no attribute that has words; know are {} (but pack and price_tier), and 'words'",
                        key.get_ref(),
                        names.join(", ")
                    ),
                )
            })?;
        for (value, node) in inner {
            if super::words::tokens(value.get_ref()).is_empty() {
                let why = format!("'{}' has no letter; give the value a name", value.get_ref());
                return Err(file.wrong(value.span().start, &why));
            }
            let one = entry(&file, value, node)?;
            told.insert((attribute, value.get_ref().to_lowercase()), one);
        }
    }
    Ok((told, lists))
}

fn tabled<'a, 'i>(
    file: &File<'_>,
    node: &'a Node<'i>,
    name: &str,
    at: usize,
) -> Result<&'a DeTable<'i>, DnaError> {
    node.get_ref()
        .as_table()
        .ok_or_else(|| file.wrong(at, &format!("'{name}' must be a table, as [{name}.\"…\"]")))
}

/// The texts of an array.
fn texts(file: &File<'_>, name: &str, node: &Node<'_>) -> Result<Vec<(String, usize)>, DnaError> {
    let at = node.span().start;
    let wrong = |at| file.wrong(at, &format!("'{name}' must be a list of texts"));
    let items = node.get_ref().as_array().ok_or_else(|| wrong(at))?;
    let mut found = Vec::with_capacity(items.len());
    for item in items.iter() {
        let at = item.span().start;
        let text = item.get_ref().as_str().ok_or_else(|| wrong(at))?;
        if super::words::tokens(text).is_empty() {
            return Err(file.wrong(at, &format!("'{name}' lists '{text}', which has no letter")));
        }
        found.push((text.trim().to_lowercase(), at));
    }
    Ok(found)
}

fn words(
    file: &File<'_>,
    name: &str,
    node: &Node<'_>,
    language: Language,
) -> Result<Vec<Listed>, DnaError> {
    let texts = texts(file, name, node)?.into_iter();
    // "=lights" counts in this form alone.
    let listed = |(written, at): (String, usize)| Listed {
        language,
        written: written.trim_start_matches('=').trim().to_string(),
        exact: written.starts_with('='),
        origin: file.origin(at),
    };
    Ok(texts.map(listed).collect())
}

fn listed(
    file: &File<'_>,
    list: &Spanned<std::borrow::Cow<'_, str>>,
    node: &Node<'_>,
    lists: &mut Lists,
) -> Result<(), DnaError> {
    let (name, at) = (list.get_ref(), list.span().start);
    if !LISTS.contains(&name.as_ref()) {
        let why = format!(
            "[words.{name}] is not known; there are {}",
            LISTS.join(", ")
        );
        return Err(file.wrong(at, &why));
    }
    for (key, node) in tabled(file, node, name, at)? {
        let at = key.span().start;
        let language =
            Language::of(key.get_ref()).ok_or_else(|| unknown(file, key.get_ref(), at))?;
        let into = lists.entry(name.to_string()).or_default();
        into.extend(words(file, key.get_ref(), node, language)?);
    }
    Ok(())
}

fn unknown(file: &File<'_>, key: &str, at: usize) -> DnaError {
    let languages: Vec<_> = Language::ALL.iter().map(|one| one.code()).collect();
    let why = format!(
        "'{key}' is not known; an entry may hold words by language ({}), not_in, not_with, only_with, gives, without, \
         drop, adjective, last, weak, surface, figure",
        languages.join(", ")
    );
    file.wrong(at, &why)
}

fn entry(
    file: &File<'_>,
    value: &Spanned<std::borrow::Cow<'_, str>>,
    node: &Node<'_>,
) -> Result<Told, DnaError> {
    let at = value.span().start;
    let mut told = Told::default();
    told.entry.origin = file.origin(at);
    // A bare list holds the English words.
    if node.get_ref().is_array() {
        told.entry.words = words(file, value.get_ref(), node, Language::En)?;
        return Ok(told);
    }
    for (key, node) in tabled(file, node, value.get_ref(), at)? {
        let (name, at) = (key.get_ref().as_ref(), key.span().start);
        let plain = |node| -> Result<Vec<String>, DnaError> {
            let texts = texts(file, name, node)?;
            Ok(texts.into_iter().map(|(text, _)| text).collect())
        };
        let flag = |node: &Node<'_>| {
            let wrong = || file.wrong(at, &format!("'{name}' must be true or false"));
            node.get_ref().as_bool().ok_or_else(wrong)
        };
        match name {
            "not_in" => told.entry.not_in = plain(node)?,
            "not_with" => told.entry.not_with = plain(node)?,
            "only_with" => told.entry.only_with = plain(node)?,
            "without" => told.without = plain(node)?,
            "gives" => told.entry.gives = gives(file, node, at)?,
            "drop" => told.drop = flag(node)?,
            "adjective" => {
                (told.entry.adjective, told.flags.adjective) = (flag(node)?, true);
            }
            "last" => (told.entry.last, told.flags.last) = (flag(node)?, true),
            "weak" => (told.entry.weak, told.flags.weak) = (flag(node)?, true),
            "surface" => (told.entry.surface, told.flags.surface) = (flag(node)?, true),
            "figure" => told.entry.figure = Some(figure(file, node, at)?),
            other => {
                let language = Language::of(other).ok_or_else(|| unknown(file, other, at))?;
                told.entry.words.extend(words(file, other, node, language)?);
            }
        }
    }
    Ok(told)
}

fn figure(file: &File<'_>, node: &Node<'_>, at: usize) -> Result<Figure, DnaError> {
    match node.get_ref().as_str() {
        Some("standing") => Ok(Figure::Standing),
        Some("hanging") => Ok(Figure::Hanging),
        _ => Err(file.wrong(at, "'figure' must be \"standing\" or \"hanging\"")),
    }
}

fn gives(
    file: &File<'_>,
    node: &Node<'_>,
    at: usize,
) -> Result<Vec<(Attribute, String)>, DnaError> {
    let mut found = Vec::new();
    for (key, node) in tabled(file, node, "gives", at)? {
        let at = key.span().start;
        let attribute = Attribute::of(key.get_ref())
            .ok_or_else(|| file.wrong(at, &format!("'{}' is no attribute", key.get_ref())))?;
        let value = node.get_ref().as_str().map(str::to_lowercase);
        let wrong = || file.wrong(at, &format!("'{}' must be a text", key.get_ref()));
        found.push((attribute, value.ok_or_else(wrong)?));
    }
    Ok(found)
}
