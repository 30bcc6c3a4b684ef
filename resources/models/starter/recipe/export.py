"""Step 9. Writes the trained towers as ONNX files, batch norm folded in, weights as 8-bit numbers with a scale for each row.

    python3 export.py <folder>
"""
import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from data import WORK, flickr, squashed
from image_tower import Block, ImageTower, to_pixels
from looks import POWER, Whitened
from text_tower import LOOK, SENSE, TextTower
from views import FINE_SIDE

OPSET = 17
IR = 8
# How many numbers are said of a photo.
WIDTH = 384
# How much of the sentence embedding tells what a text means beside what it looks like.
SENSE_WEIGHT = 0.7


class Graph:
    def __init__(self):
        self.nodes, self.tensors, self.count = [], [], 0

    def name(self, kind):
        self.count += 1
        return f"{kind}_{self.count}"

    def constant(self, array, kind="c"):
        name = self.name(kind)
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def op(self, kind, *inputs, **attributes):
        output = self.name(kind.lower())
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def rows(self, weight):
        """A weight [rows, ...] in 8 bits, one scale per row, as a float32 value of the graph."""
        flat = np.abs(weight.reshape(len(weight), -1)).max(1)
        scale = np.maximum(flat, 1e-8).astype(np.float32) / 127
        shape = (-1,) + (1,) * (weight.ndim - 1)
        small = np.clip(np.rint(weight / scale.reshape(shape)), -127, 127).astype(np.int8)
        zero = np.zeros(len(weight), np.int8)
        return self.op("DequantizeLinear", self.constant(small), self.constant(scale), self.constant(zero), axis=0)

    def halves(self, weight):
        """A weight in 16 bits, as a float32 value of the graph."""
        return self.op("Cast", self.constant(weight.astype(np.float16)), to=TensorProto.FLOAT)

    def model(self, name, inputs, outputs):
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.tensors)
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR, producer_name="reverie-starter"
        )


def folded(conv, norm):
    """One convolution that does what a convolution and a batch norm do."""
    scale = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).detach().double()
    weight = conv.weight.detach().double() * scale.reshape(-1, 1, 1, 1)
    bias = norm.bias.detach().double() - norm.running_mean.double() * scale
    return weight.float().numpy(), bias.float().numpy()


def export_image(tower, whitened, path):
    """`whitened`: how the pooled features are turned to those that the pack's image embedding is."""
    g = Graph()

    def conv(x, layer, norm):
        weight, bias = folded(layer, norm)
        stride, kernel = layer.stride[0], layer.kernel_size[0]
        pads = [0, 0, 1, 1] if stride == 2 else [kernel // 2] * 4
        groups = layer.groups
        # Nine numbers a channel: in 8 bits they cost .004 of cosine and save 65 kB.
        weights = g.halves(weight) if groups > 1 else g.rows(weight)
        return g.op("Conv", x, weights, g.constant(bias), kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=pads, group=groups)

    def clipped(x):
        return g.op("Clip", x, g.constant(np.float32(0)), g.constant(np.float32(6)))

    def unit(x):
        length = g.op("ReduceL2", x, axes=[1], keepdims=1)
        return g.op("Div", x, g.op("Max", length, g.constant(np.float32(1e-6))))

    x = "pixel_values"
    for block in tower.blocks:
        y = clipped(conv(x, block.widen, block.norm1))
        if isinstance(block, Block):
            y = clipped(conv(y, block.look, block.norm2))
            y = conv(y, block.narrow, block.norm3)
            y = g.op("Add", x, y) if block.is_sum else y
        x = y
    pooled = g.op("Flatten", g.op("GlobalAveragePool", x), axis=1)
    power = unit(g.op("Pow", pooled, g.constant(np.float32(POWER))))
    centred = g.op("Sub", power, g.constant(whitened.mean.numpy()))
    basis = g.op("Transpose", g.rows(whitened.basis.T.contiguous().numpy()), perm=[1, 0])
    g.nodes.append(helper.make_node("MatMul", [centred, basis], ["image_embeds"]))
    width = whitened.basis.shape[1]
    onnx.save(
        g.model(
            "starter image tower",
            [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, ["n", 3, "height", "width"])],
            [helper.make_tensor_value_info("image_embeds", TensorProto.FLOAT, ["n", width])],
        ),
        str(path),
    )


def export_text(tower, path):
    g = Graph()
    table = tower.table.weight.detach().numpy()
    scale = np.maximum(np.abs(table).max(1), 1e-8).astype(np.float32) / 127
    small = np.clip(np.rint(table / scale[:, None]), -127, 127).astype(np.int8)
    weight = tower.weight.weight.detach().exp().numpy().astype(np.float16)

    mask = g.op("Unsqueeze", g.op("Cast", "attention_mask", to=TensorProto.FLOAT), g.constant(np.array([2], np.int64)))
    whole = g.op("Cast", g.op("Gather", g.constant(small), "input_ids"), to=TensorProto.FLOAT)
    rows = g.op("Mul", whole, g.op("Gather", g.constant(scale[:, None]), "input_ids"))
    weights = g.op("Cast", g.op("Gather", g.constant(weight), "input_ids"), to=TensorProto.FLOAT)
    weights = g.op("Mul", weights, mask)
    along = g.constant(np.array([1], np.int64))
    total = g.op("Max", g.op("ReduceSum", weights, along, keepdims=0), g.constant(np.float32(1e-6)))
    mean = g.op("Div", g.op("ReduceSum", g.op("Mul", rows, weights), along, keepdims=0), total)
    hidden = g.op("Mul", g.op("Sub", g.constant(np.float32(1)), mask), g.constant(np.float32(1e4)))
    largest = g.op("ReduceMax", g.op("Sub", rows, hidden), axes=[1], keepdims=0)
    both = g.op("Concat", mean, largest, axis=1)

    def linear(x, layer):
        weight = g.op("Transpose", g.rows(layer.weight.detach().numpy()), perm=[1, 0])
        return g.op("Add", g.op("MatMul", x, weight), g.constant(layer.bias.detach().numpy()))

    def unit(x):
        length = g.op("ReduceL2", x, axes=[1], keepdims=1)
        return g.op("Div", x, g.op("Max", length, g.constant(np.float32(1e-6))))

    inner = linear(both, tower.inner)
    half = g.op("Mul", inner, g.constant(np.float32(0.5)))
    erf = g.op("Erf", g.op("Mul", inner, g.constant(np.float32(2**-0.5))))
    gelu = g.op("Mul", half, g.op("Add", erf, g.constant(np.float32(1))))
    look = unit(g.op("Add", linear(both, tower.wide), linear(gelu, tower.outer)))
    sense = g.op("Mul", unit(linear(mean, tower.sense)), g.constant(np.float32(SENSE_WEIGHT)))
    g.nodes.append(helper.make_node("Concat", [look, sense], ["sentence_embedding"], axis=1))
    integers = [helper.make_tensor_value_info(n, TensorProto.INT64, ["n", "t"]) for n in ("input_ids", "attention_mask")]
    outputs = [helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["n", LOOK + SENSE])]
    onnx.save(g.model("starter text tower", integers, outputs), str(path))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder")
    folder = Path(arguments.parse_args().folder)
    folder.mkdir(parents=True, exist_ok=True)
    image = ImageTower()
    saved = torch.load(WORK / "distil.pt")["kept"]
    image.load_state_dict(saved)
    image.eval()
    with torch.no_grad():
        views = (to_pixels(squashed([path for path, _ in flickr("train")[i : i + 50]], FINE_SIDE)) for i in range(0, 6_000, 50))
        rows = torch.cat([image.features(pixels) for pixels in views])
    export_image(image, Whitened(rows, WIDTH), folder / "image.onnx")
    vocabulary = json.load(open(WORK / "tokenizer.json", encoding="utf8"))["model"]["vocab"]
    text = TextTower(len(vocabulary))
    text.load_state_dict(torch.load(WORK / "text.pt"))
    export_text(text.eval(), folder / "text.onnx")
    (folder / "tokenizer.json").write_bytes((WORK / "tokenizer.json").read_bytes())


if __name__ == "__main__":
    main()
