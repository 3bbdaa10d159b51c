//! How far what a run about demand found can be trusted, in the words that stand above it. The figures are those of
//! docs/measured.md, which `bench/demand.py` measures; a test holds them together. It must not measure anything.

use super::DemandResult;
use segment::choices::{BackTest, CUSTOMERS_MIN, LostFrom};

/// Purchases that a trial needs to tell anything.
const CASES_MIN: usize = 30;

const SHARES: &str = "On generated chains whose truth is known, the share of a true substitute is off by 2.4 to 2.9 points \
    on average (3.7 to 4.1 if all demand went to the others in proportion to their sales).";
const PROMOTIONS: &str = "What is lost is read from what categories gain from promotions; the own data cannot tell how good that is. On generated \
    chains whose truth is known it is off by 4.0 to 8.8 points on average (16.3 to 20.4 if nothing were taken to be lost), and 14.9 to 19.8 % of a product's \
    demand is said to go to the wrong place (29.9 to 32.3 % by sales). Those chains have 60,000 receipts; with 20,000 it was off by up to 19 \
    points, so of few receipts read it as a guess. Where promotions make customers stock up it comes \
    out too high.";
const SHELVES: &str = "What is lost is read from shelves that were empty for a while. Who finds one may leave at once, so \
    it comes out too high. Read it as an upper bound, and import promotions.";
const PARTNERS: &str = "That a pair is listed as substitutes rather than complements is the catalogue's word: the first \
    are of one category, the second of two. Of the substitutes listed 91.9 to 93.4 % are true ones there, and so are of \
    any two products of these categories; which of them are nearer the list does not tell, the shares do. Complements \
    are weak: 2.4 to 3.5 % of those listed belong to one project of the shopper, where 0.7 to 0.9 % of any pairs do; \
    counting lift finds about as many.";
const TREES: &str = "The first attribute of a tree is the right one there in 43.2 to 74.4 % of the trees (11.2 to 11.5 by \
    guessing).";
const INTERVALS: &str = "Intervals of pairs, with what counts scatter, held 95 to 99 % of the counts in another half of the customers on generated \
    chains. Those of shares and \
    lost parts are too narrow: of 90 % meant they held 47.8 to 54.8 % of true shares and 65.0 to 86.0 % of true lost parts.";

/// What to say above the numbers: what the own data say of the shares where they can, and what was measured on generated
/// chains of all else.
pub(super) fn trust(result: &DemandResult) -> Vec<String> {
    let tried = result
        .backtest
        .filter(|tried| tried.cases >= CASES_MIN && tried.customers >= CUSTOMERS_MIN);
    let own = match (&tried, &result.backtest) {
        (Some(tried), _) => told(tried),
        (None, Some(few)) => format!(
            "Your own data cannot tell how good the shares are: in the last {} days only {} purchases were made by {} \
             known customers whose product was off the shelf.",
            few.days, few.cases, few.customers
        ),
        (None, None) => "How good the shares are was not tried on your own data: that takes known customers who buy while the product \
             they buy most was off the shelf, and a run by this version."
            .into(),
    };
    let lost = match result.lost_from {
        LostFrom::Promotions => Some(PROMOTIONS),
        LostFrom::Shelves => Some(SHELVES),
        LostFrom::Nothing => None,
    };
    let all = [
        Some(own.as_str()),
        tried.is_none().then_some(SHARES),
        lost,
        Some(PARTNERS),
        Some(TREES),
        Some(INTERVALS),
    ];
    all.into_iter().flatten().map(str::to_string).collect()
}

/// What a trial on the own data says.
fn told(tried: &BackTest) -> String {
    let (low, high) = (tried.gain_low.exp(), tried.gain_high.exp());
    let verdict = if low > 1.0 {
        format!(
            "{low:.2} to {high:.2} times the share by sales (90 %): the shares know more than sales do."
        )
    } else if high < 1.0 {
        format!(
            "{low:.2} to {high:.2} times the share by sales (90 %): here the answer by sales is the better one."
        )
    } else {
        format!(
            "{low:.2} to {high:.2} times the share by sales (90 %): your data cannot tell which of the two is better."
        )
    };
    let even = match tried.by_guessing >= tried.by_shares.max(tried.by_sales) {
        true => {
            " An even split among what was there foretold it at least as well as either: do not build on these shares."
        }
        false => "",
    };
    format!(
        "Tried on your own data: shares found from the days before, against the last {} days. {} times one of {} known \
         customers bought while the product that they buy most of its category was off the shelf; what they took had been \
         given {:.1} % (geometric mean), by sales alone {:.1} %, by guessing {:.1} %. That is {verdict}{even}",
        tried.days,
        tried.cases,
        tried.customers,
        100.0 * tried.by_shares,
        100.0 * tried.by_sales,
        100.0 * tried.by_guessing
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The least and the greatest figure of a column, in hundredths with one digit, of the table whose heading begins
    /// with the words.
    fn range(measured: &str, table: &str, column: usize) -> String {
        let rows = measured.lines().skip_while(|line| !line.starts_with(table));
        let rows = rows.skip(2).take_while(|line| line.starts_with('|'));
        let figure = |line: &str| {
            line.split('|')
                .nth(column + 1)
                .unwrap()
                .trim()
                .parse::<f64>()
        };
        let figures: Vec<f64> = rows.map(|line| 100.0 * figure(line).unwrap()).collect();
        let least = figures.iter().copied().fold(f64::INFINITY, f64::min);
        let most = figures.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        format!("{least:.1} to {most:.1}")
    }

    #[test]
    fn figures_are_those_measured() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/measured.md");
        let measured = std::fs::read_to_string(path).unwrap();
        let transfer = "| seed | error per true substitute";
        let pairs = "| seed | listed substitutes that are true";
        let trees = "| seed | first attribute right";
        for (text, table, columns) in [
            (SHARES, transfer, &[1, 2][..]),
            (PROMOTIONS, transfer, &[3, 4, 6, 7]),
            (PARTNERS, pairs, &[1, 3, 5]),
            (TREES, trees, &[1, 2]),
        ] {
            for &column in columns {
                let range = range(&measured, table, column);
                assert!(
                    text.contains(&range),
                    "{range} of {table} is not in: {text}"
                );
            }
        }
    }
}
