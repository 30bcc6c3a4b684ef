"""One projector step of SSAL in PyTorch on one thread: what `npm run bench step` compares itself with.

Reads from the folder given a `step.json` with the settings and the shape of each array, and the arrays as float32. Answers each line
of input, a number of steps, with one line of JSON: the milliseconds of each, and the losses of the last.
"""

import json
import math
import sys
import time
from pathlib import Path

import torch
from torch.nn import functional

torch.set_num_threads(1)
folder = Path(sys.argv[1])
settings = json.loads((folder / "step.json").read_text())


def array(name):
    values = torch.frombuffer(bytearray((folder / f"{name}.f32").read_bytes()), dtype=torch.float32)
    return values.reshape(settings["shapes"][name]).clone()


arrays = {name: array(name) for name in settings["shapes"]}
moved = {name: arrays[name].requires_grad_() for name in settings["moves"]}
averages = {name: weight.detach().clone() for name, weight in moved.items()}
optimiser = torch.optim.AdamW(
    list(moved.values()), lr=settings["rate"], betas=(0.5, 0.999), eps=1e-8, weight_decay=settings["decay"]
)
b = len(arrays["images"])
own = torch.arange(b)


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return x.view_as(x)

    @staticmethod
    def backward(ctx, gradient):
        return -ctx.strength * gradient, None


def unit_rows(x):
    return x / torch.sqrt((x * x).sum(1, keepdim=True) + 1e-12)


def tower(name, x):
    y = unit_rows((x - arrays[f"{name}.offset"]) @ moved[f"{name}.linear"])
    k = y.shape[1]
    correction = functional.gelu((y * math.sqrt(k)) @ moved[f"{name}.inner"]) @ moved[f"{name}.outer"]
    return unit_rows(y + correction * (4 / math.sqrt(k)))


def contrastive(image, text, known):
    logits = (image @ text.T / settings["temperature"]).masked_fill(known, -math.inf)
    return (functional.cross_entropy(logits, own) + functional.cross_entropy(logits.T, own)) / 2


def neighbourhoods(x):
    centred = unit_rows(x - x.mean(0, keepdim=True))
    return functional.log_softmax(centred @ centred.T / 0.1, 1)


def structure(before, after):
    p, q = neighbourhoods(before), neighbourhoods(after)
    middle = ((p.exp() + q.exp()) / 2).log()
    return ((p.exp() * (p - middle)).sum(1) + (q.exp() * (q - middle)).sum(1)).mean() / 2


def logits_of(name, z):
    return (z * math.sqrt(z.shape[1])) @ arrays[f"{name}.weight"] + arrays[f"{name}.bias"]


def step():
    z, turned, u = tower("image", arrays["images"]), tower("image", arrays["turned"]), tower("text", arrays["texts"])
    photos, texts = arrays["photoGroups"], arrays["textGroups"]
    known = ((photos[:, None] == photos) | (texts[:, None] == texts)).fill_diagonal_(False)
    w = settings["turnedWeight"]
    modality, rotation = arrays["modalityReversal"], arrays["rotationReversal"]
    zeros, ones = torch.zeros(b, dtype=torch.long), torch.ones(b, dtype=torch.long)
    losses = {
        "pair": (1 - w) * contrastive(z, u, known) + w * contrastive(turned, u, known),
        "structure": structure(arrays["images"], z) + structure(arrays["texts"], u),
        "modality": (
            functional.cross_entropy(logits_of("modality", Reverse.apply(z, modality)), zeros)
            + functional.cross_entropy(logits_of("modality", Reverse.apply(u, modality)), ones)
        )
        / 2,
        "rotation": functional.cross_entropy(
            logits_of("rotation", Reverse.apply(turned, rotation)), arrays["turns"].argmax(1)
        ),
    }
    optimiser.zero_grad()
    (losses["pair"] + settings["structureWeight"] * losses["structure"] + losses["modality"] + losses["rotation"]).backward()
    optimiser.step()
    with torch.no_grad():
        for name, weight in moved.items():
            averages[name].lerp_(weight, 1 - settings["averageKeeps"])
    return {name: loss.item() for name, loss in losses.items()}


def product_speed():
    """Billions of operations a second in a plain product: some builds of PyTorch come with a BLAS ten times slower than others."""
    a, c = torch.randn(512, 512), torch.randn(512, 512)
    fastest = math.inf
    for _ in range(10):
        before = time.perf_counter()
        a @ c
        fastest = min(fastest, time.perf_counter() - before)
    return 2 * 512**3 / fastest / 1e9


print(json.dumps({"version": torch.__version__, "speed": product_speed()}), flush=True)
for line in sys.stdin:
    times, losses = [], {}
    for _ in range(int(line)):
        before = time.perf_counter()
        losses = step()
        times.append((time.perf_counter() - before) * 1000)
    print(json.dumps({"ms": times, "losses": losses}), flush=True)
