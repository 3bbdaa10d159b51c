"""Makes the tiny ONNX models of tests/models, and prints what onnxruntime gives for the pictures of tests/model.rs.

    pip install onnx onnxruntime numpy && python make_model.py

colours.onnx tells red, green and blue by the mean of a picture; vector.onnx gives four numbers of it. The others are wrong on
purpose. The printed numbers stand in tests/model.rs.
"""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent / "models"
WEIGHTS = np.array([[2.0, -1.0, -1.0], [-1.0, 2.0, -1.0], [-1.0, -1.0, 2.0]], np.float32)
BIAS = np.array([0.25, 0.0, -0.25], np.float32)
SPREAD = np.array([[1.0, 0.0, 0.5, -1.0], [0.0, 1.0, 0.5, 2.0], [-1.0, 0.5, 0.0, 1.0]], np.float32)


def save(name, nodes, inputs, outputs, constants=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, [numpy_helper.from_array(v, k) for k, v in constants])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString())


def value(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def make():
    pooled = [
        helper.make_node("GlobalAveragePool", ["picture"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("Gemm", ["flat", "weights", "bias"], ["logits"], transB=1),
    ]
    given = [("weights", WEIGHTS), ("bias", BIAS)]
    save("colours", pooled, [value("picture", ["N", 3, 8, 8])], [value("logits", ["N", 3])], given)
    means = [
        helper.make_node("ReduceMean", ["picture"], ["mean"], axes=[1, 2], keepdims=0),
        helper.make_node("MatMul", ["mean", "spread"], ["vector"]),
    ]
    save("vector", means, [value("picture", [1, 8, 8, 3])], [value("vector", [1, 4])], [("spread", SPREAD)])
    unknown = [helper.make_node("Sparkle", ["picture"], ["logits"])]
    save("unknown_step", unknown, [value("picture", [1, 3, 8, 8])], [value("logits", [1, 3])])
    both = [helper.make_node("Add", ["picture", "mask"], ["logits"])]
    shape = [1, 3, 8, 8]
    save("two_inputs", both, [value("picture", shape), value("mask", shape)], [value("logits", shape)])
    save("dangling", pooled, [value("picture", shape)], [value("nowhere", [1, 3])], given)
    whole = [helper.make_node("Cast", ["picture"], ["logits"], to=TensorProto.INT64)]
    save("whole_numbers", whole, [value("picture", shape)], [value("logits", shape, TensorProto.INT64)])


def picture():
    """Eight by eight pixels, red growing to the right and green downwards."""
    across, down = np.meshgrid(np.arange(8), np.arange(8))
    return np.stack([across * 30 + 20, down * 20, np.full((8, 8), 64)], axis=-1).astype(np.float32)


def golden():
    run = lambda name, tensor: onnxruntime.InferenceSession(str(HERE / f"{name}.onnx")).run(None, {"picture": tensor})[0]
    scaled = (picture() / 255.0 - np.array([0.5, 0.4, 0.3], np.float32)) / np.array([0.25, 0.2, 0.5], np.float32)
    logits = run("colours", scaled.transpose(2, 0, 1)[None].astype(np.float32))[0]
    chances = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    print("logits", logits.tolist(), "softmax", chances.tolist(), "sigmoid", (1 / (1 + np.exp(-logits))).tolist())
    swapped = picture()[..., ::-1] / 255.0
    print("vector of bgr", run("vector", swapped[None].astype(np.float32))[0].tolist())


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    make()
    golden()
