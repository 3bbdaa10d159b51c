//! Facts spelled: "big-spending", "organic-loving", "with many regulars", and a name from several of them. It must not
//! choose which facts a name tells.

use crate::company::{LEAN, WITH};
use crate::{Entity, Feature, Shape};

/// Words for a feature that is low or high: (key, low, high).
const WORDS: &[(&str, &str, &str)] = &[
    ("spend", "small-budget", "big-spending"),
    ("basket", "small-basket", "big-basket"),
    ("breadth", "narrow-range", "wide-range"),
    ("unit_price", "low-price", "premium"),
    ("return_share", "seldom-returning", "often-returning"),
    ("weekend_share", "weekday", "weekend"),
    ("afternoon_share", "morning", "afternoon"),
    ("hour", "early", "late"),
    ("promotion_share", "full-price", "promotion-driven"),
    ("weekly_sales", "small", "large"),
    ("weekly_receipts", "quiet", "busy"),
    ("urban_share", "rural", "urban"),
    ("median_income_index", "low-income", "affluent"),
    ("households_with_children_share", "few-children", "family"),
    ("catchment_households", "small-catchment", "large-catchment"),
    ("area_m2", "compact", "spacious"),
    ("competitor_distance_km", "contested", "remote"),
    ("km_north", "southern", "northern"),
    ("km_east", "western", "eastern"),
    ("shops", "few-shops", "everywhere"),
    ("age", "younger", "older"),
    ("household_size", "small-household", "large-household"),
];

/// What is left over of a mix has no name of its own.
pub(crate) const LEFT_OVER: &str = "=others";

/// The ending of a tier of prices.
const TIER: &str = "-tier";

/// A fact in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// What it is about.
    text: String,
    /// How it is put.
    form: Form,
    /// Of a share: the mix it is a share of, and whether it is high.
    share: Option<(String, bool)>,
}

/// How a fact is put to a noun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Before it, as it is.
    Plain,
    /// Before it, with an ending that several facts share: "tea- and wine-loving".
    Ending(&'static str),
    /// After it: "with many".
    After(&'static str),
    /// At the end: what products are bought with.
    Company,
}

impl Word {
    /// Whether it tells of people under the name of their segment, which is long enough for one in a name.
    pub(super) fn of_people(&self) -> bool {
        matches!(self.form, Form::After(_))
    }

    /// Whether one of two facts says what the other says: spending, budgets and baskets are all of money, and where one
    /// share of a mix is high, another is low.
    pub(super) fn repeats(&self, other: &Self) -> bool {
        if let (Some((own, high)), Some((theirs, other_high))) = (&self.share, &other.share)
            && own == theirs
            && high != other_high
        {
            return true;
        }
        let money = |word: &Self| {
            let ends = |ending| word.text.ends_with(ending);
            ends("-spending") || ends("-budget") || ends("-basket")
        };
        // "Premium-tier premium products": one word for a price, a line and a brand says one thing.
        said(&self.text) == said(&other.text) && self.form == other.form
            || money(self) && money(other)
    }
}

/// The word for a feature that is high or low; none for what has no name.
pub(super) fn word(of: Entity, feature: &Feature, high: bool) -> Option<Word> {
    let (text, form) = spelled(of, feature, high)?;
    let prefix = feature.key.split_once('=').map(|(prefix, _)| prefix);
    let share = prefix.map(|prefix| (prefix.to_string(), high));
    Some(Word { text, form, share })
}

fn spelled(of: Entity, feature: &Feature, high: bool) -> Option<(String, Form)> {
    let plain = |text: String| Some((text, Form::Plain));
    if let Some((_, low, up)) = WORDS.iter().find(|(key, ..)| *key == feature.key) {
        return plain((if high { *up } else { *low }).to_string());
    }
    if feature.key.ends_with(LEFT_OVER) || is_code(&feature.key) {
        return None;
    }
    let label = feature.within();
    if feature.unit == LEAN {
        let company = feature.label.strip_prefix(WITH).unwrap_or(&feature.label);
        return high.then(|| (company.to_lowercase(), Form::Company));
    }
    if feature.unit == crate::columns::KIND {
        return high.then(|| plain(label)).flatten();
    }
    let (prefix, value) = match feature.key.split_once('=') {
        Some((prefix, value)) => (prefix, value),
        None if feature.key.starts_with("mix_") || matches!(feature.shape, Shape::Part(_)) => {
            ("mix", feature.label.as_str())
        }
        None => {
            let much = if high { "high" } else { "low" };
            return plain(format!("{much}-{}", label.replace(' ', "-")));
        }
    };
    let text = match prefix {
        // People who shop somewhere or live there, by what they are called.
        "residents" | "segment" => {
            let form = Form::After(if high { "many" } else { "few" });
            let mut letters = feature.label.chars();
            let first = letters.next().map(|first| first.to_lowercase().to_string());
            let text = first.unwrap_or_default() + letters.as_str();
            return Some((text, form));
        }
        "weekday" | "channel" if high => return plain(feature.label.clone()),
        "channel" if of == Entity::Customers => {
            return plain(format!("seldom-{}", label.replace(' ', "-")));
        }
        "weekday" | "channel" => feature.label.clone(),
        "price_tier" if high => return plain(format!("{label}{TIER}")),
        "price_tier" => format!("{label}{TIER}"),
        "attribute" => attribute(value),
        _ => label,
    };
    let ending = |ending| Some((text.clone(), Form::Ending(ending)));
    match (of, high) {
        (Entity::Customers, true) => ending("loving"),
        (Entity::Customers, false) => plain(format!("little-{text}")),
        (Entity::Stores, true) => ending("strong"),
        (Entity::Stores, false) => ending("weak"),
        (Entity::Products, true) => ending("heavy"),
        (Entity::Products, false) => ending("light"),
    }
}

/// What is said of a tier of prices.
fn said(text: &str) -> &str {
    text.strip_suffix(TIER).unwrap_or(text)
}

/// Whether what a feature counts is a code for machines, as the colour "rgb=#a1b2c3": it tells people nothing.
fn is_code(key: &str) -> bool {
    let value = key.rsplit_once('=').map(|(_, value)| value.trim());
    value
        .and_then(|value| value.strip_prefix('#'))
        .is_some_and(|code| {
            (3..=8).contains(&code.len()) && code.chars().all(|c| c.is_ascii_hexdigit())
        })
}

/// An attribute as the catalogue writes it, "pack=family", as people say it.
fn attribute(written: &str) -> String {
    let said = match written.split_once('=') {
        Some((name, "yes")) => name.to_string(),
        Some((name, "no")) => format!("non-{name}"),
        Some((name, value)) => format!("{value}-{name}"),
        None => written.to_string(),
    };
    said.to_lowercase().replace('_', "-")
}

/// The noun with all words, the first letter large.
pub(super) fn compose(words: &[&Word], noun: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut endings: Vec<&str> = Vec::new();
    let texts = |form: Form| {
        words
            .iter()
            .filter(move |word| word.form == form)
            .map(|word| word.text.as_str())
    };
    for word in words {
        match word.form {
            Form::Plain => parts.push(word.text.clone()),
            Form::Ending(ending) if !endings.contains(&ending) => {
                endings.push(ending);
                let shared: Vec<&str> = texts(word.form).collect();
                parts.push(format!("{}-{ending}", shared.join("- and ")));
            }
            Form::Ending(_) | Form::After(_) | Form::Company => {}
        }
    }
    // A cluster without a fact that sets it apart is near the middle in everything.
    if words.is_empty() && (noun == "stores" || noun == "products") {
        parts.push("typical".into());
    }
    parts.push(noun.to_string());
    let mut joined = "with";
    for much in ["many", "few"] {
        let shared: Vec<&str> = texts(Form::After(much)).collect();
        if !shared.is_empty() {
            parts.push(format!("{joined} {much} {}", shared.join(" and ")));
            joined = "and";
        }
    }
    let company: Vec<&str> = texts(Form::Company).collect();
    if !company.is_empty() {
        parts.push(format!("{}{}", WITH.to_lowercase(), company.join(", ")));
    }
    let name = parts.join(" ");
    let mut letters = name.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}
