//! The OpenAPI document against the file that the pages' client is generated from.

use std::path::Path;

#[test]
fn the_file_of_the_pages_is_the_document_of_the_routes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/openapi.json");
    let document = server::openapi().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("TESSERA_BLESS").is_some() {
        std::fs::write(&path, document).unwrap();
        return;
    }
    let file = std::fs::read_to_string(&path).unwrap();
    let line = file.lines().zip(document.lines()).position(|(a, b)| a != b);
    assert!(
        file == document,
        "web/openapi.json differs from the routes (first at line {}); where the routes are right, bless it: \
         TESSERA_BLESS=1 cargo test -p server --test http openapi",
        line.map_or(0, |line| line + 1)
    );
}
