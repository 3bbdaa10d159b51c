//! A model of the retailer's own that looks at pictures: a TOML file that describes it, an ONNX file beside it, and what it
//! says of a picture. It must not know what its labels mean beyond the attribute that each is mapped to.
//!
//! Without the feature `onnx` a description is read and checked, and then refused.

#[cfg(feature = "onnx")]
mod graph;
#[cfg(not(feature = "onnx"))]
#[path = "model/none.rs"]
mod graph;
mod labels;
mod spec;

use crate::claims::SURE;
use crate::{Decoded, PictureError};
use genome::dna::{Attribute, CERTAIN, Evidence, Found, Rule, Source};
use graph::Graph;
use labels::Label;
use spec::{Channels, Layout, Output, Spec};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use spec::Apply;

/// Most bytes of a model, and of a text beside it.
const MODEL_BYTES: u64 = 1 << 30;
const TEXT_BYTES: u64 = 4 << 20;

/// A model that was loaded and checked. It runs on the thread that calls it, and may be called from many.
pub struct Model {
    spec: Spec,
    labels: Vec<Option<Label>>,
    graph: Graph,
    digest: String,
    name: String,
}

/// What a model says of a picture.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// Values of attributes.
    Found(Vec<Found>),
    /// A vector by which pictures are near each other.
    Vector(Vec<f32>),
}

impl Model {
    /// Loads what a TOML file describes (docs/pictures.md), and checks input, output and labels against each other.
    ///
    /// # Errors
    /// What cannot be read or does not fit, with file, field and how to mend it. A model that is no ONNX, is broken or has a
    /// step that is not known is refused, too.
    pub fn load(path: &Path) -> Result<Self, PictureError> {
        let file = file_name(path);
        let text = text(path)?;
        let spec = Spec::parse(&file, &text)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let labels = match &spec.output {
            Output::Labels(own) => labels::parse(&own.file, &text_of(folder, &own.file)?)?,
            Output::Vector(_) => Vec::new(),
        };
        let bytes = bytes(&folder.join(&spec.model), MODEL_BYTES)?;
        // Its description counts as part of a model: another order of channels is another model.
        let mut hasher = blake3::Hasher::new();
        for part in [text.as_bytes(), &bytes] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        for label in &labels {
            hasher.update(format!("{label:?}\n").as_bytes());
        }
        let digest = hasher.finalize().to_hex().to_string();
        let graph = Graph::load(&file, &spec, &bytes)?;
        if let Output::Labels(own) = &spec.output
            && graph.outputs() != labels.len()
        {
            return Err(PictureError::model(
                &own.file,
                "labels",
                format!(
                    "are {}, and {} gives {} numbers",
                    labels.len(),
                    spec.model,
                    graph.outputs()
                ),
                "write one line for each number in their order, and `-` for one that says nothing",
            ));
        }
        if let Output::Vector(own) = &spec.output
            && own.length.is_some_and(|length| length != graph.outputs())
        {
            return Err(PictureError::model(
                &file,
                "vector.length",
                format!(
                    "is not the {} numbers that {} gives",
                    graph.outputs(),
                    spec.model
                ),
                "write that number, or leave it out",
            ));
        }
        Ok(Self {
            name: spec.name.clone().unwrap_or_else(|| spec.model.clone()),
            spec,
            labels,
            graph,
            digest,
        })
    }

    /// BLAKE3 of description, labels and model, in hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Its name in evidence.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it says of a picture; `file` names that in the evidence. The same bytes on any number of threads of one machine.
    ///
    /// # Errors
    /// A model that fails on this picture, or gives what is no number.
    pub fn run(&self, picture: &Decoded, file: &str) -> Result<Said, PictureError> {
        let numbers = self.graph.run(&self.spec, self.input(picture))?;
        if let Some(at) = numbers.iter().position(|one| !one.is_finite()) {
            return Err(PictureError::model(
                &self.spec.model,
                "output",
                format!("has {} as number {} for {file}", numbers[at], at + 1),
                "look at scale, mean and std",
            ));
        }
        Ok(match &self.spec.output {
            Output::Vector(_) => Said::Vector(numbers),
            Output::Labels(own) => Said::Found(self.found(&numbers, own.apply, own.least, file)),
        })
    }

    /// The picture as the model takes it: (value x scale - mean) / std, in its layout and order of channels.
    fn input(&self, picture: &Decoded) -> Vec<f32> {
        let input = &self.spec.input;
        let pixels = picture.input(input.width, input.height, input.resize);
        let order = match input.channels {
            Channels::Rgb => [0, 1, 2],
            Channels::Bgr => [2, 1, 0],
        };
        // Mean and deviation stand in the order of the model's channels.
        let value = |pixel: &image::Rgb<u8>, at: usize| {
            (f32::from(pixel.0[order[at]]) * input.scale - input.mean[at]) / input.std[at]
        };
        match input.layout {
            Layout::Nhwc => {
                let pixels = pixels.pixels();
                pixels
                    .flat_map(|one| [0, 1, 2].map(|at| value(one, at)))
                    .collect()
            }
            Layout::Nchw => (0..3)
                .flat_map(|at| pixels.pixels().map(move |one| value(one, at)))
                .collect(),
        }
    }

    fn found(&self, numbers: &[f32], apply: Apply, least: f64, file: &str) -> Vec<Found> {
        let chances = chances(numbers, apply);
        let mut by: BTreeMap<(Attribute, &str), f64> = BTreeMap::new();
        for (label, chance) in self.labels.iter().zip(chances) {
            let Some(label) = label else { continue };
            let own = by.entry((label.attribute, &label.value)).or_default();
            // Labels that exclude each other add up; others may hold at once.
            *own = match apply {
                Apply::Softmax => (*own + chance).min(1.0),
                Apply::Sigmoid | Apply::None => own.max(chance),
            };
        }
        let held = by.into_iter().filter(|(_, chance)| *chance >= least);
        held.map(|((attribute, value), chance)| Found {
            attribute,
            value: value.to_string(),
            strength: ((f64::from(SURE) * chance).round() as u32).clamp(1, CERTAIN),
            source: Source::Picture,
            evidence: vec![Evidence {
                field: file.to_string(),
                from: 0,
                to: 0,
                matched: format!("probability {chance:.3}"),
                rule: Rule::Model,
                entry: format!("{} blake3:{}", self.name, self.digest),
                read_as: None,
            }],
        })
        .collect()
    }
}

/// Outputs as probabilities.
fn chances(numbers: &[f32], apply: Apply) -> Vec<f64> {
    let numbers = numbers.iter().map(|one| f64::from(*one));
    match apply {
        Apply::None => numbers.map(|one| one.clamp(0.0, 1.0)).collect(),
        Apply::Sigmoid => numbers.map(|one| 1.0 / (1.0 + (-one).exp())).collect(),
        Apply::Softmax => {
            let most = numbers.clone().fold(f64::NEG_INFINITY, f64::max);
            let parts: Vec<f64> = numbers.map(|one| (one - most).exp()).collect();
            let all: f64 = parts.iter().sum();
            parts.iter().map(|one| one / all).collect()
        }
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

fn text_of(folder: &Path, name: &str) -> Result<String, PictureError> {
    text(&folder.join(name))
}

fn text(path: &Path) -> Result<String, PictureError> {
    String::from_utf8(bytes(path, TEXT_BYTES)?).map_err(|_| {
        PictureError::model(
            &file_name(path),
            "text",
            "is no UTF-8",
            "save it as UTF-8 text",
        )
    })
}

fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, PictureError> {
    let io = |cause| PictureError::io(path, cause);
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(io)?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(io)?;
    match bytes.len() as u64 > most {
        true => Err(PictureError::model(
            &file_name(path),
            "size",
            format!("is over {most} bytes"),
            "take a smaller one",
        )),
        false => Ok(bytes),
    }
}
