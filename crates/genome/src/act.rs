//! What a customer did, as plain values, and which acts a view of the past holds. No weight is here: that is the
//! spec's.

use serde::{Deserialize, Serialize};

/// The kind of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActKind {
    /// Looked at a product.
    View,
    /// Searched for a value.
    Search,
    /// Clicked on an ad.
    AdClick,
    /// Marked as a favourite.
    Favourite,
    /// Put into the cart.
    Cart,
    /// Bought: a receipt line.
    Buy,
    /// Gave back: a receipt line.
    Return,
    /// Complained.
    Complaint,
    /// Reviewed, with one to five stars; others count as the nearest.
    Review(u8),
    /// Took it home to try.
    Try,
    /// Kept what was tried.
    Keep,
    /// Sent back or threw away what was tried.
    Discard,
    /// Said to like a value.
    Answer,
    /// Said to dislike a value.
    AnswerAgainst,
}

impl ActKind {
    /// The act in words, after a number: `3 purchases`.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::View => ("view", "views"),
            Self::Search => ("search", "searches"),
            Self::AdClick => ("click on an ad", "clicks on ads"),
            Self::Favourite => ("favourite", "favourites"),
            Self::Cart => ("cart", "carts"),
            Self::Buy => ("purchase", "purchases"),
            Self::Return => ("return", "returns"),
            Self::Complaint => ("complaint", "complaints"),
            Self::Review(_) => ("review", "reviews"),
            Self::Try => ("trial", "trials"),
            Self::Keep => ("product kept", "products kept"),
            Self::Discard => ("product discarded", "products discarded"),
            Self::Answer => ("answer", "answers"),
            Self::AnswerAgainst => ("answer against it", "answers against it"),
        }
    }
}

/// Where a row of evidence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// `order_lines`, by receipt_key and line_key.
    OrderLines,
    /// `events`, by entity_key and row_key, as the three below.
    Events,
    /// `reviews`.
    Reviews,
    /// `survey_answers`.
    SurveyAnswers,
    /// `ad_results`.
    AdResults,
}

/// The row of the lake that an act was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Source {
    /// The table.
    pub rows: Rows,
    /// The row's identity there.
    pub key: (i64, i64),
}

/// What a receipt line tells beside its product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The receipt.
    pub receipt: i64,
    /// Money paid, in ten-thousandths of the currency's unit; negative when given back.
    pub amount: i64,
    /// Whether a promotion applied; `None` where it is not known.
    pub promoted: Option<bool>,
    /// Place of the unit price among the products of the category, in thousandths: 0 the lowest, 1,000 the highest.
    pub price_place: Option<u16>,
    /// The channel, as a value of the attribute `channel`.
    pub channel: Option<u32>,
    /// Day of the week in the shop's time, 1 = Monday.
    pub weekday: u8,
    /// Hour of the day there, 0 to 23.
    pub hour: u8,
}

/// One act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Its row.
    pub source: Source,
    /// What it was.
    pub kind: ActKind,
    /// When it happened, in seconds since 1970.
    pub at: i64,
    /// When its row came to be known.
    pub known_at: i64,
    /// The product it is about, by its number in the catalogue.
    pub product: Option<u32>,
    /// Values it is about by itself, without a product: of an answer or a search.
    pub values: Vec<u32>,
    /// Of purchases and returns: the receipt line.
    pub line: Option<Line>,
}

/// The two clocks of a view of the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// Acts until this instant count.
    pub as_of: i64,
    /// Rows that were known by this instant count.
    pub known_by: i64,
}

impl Clocks {
    /// Whether the view holds the act.
    pub fn holds(&self, act: &Act) -> bool {
        act.at <= self.as_of && act.known_at <= self.known_by
    }

    /// The acts of the view in their one order: by time, then by row.
    pub(crate) fn view<'a>(&self, acts: &'a [Act]) -> Vec<&'a Act> {
        let mut view: Vec<&Act> = acts.iter().filter(|act| self.holds(act)).collect();
        view.sort_by_key(|act| (act.at, act.source, act.kind));
        view
    }
}
