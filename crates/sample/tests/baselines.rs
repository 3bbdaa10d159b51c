//! The truth is hard enough for naive methods and within reach of good ones, over five seeds.
#![allow(clippy::unwrap_used)]

use sample::{Format, Quiet, Spec, baselines, check};

#[test]
fn naive_methods_fail_and_the_truth_is_within_reach() {
    let spec = Spec {
        customers: 2_500,
        stores: 30,
        products: 2_000,
        orders: 60_000,
        seed: 1,
        format: Format::Csv,
        start: Spec::DEFAULT_START,
        days: Spec::DEFAULT_DAYS,
    };
    for scores in baselines(&check(spec).unwrap(), 5, &Quiet).unwrap() {
        let text = format!("{scores:#?}");
        // Shown with --nocapture: the numbers that reports quote.
        eprintln!("{text}");
        assert!(scores.segments_kmeans_spend_ari < 0.5, "{text}");
        assert!(scores.segments_kmeans_rfm_ari < 0.5, "{text}");
        assert!(scores.segments_informed_ari > 0.8, "{text}");
        assert!(scores.stores_kmeans_sales_ari < 0.5, "{text}");
        assert!(
            scores.basket_popular_recall < 0.5 * scores.basket_oracle_recall,
            "{text}"
        );
        assert!(
            scores.basket_frequent_recall < scores.basket_oracle_recall,
            "{text}"
        );
        assert!(
            scores.elasticity_wrong_sign_share > 0.05 && scores.elasticity_series > 200,
            "{text}"
        );
        assert!(scores.promotion_naive_error > 1.2, "{text}");
        assert!(scores.birth_naive_precision < 0.6, "{text}");
        assert!(
            scores.project_naive_precision < 0.6 && scores.project_naive_recall > 0.0,
            "{text}"
        );
        assert!(scores.lost_sales_naive_error > 0.25, "{text}");
        assert!(
            (0.05..0.8).contains(&scores.substitute_naive_hits),
            "{text}"
        );
        assert!(
            scores.identity_email_recall < 0.85 && scores.identity_name_recall < 0.6,
            "{text}"
        );
    }
}
