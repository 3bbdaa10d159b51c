//! Pictures of products through the real program: they tell what fields and texts are silent of, say which could not be read,
//! and are forgotten.

use super::*;

/// A bitmap of a disc of one colour on white, 64 by 64.
fn disc(colour: [u8; 3]) -> Vec<u8> {
    let side = 64i32;
    let mut pixels = Vec::new();
    for y in 0..side {
        for x in 0..side {
            let (dx, dy) = (x - side / 2, y - side / 2);
            let [r, g, b] = if dx * dx + dy * dy < 22 * 22 {
                colour
            } else {
                [255; 3]
            };
            pixels.extend([b, g, r]);
        }
    }
    let mut file = b"BM".to_vec();
    for number in [
        54 + pixels.len() as u32,
        0,
        54,
        40,
        side as u32,
        side as u32,
    ] {
        file.extend(number.to_le_bytes());
    }
    file.extend([1, 0, 24, 0]);
    file.extend([0; 24]);
    file.extend(pixels);
    file
}

/// Colours of a product with the word of where each comes from.
fn colours(shop: &Path, product: &str) -> Vec<(String, String)> {
    let query = format!(
        "select value, source from current_product_dna where product_id = '{product}' and attribute = 'colour' and \
         state = 'has' order by value"
    );
    let rows = json(&["sql", &query, "--project", shop.to_str().unwrap()])["rows"].clone();
    let text = |cell: &Value| cell.as_str().unwrap().to_string();
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| (text(&row[0]), text(&row[1]))).collect()
}

#[test]
fn pictures_tell_what_texts_do_not_and_are_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let shop = folder.path().join("shop");
    let place = shop.to_str().unwrap();
    json(&["new", place]);
    let file = folder.path().join("products.csv");
    let text = "product_id,name,category_1,image\nP1,Mug,Kitchen,\nP2,Blue bag,Bags,https://shop.example/img/bag%201.bmp?w=300\n\
                P3,Plate,Kitchen,\nP4,Bowl,Kitchen,\n";
    std::fs::write(&file, text).unwrap();
    import(&shop, &file, &["--as", "products", "--preset", "native"]);
    let photos = folder.path().join("photos");
    std::fs::create_dir_all(photos.join("new")).unwrap();
    std::fs::write(photos.join("P1.bmp"), disc([200, 20, 30])).unwrap();
    std::fs::write(photos.join("new/bag 1.bmp"), disc([200, 20, 30])).unwrap();
    std::fs::write(photos.join("P3.png"), b"no picture at all").unwrap();
    std::fs::write(photos.join("somebody.bmp"), disc([0, 0, 0])).unwrap();
    let photos = photos.to_str().unwrap();

    let read = json(&["dna", "pictures", photos, "--project", place]);
    let count = |field: &str| read[field].as_u64().unwrap();
    assert_eq!(
        ["products", "pictured", "without", "strangers", "not_read"].map(count),
        [4, 2, 1, 1, 1],
        "{read}"
    );
    assert_eq!(read["strangers_named"][0], "somebody.bmp");
    assert_eq!(read["unread"][0]["file"], "P3.png");
    assert!(!read["unread"][0]["why"].as_str().unwrap().is_empty());
    // Nothing changes before products are read anew.
    assert!(colours(&shop, "P1").is_empty());
    json(&["dna", "run", "--project", place]);
    let seen = |value: &str, source: &str| vec![(value.to_string(), source.to_string())];
    assert_eq!(colours(&shop, "P1"), seen("red", "picture"));
    // A text goes first, and the picture of a bag that it calls blue does not speak against it.
    assert_eq!(colours(&shop, "P2"), seen("blue", "text"));
    let told = json(&["dna", "show", "P1", "--project", place]);
    assert!(
        told.to_string().contains("P1.bmp"),
        "the picture is the evidence: {told}"
    );
    // What is bought is a taste for its colour, too.
    let orders = folder.path().join("orders.csv");
    let mut text = String::from(
        "receipt_id,line_no,happened_at,customer_id,product_id,quantity,unit_price,currency\n",
    );
    for day in 1..9 {
        text.push_str(&format!(
            "R{day},1,2026-01-0{day}T10:00:00Z,C1,P1,1,5.00,EUR\n"
        ));
        text.push_str(&format!(
            "S{day},1,2026-01-0{day}T11:00:00Z,C2,P2,1,5.00,EUR\n"
        ));
    }
    std::fs::write(&orders, text).unwrap();
    import(&shop, &orders, &["--as", "orders", "--preset", "native"]);
    json(&["genome", "run", "--project", place]);
    let red = "select count(*) from genes where attribute = 'color' and value = 'red'";
    assert_eq!(sql(&shop, red)[0], 1);

    assert_eq!(
        json(&["dna", "pictures", "--forget", "--project", place])["forgotten"],
        true
    );
    json(&["dna", "run", "--project", place]);
    assert!(colours(&shop, "P1").is_empty());
    let refused = tessera(&["dna", "pictures", "/nowhere/at/all", "--project", place]);
    assert_eq!(refused.status.code(), Some(1));
    // A program without the feature says so, and how to build one with it.
    let model = folder.path().join("bags.toml");
    let text = "model = \"bags.onnx\"\n[input]\nwidth = 8\nheight = 8\nlayout = \"nchw\"\nchannels = \"rgb\"\nresize = \"fit\"\n[vector]\n";
    std::fs::write(&model, text).unwrap();
    std::fs::write(folder.path().join("bags.onnx"), b"no model").unwrap();
    let refused = tessera(&[
        "dna",
        "pictures",
        photos,
        "--model",
        model.to_str().unwrap(),
        "--project",
        place,
    ]);
    let told = String::from_utf8_lossy(&refused.stderr).to_string();
    assert!(
        refused.status.code() == Some(1) && told.contains("onnx"),
        "{told}"
    );
    // A folder without any of theirs is a mistake, and takes nothing away.
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let refused = tessera(&[
        "dna",
        "pictures",
        empty.to_str().unwrap(),
        "--project",
        place,
    ]);
    assert_eq!(refused.status.code(), Some(1));
}
