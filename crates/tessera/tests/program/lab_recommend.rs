//! `tessera lab recommend` and `tessera lab basket` through the real program: figures by hand, errors that name the row.

use super::*;

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_string()
}

/// All but what a clock says.
fn without_seconds(mut told: Value) -> Value {
    let object = told.as_object_mut().unwrap();
    object.retain(|key, _| !key.starts_with("seconds"));
    told
}

#[test]
fn lists_are_measured_as_by_hand_and_alike_on_any_threads() {
    let folder = tempfile::tempdir().unwrap();
    let train = write(folder.path(), "train.txt", "u1 a b\nu2 a b\nu3 a c\nu4 d\n");
    let test = write(folder.path(), "test.csv", "user,item\nu4,a\nu3,b\nu1,d\n");
    let asked = [
        "lab",
        "recommend",
        "evaluate",
        "--train",
        &train,
        "--test",
        &test,
        "--top",
        "1",
    ];
    let ask = |more: &[&str]| json(&[&asked[..], more].concat());
    let told = ask(&["--model", "popular"]);
    // What is not theirs yet by how many have it: b for u3, a for u4, and c for u1, of two equals the first by name.
    for key in ["recall", "precision", "ndcg", "hit_rate"] {
        let found = told[key].as_f64().unwrap();
        assert!((found - 2.0 / 3.0).abs() < 1e-12, "{key} {found}");
    }
    assert_eq!(
        (&told["users"], &told["items"], &told["coverage"]),
        (&3.into(), &4.into(), &0.75.into())
    );
    assert_eq!(told["baselines"]["popular"]["recall"], told["recall"]);
    assert!(told["baselines"]["item_knn"]["ndcg"].is_number());
    // In another order, and on other threads, the same.
    let turned = write(
        folder.path(),
        "turned.txt",
        "u4 d\nu3 c a\nu2 b a\nu1 b a\n",
    );
    let mut other = asked;
    other[4] = &turned;
    let other = json(&[&other[..], &["--model", "popular", "--threads", "1"]].concat());
    assert_eq!(without_seconds(told), without_seconds(other));

    let wrong = |args: &[&str]| {
        let done = tessera(args);
        (
            done.status.code(),
            String::from_utf8_lossy(&done.stderr).to_string(),
        )
    };
    let bad = write(
        folder.path(),
        "bad.csv",
        "user,item,weight\nu1,a,1\nu1,b,-2\n",
    );
    let (code, said) = wrong(&[
        "lab",
        "recommend",
        "evaluate",
        "--train",
        &bad,
        "--test",
        &test,
    ]);
    assert!(
        code == Some(1) && said.contains("row 2") && said.contains("'-2'"),
        "{said}"
    );
    let (code, said) = wrong(&[
        "lab",
        "recommend",
        "evaluate",
        "--train",
        &train,
        "--test",
        &test,
        "--top",
        "0",
    ]);
    assert!(code == Some(2) && said.contains("--top"), "{said}");
}

#[test]
fn the_automatic_choice_says_what_it_tried_and_sees_no_test() {
    let folder = tempfile::tempdir().unwrap();
    // Two tastes of ten items: who has some of one takes the others.
    let mut train = String::new();
    let (mut near, mut far) = (String::new(), String::new());
    for user in 0..60 {
        let taste = user % 2 * 10;
        let items: Vec<String> = (0..10)
            .map(|n| format!("i{}", taste + (user + n) % 10))
            .collect();
        train += &format!("u{user} {}\n", items[..7].join(" "));
        near += &format!("u{user} {}\n", items[7..].join(" "));
        far += &format!("u{user} i{}\n", 10 - taste + user % 10);
    }
    // The other test has a user and an item that come first by name, and in the training file not at all.
    far += "a0 a1 i3\n";
    let [train, near, far] = [("train.txt", train), ("near.txt", near), ("far.txt", far)]
        .map(|(name, text)| write(folder.path(), name, &text));
    let ask = |test: &str| {
        json(&[
            "lab",
            "recommend",
            "evaluate",
            "--train",
            &train,
            "--test",
            test,
            "--top",
            "3",
            "--seed",
            "4",
        ])
    };
    let (told, other) = (ask(&near), ask(&far));
    assert_eq!(told["recall"], 1.0, "{told}");
    assert!(
        told["baselines"]["popular"]["recall"].as_f64().unwrap() < 0.9,
        "{told}"
    );
    // Another test leads to no other choice.
    assert_eq!(told["chosen"], other["chosen"]);
    assert!(told["chosen"]["trials"].as_array().unwrap().len() > 3);
}

#[test]
fn the_choice_for_baskets_sees_no_future() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = String::from("user,basket,item\n");
    let (mut near, mut far) = (history.clone(), history.clone());
    for user in 0..60 {
        for basket in 0..5 {
            for n in 0..3 {
                let item = user % 4 * 10 + (user + basket * (n + 1)) % 10;
                history += &format!("u{user},{basket},i{item}\n");
            }
        }
        near += &format!("u{user},5,i{}\n", user % 4 * 10 + user % 10);
        // Items that come first, between and last by name, and that the history has not.
        far += &format!("u{user},5,a{user}\nu{user},5,i1{user}x\nu{user},5,z{user}\n");
    }
    let [history, near, far] = [
        ("history.csv", history),
        ("near.csv", near),
        ("far.csv", far),
    ]
    .map(|(name, text)| write(folder.path(), name, &text));
    let ask = |future: &str| {
        json(&[
            "lab",
            "basket",
            "evaluate",
            "--history",
            &history,
            "--future",
            future,
            "--top",
            "3",
            "--seed",
            "4",
        ])
    };
    let (told, other) = (ask(&near), ask(&far));
    assert_eq!(told["chosen"], other["chosen"]);
    assert!(told["chosen"]["trials"].as_array().unwrap().len() > 3);
    assert!(told["recall"].as_f64().unwrap() > 0.2, "{told}");
    // What no history knows is in no list, and counts as missed.
    assert_eq!(
        (&other["recall"], &other["items"]),
        (&0.0.into(), &(told["items"].as_u64().unwrap() + 180).into())
    );
}

#[test]
fn next_baskets_are_measured_as_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let history = "user,basket,item\nu1,1,a\nu1,1,b\nu1,2,a\nu2,1,a\nu2,2,c\nu3,1,a\nu3,2,b\n";
    let history = write(folder.path(), "history.csv", history);
    let future = write(
        folder.path(),
        "future.csv",
        "user,basket,item\nu1,3,a\nu1,3,d\nu2,3,c\nu3,3,a\n",
    );
    let users = write(folder.path(), "users.csv", "user\nu1\nu2\n");
    let asked = [
        "lab",
        "basket",
        "evaluate",
        "--history",
        &history,
        "--future",
        &future,
        "--users",
        &users,
        "--top",
        "1",
    ];
    let told = json(&asked);
    assert_eq!(told["users"], 2);
    let top = &told["baselines"]["top_frequency"];
    // The list is a: half of what u1 took, nothing of what u2 took.
    assert_eq!((&top["recall"], &top["phr"]), (&0.25.into(), &0.5.into()));
    // Of what they had before u1 took a, which is found, and u2 c, which is not; d is new and not found.
    assert_eq!(
        (&top["repeat"]["recall"], &top["explore"]["recall"]),
        (&0.5.into(), &0.0.into())
    );
    let done = tessera(&[
        "lab",
        "basket",
        "evaluate",
        "--history",
        &users,
        "--future",
        &future,
    ]);
    let said = String::from_utf8_lossy(&done.stderr).to_string();
    assert!(
        done.status.code() == Some(1) && said.contains("no column 'basket'"),
        "{said}"
    );
}
