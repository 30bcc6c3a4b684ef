"""Step 3. Each block of the image tower learns by itself what the teacher's block makes of what the teacher's block before made.

Seven thousand photos are few for a whole tower, but many for a block: each of their places is an example to it (Li et al., Block-wisely supervised
neural architecture search with knowledge distillation, 2020). The first blocks have so many places that they see some of a batch's views only.
Loss: the squared difference of each channel, over that channel's variance.

    python3 blocks.py --steps 2000                      goes on from its checkpoint when there is one
"""
import argparse
import math
import time

import numpy as np
import torch

from data import flickr, squashed
from image_tower import ImageTower, to_pixels
from runs import Run
from teacher import Teacher
from views import SIDE, batches

BATCH = 64
# Views of a batch that a block sees; the blocks after these see all.
FIRST_SEE = (12, 12, 16, 16, 24, 32)
RATE = 3e-3
EVERY = 100


def variances(maps):
    """Of each channel of each map."""
    return [m.float().var((0, 2, 3)).clamp(min=1e-4) for m in maps]


def difference(said, told, variance):
    """1 - the share of the variance that is explained, mean of channels."""
    return ((said.float() - told.float()).square().mean((0, 2, 3)) / variance).mean()


@torch.no_grad()
def explained(tower, photos, told, together):
    """Of each map, what the tower says of it: block by block from the teacher's maps, or `together` from the photos."""
    tower.eval()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        said = tower(photos) if together else [block(x) for block, x in zip(tower.blocks, [photos, *told])]
    tower.train()
    return [round(1 - difference(s, t, v).item(), 3) for s, t, v in zip(said, told, variances(told))]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=2_000)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    run = Run("blocks", options.seed)
    saved, step, rng = run.saved, run.step, run.rng

    teacher, tower = Teacher(), ImageTower().to(memory_format=torch.channels_last)
    dev = to_pixels(squashed([path for path, _ in flickr("dev")[:100]], SIDE))
    dev_told = teacher.maps(dev)
    views = batches(rng, BATCH, SIDE)
    scale = variances(teacher.maps(to_pixels(np.concatenate([next(views) for _ in range(4)]))))
    optimiser = torch.optim.AdamW(tower.parameters(), RATE, weight_decay=0.01, betas=(0.9, 0.98))
    if saved:
        tower.load_state_dict(saved["tower"])
        optimiser.load_state_dict(saved["optimiser"])

    began, first = time.time(), step
    while step < options.steps:
        pixels = to_pixels(next(views))
        told = teacher.maps(pixels)
        for group in optimiser.param_groups:
            group["lr"] = RATE * max(0.003, min(1, (step + 1) / 100) * 0.5 * (1 + math.cos(math.pi * step / options.steps)))
        optimiser.zero_grad(set_to_none=True)
        for i, (block, given) in enumerate(zip(tower.blocks, [pixels, *told])):
            seen = FIRST_SEE[i] if i < len(FIRST_SEE) else BATCH
            start = rng.integers(0, BATCH - seen + 1)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                said = block(given[start : start + seen])
            difference(said, told[i][start : start + seen], scale[i]).backward()
        optimiser.step()
        step += 1
        if step % EVERY == 0 or step == options.steps:
            row = {
                "step": step,
                "explained, each": explained(tower, dev, dev_told, together=False),
                "together": explained(tower, dev, dev_told, together=True),
                "a second": round((step - first) * BATCH / (time.time() - began)),
            }
            state = {"tower": tower.state_dict(), "optimiser": optimiser.state_dict(), "step": step}
            run.keep(row, state)


if __name__ == "__main__":
    main()
