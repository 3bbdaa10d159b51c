//! `tessera lab identity`: records of a file into persons.

use super::*;

const RECORDS: &str = "customer_id,id_kind,first_name,last_name,email,birth_year\n\
    L1,loyalty,Anna,Okafor,anna@post.example,1980\n\
    anna@post.example,email,Anna,Okafor, Anna@Post.example,1980\n\
    L2,loyalty,Paul,Lindqvist,paul@post.example,1955\n\
    K9,card,,,,\n";

#[test]
fn records_of_a_file_become_persons() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_string()
    };
    let records = file("customers.csv", RECORDS);
    let pairs = file(
        "pairs.csv",
        "kind_a,value_a,kind_b,value_b\nloyalty,L2,card,K9\n",
    );
    let truth = file(
        "truth.csv",
        "record_id,person_id\nL1,A\nanna@post.example,A\nL2,P\nK9,P\n",
    );
    let who = folder.path().join("who.csv");
    let command = ["lab", "identity", "fit", "--input", &records];
    let more = [
        "--pairs",
        &pairs,
        "--truth",
        &truth,
        "--customers",
        who.to_str().unwrap(),
    ];
    let told = json(&[&command[..], &more[..]].concat());
    assert_eq!(
        (&told["records"], &told["customers"]),
        (&4.into(), &2.into())
    );
    assert_eq!(told["links"]["deterministic"], 2);
    assert_eq!(told["pairs"]["of_all_records"]["f1"], 1.0);
    assert_eq!(told["baselines"]["email"]["recall"], 1.0);
    assert_eq!(told["curve"].as_array().unwrap().len(), 7);
    let lines = std::fs::read_to_string(&who).unwrap();
    assert!(
        lines.contains("anna@post.example,L1") && lines.contains("K9,L2"),
        "{lines}"
    );
}
