"""Step 4. The blocks of step 3, put together, learn to say what the teacher says of every view, and to see what it sees on the way.

Loss: 1 - cosine to the teacher's pooled features, centred; their squared difference over their variance; and as hints (Romero et al., FitNets, 2015) the
same of its maps. For the last part of the steps views are as large as the photos that the tower is shown in use, the features are those that the teacher
says at its own 224 px, which it understands better, and the hints count less.

    python3 distil.py --steps 2400                      goes on from its checkpoint when there is one
    python3 distil.py --begin-with ../image.onnx        begins with the tower of the pack instead of step 3's
"""
import argparse
import copy
import math
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from begin import begin_with
from blocks import difference, explained, variances
from data import WORK, flickr, squashed
from image_tower import ImageTower, to_pixels
from runs import Run
from teacher import Teacher
from views import FINE_SIDE, SIDE, batches

BATCH = 48
# Maps that are hints: those of blocks that end in a place of their own, and of some between.
HINTS = (1, 2, 3, 5, 6, 9, 10, 12, 13, 14, 15, 16)
HINT_WEIGHT = 3
FINE_FROM, FINE_HINTS = 0.6, 0.3
EVERY = 100


@torch.no_grad()
def agreement(tower, photos, told):
    """Mean centred cosine between student and teacher."""
    tower.eval()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        said = torch.cat([tower.features(photos[i : i + 50]) for i in range(0, len(photos), 50)])
    tower.train()
    return round(F.cosine_similarity(said - said.mean(0), told - told.mean(0)).mean().item(), 3)


@torch.no_grad()
def average(into, source, decay):
    for kept, value in zip(into.state_dict().values(), source.state_dict().values()):
        if value.dtype.is_floating_point:
            kept.lerp_(value, 1 - decay)
        else:
            kept.copy_(value)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=2_400)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=2)
    arguments.add_argument("--rate", type=float, default=1e-3, help="the highest")
    arguments.add_argument("--begin-with", help="an image.onnx of a pack, where no checkpoint is left")
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    run = Run("distil", options.seed)
    saved, step, rng = run.saved, run.step, run.rng

    teacher, tower = Teacher(), ImageTower().to(memory_format=torch.channels_last)
    dev_views = squashed([path for path, _ in flickr("dev")[:200]], FINE_SIDE)
    dev, dev_larger = to_pixels(dev_views), torch.from_numpy(teacher.features(dev_views))
    dev_told = teacher.maps(dev)
    views, fine_views = batches(rng, BATCH, SIDE), batches(rng, BATCH, FINE_SIDE)
    begin_pixels = to_pixels(np.concatenate([next(fine_views) for _ in range(6)]))
    some = [teacher.maps(to_pixels(next(views))) for _ in range(50)]
    scale = variances([torch.cat(maps) for maps in zip(*some[:5])])
    features = torch.cat([maps[-1].float().mean((2, 3)) for maps in some])
    mean, spread = features.mean(0), features.std(0).clamp(min=0.02)
    optimiser = torch.optim.AdamW(tower.parameters(), options.rate, weight_decay=0.01, betas=(0.9, 0.98))
    kept = copy.deepcopy(tower)
    if saved:
        tower.load_state_dict(saved["tower"])
        kept.load_state_dict(saved["kept"])
        optimiser.load_state_dict(saved["optimiser"])
    else:
        if options.begin_with:
            begin_with(tower, options.begin_with, begin_pixels)
        else:
            tower.load_state_dict(torch.load(WORK / "blocks.pt")["tower"])
        kept.load_state_dict(tower.state_dict())

    began, first, sums = time.time(), step, np.zeros(3)
    while step < options.steps:
        is_fine = step / options.steps >= FINE_FROM
        pixels = to_pixels(next(fine_views if is_fine else views))
        if rng.random() < 0.5:
            pixels = pixels.flip(3).contiguous(memory_format=torch.channels_last)
        told = teacher.maps(pixels)
        embeds = teacher.pooled(pixels) if is_fine else told[-1].float().mean((2, 3))
        for group in optimiser.param_groups:
            group["lr"] = max(1e-6, options.rate * min(1, (step + 1) / 60) * 0.5 * (1 + math.cos(math.pi * step / options.steps)))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            said = tower(pixels)
        own = said[-1].float().mean((2, 3))
        hints = sum(difference(said[i], told[i], scale[i]) for i in HINTS) / len(HINTS)
        last = difference(said[-1], told[-1], scale[-1])
        squares = ((own - embeds) / spread).square().mean()
        turned = 1 - F.cosine_similarity(own - mean, embeds - mean).mean()
        optimiser.zero_grad(set_to_none=True)
        ((FINE_HINTS if is_fine else 1) * (HINT_WEIGHT * hints + 0.5 * last) + 0.5 * squares + turned).backward()
        nn.utils.clip_grad_norm_(tower.parameters(), 5.0)
        optimiser.step()
        step += 1
        average(kept, tower, min(0.998, step / (step + 10)))
        sums += [hints.item(), last.item(), squares.item()]
        if step % EVERY == 0 or step == options.steps:
            row = {
                "step": step,
                "hints, last map, features": (sums / EVERY).round(3).tolist(),
                "explained": explained(kept, dev, dev_told, together=True),
                "cosine": agreement(kept, dev, dev_told[-1].float().mean((2, 3))),
                "cosine to larger": agreement(kept, dev, dev_larger),
                "a second": round((step - first) * BATCH / (time.time() - began)),
            }
            sums[:] = 0
            state = {"tower": tower.state_dict(), "kept": kept.state_dict(), "optimiser": optimiser.state_dict(), "step": step}
            run.keep(row, state)


if __name__ == "__main__":
    main()
