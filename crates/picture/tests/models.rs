//! Models of a retailer's own: golden values of tiny ones, and what is told of wrong ones. It must not look at colours.
#![allow(clippy::unwrap_used)]

use picture::Model;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const COLOURS: &str = r#"
model = "colours.onnx"
name = "colours of means"
[input]
width = 8
height = 8
layout = "nchw"
channels = "rgb"
mean = [0.5, 0.4, 0.3]
std = [0.25, 0.2, 0.5]
resize = "crop"
[labels]
file = "labels.txt"
apply = "softmax"
least = 0.3
"#;
const LABELS: &str = "colour = red\n-\ncolour = blue\n";

/// A folder with a description, labels and the models of tests/models.
fn folder(description: &str, labels: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models");
    for entry in fs::read_dir(models).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    fs::write(folder.path().join("labels.txt"), labels).unwrap();
    fs::write(
        folder.path().join("garbage.onnx"),
        b"\x08\x07\xFF\xFF\xFF no model",
    )
    .unwrap();
    fs::write(folder.path().join("text.onnx"), "model = \"x\"\n").unwrap();
    fs::write(folder.path().join("empty.onnx"), b"").unwrap();
    let path = folder.path().join("model.toml");
    fs::write(&path, description).unwrap();
    (folder, path)
}

fn refusal(description: &str, labels: &str) -> String {
    let (_folder, path) = folder(description, labels);
    Model::load(&path)
        .err()
        .map_or("was taken".into(), |cause| cause.to_string())
}

#[test]
fn a_description_that_is_not_right_is_told_with_its_field() {
    for (from, to, meant) in [
        ("width = 8", "width = 0", "input.width is out of range"),
        (
            "layout = \"nchw\"",
            "layout = \"nhcw\"",
            "model.toml: line 7 is not right: unknown variant",
        ),
        (
            "std = [0.25, 0.2, 0.5]",
            "std = [0.25, 0.0, 0.5]",
            "input.std",
        ),
        (
            "std = [0.25, 0.2, 0.5]",
            "sdt = [0.25, 0.2, 0.5]",
            "line 10 is not right: unknown field `sdt`",
        ),
        (
            "least = 0.3",
            "least = 60",
            "labels.least is no probability",
        ),
        ("[labels]", "[vector]\n[labels]", "one of the two alone"),
        (
            "colours.onnx",
            "../colours.onnx",
            "model is no name of a file",
        ),
        ("labels.txt", "gone.txt", "gone.txt cannot be read"),
        ("colours.onnx", "gone.onnx", "gone.onnx cannot be read"),
        ("model = \"colours.onnx\"", "", "missing field `model`"),
    ] {
        assert!(COLOURS.contains(from));
        let told = refusal(&COLOURS.replacen(from, to, 1), LABELS);
        assert!(told.contains(meant), "{told}");
    }
}

#[cfg(not(feature = "onnx"))]
#[test]
fn without_the_feature_a_model_is_refused() {
    let told = refusal(COLOURS, LABELS);
    assert!(told.ends_with("build it with the feature `onnx`"), "{told}");
}

#[cfg(feature = "onnx")]
mod onnx {
    use super::*;
    use genome::dna::{Found, Rule, Source};
    use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
    use picture::{Decoded, Limits, Said, decode};
    use rayon::prelude::*;

    const VECTOR: &str = r#"
model = "vector.onnx"
[input]
width = 8
height = 8
layout = "nhwc"
channels = "bgr"
resize = "fit"
[vector]
length = 4
"#;

    /// The picture of make_model.py.
    fn picture() -> Decoded {
        let own = |x: u32, y: u32| Rgb([(x * 30 + 20) as u8, (y * 20) as u8, 64]);
        let picture = DynamicImage::ImageRgb8(RgbImage::from_fn(8, 8, own));
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        decode(&bytes.into_inner(), &Limits::default()).unwrap()
    }

    fn said(description: &str, labels: &str) -> Said {
        let (_folder, path) = folder(description, labels);
        Model::load(&path)
            .unwrap()
            .run(&picture(), "p.png")
            .unwrap()
    }

    fn told(description: &str, labels: &str) -> Vec<(String, u32, String)> {
        let Said::Found(found) = said(description, labels) else {
            panic!("a vector instead of values");
        };
        let one = |one: Found| {
            assert_eq!(
                (one.source, one.evidence[0].rule),
                (Source::Picture, Rule::Model)
            );
            (one.value, one.strength, one.evidence[0].matched.clone())
        };
        found.into_iter().map(one).collect()
    }

    // Golden numbers are of onnxruntime (make_model.py): softmax .6091, .0812, .3097, sigmoid .7103, .2464, .5549.
    #[test]
    fn labels_are_told_with_their_probability() {
        let meant = |value: &str, strength, chance: &str| {
            (value.to_string(), strength, format!("probability {chance}"))
        };
        assert_eq!(
            told(COLOURS, LABELS),
            [meant("blue", 1_858, "0.310"), meant("red", 3_655, "0.609")]
        );
        let sigmoid = COLOURS
            .replace("softmax", "sigmoid")
            .replace("0.3\n", "0.5\n");
        assert_eq!(
            told(&sigmoid, LABELS),
            [meant("blue", 3_330, "0.555"), meant("red", 4_262, "0.710")]
        );
        // Labels that exclude each other and mean the same add up.
        let same = "colour = red\ncolour=blue\ncolour = red";
        assert_eq!(told(COLOURS, same), [meant("red", 5_513, "0.919")]);
        assert_eq!(told(&COLOURS.replace("0.3\n", "0.7\n"), LABELS), []);
    }

    #[test]
    fn a_vector_is_that_of_another_program() {
        let Said::Vector(vector) = said(VECTOR, "") else {
            panic!("values instead of a vector");
        };
        let meant = [-0.239_215_6, 0.519_607_8, 0.262_745_1, 0.788_235_3];
        assert_eq!(vector.len(), 4);
        for (own, meant) in vector.iter().zip(meant) {
            assert!((own - meant).abs() < 1e-5, "{vector:?}");
        }
    }

    #[test]
    fn it_is_the_same_on_many_threads_and_the_digest_is_of_all_that_matters() {
        let (_folder, path) = folder(VECTOR, "");
        let (model, picture) = (Model::load(&path).unwrap(), picture());
        let first = model.run(&picture, "p.png").unwrap();
        let same = (0..64)
            .into_par_iter()
            .all(|_| model.run(&picture, "p.png").unwrap() == first);
        assert!(same);
        let digest = |description: &str, labels: &str| {
            let (_folder, path) = folder(description, labels);
            Model::load(&path).unwrap().digest().to_string()
        };
        let own = digest(COLOURS, LABELS);
        assert_eq!((own.len(), &own), (64, &digest(COLOURS, LABELS)));
        assert_ne!(own, digest(&COLOURS.replace("rgb", "bgr"), LABELS));
        assert_ne!(own, digest(COLOURS, &LABELS.replace("blue", "navy")));
        assert_ne!(own, digest(COLOURS, "-\n-\n-"));
    }

    #[test]
    fn a_model_that_does_not_fit_is_told_and_nothing_panics() {
        let other = |name: &str| COLOURS.replace("colours.onnx", name);
        for (description, labels, meant) in [
            (
                COLOURS.to_string(),
                "colour = red\n-",
                "labels are 2, and colours.onnx gives 3 numbers",
            ),
            (
                COLOURS.replace("width = 8", "width = 9"),
                LABELS,
                "make [1, 3, 8, 9], and colours.onnx takes [any, 3, 8, 8]",
            ),
            (COLOURS.replace("nchw", "nhwc"), LABELS, "make [1, 8, 8, 3]"),
            (
                COLOURS.replace("[input]", "[input]\nname = \"image\""),
                LABELS,
                "input.name is 'image', and the input of colours.onnx is picture",
            ),
            (
                COLOURS.replace("[labels]", "[labels]\noutput = \"probs\""),
                LABELS,
                "labels.output is 'probs', which colours.onnx does not give; write one of logits",
            ),
            (
                other("unknown_step.onnx"),
                LABELS,
                "steps that are not known here: Sparkle",
            ),
            (
                other("two_inputs.onnx"),
                LABELS,
                "has 2 inputs (picture, mask)",
            ),
            (
                other("whole_numbers.onnx"),
                LABELS,
                "output 'logits' is TDim of [1, 3, 8, 8]",
            ),
            (
                other("dangling.onnx"),
                LABELS,
                "no step gives its output 'nowhere'",
            ),
            (
                other("garbage.onnx"),
                LABELS,
                "garbage.onnx: the file is no ONNX model that runs",
            ),
            (
                other("text.onnx"),
                LABELS,
                "text.onnx: the file is no ONNX model that runs",
            ),
            (
                other("empty.onnx"),
                LABELS,
                "empty.onnx: the file is no ONNX model that runs",
            ),
            (
                VECTOR.replace("length = 4", "length = 512"),
                LABELS,
                "vector.length is not the 4 numbers that vector.onnx gives",
            ),
        ] {
            let told = refusal(&description, labels);
            assert!(told.contains(meant), "{told}");
        }
    }

    #[test]
    fn a_model_with_any_byte_wrong_is_refused_or_runs() {
        let bytes =
            fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/colours.onnx"))
                .unwrap();
        let (folder, path) = folder(COLOURS, LABELS);
        let (mut refused, mut ran) = (0, 0);
        for at in 0..bytes.len() {
            let mut wrong = bytes.clone();
            wrong[at] ^= 1 << (at % 8);
            fs::write(folder.path().join("colours.onnx"), wrong).unwrap();
            match Model::load(&path).and_then(|model| model.run(&picture(), "p.png")) {
                Ok(_) => ran += 1,
                Err(_) => refused += 1,
            }
        }
        assert!(refused > 50 && ran > 50, "{refused} refused, {ran} ran");
    }
}
