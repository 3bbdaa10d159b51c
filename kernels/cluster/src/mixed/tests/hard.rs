//! Data and parameters that are hard on mixed clustering, or refused.

use super::*;

#[test]
fn small_and_degenerate_data() {
    let one = Table::new(
        &[Column::Number(&[4.0]), Column::Category(&[3])],
        &[0.5, 0.5],
    )
    .unwrap();
    let single = fit(&one, params(1)).unwrap();
    assert_eq!(
        (single.inertia, single.converged, single.sizes),
        (0.0, true, vec![1])
    );
    assert_eq!(one.distances(&Silent).unwrap(), []);

    // Three distinct rows, four copies each; a constant number that no mean can hold exactly.
    let codes: Vec<u32> = (0..12).map(|row| row % 3).collect();
    let sets: Vec<u32> = (0..12).flat_map(|row| [row % 3, 9, 11 + row % 3]).collect();
    let offsets: Vec<usize> = (0..=12).map(|row| row * 3).collect();
    let columns = [
        Column::Number(&[0.1; 12]),
        Column::Category(&codes),
        Column::Set {
            offsets: &offsets,
            labels: &sets,
        },
    ];
    let table = Table::new(&columns, &[0.2, 0.4, 0.4]).unwrap();
    let three = fit(&table, params(3)).unwrap();
    assert!(three.inertia < 1e-9, "{}", three.inertia);
    assert_eq!((three.sizes, three.features[0].share), (vec![4, 4, 4], 0.0));
    assert_eq!(three.prototypes.typical(0, 0), Typical::Number(0.1));
    let four = Error::TooFewDistinctRows {
        clusters: 4,
        distinct: 3,
    };
    assert_eq!(fit(&table, params(4)), Err(four));
    let error = fit(&table, params(13)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "clusters is 13; give 1 to 12, the number of rows"
    );
    let constant = Table::new(&[Column::Number(&[2.5; 6])], &[1.0]).unwrap();
    assert_eq!(fit(&constant, params(1)).unwrap().inertia, 0.0);
    assert!(matches!(
        fit(&constant, params(2)),
        Err(Error::TooFewDistinctRows { .. })
    ));
}

#[test]
fn extreme_numbers_stay_finite() {
    for unit in [1e-320, 1e-160, 1e-150, 1.0, 1e100] {
        let values = [0.0, 0.1, 0.9, 1.0].map(|value| value * unit);
        let columns = [Column::Number(&values), Column::Category(&[1, 1, 2, 2])];
        let table = Table::new(&columns, &[0.5, 0.5]).unwrap();
        let fit = fit(&table, params(2)).unwrap();
        assert!(fit.inertia.is_finite());
        assert_eq!(
            (fit.labels[0], fit.labels[2]),
            (fit.labels[1], fit.labels[3])
        );
        assert!(
            table
                .distances(&Silent)
                .unwrap()
                .iter()
                .all(|distance| distance.is_finite())
        );
        let far = [Column::Number(&[1e100, -1e100]), Column::Category(&[1, 1])];
        let far = table.like(&far).unwrap();
        assert!(far.distance(0, 1).is_finite());
        let nearest = fit.prototypes.nearest(&far).unwrap();
        assert!(
            nearest
                .distances
                .iter()
                .all(|distance| distance.is_finite())
        );
    }
}

#[test]
fn what_cannot_be_computed_is_refused() {
    let refused = |columns: &[Column<'_>], weights: &[f64], says: &str| {
        let error = Table::new(columns, weights).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    };
    let number = Column::Number(&[1.0, 2.0]);
    refused(&[], &[], "0 rows and 0 columns");
    refused(&[Column::Number(&[])], &[1.0], "0 rows");
    refused(&[number], &[0.9], "together 1 (100 %)");
    refused(&[number, number], &[1.5, -0.5], "together 1 (100 %)");
    refused(&[number], &[f64::NAN], "together 1 (100 %)");
    refused(&[number], &[0.5, 0.5], "weights has 2 columns");
    refused(
        &[number, Column::Category(&[1])],
        &[0.5, 0.5],
        "columns has 1 rows",
    );
    refused(
        &[Column::Number(&[1.0, f64::INFINITY])],
        &[1.0],
        "row 1, column 0",
    );
    refused(
        &[Column::Number(&[1.0, f64::NAN])],
        &[1.0],
        "row 1 knows no feature",
    );
    let set = |offsets| Column::Set {
        offsets,
        labels: &[1, 2],
    };
    refused(&[set(&[0, 2, 1])], &[1.0], "offsets");
    refused(&[set(&[0, 1])], &[1.0], "offsets");
    let shares = |values, parts, zero| Column::Shares {
        values,
        parts,
        zero,
    };
    refused(
        &[shares(&[0.5, 0.4, 0.5, 0.5], 2, 0.01)],
        &[1.0],
        "row 0 of column 0 sum to 0.9",
    );
    refused(
        &[shares(&[0.5, 0.5, 1.5, -0.5], 2, 0.01)],
        &[1.0],
        "row 1 of column 0",
    );
    refused(&[shares(&[0.5, 0.5], 1, 0.01)], &[1.0], "parts is 1");
    refused(&[shares(&[0.5, 0.5, 0.5], 2, 0.01)], &[1.0], "shares has 3");
    refused(&[shares(&[0.5, 0.5], 2, 0.5)], &[1.0], "zero is 0.5");
    let check = |params: Params, field: &str| match params.check(10) {
        Err(Error::Parameter { field: named, .. }) => assert_eq!(named, field),
        other => panic!("{other:?}"),
    };
    let two = params(2);
    check(params(0), "clusters");
    check(Params { starts: 0, ..two }, "starts");
    check(
        Params {
            max_iterations: 0,
            ..two
        },
        "max_iterations",
    );
    check(
        Params {
            tolerance: f64::NAN,
            ..two
        },
        "tolerance",
    );
}
