//! Price tiers: where a price stands among those of its like. It must not compare two currencies.

use super::{Attribute, CERTAIN, Evidence, Found, Rule, Source};
use std::collections::BTreeMap;

/// So many products of the whole catalogue stand beside those of a group: a group of few is mostly told by all, one of
/// hundreds by itself.
const STEADY: u64 = 10;

/// Below a third of its like a price is low, from two thirds on high.
const PARTS: u64 = 3;

/// A product with a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Priced<'a> {
    /// Which product.
    pub product: usize,
    /// Price in the currency's smallest unit.
    pub price: i64,
    /// Currency: prices of two are never compared.
    pub currency: &'a str,
    /// Its kind or category, where known; without one it is compared with all.
    pub group: Option<&'a str>,
}

/// The tier of one product, and how it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceTier {
    /// Which product.
    pub product: usize,
    /// `low`, `middle` or `high`.
    pub tier: &'static str,
    /// Its place from 0 (lowest) to 10,000, the group's steadied by all.
    pub place: u32,
    /// Rank by price in the group from 1, the lowest of equal ones, and the group's size.
    pub rank: usize,
    /// See `rank`.
    pub of: usize,
    group: String,
    price: i64,
    currency: String,
}

impl PriceTier {
    /// As an attribute: the surer, the farther the place is from the border of its tier and the larger the group.
    #[must_use]
    pub fn found(&self) -> Found {
        let of = self.of as u64;
        let border =
            [3_333_i64, 6_667].map(|border| (i64::from(self.place) - border).unsigned_abs());
        let far = border[0].min(border[1]).min(1_667);
        let sure = 5_000 + far * 3 * of / (of + STEADY);
        let matched = format!("{} {}", self.price, self.currency);
        Found {
            attribute: Attribute::PriceTier,
            value: self.tier.to_string(),
            strength: u32::try_from(sure).unwrap_or(CERTAIN).min(CERTAIN),
            source: Source::Price,
            evidence: vec![Evidence {
                field: "price".into(),
                from: 0,
                to: matched.chars().count(),
                matched,
                rule: Rule::Rank,
                entry: format!(
                    "rank {} of {} in {}, place {} of 10000",
                    self.rank, self.of, self.group, self.place
                ),
                read_as: None,
            }],
        }
    }
}

/// The tier of each product by its price among those of its group, in the order given.
///
/// The place of a price among n others is the share of lower ones and half of the equal ones (the mid-rank). A group of
/// n products counts n times, all products of the currency 10 times. A place below a third is `low`, from two thirds on
/// `high`; of one product, or of equal prices alone, all are `middle`.
#[must_use]
pub fn price_tiers(priced: &[Priced<'_>]) -> Vec<PriceTier> {
    let mut all: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    let mut groups: BTreeMap<(&str, &str), Vec<i64>> = BTreeMap::new();
    for one in priced {
        all.entry(one.currency).or_default().push(one.price);
        if let Some(group) = one.group {
            groups
                .entry((one.currency, group))
                .or_default()
                .push(one.price);
        }
    }
    all.values_mut().for_each(|prices| prices.sort_unstable());
    groups
        .values_mut()
        .for_each(|prices| prices.sort_unstable());
    priced
        .iter()
        .map(|one| {
            let everything = &all[one.currency];
            let group = one.group.map(|group| &groups[&(one.currency, group)]);
            let among = group.unwrap_or(everything);
            let (own, n) = (place(among, one.price), among.len() as u64);
            let place = (own * n + place(everything, one.price) * STEADY) / (n + STEADY);
            let third = u64::from(CERTAIN) / PARTS;
            let tier = match place {
                place if place < third => "low",
                place if place >= u64::from(CERTAIN) - third => "high",
                _ => "middle",
            };
            PriceTier {
                product: one.product,
                tier,
                place: u32::try_from(place).unwrap_or(CERTAIN),
                rank: among.partition_point(|price| *price < one.price) + 1,
                of: among.len(),
                group: one
                    .group
                    .map_or_else(|| "all products".into(), |group| format!("kind {group}")),
                price: one.price,
                currency: one.currency.to_string(),
            }
        })
        .collect()
}

/// The mid-rank of a price among sorted ones, from 0 to 10,000.
fn place(sorted: &[i64], price: i64) -> u64 {
    let below = sorted.partition_point(|one| *one < price) as u64;
    let equal = sorted.partition_point(|one| *one <= price) as u64 - below;
    (2 * below + equal) * u64::from(CERTAIN) / (2 * sorted.len() as u64)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn priced<'a>(prices: &[(i64, &'a str)]) -> Vec<Priced<'a>> {
        let one = |(product, (price, group)): (usize, &(i64, &'a str))| Priced {
            product,
            price: *price,
            currency: "GBP",
            group: Some(group),
        };
        prices.iter().enumerate().map(one).collect()
    }

    fn tiers(prices: &[(i64, &str)]) -> Vec<&'static str> {
        price_tiers(&priced(prices))
            .into_iter()
            .map(|one| one.tier)
            .collect()
    }

    #[test]
    fn a_price_is_compared_with_its_like() {
        // Mugs from 1 to 60, clocks from 1001 to 1060: the dearest mug is cheaper than any clock.
        let mugs = (1..=60).map(|price| (price, "mug"));
        let clocks = (1001..=1060).map(|price| (price, "clock"));
        let all: Vec<_> = mugs.chain(clocks).collect();
        let found = tiers(&all);
        assert_eq!(
            (found[0], found[59], found[60], found[119]),
            ("low", "high", "low", "high")
        );
        let told = price_tiers(&priced(&all))[59].found();
        assert!(
            told.evidence[0]
                .entry
                .starts_with("rank 60 of 60 in kind mug"),
            "{told:?}"
        );
    }

    #[test]
    fn a_small_group_is_told_by_all() {
        let mut all: Vec<_> = (1..=100).map(|price| (price, "mug")).collect();
        all.push((99, "throne"));
        assert_eq!(tiers(&all)[100], "high");
    }

    #[test]
    fn equal_prices_and_single_products_are_in_the_middle() {
        assert_eq!(tiers(&[(5, "mug"); 7]), ["middle"; 7]);
        assert_eq!(tiers(&[(5, "mug")]), ["middle"]);
    }

    #[test]
    fn two_currencies_are_never_compared() {
        let mut all = priced(&[(1, "mug"), (2, "mug"), (3, "mug")]);
        all.push(Priced {
            product: 3,
            price: 1,
            currency: "EUR",
            group: Some("mug"),
        });
        assert_eq!(price_tiers(&all)[3].tier, "middle");
    }
}
