"""A trained Keras network as an ONNX graph, written layer by layer.

Not through Keras' own exporter: that one takes another way for each backend (tf2onnx for one)
and leaves normalisation and transposes in the graph. Ours reads the weights of any backend, folds
each batch normalisation into the layer before it and keeps channels first throughout, as the
runtime computes.
"""

from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Weights = NDArray[np.float32]

# Old enough for every runtime we compared, new enough for all that we use.
_OPSET = 17
_IR_VERSION = 8


def to_onnx(model: keras.Model) -> onnx.ModelProto:
    """Translate a chain of convolutions, batch normalisations, ReLUs, poolings and dense layers.

    Args:
        model: sequential graph with input (N, H, W, 1), W free where it is None; Dropout is left
            out. It ends with a dense layer, or with rows (N, 1, T, classes) reshaped to
            (N, T, classes).

    Returns:
        A checked model with input (N, H, W, 1) named after the Keras input, output (N, classes)
        or (N, T, classes) named after the last layer, both with a free batch dimension.

    Raises:
        ValueError: a layer has no translation here.
    """
    first, *layers = model.layers
    _, height, width, channels = first.batch_shape
    if channels != 1:
        raise ValueError(f"Expected pictures of one channel, got {channels}.")
    graph = _Graph(height_width=(height, width), top=first.name)
    # With one channel, channels last and channels first are the same numbers in the same order.
    graph.reshape([0, 1, height, -1 if width is None else width])
    following: list[keras.Layer | None] = [*layers[1:], None]
    for layer, after in zip(layers, following, strict=True):
        graph.add(layer, after)
    graph.nodes[-1].output[0] = layers[-1].name
    return graph.finish(first.name, list(first.batch_shape[1:]), layers[-1])


@dataclass
class _Graph:
    """The graph so far: nodes, weights, and the name and layout of the tensor on top."""

    height_width: tuple[int | None, int | None]
    top: str
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    weights: list[TensorProto] = field(default_factory=list)
    # (H, W, C) of the tensor that was flattened, until a dense layer has used it.
    flattened: tuple[int, int, int] | None = None
    channels: int = 1

    def add(self, layer: keras.Layer, after: keras.Layer | None) -> None:
        """Append one layer; `after` tells whether a normalisation is to be folded into it."""
        norm = after if isinstance(after, keras.layers.BatchNormalization) else None
        match layer:
            case keras.layers.Conv2D():
                self.convolve(layer, norm)
            case keras.layers.Dense():
                self.connect(layer, norm)
            case keras.layers.ReLU():
                self.node("Relu", [self.top], layer.name)
            case keras.layers.MaxPooling2D():
                self.pool(layer)
            case keras.layers.Reshape():
                self.close(layer)
            case keras.layers.Flatten():
                high, wide = self.height_width
                if high is None or wide is None:
                    raise ValueError(f"Layer {layer.name}: a free side cannot be flattened.")
                self.flattened = (high, wide, self.channels)
                self.node("Flatten", [self.top], layer.name, axis=1)
            case keras.layers.BatchNormalization() | keras.layers.Dropout():
                pass  # folded into the layer before; does nothing outside training
            case _:
                raise ValueError(
                    f"Layer {layer.name}: {type(layer).__name__} has no ONNX translation here. "
                    "Add it to trainer.onnx_graph."
                )

    def convolve(self, layer: keras.layers.Conv2D, norm: keras.Layer | None) -> None:
        kernel, bias = _folded(layer, norm)
        pads: list[int] = []
        sides: list[int | None] = []
        for side, size, stride in zip(
            self.height_width, layer.kernel_size, layer.strides, strict=True
        ):
            if side is None:
                if stride != 1:
                    raise ValueError(f"Layer {layer.name}: no stride along a free side. Pool it.")
                out, total = None, size - 1 if layer.padding == "same" else 0
            elif layer.padding == "same":
                # As TensorFlow pads: the odd pixel goes behind.
                out = -(-side // stride)
                total = max(0, (out - 1) * stride + size - side)
            else:
                out, total = (side - size) // stride + 1, 0
            pads.append(total)
            sides.append(out)
        before = [total // 2 for total in pads]
        behind = [total - total // 2 for total in pads]
        self.height_width, self.channels = (sides[0], sides[1]), int(kernel.shape[-1])
        # Keras keeps (h, w, in, out), ONNX (out, in, h, w).
        inputs = self.parameters(layer.name, kernel.transpose(3, 2, 0, 1), bias)
        self.node(
            "Conv", [self.top, *inputs], layer.name, strides=layer.strides, pads=before + behind
        )

    def pool(self, layer: keras.layers.MaxPooling2D) -> None:
        """Whole windows only, as Keras pools with padding "valid"."""
        size = tuple(layer.pool_size)
        if layer.padding != "valid" or tuple(layer.strides) != size:
            raise ValueError(f"Layer {layer.name}: only plain pooling has a translation here.")
        high, wide = self.height_width
        self.height_width = (
            None if high is None else high // size[0],
            None if wide is None else wide // size[1],
        )
        self.node("MaxPool", [self.top], layer.name, kernel_shape=size, strides=size)

    def close(self, layer: keras.layers.Reshape) -> None:
        """(N, C, 1, T) to rows (N, T, C)."""
        if self.height_width[0] != 1 or tuple(layer.target_shape)[1:] != (self.channels,):
            raise ValueError(f"Layer {layer.name}: expected rows of one pixel's height to reshape.")
        self.node("Transpose", [self.top], f"{layer.name}_rows", perm=[0, 3, 1, 2])
        self.weights.append(
            numpy_helper.from_array(np.array([0, 0, self.channels], np.int64), "rows")
        )
        self.node("Reshape", [self.top, "rows"], layer.name)

    def connect(self, layer: keras.layers.Dense, norm: keras.Layer | None) -> None:
        kernel, bias = _folded(layer, norm)
        if self.flattened:
            # The rows were learned for (H, W, C); our tensor was flattened from (C, H, W).
            rows = kernel.reshape(*self.flattened, -1).transpose(2, 0, 1, 3)
            kernel, self.flattened = rows.reshape(kernel.shape), None
        self.node("Gemm", [self.top, *self.parameters(layer.name, kernel, bias)], layer.name)

    def reshape(self, shape: list[int]) -> None:
        """Zero in `shape` keeps a dimension as it is."""
        self.weights.append(numpy_helper.from_array(np.array(shape, np.int64), "shape"))
        self.node("Reshape", [self.top, "shape"], "channels_first")

    def parameters(self, name: str, kernel: Weights, bias: Weights) -> list[str]:
        names = [f"{name}_weight", f"{name}_bias"]
        for each, array in zip(names, (kernel, bias), strict=True):
            self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), each))
        return names

    def node(self, kind: str, inputs: list[str], name: str, **attributes: Any) -> None:
        self.top = f"{name}_out"
        self.nodes.append(helper.make_node(kind, inputs, [self.top], name=name, **attributes))

    def finish(self, source: str, shape: list[int | None], last: keras.Layer) -> onnx.ModelProto:
        free: list[str | int | None] = ["N", *("W" if side is None else side for side in shape)]
        picture = helper.make_tensor_value_info(source, TensorProto.FLOAT, free)
        rows: list[str | int | None] = (
            ["N", "T", self.channels]
            if isinstance(last, keras.layers.Reshape)
            else ["N", last.units]
        )
        output = helper.make_tensor_value_info(last.name, TensorProto.FLOAT, rows)
        graph = helper.make_graph(self.nodes, "network", [picture], [output], self.weights)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", _OPSET)], producer_name="legible-trainer"
        )
        model.ir_version = _IR_VERSION
        onnx.checker.check_model(model, full_check=True)
        return model


def _folded(layer: keras.Layer, norm: keras.Layer | None) -> tuple[Weights, Weights]:
    """Kernel and bias of a layer with the normalisation behind it multiplied in (in float64)."""
    kernel = np.asarray(keras.ops.convert_to_numpy(layer.kernel), np.float64)
    bias = np.zeros(kernel.shape[-1])
    if layer.use_bias:
        bias = np.asarray(keras.ops.convert_to_numpy(layer.bias), np.float64)
    if norm is not None:
        gamma, beta, mean, variance = (
            np.asarray(keras.ops.convert_to_numpy(each), np.float64)
            for each in (norm.gamma, norm.beta, norm.moving_mean, norm.moving_variance)
        )
        scale = gamma / np.sqrt(variance + norm.epsilon)
        kernel, bias = kernel * scale, (bias - mean) * scale + beta
    return kernel.astype(np.float32), bias.astype(np.float32)
