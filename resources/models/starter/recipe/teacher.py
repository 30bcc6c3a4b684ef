"""Step 2. What the teacher, MobileNetV2, says of each view: its pooled feature, float16 [n, 1280], which the text tower learns from.

Its ONNX file is run by PyTorch in bfloat16, 2.5 times faster than ONNX Runtime in float32 on a CPU that has it, and close enough to
learn from (mean cosine .9997 to float32). The image tower (steps 3 and 4) asks it as it learns, for what each of its blocks makes of a view.

    python3 teacher.py --chunks 8
"""
import argparse
import math
import time

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

from data import DATA, WORK

SOURCE = DATA / "encoders/mobilenet_v2/mobilenet_v2_1.0_224_u8w.onnx"
SIDE = 224


class Teacher:
    """Runs the few kinds of nodes that MobileNetV2 is made of, up to its last feature map."""

    def __init__(self, dtype=torch.bfloat16):
        graph = onnx.load(str(SOURCE)).graph
        known = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
        self.steps, self.dtype, nodes = [], dtype, []
        for node in graph.node:
            if node.op_type == "GlobalAveragePool":
                break
            if node.op_type == "DequantizeLinear":
                known[node.output[0]] = dequantize(*(known[name] for name in node.input), axis_of(node))
                continue
            nodes.append(node)
            self.steps.append(self.step(node, known))
        self.ends = block_ends(nodes)

    def step(self, node, known):
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        source, target = list(node.input), node.output[0]
        if node.op_type == "Conv":
            weight = known[source[1]].float().to(self.dtype)
            if weight.dim() == 4:
                weight = weight.contiguous(memory_format=torch.channels_last)
            bias = known[source[2]].float().to(self.dtype) if len(source) > 2 else None
            stride, groups = attributes.get("strides", [1, 1])[0], attributes.get("group", 1)
            if attributes.get("auto_pad") != b"SAME_UPPER":
                raise ValueError("the teacher pads otherwise than it did when this was written")
            kernel = weight.shape[-1]

            def conv(x):
                side = x.shape[-1]
                pad = max(0, (math.ceil(side / stride) - 1) * stride + kernel - side)
                low, high = pad // 2, pad - pad // 2
                if low != high:
                    x, low = F.pad(x, (low, high, low, high)), 0
                return F.conv2d(x, weight, bias, stride, low, groups=groups)

            return source[:1], target, conv
        if node.op_type == "Clip":
            low, high = (float(known[name]) for name in source[1:])
            return source[:1], target, lambda x: x.clamp(low, high)
        if node.op_type == "Add":
            return source, target, lambda a, b: a + b
        raise ValueError(f"the teacher has a node of kind {node.op_type}")

    @torch.no_grad()
    def maps(self, pixels):
        """float [n, 3, s, s] in [-1, 1] → what each of its 17 blocks makes of them, and its last map [n, 1280, s/32, s/32]."""
        values = {"pixel_values": pixels.to(self.dtype).contiguous(memory_format=torch.channels_last)}
        for sources, target, run in self.steps:
            values[target] = run(*(values[name] for name in sources))
        return [values[name] for name in self.ends]

    def pooled(self, pixels):
        """float [n, 3, s, s] in [-1, 1] → its features at the side that it is made for, float [n, 1280]."""
        larger = F.interpolate(pixels, size=SIDE, mode="bilinear", align_corners=False)
        return self.maps(larger)[-1].float().mean((2, 3))

    def features(self, views):
        """uint8 [n, s, s, 3] → float32 [n, 1280]."""
        parts = []
        for start in range(0, len(views), 50):
            pixels = torch.from_numpy(np.array(views[start : start + 50])).permute(0, 3, 1, 2).float() / 127.5 - 1
            parts.append(self.pooled(pixels).numpy())
        return np.concatenate(parts)


def block_ends(nodes):
    """What each block ends with: a convolution that nothing clips, or the sum that it goes into; and the very last map."""
    ends = []
    for node, after in zip(nodes, nodes[1:]):
        if node.op_type == "Add" or (node.op_type == "Conv" and after.op_type == "Conv"):
            ends.append(node.output[0])
    return [*ends, nodes[-1].output[0]]


def axis_of(node):
    return next((a.i for a in node.attribute if a.name == "axis"), 0)


def dequantize(values, scale, zero, axis):
    shape = [1] * values.dim()
    if scale.dim():
        shape[axis] = -1
    return (values.float() - zero.float().reshape(shape)) * scale.reshape(shape)


def teach(teacher, chunk):
    done = WORK / f"embeds-{chunk}.npy"
    if done.exists():
        return
    views = np.load(WORK / f"views-{chunk}.npy", mmap_mode="r")
    began = time.time()
    embeds = teacher.features(views).astype(np.float16)
    part = WORK / f"embeds-{chunk}.part.npy"
    np.save(part, embeds)
    part.rename(done)
    print(f"chunk {chunk}: {len(views)} views, {len(views) / (time.time() - began):.0f} a second", flush=True)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--chunks", type=int, default=8)
    arguments.add_argument("--threads", type=int, default=2)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    teacher = Teacher()
    for chunk in range(options.chunks):
        teach(teacher, chunk)
