//! `tessera lab`: kernels on plain files, without a project.

use super::*;

/// Two clouds of 30 rows each, and which row is of which.
fn clouds(folder: &Path) -> (PathBuf, PathBuf) {
    let (mut rows, mut truth) = (String::from("a,b\n"), String::from("cloud\n"));
    for n in 0..60 {
        let (x, y) = (f64::from(n % 6) / 10.0, f64::from(n % 5) / 10.0);
        let away = if n < 30 { 0.0 } else { 9.0 };
        rows += &format!("{},{}\n", x + away, y - away);
        truth += &format!("{}\n", i32::from(n >= 30));
    }
    let (a, b) = (folder.join("rows.csv"), folder.join("truth.csv"));
    std::fs::write(&a, rows).unwrap();
    std::fs::write(&b, truth).unwrap();
    (a, b)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn rows_of_a_file_are_clustered_and_scored_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let (rows, truth) = clouds(folder.path());
    let mut found = Vec::new();
    for ending in ["csv", "npy", "parquet"] {
        let labels = folder.path().join(format!("labels.{ending}"));
        let centers = folder.path().join(format!("centers.{ending}"));
        let fit = ["lab", "cluster", "fit", "--input", text(&rows), "--k", "2"];
        let out = [
            "--labels",
            text(&labels),
            "--centers",
            text(&centers),
            "--score",
        ];
        let fitted = json(&[&fit[..], &out[..]].concat());
        assert_eq!(
            ["n", "d", "k"].map(|key| fitted[key].as_i64().unwrap()),
            [60, 2, 2]
        );
        assert_eq!(fitted["sizes"], serde_json::json!([30, 30]));
        assert!(fitted["silhouette"].as_f64().unwrap() > 0.9);
        // From its own centres nothing moves, on any number of threads.
        let again = [&fit[..], &["--init", text(&centers), "--threads", "1"]].concat();
        let again = json(&again);
        assert_eq!(
            (&again["iterations"], &again["converged"]),
            (&1.into(), &true.into())
        );
        let score = [
            "lab",
            "cluster",
            "score",
            "--input",
            text(&rows),
            "--labels",
            text(&labels),
        ];
        let scored = json(&[&score[..], &["--truth", text(&truth)]].concat());
        assert_eq!((&scored["ari"], &scored["nmi"]), (&1.0.into(), &1.0.into()));
        found.push((fitted["inertia"].clone(), again["inertia"].clone(), scored));
    }
    assert!(found.windows(2).all(|two| two[0] == two[1]), "{found:?}");
}

/// An npy file as numpy writes it, of rows of two columns.
fn npy(path: &Path, kind: &str, rows: usize, values: &[u8]) {
    let told = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({rows}, 2), }}");
    let header = format!("{told:<117}\n");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(values);
    std::fs::write(path, file).unwrap();
}

#[test]
fn narrow_rows_get_the_labels_of_wide_ones() {
    let folder = tempfile::tempdir().unwrap();
    let values: Vec<f32> = (0..800)
        .map(|n| (n * 7919 % 613) as f32 / 10.0 + (n % 3) as f32 * 20.0)
        .collect();
    let (narrow, wide) = (folder.path().join("f4.npy"), folder.path().join("f8.npy"));
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    npy(&narrow, "<f4", 400, &bytes);
    let bytes = values.iter().map(|value| f64::from(*value));
    npy(
        &wide,
        "<f8",
        400,
        &bytes.flat_map(f64::to_le_bytes).collect::<Vec<u8>>(),
    );
    let found = [&narrow, &wide].map(|file| {
        let labels = file.with_extension("csv");
        let fit = ["lab", "cluster", "fit", "--k", "7", "--input", text(file)];
        let mut told = json(&[&fit[..], &["--labels", text(&labels)]].concat());
        told.as_object_mut().unwrap().remove("seconds");
        (told, std::fs::read_to_string(labels).unwrap())
    });
    assert_eq!(found[0], found[1]);
    let out = tessera(&[
        "lab",
        "cluster",
        "fit",
        "--k",
        "401",
        "--input",
        text(&narrow),
    ]);
    assert_eq!(out.status.code(), Some(2), "{out:?}");
    npy(&narrow, "<f4", 400, &f32::NAN.to_le_bytes().repeat(800));
    let out = tessera(&[
        "lab",
        "cluster",
        "fit",
        "--k",
        "4",
        "--input",
        text(&narrow),
    ]);
    assert_ne!(out.status.code(), Some(0), "{out:?}");
}

#[test]
fn a_number_of_clusters_is_recommended_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let (rows, _) = clouds(folder.path());
    let asked = [
        "lab",
        "cluster",
        "fit",
        "--input",
        text(&rows),
        "--k",
        "auto",
        "--k-max",
        "4",
    ];
    let chosen = json(&asked);
    assert_eq!(chosen["k"], 2);
    assert!(chosen["reason"].as_str().unwrap().starts_with("2 clusters"));
    assert_eq!(chosen["scores"].as_array().unwrap().len(), 3);
    // The gap statistic beside it: two clouds are tighter than rows without clusters, and three no better than two.
    let told = json(&[&asked[..], &["--gap"]].concat());
    let gap = |row: usize| told["scores"][row]["gap"].as_f64().unwrap();
    assert_eq!(told["gap_names"], 2, "{told}");
    assert!(gap(0) > 0.5 && told["scores"][0]["gap_error"].as_f64() > Some(0.0));
    assert!(chosen["scores"][0]["gap"].is_null());
}

#[test]
fn what_cannot_be_clustered_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (rows, _) = clouds(folder.path());
    let refused = |more: &[&str]| {
        let done = tessera(&[&["lab", "cluster", "fit", "--input"], more].concat());
        let told = String::from_utf8_lossy(&done.stderr).to_string();
        (done.status.code(), told)
    };
    let bad = folder.path().join("bad.csv");
    std::fs::write(&bad, "a,b\n1,2\n3,x\n").unwrap();
    let (code, told) = refused(&[text(&bad), "--k", "1"]);
    assert_eq!(code, Some(1));
    assert!(
        told.contains("'x' at line 3, column 'b', is no number"),
        "{told}"
    );
    let nan = folder.path().join("nan.csv");
    std::fs::write(&nan, "a,b\n1,2\nNaN,3\n").unwrap();
    let (code, told) = refused(&[text(&nan), "--k", "1"]);
    assert!(code == Some(1) && told.contains("row 1"), "{told}");
    let (code, told) = refused(&[text(&rows), "--k", "61"]);
    assert!(code == Some(2) && told.contains("1 to 60"), "{told}");
    let (code, told) = refused(&[text(&rows), "--k", "2", "--labels", "labels.txt"]);
    assert!(
        code == Some(2) && told.contains(".npy .csv .parquet"),
        "{told}"
    );
    assert_eq!(refused(&[text(&rows), "--k", "two"]).0, Some(2));
    let (code, told) = refused(&[text(&rows), "--k", "auto", "--k-min", "0"]);
    assert!(code == Some(2) && told.contains("--k-min is 0"), "{told}");
    assert_eq!(
        refused(&[text(&folder.path().join("no.npy")), "--k", "2"]).0,
        Some(1)
    );
}

/// Shops of two kinds that neither their number nor their category tells alone, with blanks, ids and the truth.
fn shops(folder: &Path) -> (PathBuf, PathBuf) {
    let (mut rows, mut truth) = (
        String::from("shop,area,format,till\n"),
        String::from("kind\n"),
    );
    for n in 0..80 {
        let large = n % 2 == 0;
        let area = match n % 10 {
            3 => String::new(),
            _ => (if large { 400 } else { 100 } + n * 3 % 70).to_string(),
        };
        let format = match (n % 10, large) {
            (4, _) => "",
            (_, true) => "hyper, market",
            (_, false) => "city",
        };
        // Tells of nothing.
        rows += &format!("S{n:03},{area},\"{format}\",{}\n", n * 7 % 5);
        truth += &format!("{}\n", i32::from(large));
    }
    let (a, b) = (folder.join("shops.csv"), folder.join("kinds.csv"));
    std::fs::write(&a, rows).unwrap();
    std::fs::write(&b, truth).unwrap();
    (a, b)
}

#[test]
fn numbers_and_categories_are_clustered_together_and_ids_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let (rows, truth) = shops(folder.path());
    let labels = folder.path().join("labels.csv");
    let centers = folder.path().join("centers.csv");
    let weights = folder.path().join("weights.csv");
    std::fs::write(&weights, "45\n45\n10\n").unwrap();
    let input = ["lab", "cluster", "fit", "--input", text(&rows)];
    let columns = ["--categorical", "format", "--without", "shop"];
    let asked = [&input[..], &columns, &["--weights", text(&weights)]].concat();
    let out = ["--labels", text(&labels), "--centers", text(&centers)];
    let agreement = || {
        let files = ["--labels", text(&labels), "--truth", text(&truth)];
        let score = [
            &["lab", "cluster", "score"][..],
            &input[3..],
            &columns,
            &files,
        ]
        .concat();
        let told = json(&score);
        assert!(told["silhouette"].as_f64().unwrap() > 0.3, "{told}");
        told["ari"].as_f64().unwrap()
    };
    let mut found = Vec::new();
    for more in [
        &["--k", "2"][..],
        &["--k", "auto", "--k-max", "3"],
        &["--k", "2", "--threads", "1"],
    ] {
        let mixed = [&asked[..], &["--method", "mixed", "--score"], more, &out].concat();
        let mut told = json(&mixed);
        assert_eq!(
            ["n", "d", "k"].map(|key| told[key].as_i64()),
            [80, 3, 2].map(Some)
        );
        assert!(agreement() > 0.99, "{told}");
        told.as_object_mut().unwrap().remove("seconds");
        found.push((told, std::fs::read_to_string(&centers).unwrap()));
    }
    assert_eq!(found[0], found[2]);
    let (told, centers_told) = &found[0];
    let features = told["features"].as_array().unwrap();
    assert_eq!(features[1]["column"], "format");
    assert!(features[2]["explained"].as_f64().unwrap() < 0.2, "{told}");
    let shares: f64 = features
        .iter()
        .map(|one| one["share"].as_f64().unwrap())
        .sum();
    assert!((shares - 1.0).abs() < 1e-9);
    assert!(
        centers_told.starts_with("area,format,till\n"),
        "{centers_told}"
    );
    assert!(centers_told.contains("\"hyper, market\""), "{centers_told}");

    // A method that says why it is taken says beside it why that number.
    let auto = ["--method", "auto", "--k", "auto", "--k-max", "3"];
    let told = json(&[&asked[..], &auto].concat());
    assert_eq!(told["k"], 2, "{told}");
    let chosen = told["chosen"].as_str().unwrap();
    assert!(!chosen.contains(['{', '(']), "a method in words: {chosen}");
    let why = |key: &str| told[key].as_str().unwrap().to_string();
    assert!(why("reason_of_k").starts_with("2 clusters") && why("reason") != why("reason_of_k"));

    // A method on numbers sees the same distances, and sizes are kept by both.
    let ward = json(&[&asked[..], &["--method", "ward", "--k", "2"], &out[..2]].concat());
    assert_eq!((ward["d"].as_i64(), agreement() > 0.99), (Some(3), true));
    for method in ["mixed", "kmeans"] {
        let sized = [
            "--method",
            method,
            "--k",
            "2",
            "--min-size",
            "38",
            "--max-size",
            "42",
        ];
        let told = json(&[&asked[..], &sized].concat());
        let sizes = told["sizes"].as_array().unwrap();
        assert!(
            sizes
                .iter()
                .all(|size| (38..=42).contains(&size.as_i64().unwrap()))
        );
    }

    let refused = |more: &[&str]| {
        let done = tessera(&[&input[..], more].concat());
        (
            done.status.code(),
            String::from_utf8_lossy(&done.stderr).to_string(),
        )
    };
    let (code, told) = refused(&["--k", "2"]);
    assert!(code == Some(1) && told.contains("--without"), "{told}");
    let (code, told) = refused(&["--method", "mixed", "--k", "2", "--without", "shop"]);
    assert!(
        code == Some(1) && told.contains("'hyper, market' at line 2, column 'format'"),
        "{told}"
    );
    let (code, told) = refused(&["--k", "2", "--without", "shops"]);
    assert!(
        code == Some(2) && told.contains("shop, area, format"),
        "{told}"
    );
    let (code, told) = refused(&["--k", "2", "--without", "shop,format"]);
    assert!(code == Some(1) && told.contains("row 3"), "{told}");
}
