//! An ONNX graph, checked and run by `tract`: the only file that names it. It must not read a description or a label.

use super::spec::{Layout, Spec};
use crate::PictureError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tract_onnx::pb::tensor_proto::DataLocation;
use tract_onnx::pb::{GraphProto, ModelProto};
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::infer::Factoid;
use tract_onnx::tract_hir::internal::DimLike;

/// Most bytes of what all steps together give for one picture.
const VALUES_MAX: u64 = 2 << 30;

/// A graph for one picture, ready to run.
pub struct Graph {
    plan: Arc<TypedRunnableModel>,
    outputs: usize,
}

impl Graph {
    /// Reads a graph and checks it against its description, which `file` names in errors.
    pub fn load(file: &str, spec: &Spec, bytes: &[u8]) -> Result<Self, PictureError> {
        // Broken graphs make their reader give up in places; that is the graph's error and not the program's.
        let done = catch_unwind(AssertUnwindSafe(|| loaded(file, spec, bytes)));
        done.unwrap_or_else(|_| Err(broken(spec, "its reader gave up")))
    }

    /// How many numbers it gives.
    pub const fn outputs(&self) -> usize {
        self.outputs
    }

    /// The numbers that it gives for one picture.
    pub fn run(&self, spec: &Spec, input: Vec<f32>) -> Result<Vec<f32>, PictureError> {
        let done = catch_unwind(AssertUnwindSafe(|| -> TractResult<Vec<f32>> {
            let input = Tensor::from_shape(&shape(spec), &input)?;
            let output = self.plan.run(tvec!(input.into_tvalue()))?;
            Ok(output[0].try_as_plain_ram()?.as_slice::<f32>()?.to_vec())
        }));
        let cause = match done {
            Ok(Ok(numbers)) => return Ok(numbers),
            Ok(Err(cause)) => format!("{cause:#}"),
            Err(_) => "its runner gave up".to_string(),
        };
        Err(PictureError::model(
            &spec.model,
            "a step",
            format!("fails on a picture: {cause}"),
            "look at the input's size and layout",
        ))
    }
}

fn shape(spec: &Spec) -> [usize; 4] {
    let (width, height) = (spec.input.width as usize, spec.input.height as usize);
    match spec.input.layout {
        Layout::Nchw => [1, 3, height, width],
        Layout::Nhwc => [1, height, width, 3],
    }
}

fn broken(spec: &Spec, cause: impl std::fmt::Display) -> PictureError {
    PictureError::model(
        &spec.model,
        "the file",
        format!("is no ONNX model that runs: {cause}"),
        "export it anew, as one file, with operator set 9 to 18",
    )
}

fn loaded(file: &str, spec: &Spec, bytes: &[u8]) -> Result<Graph, PictureError> {
    let onnx = tract_onnx::onnx();
    let proto = onnx.proto_model_for_read(&mut &*bytes);
    let proto = proto.map_err(|cause| broken(spec, format!("{cause:#}")))?;
    let graph = proto
        .graph
        .as_ref()
        .ok_or_else(|| broken(spec, "it holds no graph"))?;
    self_contained(spec, graph)?;
    grounded(spec, graph)?;
    known_steps(spec, &onnx, &proto)?;
    let input = input(file, spec, graph)?;
    let output = output(file, spec, graph)?;
    let wrong = |cause: TractError| broken(spec, format!("{cause:#}"));
    let model = onnx.model_for_proto_model(&proto).map_err(wrong)?;
    let inputs = model.input_outlets().map_err(wrong)?.to_vec();
    let own = inputs
        .iter()
        .position(|one| model.node(one.node).name == input);
    let own = own.ok_or_else(|| broken(spec, format!("input '{input}' is no input of a step")))?;
    fits(file, spec, &model, own)?;
    let fact = InferenceFact::dt_shape(f32::datum_type(), shape(spec));
    let model = model
        .with_input_fact(own, fact)
        .and_then(|model| model.with_outputs_by_name([&output]))
        .and_then(InferenceModelExt::into_optimized)
        .map_err(wrong)?;
    bounded(spec, &model)?;
    let fact = model.output_fact(0).map_err(wrong)?;
    let outputs = numbers(spec, &output, fact)?;
    let plan = model.into_runnable().map_err(wrong)?;
    Ok(Graph { plan, outputs })
}

/// Refuses a model whose numbers stand in another file: one file is one digest.
fn self_contained(spec: &Spec, graph: &GraphProto) -> Result<(), PictureError> {
    let external = Some(DataLocation::External as i32);
    let outside = graph
        .initializer
        .iter()
        .find(|one| one.data_location == external);
    match outside {
        Some(one) => Err(PictureError::model(
            &spec.model,
            format!("'{}'", one.name),
            "stands in another file",
            "save the model with all its data in one file",
        )),
        None => Ok(()),
    }
}

/// Refuses an output that nothing gives.
fn grounded(spec: &Spec, graph: &GraphProto) -> Result<(), PictureError> {
    let given = |name: &String| {
        graph.node.iter().any(|step| step.output.contains(name))
            || graph.input.iter().any(|one| one.name == *name)
            || graph.initializer.iter().any(|one| one.name == *name)
    };
    match graph.output.iter().find(|one| !given(&one.name)) {
        Some(one) => Err(broken(
            spec,
            format!("no step gives its output '{}'", one.name),
        )),
        None => Ok(()),
    }
}

/// Refuses steps that nothing here can run, by their names.
fn known_steps(
    spec: &Spec,
    onnx: &tract_onnx::Onnx,
    proto: &ModelProto,
) -> Result<(), PictureError> {
    let steps = proto.graph.iter().flat_map(|graph| &graph.node);
    let unknown = steps
        .map(|step| step.op_type.as_str())
        .filter(|step| !onnx.op_register.0.contains_key(*step));
    let mut unknown: Vec<&str> = unknown.collect();
    unknown.sort_unstable();
    unknown.dedup();
    match unknown.is_empty() {
        true => Ok(()),
        false => Err(PictureError::model(
            &spec.model,
            "the graph",
            format!("has steps that are not known here: {}", unknown.join(", ")),
            "export it with the standard operators of ONNX",
        )),
    }
}

/// The name of the input that takes the picture; a graph with others cannot be run.
fn input(file: &str, spec: &Spec, graph: &GraphProto) -> Result<String, PictureError> {
    let is_given = |name: &str| graph.initializer.iter().any(|one| one.name == name);
    let open = graph.input.iter().map(|one| one.name.as_str());
    let open: Vec<&str> = open.filter(|name| !is_given(name)).collect();
    let all = open.join(", ");
    match (open.as_slice(), &spec.input.name) {
        ([one], None) => Ok((*one).to_string()),
        ([one], Some(name)) if one == name => Ok(name.clone()),
        ([_], Some(name)) => Err(PictureError::model(
            file,
            "input.name",
            format!("is '{name}', and the input of {} is {all}", spec.model),
            "write that one, or leave it out",
        )),
        _ => Err(PictureError::model(
            &spec.model,
            "the graph",
            format!("has {} inputs ({all})", open.len()),
            "export it with one input, the picture",
        )),
    }
}

/// The name of the output that is read.
fn output(file: &str, spec: &Spec, graph: &GraphProto) -> Result<String, PictureError> {
    let all: Vec<&str> = graph.output.iter().map(|one| one.name.as_str()).collect();
    let table = match spec.output {
        super::Output::Labels(_) => "labels.output",
        super::Output::Vector(_) => "vector.output",
    };
    let wrong = |what: String| {
        let mend = format!("write one of {}", all.join(", "));
        Err(PictureError::model(file, table, what, mend))
    };
    match (all.as_slice(), spec.output_name()) {
        (_, Some(name)) if all.contains(&name) => Ok(name.to_string()),
        (_, Some(name)) => wrong(format!("is '{name}', which {} does not give", spec.model)),
        ([one], None) => Ok((*one).to_string()),
        (_, None) => wrong(format!(
            "is not there, and {} gives {} outputs",
            spec.model,
            all.len()
        )),
    }
}

/// Checks what the graph says of its input against the description.
fn fits(file: &str, spec: &Spec, model: &InferenceModel, at: usize) -> Result<(), PictureError> {
    let fact = model.input_fact(at).map_err(|cause| broken(spec, cause))?;
    if let Some(kind) = fact.datum_type.concretize()
        && kind != f32::datum_type()
    {
        return Err(PictureError::model(
            &spec.model,
            "the input",
            format!("takes numbers of type {kind:?}"),
            "export it for 32-bit floating point numbers",
        ));
    }
    let own = shape(spec);
    let told: Vec<Option<i64>> = fact
        .shape
        .dims()
        .map(|dim| dim.concretize().and_then(|dim| dim.to_i64().ok()))
        .collect();
    let is_open = fact.shape.is_open();
    let differs = told
        .iter()
        .zip(own)
        .any(|(told, own)| told.is_some_and(|told| told != own as i64));
    if (!is_open && told.len() != own.len()) || differs {
        let told: Vec<String> = told
            .iter()
            .map(|one| one.map_or("any".to_string(), |one| one.to_string()))
            .collect();
        return Err(PictureError::model(
            file,
            "input.layout, width and height",
            format!(
                "make {own:?}, and {} takes [{}]",
                spec.model,
                told.join(", ")
            ),
            "write those of the model, and export it for one picture or any number",
        ));
    }
    Ok(())
}

/// Refuses a graph whose steps together give more than the limit for one picture.
fn bounded(spec: &Spec, model: &TypedModel) -> Result<(), PictureError> {
    let mut all = 0_u64;
    for node in model.nodes() {
        for outlet in &node.outputs {
            let dims = outlet.fact.shape.iter();
            let volume = dims
                .map(|dim| dim.to_i64().ok().and_then(|one| u64::try_from(one).ok()))
                .try_fold(1_u64, |all, one| Some(all.saturating_mul(one?)));
            let Some(volume) = volume else {
                return Err(broken(
                    spec,
                    format!("the size of '{}' depends on the picture", node.name),
                ));
            };
            let bytes = volume.saturating_mul(outlet.fact.datum_type.size_of() as u64);
            all = all.saturating_add(bytes);
        }
    }
    match all > VALUES_MAX {
        true => Err(PictureError::model(
            &spec.model,
            "the graph",
            format!("needs {all} bytes for a picture, over the limit of {VALUES_MAX}"),
            "take a smaller model or a smaller input",
        )),
        false => Ok(()),
    }
}

/// How many numbers an output has: one axis may be longer than one.
fn numbers(spec: &Spec, name: &str, fact: &TypedFact) -> Result<usize, PictureError> {
    let dims: Option<Vec<usize>> = fact.shape.iter().map(|dim| dim.to_usize().ok()).collect();
    let dims = dims.unwrap_or_default();
    let count: usize = dims.iter().product();
    let is_row = dims.contains(&count) && count > 0;
    match is_row && fact.datum_type == f32::datum_type() {
        true => Ok(count),
        false => Err(PictureError::model(
            &spec.model,
            format!("output '{name}'"),
            format!("is {:?} of {dims:?}", fact.datum_type),
            "name an output that is one row of 32-bit floating point numbers",
        )),
    }
}
