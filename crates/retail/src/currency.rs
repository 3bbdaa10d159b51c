//! Currencies: the letters of ISO 4217, those in use and those that receipts of the last decades hold. Amounts
//! are in `money`.

use std::cmp::Ordering;
use std::fmt;

/// ISO 4217, list one (2025), in order.
const IN_USE: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN \
    BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS \
    GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD \
    KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR \
    NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN \
    SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF \
    YER ZAR ZMW ZWG";

/// Of list three, those in use in 1999 or later: old receipts hold them.
const WITHDRAWN: &str = "ADP AFA AON AOR ATS AZM BEF BGL BYB BYR CSD CUC CYP DEM ECS EEK ESP FIM FRF GHC GRD HRK IEP \
    ITL LTL LUF LVL MGF MRO MTL MZM NLG PTE ROL RUR SDD SIT SKK SLL SRG STD TJR TMM TPE TRL VEB VEF XEU YUM ZMK \
    ZRN ZWD ZWL ZWN ZWR";

/// A currency by its three letters (ISO 4217).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The currency of three letters; `None` for letters that name none, and for anything else.
    pub fn new(code: &str) -> Option<Self> {
        let bytes: [u8; 3] = code.trim().as_bytes().try_into().ok()?;
        let bytes = bytes.map(|b| b.to_ascii_uppercase());
        (lists(IN_USE, &bytes) || lists(WITHDRAWN, &bytes)).then_some(Self(bytes))
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
}

/// Whether a list of words of three letters, in order and a blank apart, has a word: halved, for every row asks.
fn lists(list: &str, code: &[u8; 3]) -> bool {
    let (mut low, mut high) = (0, list.len().div_ceil(4));
    while low < high {
        let middle = low.midpoint(high);
        match list.as_bytes()[middle * 4..middle * 4 + 3].cmp(code) {
            Ordering::Equal => return true,
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
        }
    }
    false
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn currencies_are_letters_that_name_one() {
        assert_eq!(Currency::new("gbp").unwrap().code(), "GBP");
        assert_eq!(Currency::new(" ZWG ").unwrap().code(), "ZWG");
        for none in ["£", "ZZZ", "GB", "ED ", "D A", "AFNA", ""] {
            assert_eq!(Currency::new(none), None, "{none}");
        }
    }

    #[test]
    fn lists_are_words_of_three_letters() {
        for list in [IN_USE, WITHDRAWN] {
            assert!(list.split(' ').all(|word| word.len() == 3));
            assert!(list.split(' ').is_sorted());
            assert!(list.split(' ').all(|word| Currency::new(word).is_some()));
        }
    }
}
