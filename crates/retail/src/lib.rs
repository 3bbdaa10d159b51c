//! The words of retail that every other room shares: identifiers, money, feed kinds, the lake's tables,
//! purposes, roles, and the list of fields that name a person.
//!
//! It holds plain values only: no IO, no SQL, no clock, no rule about who may do what (that is `govern`).
#![forbid(unsafe_code)]

mod change;
mod currency;
mod ids;
mod kind;
mod money;
pub mod person;
mod purpose;
mod role;
pub mod table;
mod tables;

pub use change::Change;
pub use currency::Currency;
pub use ids::{CustomerKey, IdKind, SourceId};
pub use kind::Kind;
pub use money::{Money, MoneyError};
pub use purpose::Purpose;
pub use role::{Role, Scope};
pub use table::{Column, ColumnType, Table};
