//! Numbers with their units. Which unit suits which kind of value is decided here.

use super::super::token::Token;
use super::super::vocabulary::nearest;
use super::super::{Constant, Kind, RuleError, Subject, Unit};
use super::{KEYWORDS, Parser};

const UNITS: &[(&str, Unit)] = &[
    ("day", Unit::Days),
    ("days", Unit::Days),
    ("week", Unit::Weeks),
    ("weeks", Unit::Weeks),
    ("month", Unit::Months),
    ("months", Unit::Months),
    ("year", Unit::Years),
    ("years", Unit::Years),
];

/// Longest window: a hundred years.
const WINDOW_MAX: u32 = 36_500;

impl Parser<'_> {
    /// A number beside a subject of this kind, which is not a text.
    pub(super) fn number(&mut self, beside: &Subject, kind: Kind) -> Result<Constant, RuleError> {
        let Token::Number(number) = *self.peek() else {
            return Err(self.refuse("a number", "write the number to compare with"));
        };
        self.take();
        let place = self.place();
        let shown = self.peek().shown();
        let unit = self.unit()?;
        let suits = match unit {
            None => true,
            Some(Unit::Percent) => kind == Kind::Share,
            Some(_) => kind == Kind::Days,
        };
        if !suits {
            let mend = match kind {
                Kind::Days => format!("{beside} is counted in days"),
                Kind::Share => format!("{beside} is a share: write '%', or a number from 0 to 1"),
                _ => format!("{beside} has no such unit: write the number only"),
            };
            return Err(place.refuse(shown, "no such unit", mend));
        }
        Ok(Constant::Number { number, unit })
    }

    /// The unit that follows a number, if any.
    fn unit(&mut self) -> Result<Option<Unit>, RuleError> {
        if self.take_token(&Token::Percent) {
            return Ok(Some(Unit::Percent));
        }
        let Token::Word(word) = self.peek() else {
            return Ok(None);
        };
        let lower = word.to_lowercase();
        if KEYWORDS.contains(&lower.as_str()) {
            return Ok(None);
        }
        let found = UNITS.iter().find(|(name, _)| *name == lower);
        let Some((_, unit)) = found else {
            let mend = match nearest(&lower, UNITS.iter().map(|(name, _)| *name)) {
                Some(near) => format!("did you mean '{near}'?"),
                None => "write a unit, or join the next test with 'and' or 'or'".into(),
            };
            return Err(self.refuse("days, weeks, months, years or '%'", mend));
        };
        self.take();
        Ok(Some(*unit))
    }

    /// A window in whole days.
    pub(super) fn window(&mut self) -> Result<u32, RuleError> {
        let start = self.place();
        let Token::Number(number) = *self.peek() else {
            return Err(self.refuse("a window", "write how far to look back, as in 90 days"));
        };
        self.take();
        let unit = match self.unit()? {
            None => {
                let mend = format!("write '{number} days', or weeks, months or years");
                return Err(self.refuse("a unit of time", mend));
            }
            Some(Unit::Percent) => {
                return Err(start.refuse("a share", "a window", "write days, as in 90 days"));
            }
            Some(unit) => unit,
        };
        let days = unit.apply(number);
        let whole = days.fract() == 0.0 && (1.0..=f64::from(WINDOW_MAX)).contains(&days);
        if !whole {
            let expected = format!("whole days, 1 to {WINDOW_MAX}");
            return Err(start.refuse(format!("{days} days"), expected, "write whole days"));
        }
        Ok(days as u32)
    }
}
