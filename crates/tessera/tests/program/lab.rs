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
    assert_eq!(
        refused(&[text(&folder.path().join("no.npy")), "--k", "2"]).0,
        Some(1)
    );
}
