//! The finder's words: texts of the settings with names and counts filled in. It computes nothing.

use super::{Settings, Texts};

impl Settings {
    /// The words of a language, or of a language that it is a kind of (`de` for `de-AT`); English else, or the first
    /// there is.
    pub(super) fn texts(&self, language: &str) -> &Texts {
        let wide = language.split(['-', '_']).next().unwrap_or(language);
        let by_name = [language, wide, "en"];
        let mut found = by_name.iter().filter_map(|name| self.languages.get(*name));
        found
            .next()
            .or_else(|| self.languages.values().next())
            .unwrap_or(&NO_TEXTS)
    }
}

/// Settings that were not read by [`Settings::parse`] may have no language.
static NO_TEXTS: Texts = Texts {
    ask: String::new(),
    something_else: String::new(),
    dont_mind: String::new(),
    why: String::new(),
    why_unsure: String::new(),
    benefit: String::new(),
    attributes: std::collections::BTreeMap::new(),
    questions: std::collections::BTreeMap::new(),
    values: std::collections::BTreeMap::new(),
};

/// Fills one pass of places in, so that a name with braces is left alone.
fn filled(text: &str, parts: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('{') {
        let (before, from) = rest.split_at(place);
        out.push_str(before);
        let part = parts.iter().find(|(name, _)| from.starts_with(name));
        let (said, length) = part.map_or(("{", 1), |(name, said)| (*said, name.len()));
        out.push_str(said);
        rest = &from[length..];
    }
    out.push_str(rest);
    out
}

impl Texts {
    /// The question about an attribute.
    pub(super) fn question(&self, attribute: &str) -> String {
        if let Some(own) = self.questions.get(attribute) {
            return own.clone();
        }
        let named = self.attributes.get(attribute).cloned();
        let named = named.unwrap_or_else(|| attribute.replace('_', " "));
        filled(&self.ask, &[("{attribute}", &named)])
    }

    /// The name of a value.
    pub(super) fn value<'a>(&'a self, attribute: &str, value: &'a str) -> &'a str {
        let own = self.values.get(attribute).and_then(|of| of.get(value));
        own.map_or(value, String::as_str)
    }

    /// Why a question is asked.
    pub(super) fn why(&self, now: usize, after: usize) -> String {
        if now < 2 {
            return self.why_unsure.clone();
        }
        let (now, after) = (now.to_string(), after.to_string());
        filled(&self.why, &[("{now}", &now), ("{after}", &after)])
    }

    /// What an answer brought.
    pub(super) fn benefit(
        &self,
        left_out: usize,
        remain: usize,
        entered: usize,
        top: usize,
    ) -> String {
        let counts = [left_out, remain, entered, top].map(|count| count.to_string());
        let names = ["{left_out}", "{remain}", "{entered}", "{top}"];
        let parts: Vec<(&str, &str)> = names
            .into_iter()
            .zip(counts.iter().map(String::as_str))
            .collect();
        filled(&self.benefit, &parts)
    }
}
