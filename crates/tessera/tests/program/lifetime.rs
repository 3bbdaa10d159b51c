//! `tessera lab lifetime`: transactions into a model of who comes again, without a project.

use super::*;

/// A generator of the tests' own: numbers in (0, 1].
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        ((self.0 >> 33) as f64 + 1.0) / 2f64.powi(31)
    }

    fn wait(&mut self, rate: f64) -> f64 {
        -self.next().ln() / rate
    }
}

/// Customers of a rate of their own, some of whom leave, over 60 weeks from 1 January 2023: their transactions as rows of
/// number, day and amount.
fn bought(customers: usize) -> Vec<(usize, u32, f64)> {
    let mut draws = Draws(7);
    let mut rows = Vec::new();
    for customer in 0..customers {
        // A gamma rate of shape 1 and a constant chance to leave: r = 1, α = 30 days.
        let rate = draws.wait(1.0) / 30.0;
        let worth = 10.0 + 40.0 * draws.next();
        let mut day = 90.0 * draws.next();
        while day < 420.0 {
            let paid = (worth * (0.5 + draws.next()) * 100.0).round() / 100.0;
            rows.push((customer, day as u32, paid));
            if draws.next() < 0.15 {
                break;
            }
            day += draws.wait(rate);
        }
    }
    rows
}

/// The day so many days after 1 January 2023, as csv has it.
fn date(day: u32) -> String {
    const LENGTHS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (year, mut rest) = if day < 365 {
        (2023, day)
    } else {
        (2024, day - 365)
    };
    let mut month = 0;
    // The days end in February 2024, before its 29th.
    while rest >= LENGTHS[month] {
        rest -= LENGTHS[month];
        month += 1;
    }
    format!("{year}-{:02}-{:02}", month + 1, rest + 1)
}

fn written(folder: &Path, rows: &[(usize, u32, f64)]) -> PathBuf {
    let mut text = String::from("who,note,bought_on,paid\n");
    for (who, day, paid) in rows {
        text += &format!("c{who},a b,{} 10:3{},{paid}\n", date(*day), who % 10);
    }
    let path = folder.join("orders.csv");
    std::fs::write(&path, text).unwrap();
    path
}

fn asked<'a>(file: &'a Path, more: &[&'a str]) -> Vec<&'a str> {
    let file = file.to_str().unwrap();
    let own = [
        "lab",
        "lifetime",
        "fit",
        "--transactions",
        file,
        "--customer",
        "who",
        "--date",
        "bought_on",
    ];
    [&own[..], more].concat()
}

const SPLIT: [&str; 6] = [
    "--calibration-end",
    "2023-10-01",
    "--holdout-end",
    "2024-02-15",
    "--amount",
    "paid",
];

#[test]
fn a_model_is_fitted_and_its_forecasts_beat_the_naive_rate() {
    let folder = tempfile::tempdir().unwrap();
    let rows = bought(2_000);
    let file = written(folder.path(), &rows);
    let forecasts = folder.path().join("forecasts.csv");
    for model in ["bgnbd", "paretonbd"] {
        let more = [
            &SPLIT[..],
            &["--model", model, "--forecasts", forecasts.to_str().unwrap()],
        ]
        .concat();
        let told = json(&asked(&file, &more));
        assert_eq!(
            (&told["model"], &told["customers"]),
            (&model.into(), &2_000.into())
        );
        let number = |of: &Value| of.as_f64().unwrap();
        // A unit is a week: r / α repeats a week of one who stays, 7 / 30 by the truth, which leaves as BG/NBD has it.
        let rate = number(&told["parameters"]["r"]) / number(&told["parameters"]["alpha"]);
        assert!(
            model != "bgnbd" || (rate / (7.0 / 30.0) - 1.0).abs() < 0.25,
            "{told}"
        );
        assert!(number(&told["log_likelihood"]) < 0.0 && number(&told["seconds"]) > 0.0);
        let holdout = &told["holdout"];
        assert!((number(&holdout["units"]) - 137.0 / 7.0).abs() < 1e-12);
        assert!(
            (number(&holdout["expected"]) / number(&holdout["actual"]) - 1.0).abs() < 0.15,
            "{holdout}"
        );
        let of_naive = |key: &str| number(&holdout["naive"][key]);
        assert!(
            number(&holdout["mae"]) < of_naive("mae")
                && number(&holdout["rmse"]) < of_naive("rmse")
        );
        assert!(number(&holdout["correlation"]) > 0.5, "{holdout}");
        assert!(
            (number(&holdout["within_randomised"]) - 0.8).abs() < 0.05,
            "{holdout}"
        );
        let customers = |rows: &Value| {
            rows.as_array()
                .unwrap()
                .iter()
                .map(|row| row["customers"].as_u64().unwrap())
                .sum::<u64>()
        };
        assert_eq!(customers(&holdout["by_repeats"]), 2_000);
        assert_eq!(customers(&holdout["by_forecast"]), 2_000);
        // What was spent is in no relation to how often: its model finds the mean, 30.
        let [p, q, gamma] = ["p", "q", "gamma"].map(|key| number(&told["gamma_gamma"][key]));
        assert!((p * gamma / (q - 1.0) / 30.0 - 1.0).abs() < 0.1, "{told}");
        let text = std::fs::read_to_string(&forecasts).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2_001);
        assert!(
            lines[0].starts_with("customer,repeats,recency,age,alive,orders"),
            "{}",
            lines[0]
        );
        let orders: f64 = lines[1..]
            .iter()
            .map(|line| line.split(',').nth(5).unwrap().parse::<f64>().unwrap())
            .sum();
        assert!(
            (orders / number(&holdout["expected"]) - 1.0).abs() < 1e-9,
            "{orders}"
        );
    }
}

#[test]
fn the_order_of_rows_their_repetition_within_a_day_and_threads_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = bought(300);
    let before = json(&asked(&written(folder.path(), &rows), &SPLIT));
    // The same day in two parts, the rows the other way round, a row of nobody and a return.
    let (who, day, paid) = rows[5];
    rows[5] = (who, day, (paid * 50.0).round() / 100.0);
    rows.push((who, day, paid - rows[5].2));
    rows.reverse();
    let file = written(folder.path(), &rows);
    let mut text = std::fs::read_to_string(&file).unwrap();
    text += ",x,2023-02-01,5\nc1,x,2023-02-02,-7\n";
    std::fs::write(&file, text).unwrap();
    let after = json(&asked(&file, &[&SPLIT[..], &["--threads", "1"]].concat()));
    assert_eq!(
        (&after["without_customer"], &after["returns"]),
        (&1.into(), &1.into())
    );
    assert_eq!(before["parameters"], after["parameters"]);
    assert_eq!(before["log_likelihood"], after["log_likelihood"]);
    assert_eq!(before["holdout"]["mae"], after["holdout"]["mae"]);
    // Days instead of weeks: α is seven times as long, r stays.
    let days = json(&asked(&file, &[&SPLIT[..], &["--unit", "day"]].concat()));
    let ratio = |key: &str| {
        days["parameters"][key].as_f64().unwrap() / after["parameters"][key].as_f64().unwrap()
    };
    assert!(
        (ratio("alpha") / 7.0 - 1.0).abs() < 1e-4 && (ratio("r") - 1.0).abs() < 1e-4,
        "{days}"
    );
}

#[test]
fn what_cannot_be_fitted_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path(), &[(1, 3, 5.0), (2, 4, 5.0)]);
    let wrong = |more: &[&str], code: i32, said: &str| {
        let out = tessera(&asked(&file, more));
        let text = String::from_utf8_lossy(&out.stderr).to_string();
        assert_eq!(out.status.code(), Some(code), "{more:?}: {text}");
        assert!(text.contains(said), "{more:?}: {text}");
    };
    wrong(
        &["--calibration-end", "2023-10-01"],
        2,
        "no rows with a repeat",
    );
    wrong(
        &["--calibration-end", "1/10/2023"],
        2,
        "--calibration-end is '1/10/2023'; give dates as",
    );
    wrong(
        &[
            "--calibration-end",
            "2023-10-01",
            "--holdout-end",
            "2023-10-01",
        ],
        2,
        "holdout_end",
    );
    wrong(
        &["--calibration-end", "2023-10-01", "--amount", "price"],
        2,
        "price",
    );
    wrong(
        &["--calibration-end", "2023-10-01", "--amount", "note"],
        1,
        "is no number; give a column of numbers",
    );
    wrong(
        &[
            "--calibration-end",
            "2023-10-01",
            "--forecasts",
            "out.parquet",
        ],
        2,
        "csv",
    );
    std::fs::write(&file, "who,bought_on\na,2023-01-01\na,soon\n").unwrap();
    wrong(
        &["--calibration-end", "2023-10-01"],
        1,
        "'soon' in row 1 is no date",
    );
}

#[test]
fn columns_go_by_number_where_a_file_names_none() {
    let folder = tempfile::tempdir().unwrap();
    let rows = bought(300);
    let named = json(&asked(&written(folder.path(), &rows), &SPLIT));
    let mut text = String::new();
    for (who, day, paid) in &rows {
        text += &format!("c{who},a b,{},{paid}\n", date(*day).replace('-', ""));
    }
    let file = folder.path().join("bare.csv");
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let own = ["lab", "lifetime", "fit", "--transactions", file];
    let columns = ["--customer", "0", "--date", "2", "--amount", "3"];
    let bare = json(&[&own[..], &columns[..], &SPLIT[..4]].concat());
    assert_eq!(bare["transactions"], rows.len());
    for key in ["parameters", "log_likelihood", "gamma_gamma"] {
        assert_eq!(bare[key], named[key]);
    }
}
