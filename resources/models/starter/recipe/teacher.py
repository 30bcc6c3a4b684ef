"""Step 2. What the teacher, MobileNetV2, says of each view: `embeds` float16 [n, 1280], `map` float16 [n, 16, 192].

`embeds` is its pooled feature; `map` its last feature map averaged to 4 x 4 places, in the 192 leading components of such
places (found on the first 2,400 views). Its ONNX file is run by PyTorch in bfloat16, 2.5 times faster than ONNX Runtime in
float32 on a CPU that has it, and close enough to learn from (mean cosine .9997 to float32).

    python3 teacher.py --chunks 10
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
COMPONENTS = 192


class Teacher:
    """Runs the few kinds of nodes that MobileNetV2 is made of, up to its last feature map."""

    def __init__(self, dtype=torch.bfloat16):
        graph = onnx.load(str(SOURCE)).graph
        known = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
        self.steps, self.dtype = [], dtype
        for node in graph.node:
            if node.op_type == "GlobalAveragePool":
                break
            if node.op_type == "DequantizeLinear":
                known[node.output[0]] = dequantize(*(known[name] for name in node.input), axis_of(node))
                continue
            self.steps.append(self.step(node, known))

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
    def last_map(self, views):
        """uint8 [n, s, s, 3] → feature map [n, 1280, 7, 7]."""
        x = torch.from_numpy(np.array(views)).permute(0, 3, 1, 2).float() / 127.5 - 1
        x = F.interpolate(x, size=224, mode="bilinear", align_corners=False)
        values = {"pixel_values": x.to(self.dtype).contiguous(memory_format=torch.channels_last)}
        for sources, target, run in self.steps:
            values[target] = run(*(values[name] for name in sources))
        return values[target].float()

    def features(self, views):
        """uint8 [n, s, s, 3] → pooled features, float32 [n, 1280]."""
        parts = [self.last_map(views[i : i + 50]).mean((2, 3)).numpy() for i in range(0, len(views), 50)]
        return np.concatenate(parts)


def axis_of(node):
    return next((a.i for a in node.attribute if a.name == "axis"), 0)


def dequantize(values, scale, zero, axis):
    shape = [1] * values.dim()
    if scale.dim():
        shape[axis] = -1
    return (values.float() - zero.float().reshape(shape)) * scale.reshape(shape)


def places(feature_map):
    """[n, 1280, 7, 7] → [n, 16, 1280]."""
    return F.adaptive_avg_pool2d(feature_map, 4).flatten(2).transpose(1, 2)


def basis(teacher):
    file = WORK / "basis.npz"
    if not file.exists():
        views = np.load(WORK / "views-0.npy", mmap_mode="r")
        rows = torch.cat([places(teacher.last_map(views[i : i + 48])) for i in range(0, 2400, 48)]).reshape(-1, 1280)
        mean = rows.mean(0)
        values, vectors = torch.linalg.eigh((rows - mean).T @ (rows - mean) / len(rows))
        order = values.argsort(descending=True)[:COMPONENTS]
        print(f"{COMPONENTS} components hold {values[order].sum() / values.sum():.3f} of the variance of places")
        np.savez(file, mean=mean.numpy(), basis=vectors[:, order].numpy(), variance=values[order].numpy())
    loaded = np.load(file)
    return torch.from_numpy(loaded["mean"]), torch.from_numpy(loaded["basis"])


def teach(teacher, chunk):
    done = WORK / f"map-{chunk}.npy"
    if done.exists():
        return
    mean, vectors = basis(teacher)
    views = np.load(WORK / f"views-{chunk}.npy", mmap_mode="r")
    embeds = np.empty((len(views), 1280), np.float16)
    maps = np.empty((len(views), 16, COMPONENTS), np.float16)
    began = time.time()
    for start in range(0, len(views), 32):
        seen = teacher.last_map(views[start : start + 32])
        embeds[start : start + 32] = seen.mean((2, 3)).numpy()
        maps[start : start + 32] = ((places(seen) - mean) @ vectors).numpy()
    np.save(WORK / f"embeds-{chunk}.npy", embeds)
    part = WORK / f"map-{chunk}.part.npy"
    np.save(part, maps)
    part.rename(done)
    print(f"chunk {chunk}: {len(views)} views, {len(views) / (time.time() - began):.0f} a second", flush=True)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--chunks", type=int, default=10)
    arguments.add_argument("--threads", type=int, default=2)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    teacher = Teacher()
    for chunk in range(options.chunks):
        teach(teacher, chunk)
