//! The TOML file that describes a model. It must not open a file.

use crate::{PictureError, Resize};
use serde::Deserialize;

/// Most pixels of a side of an input.
const SIDE_MAX: u32 = 2_048;

/// What a model takes and gives.
#[derive(Debug, Clone)]
pub struct Spec {
    /// Its ONNX file, beside the description.
    pub model: String,
    pub name: Option<String>,
    pub input: Input,
    pub output: Output,
}

#[cfg_attr(
    not(feature = "onnx"),
    expect(dead_code, reason = "names are for the graph")
)]
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub name: Option<String>,
    pub width: u32,
    pub height: u32,
    pub layout: Layout,
    pub channels: Channels,
    #[serde(default = "byte")]
    pub scale: f32,
    #[serde(default)]
    pub mean: [f32; 3],
    #[serde(default = "ones")]
    pub std: [f32; 3],
    pub resize: Resize,
}

#[derive(Debug, Clone)]
pub enum Output {
    Labels(Labels),
    Vector(Vector),
}

/// Order of the axes of an input of one picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    Nchw,
    Nhwc,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channels {
    Rgb,
    Bgr,
}

/// What makes probabilities of a model's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Apply {
    /// They are some already.
    None,
    /// Exactly one label holds.
    Softmax,
    /// Each label holds or not.
    Sigmoid,
}

#[cfg_attr(
    not(feature = "onnx"),
    expect(dead_code, reason = "names are for the graph")
)]
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    pub output: Option<String>,
    pub file: String,
    pub apply: Apply,
    pub least: f64,
}

#[cfg_attr(
    not(feature = "onnx"),
    expect(dead_code, reason = "names are for the graph")
)]
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    pub output: Option<String>,
    pub length: Option<usize>,
}

/// The file as it stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    model: String,
    name: Option<String>,
    input: Input,
    labels: Option<Labels>,
    vector: Option<Vector>,
}

const fn byte() -> f32 {
    1.0 / 255.0
}

const fn ones() -> [f32; 3] {
    [1.0; 3]
}

impl Spec {
    /// Reads a description; `file` names it in errors.
    pub fn parse(file: &str, text: &str) -> Result<Self, PictureError> {
        let written: Written = toml::from_str(text).map_err(|cause| {
            let at = cause.span().map_or(0, |span| span.start.min(text.len()));
            let before = text.as_bytes()[..at].iter();
            let line = before.filter(|one| **one == b'\n').count() + 1;
            let cause = cause.message().trim().replace('\n', "; ");
            let wrong = format!("is not right: {cause}");
            PictureError::model(file, format!("line {line}"), wrong, "see docs/pictures.md")
        })?;
        if let Some([field, wrong, mend]) = fault(&written) {
            return Err(PictureError::model(file, field, wrong, mend));
        }
        let output = match (written.labels, written.vector) {
            (Some(labels), None) => Output::Labels(labels),
            (None, Some(vector)) => Output::Vector(vector),
            _ => {
                return Err(PictureError::model(
                    file,
                    "[labels] or [vector]",
                    "must be there, and one of the two alone",
                    "say what the model gives",
                ));
            }
        };
        Ok(Self {
            model: written.model,
            name: written.name,
            input: written.input,
            output,
        })
    }

    /// The output's name, where the description says which.
    #[cfg(feature = "onnx")]
    pub fn output_name(&self) -> Option<&str> {
        match &self.output {
            Output::Labels(own) => own.output.as_deref(),
            Output::Vector(own) => own.output.as_deref(),
        }
    }
}

/// The first field that is out of range: its name, what is wrong, how to mend it.
fn fault(written: &Written) -> Option<[&'static str; 3]> {
    let (input, labels) = (&written.input, written.labels.as_ref());
    let side = "write a number from 1 to 2048";
    let three = "write three, of the scaled values";
    // A description that was passed on cannot read elsewhere.
    let strays = |name: &str| name.is_empty() || name.contains(['/', '\\']) || name == "..";
    let is_positive = |one: f32| one.is_finite() && one > 0.0;
    let named = "put the file beside the description and write its name";
    let faults = [
        (
            !(1..=SIDE_MAX).contains(&input.width),
            ["input.width", "is out of range", side],
        ),
        (
            !(1..=SIDE_MAX).contains(&input.height),
            ["input.height", "is out of range", side],
        ),
        (
            !is_positive(input.scale),
            [
                "input.scale",
                "is no positive number",
                "write 0.00392156862 for values from 0 to 1",
            ],
        ),
        (
            !input.std.iter().all(|one| is_positive(*one)),
            ["input.std", "holds what is no positive number", three],
        ),
        (
            !input.mean.iter().all(|one| one.is_finite()),
            ["input.mean", "holds what is no number", three],
        ),
        (
            strays(&written.model),
            ["model", "is no name of a file", named],
        ),
        (
            labels.is_some_and(|labels| strays(&labels.file)),
            ["labels.file", "is no name of a file", named],
        ),
        (
            labels.is_some_and(|labels| !(labels.least > 0.0 && labels.least <= 1.0)),
            [
                "labels.least",
                "is no probability",
                "write one over 0 and up to 1, such as 0.6",
            ],
        ),
    ];
    faults
        .into_iter()
        .find(|(is_so, _)| *is_so)
        .map(|(_, told)| told)
}
