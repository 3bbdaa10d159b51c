//! Stands where a program is built without the feature `onnx`: no model runs. It must not read one.

use super::spec::Spec;
use crate::PictureError;

pub enum Graph {}

impl Graph {
    pub fn load(file: &str, spec: &Spec, _: &[u8]) -> Result<Self, PictureError> {
        Err(PictureError::model(
            file,
            "model",
            format!(
                "{} needs a program that runs models, and this one does not",
                spec.model
            ),
            "build it with the feature `onnx`",
        ))
    }

    pub fn outputs(&self) -> usize {
        match *self {}
    }

    pub fn run(&self, _: &Spec, _: Vec<f32>) -> Result<Vec<f32>, PictureError> {
        match *self {}
    }
}
