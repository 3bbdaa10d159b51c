//! Typed values of one row, as they come out of a record and before they are columns.

use retail::{Currency, IdKind};

use crate::parse::time::Instant;

/// A field's value. Text lies in the record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value<'r> {
    None,
    Text(&'r str),
    Int(i64),
    /// Ten-thousandths.
    Decimal(i64),
    Float(f64),
    Time(Instant),
    /// Days since 1970.
    Day(i32),
    Flag(bool),
    Currency(Currency),
    Gtin([u8; 14]),
    Kind(IdKind),
}

impl Value<'_> {
    /// Appends bytes that are the same for the same value, whatever file or format it came from.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::None => out.push(0),
            Self::Text(text) => {
                out.push(1);
                out.extend_from_slice(&(text.len() as u32).to_le_bytes());
                out.extend_from_slice(text.as_bytes());
            }
            Self::Int(v) | Self::Decimal(v) => push8(out, 2, *v),
            Self::Float(v) => push8(out, 3, v.to_bits() as i64),
            Self::Time(v) => push8(out, 4, v.micros),
            Self::Day(v) => push8(out, 5, i64::from(*v)),
            Self::Flag(v) => push8(out, 6, i64::from(*v)),
            Self::Currency(v) => {
                out.push(7);
                out.extend_from_slice(v.code().as_bytes());
            }
            Self::Gtin(v) => {
                out.push(8);
                out.extend_from_slice(v);
            }
            Self::Kind(v) => {
                out.push(9);
                out.extend_from_slice(v.word().as_bytes());
                out.push(0);
            }
        }
    }

    #[inline]
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    #[inline]
    pub fn decimal(&self) -> Option<i64> {
        match self {
            Self::Decimal(v) => Some(*v),
            _ => None,
        }
    }
}

fn push8(out: &mut Vec<u8>, tag: u8, value: i64) {
    out.push(tag);
    out.extend_from_slice(&value.to_le_bytes());
}
