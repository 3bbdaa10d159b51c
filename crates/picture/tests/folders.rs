//! Which file is of which product, on folders that are made for it. It must not decode.
#![allow(clippy::unwrap_used)]

use picture::{Album, Wanted, find};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn folder(files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, b"").unwrap();
    }
    folder
}

fn album(folder: &Path, products: &[(&str, &[&str])]) -> Album {
    let links: Vec<Vec<String>> = products
        .iter()
        .map(|(_, links)| links.iter().map(|one| one.to_string()).collect())
        .collect();
    let wanted: Vec<Wanted<'_>> = products
        .iter()
        .zip(&links)
        .map(|((code, _), links)| Wanted { code, links })
        .collect();
    find(folder, &wanted).unwrap()
}

fn paths(all: &[PathBuf]) -> Vec<&str> {
    all.iter().map(|one| one.to_str().unwrap()).collect()
}

#[test]
fn stems_are_codes_and_numbers_give_the_order() {
    let files = [
        "P1_10.jpg",
        "deep/er/P1-2.PNG",
        "P1.webp",
        "P1_front.jpg",
        "P2_1.jpg",
        "P2_1_1.gif",
        "notes.txt",
        ".P3.jpg",
        "x.bmp",
    ];
    let folder = folder(&files);
    let found = album(
        folder.path(),
        &[("P1", &[]), ("P2", &[]), ("P2_1", &[]), ("P3", &[])],
    );
    assert_eq!(
        paths(&found.pictures[0]),
        ["P1.webp", "deep/er/P1-2.PNG", "P1_10.jpg"]
    );
    // "P2_1" is a product of its own: its picture is not the first one of P2.
    assert_eq!(paths(&found.pictures[1]), Vec::<&str>::new());
    assert_eq!(paths(&found.pictures[2]), ["P2_1.jpg", "P2_1_1.gif"]);
    assert_eq!(found.without, [1, 3]);
    assert_eq!(paths(&found.strangers), ["P1_front.jpg", "x.bmp"]);
}

#[test]
fn links_of_the_catalogue_name_files_and_go_first() {
    let folder = folder(&["a/mug.jpg", "b/mug.jpg", "A.jpg", "hat red.png"]);
    let products: [(&str, &[&str]); 4] = [
        ("A", &["https://shop.example/img/b/mug.jpg?w=300#x"]),
        (
            "B",
            &["C:\\photos\\a\\mug.jpg", "https://shop.example/gone.jpg"],
        ),
        ("C", &["https://cdn.example/hat%20red.png"]),
        ("D", &["https://shop.example/", "", "%"]),
    ];
    let found = album(folder.path(), &products);
    assert_eq!(paths(&found.pictures[0]), ["b/mug.jpg", "A.jpg"]);
    assert_eq!(paths(&found.pictures[1]), ["a/mug.jpg"]);
    assert_eq!(paths(&found.pictures[2]), ["hat red.png"]);
    assert_eq!((found.without, found.strangers.len()), (vec![3], 0));
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_are_not_followed() {
    use std::os::unix::fs::symlink;
    let outside = folder(&["secret.jpg", "more/P9.jpg"]);
    let folder = folder(&["real/P1.jpg"]);
    symlink(
        outside.path().join("secret.jpg"),
        folder.path().join("P2.jpg"),
    )
    .unwrap();
    symlink(outside.path().join("more"), folder.path().join("more")).unwrap();
    symlink(folder.path(), folder.path().join("loop")).unwrap();
    symlink(
        folder.path().join("real/P1.jpg"),
        folder.path().join("P3.jpg"),
    )
    .unwrap();
    let found = album(
        folder.path(),
        &[("P1", &[]), ("P2", &[]), ("P3", &[]), ("P9", &[])],
    );
    assert_eq!(found.without, [1, 3]);
    assert_eq!(paths(&found.pictures[2]), ["P3.jpg"]);
    assert_eq!(paths(&found.refused), ["P2.jpg", "loop", "more"]);
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let told = find(Path::new("/no/such/folder"), &[])
        .unwrap_err()
        .to_string();
    assert!(told.starts_with("/no/such/folder cannot be read"), "{told}");
}

#[test]
fn a_name_that_all_links_share_is_nobodys() {
    let folder = folder(&["main.jpg", "a/123/front.jpg", "a/124/front.jpg", "999.jpg"]);
    let found = album(
        folder.path(),
        &[
            ("1", &["https://shop.example/p/1/main.jpg"]),
            ("2", &["https://shop.example/p/2/main.jpg"]),
            ("123", &["https://shop.example/a/123/front.jpg"]),
            ("999", &["https://shop.example/a/999/front.jpg"]),
        ],
    );
    let none: Vec<&str> = Vec::new();
    assert_eq!(paths(&found.pictures[0]), none);
    assert_eq!(paths(&found.pictures[1]), none);
    assert_eq!(paths(&found.pictures[2]), ["a/123/front.jpg"]);
    // Its own file, and not another product's of the same name.
    assert_eq!(paths(&found.pictures[3]), ["999.jpg"]);
    assert_eq!(paths(&found.strangers), ["a/124/front.jpg", "main.jpg"]);
}
