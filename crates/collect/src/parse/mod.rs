//! Text into values: numbers, instants, and small words. Every function is pure and says why it refuses.
//! Which field a text belongs to is not known here.

pub(crate) mod number;
pub(crate) mod time;
pub(crate) mod time_format;
pub(crate) mod words;
