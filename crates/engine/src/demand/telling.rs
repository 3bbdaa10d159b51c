//! Where a product's demand goes and how sure its lost part is, in sentences. It must not read the lake.

use crate::views::{DemandProduct, TransferShare};
use segment::choices::{self, Category, LostFrom};

/// An interval of the lost part as wide as this says little.
const VAGUE: f64 = 0.25;

/// Tenths of a per cent as people read them.
fn percent(tenths: u32) -> String {
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// Where a product's demand goes, in a sentence; shares are tenths of a per cent.
pub(super) fn sentence(name: &str, to: &[TransferShare], others: u32, lost: Option<u32>) -> String {
    let least = percent((1_000.0 * choices::SHARE_MIN).round() as u32);
    let most = to.first();
    let first = match most {
        Some(most) => format!(
            "{} goes to {}, the most of all",
            percent(most.tenths),
            most.name
        ),
        None => format!("its demand spreads over many products, none of which gains {least}"),
    };
    match (most.is_none() && others == 0, lost) {
        (true, Some(lost)) => format!(
            "Nothing on its shelves stands for {name}: {} of its demand is lost with it.",
            percent(lost)
        ),
        (true, None) => format!("Nothing on its shelves stands for {name}."),
        (false, Some(lost)) => format!(
            "Without {name}, {first}; {} is kept by the category, {} is lost.",
            percent(1_000 - lost),
            percent(lost)
        ),
        (false, None) => {
            format!("Without {name}, {first} of what stays; how much is lost the data cannot tell.")
        }
    }
}

/// How sure the lost part is, and what stands behind it; nothing where it is not told, or nothing stands beside the
/// product.
pub(super) fn sure(product: &DemandProduct, category: Option<&Category>, from: LostFrom) -> String {
    let (Some(low), Some(high)) = (product.lost_low, product.lost_high) else {
        return String::new();
    };
    let Some(category) = category.filter(|_| low < 1.0) else {
        return String::new();
    };
    let (all, own, what) = match from {
        LostFrom::Promotions => (category.promoted_days, product.promoted_days, "promotions"),
        LostFrom::Shelves | LostFrom::Nothing => {
            (category.empty_days, product.empty_days, "empty shelves")
        }
    };
    let vague = match high - low > VAGUE {
        true => "so little is known of it: ",
        false => "",
    };
    format!(
        " The lost part may be {:.1} to {:.1} % (90 %), {vague}it is read from {all} days of {what} in its category, {own} of \
         them its own, shop by shop.",
        100.0 * low,
        100.0 * high,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(tenths: u32) -> TransferShare {
        TransferShare {
            product_id: "P2".into(),
            name: "Assam".into(),
            tenths,
            by_sales: 0.5,
            switches: 1.0,
            by_pull: 1.0,
            low: None,
            high: None,
        }
    }

    #[test]
    fn demand_that_spreads_is_not_said_to_be_nobody_elses() {
        let spread = sentence("Darjeeling", &[], 950, Some(50));
        assert_eq!(
            spread,
            "Without Darjeeling, its demand spreads over many products, none of which gains 0.2 %; 95.0 % is kept by the \
             category, 5.0 % is lost."
        );
        assert!(sentence("Darjeeling", &[], 1_000, None).contains("spreads over many"));
        let alone = sentence("Darjeeling", &[], 0, Some(1_000));
        assert!(alone.starts_with("Nothing on its shelves stands for Darjeeling: 100.0 %"));
        let most = sentence("Darjeeling", &[share(600)], 100, Some(300));
        assert!(
            most.starts_with("Without Darjeeling, 60.0 % goes to Assam, the most of all; 70.0 %")
        );
    }

    #[test]
    fn a_lost_part_says_what_stands_behind_it() {
        let category = Category {
            path: "All / Tea".into(),
            products: 3,
            purchases: 90,
            contradictions: 0,
            elasticity: 0.1,
            elasticity_error: 0.1,
            switches: 0.0,
            promoted_days: 70,
            empty_days: 12,
            tree: Vec::new(),
        };
        let of = |low: f64, high: f64| DemandProduct {
            product_id: "P1".into(),
            name: "Darjeeling".into(),
            category: Some("All / Tea".into()),
            purchases: 40,
            community: 0,
            leaf: None,
            lost: Some(low),
            lost_low: Some(low),
            lost_high: Some(high),
            promoted_days: 7,
            empty_days: 2,
        };
        let told = |low, high, from| sure(&of(low, high), Some(&category), from);
        let few = told(0.0, 0.31, LostFrom::Shelves);
        assert!(
            few.contains("0.0 to 31.0 % (90 %), so little is known of it: "),
            "{few}"
        );
        assert!(
            few.contains("12 days of empty shelves in its category, 2 of them"),
            "{few}"
        );
        let more = told(0.02, 0.1, LostFrom::Promotions);
        assert!(
            more.contains("(90 %), it is read from 70 days of promotions"),
            "{more}"
        );
        assert_eq!(told(1.0, 1.0, LostFrom::Promotions), "");
        assert_eq!(sure(&of(0.0, 0.1), None, LostFrom::Promotions), "");
    }
}
