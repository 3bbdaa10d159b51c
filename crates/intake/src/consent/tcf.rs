//! The core of a TC string: when it was last changed and which purposes somebody consents to. Vendors, publishers'
//! restrictions and legitimate interests are not read: none of them makes a "yes" out of a purpose's "no".
//!
//! Source: IAB Tech Lab, Transparency and Consent String format, version 2: the first segment, base64url, most
//! significant bit first: version in bits 0 to 5, LastUpdated (tenths of a second since 1970) in bits 42 to 77,
//! PurposesConsent in bits 152 to 175.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::Timestamp;

use super::Use;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Bits up to and with PurposesConsent.
const BITS: usize = 176;

/// Which of the framework's purposes each use needs: all of them. Prices and messages have none.
const NEEDS: [(Use, &[u32]); 4] = [
    (Use::Analytics, &[8, 9]),
    (Use::Personalisation, &[5, 6, 11]),
    (Use::AdsShare, &[2, 3, 4, 7]),
    (Use::Research, &[10]),
];

/// What is read of a TC string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TcString {
    /// When somebody last changed it.
    pub updated: Timestamp,
    /// Bit `p − 1` is the consent to purpose `p` (1 to 24).
    purposes: u32,
}

/// Why a text is no TC string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TcfError {
    /// The first segment is no base64url.
    #[error("no TC string: its first part is no base64url")]
    Encoding,
    /// The first segment ends before the purposes do.
    #[error("no TC string: it ends before its purposes")]
    Short,
    /// Another version than 2.
    #[error("a TC string of version {0}, where 2 is known")]
    Version(u64),
    /// A time beyond all bounds.
    #[error("no TC string: it was changed at no time there is")]
    Time,
}

impl TcString {
    /// Reads a TC string.
    pub fn read(text: &str) -> Result<Self, TcfError> {
        let core = text.trim().split('.').next().unwrap_or_default();
        let bytes = LENIENT.decode(core).map_err(|_| TcfError::Encoding)?;
        if bytes.len() * 8 < BITS {
            return Err(TcfError::Short);
        }
        let bits = |from: usize, count: usize| {
            (from..from + count).fold(0_u64, |sum, bit| {
                sum << 1 | u64::from(bytes[bit / 8] >> (7 - bit % 8) & 1)
            })
        };
        match bits(0, 6) {
            2 => {}
            version => return Err(TcfError::Version(version)),
        }
        let updated =
            Timestamp::from_millisecond(bits(42, 36) as i64 * 100).map_err(|_| TcfError::Time)?;
        let purposes = (0..24)
            .filter(|at| bits(152 + at, 1) == 1)
            .fold(0, |sum, at| sum | 1 << at);
        Ok(Self { updated, purposes })
    }

    /// Whether somebody consents to a purpose, 1 to 24.
    pub fn allows(&self, purpose: u32) -> bool {
        (1..=24).contains(&purpose) && self.purposes >> (purpose - 1) & 1 == 1
    }

    /// What it says of our uses.
    pub fn uses(&self) -> [(Use, bool); 4] {
        NEEDS.map(|(of, needs)| (of, needs.iter().all(|purpose| self.allows(*purpose))))
    }
}
