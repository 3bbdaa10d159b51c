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
#[derive(Debug, Clone)]
pub struct Input {
    pub name: Option<String>,
    pub width: u32,
    pub height: u32,
    pub layout: Layout,
    pub channels: Channels,
    pub scale: f32,
    pub mean: [f32; 3],
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
    input: WrittenInput,
    labels: Option<Labels>,
    vector: Option<Vector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenInput {
    name: Option<String>,
    width: u32,
    height: u32,
    layout: Layout,
    channels: Channels,
    #[serde(default = "byte")]
    scale: f32,
    #[serde(default)]
    mean: [f32; 3],
    #[serde(default = "ones")]
    std: [f32; 3],
    resize: WrittenResize,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenResize {
    Fit,
    Crop,
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
            let line = text.as_bytes()[..at]
                .iter()
                .filter(|one| **one == b'\n')
                .count()
                + 1;
            let wrong = format!(
                "is not right: {}",
                cause.message().trim().replace('\n', "; ")
            );
            PictureError::model(file, format!("line {line}"), wrong, "see docs/pictures.md")
        })?;
        let wrong = |field: &str, wrong: &str, mend: &str| {
            Err(PictureError::model(file, field, wrong, mend))
        };
        let input = written.input;
        for (field, side) in [("input.width", input.width), ("input.height", input.height)] {
            if !(1..=SIDE_MAX).contains(&side) {
                return wrong(field, "is out of range", "write a number from 1 to 2048");
            }
        }
        if !input.scale.is_finite() || input.scale <= 0.0 {
            return wrong(
                "input.scale",
                "is no positive number",
                "write 0.00392156862 for values from 0 to 1",
            );
        }
        if input.std.iter().any(|one| !one.is_finite() || *one <= 0.0) {
            return wrong(
                "input.std",
                "holds what is no positive number",
                "write three, of the scaled values",
            );
        }
        if input.mean.iter().any(|one| !one.is_finite()) {
            return wrong(
                "input.mean",
                "holds what is no number",
                "write three, of the scaled values",
            );
        }
        for (field, name) in [
            ("model", Some(&written.model)),
            (
                "labels.file",
                written.labels.as_ref().map(|labels| &labels.file),
            ),
        ] {
            // A description that was passed on cannot read elsewhere.
            if name
                .is_some_and(|name| name.is_empty() || name.contains(['/', '\\']) || name == "..")
            {
                return wrong(
                    field,
                    "is no name of a file",
                    "put the file beside the description and write its name",
                );
            }
        }
        let output = match (written.labels, written.vector) {
            (Some(labels), None) => Output::Labels(labels),
            (None, Some(vector)) => Output::Vector(vector),
            _ => {
                return wrong(
                    "[labels] or [vector]",
                    "must be there, and one of the two alone",
                    "say what the model gives",
                );
            }
        };
        if let Output::Labels(labels) = &output
            && !(labels.least > 0.0 && labels.least <= 1.0)
        {
            return wrong(
                "labels.least",
                "is no probability",
                "write one over 0 and up to 1, such as 0.6",
            );
        }
        Ok(Self {
            model: written.model,
            name: written.name,
            input: Input {
                name: input.name,
                width: input.width,
                height: input.height,
                layout: input.layout,
                channels: input.channels,
                scale: input.scale,
                mean: input.mean,
                std: input.std,
                resize: match input.resize {
                    WrittenResize::Fit => Resize::Fit,
                    WrittenResize::Crop => Resize::Crop,
                },
            },
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
