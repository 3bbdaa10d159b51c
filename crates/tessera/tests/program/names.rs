//! What names a person is in no file in clear.

use super::*;

#[test]
fn what_names_a_person_is_nowhere_in_clear() {
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path());
    let canary = "canary.person@example.org";
    let text = format!(
        "receipt_id,happened_at,product_id,quantity,unit_price,customer_id,id_kind\nR1,2024-03-01 10:00:00,A,1,2.50,{canary},email\n"
    );
    let file = folder.path().join("orders.csv");
    std::fs::File::create(&file)
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    import(&shop, &file, &["--as", "orders", "--currency", "EUR"]);
    let people = format!(
        "customer_id,id_kind,first_name,last_name,email,city,happened_at\n{canary},email,Canaria,Birdwell,{canary},Paris,2024-03-01\n"
    );
    let file = folder.path().join("customers.csv");
    std::fs::write(&file, people).unwrap();
    import(&shop, &file, &["--as", "customers"]);
    let joined =
        "select count(*) from order_lines l join customers c on c.customer_key = l.customer_key";
    assert_eq!(sql(&shop, joined)[0], 1);
    let mut found = Vec::new();
    search(&shop, &["canary.person", "Canaria", "Birdwell"], &mut found);
    assert!(found.is_empty(), "{found:?}");
}

fn search(folder: &Path, words: &[&str], found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, words, found);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for word in words {
            if bytes
                .windows(word.len())
                .any(|window| window == word.as_bytes())
            {
                found.push(format!("{word} in {}", path.display()));
            }
        }
    }
}
