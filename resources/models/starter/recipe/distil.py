"""Step 3. Trains the image tower to say what the teacher says of every view (steps 1 and 2), with checkpoints.

The teacher's pooled features are taken to the power .7 and centred, and their 512 leading components divided by the fourth root of
their variance: what tells few photos apart counts as well as what tells all apart, which is what a projector will ask.
Loss: 1 - cosine to them, their squared difference, and the squared difference of the last maps place by place.

Towards the end, if the text tower was trained before (step 7), captions have a say too: a head on the features must find a photo's
captions among 4,096 others, as that text tower reads them.

    python3 distil.py --steps 7000                      goes on from its checkpoint when there is one
    python3 distil.py --steps 7000 --captions 0.3       the same, with captions from CAPTIONS_FROM on
    python3 distil.py --steps 7000 --fine 1000          and then on larger views
"""
import argparse
import copy
import json
import math
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from begin import begin_with
from data import WORK, flickr, squashed
from image_tower import FEATURES, ImageTower, to_pixels
from teacher import COMPONENTS, Teacher
from text_tower import LOOK, TextTower, padded
from vocabulary import Tokenizer

BATCH = 128
SIDE = 128
# The first part of the training sees smaller views: twice as many in the same time.
SMALL_SIDE, SMALL_SHARE = 96, 0.55
# The last steps are at the side that the tower is used at, at a lower rate.
FINE_SIDE, FINE_RATE = 160, 0.25
TARGETS = 512
CAPTIONS_FROM, OTHER_CAPTIONS = 0.75, 4_096
EVERY = 400
# Where training begins with a tower of a pack, the heads beside it, which know nothing yet, learn alone at first.
HEADS_FIRST = 200
POWER = 0.7
CHECKPOINT = WORK / "distil.pt"


class Student(nn.Module):
    def __init__(self):
        super().__init__()
        self.tower = ImageTower()
        self.pooled = nn.Linear(FEATURES, TARGETS)
        self.placed = nn.Linear(FEATURES, COMPONENTS)
        self.look = nn.Linear(FEATURES, LOOK)

    def forward(self, pixels):
        features, feature_map = self.tower(pixels)
        if feature_map.shape[-1] != 4:
            feature_map = F.interpolate(feature_map, size=4, mode="bilinear", align_corners=False)
        told = self.placed(feature_map.flatten(2).transpose(1, 2))
        return self.pooled(features), told, F.normalize(self.look(F.normalize(features, dim=1)), dim=1)


class Targets:
    """What is asked of the student, from what the teacher said."""

    def __init__(self, first):
        file = WORK / "targets.npz"
        if not file.exists():
            x = self.unit(torch.from_numpy(first.astype(np.float32)))
            values, vectors = torch.linalg.eigh(torch.cov(x.T))
            order = values.argsort(descending=True)[:TARGETS]
            np.savez(file, mean=x.mean(0), basis=vectors[:, order], variance=values[order])
        loaded = np.load(file)
        self.mean, variance = torch.from_numpy(loaded["mean"]), torch.from_numpy(loaded["variance"])
        self.basis = torch.from_numpy(loaded["basis"]) * variance.pow(-0.25)
        # Scaled so that the mean square of a target is 1.
        self.basis /= variance.pow(0.5).mean().sqrt()
        places = np.load(WORK / "basis.npz")["variance"].astype(np.float32)
        self.place_scale = torch.from_numpy(places).pow(-0.25) / math.sqrt(np.sqrt(places).mean())

    @staticmethod
    def unit(embeds):
        return F.normalize(embeds.clamp(min=0).pow(POWER), dim=1)

    def pooled(self, embeds):
        return (self.unit(torch.from_numpy(embeds.astype(np.float32))) - self.mean) @ self.basis

    def placed(self, maps):
        return torch.from_numpy(maps.astype(np.float32)) * self.place_scale


class Chunks:
    """All chunks that the teacher has finished; new ones join between passes. `is_fine`: with the views as large as they were drawn."""

    def __init__(self, is_fine=False):
        self.parts, self.views = {}, whole if is_fine else small
        self.look()

    def look(self):
        for file in WORK.glob("map-*.npy"):
            if ".part" in file.name:
                continue
            chunk = int(file.stem.split("-")[1])
            if chunk not in self.parts:
                names = ("embeds", "map", "about")
                # In memory and as small as the student sees them: at random from disk, views come slower than they are learned.
                self.parts[chunk] = [self.views(chunk)] + [np.load(WORK / f"{name}-{chunk}.npy") for name in names]

    def batches(self, rng):
        """Endless batches of (views, embeds, maps, about), each from one chunk, all rows once a pass."""
        while True:
            self.look()
            order = [
                (chunk, rows)
                for chunk, part in self.parts.items()
                for rows in np.array_split(rng.permutation(len(part[0])), len(part[0]) // BATCH)
            ]
            rng.shuffle(order)
            for chunk, rows in order:
                rows = np.sort(rows)
                yield [array[rows] for array in self.parts[chunk]]


def whole(chunk):
    """A chunk's views at the side that the tower is used at: uint8 [n, 160, 160, 3]."""
    return np.load(WORK / f"views-{chunk}.npy")


def small(chunk):
    """A chunk's views at the side that the student learns at: uint8 [n, 128, 128, 3]."""
    file = WORK / f"small-{chunk}.npy"
    if not file.exists():
        views = np.load(WORK / f"views-{chunk}.npy", mmap_mode="r")
        made = np.empty((len(views), SIDE, SIDE, 3), np.uint8)
        for row, view in enumerate(views):
            made[row] = np.asarray(Image.fromarray(view).resize((SIDE, SIDE), Image.BILINEAR))
        np.save(file, made)
    return np.load(file)


@torch.no_grad()
def agreement(student, targets, views, embeds, side):
    """Mean centred cosine between student and teacher."""
    student.eval()
    said = torch.cat([student(to_pixels(views[i : i + 100], side))[0] for i in range(0, len(views), 100)])
    student.train()
    return F.cosine_similarity(said, targets.pooled(embeds)).mean().item()


class Captions:
    """What the text tower says of the training captions, and the loss that asks a photo's view for its own."""

    def __init__(self):
        vocabulary = json.load(open(WORK / "tokenizer.json", encoding="utf8"))["model"]["vocab"]
        tower = TextTower(len(vocabulary)).eval()
        tower.load_state_dict(torch.load(WORK / "text.pt"))
        tokenize = Tokenizer(vocabulary)
        self.look, self.owner = {}, {}
        with torch.no_grad():
            for split in ("train", "dev"):
                ids = [tokenize(c) for _, captions in flickr(split) for c in captions]
                rows = [tower(*padded(ids[i : i + 500]))[0] for i in range(0, len(ids), 500)]
                self.look[split] = torch.cat(rows)
                owners = [i for i, (_, captions) in enumerate(flickr(split)) for _ in captions]
                self.owner[split] = torch.tensor(owners)
        self.first = {int(photo): i for i, photo in reversed(list(enumerate(self.owner["train"])))}

    def loss(self, look, photos, rng):
        """look [n, 256] and the photo of each view; -1 and photos without captions are passed over."""
        usable = [i for i, photo in enumerate(photos) if int(photo) in self.first]
        own = torch.tensor([self.first[int(photos[i])] + int(rng.integers(5)) for i in usable])
        others = torch.from_numpy(rng.choice(len(self.look["train"]), OTHER_CAPTIONS, replace=False))
        z, photo = look[usable], torch.from_numpy(photos[usable])
        right = (z * self.look["train"][own]).sum(1, keepdim=True)
        wrong = z @ self.look["train"][others].T
        wrong = wrong.masked_fill(self.owner["train"][others] == photo.unsqueeze(1), -1e4)
        return F.cross_entropy(torch.cat((right, wrong), 1) / 0.07, torch.zeros(len(usable), dtype=torch.long))

    @torch.no_grad()
    def recall(self, student, views, side):
        """Share of dev captions whose photo is among the first ten of these."""
        student.eval()
        z = torch.cat([student(to_pixels(views[i : i + 100], side))[2] for i in range(0, len(views), 100)])
        student.train()
        asked = self.owner["dev"] < len(views)
        scores, owner = self.look["dev"][asked] @ z.T, self.owner["dev"][asked]
        rank = (scores > scores[torch.arange(len(owner)), owner].unsqueeze(1)).sum(1)
        return (rank < 10).float().mean().item()


def average(into, source, decay):
    with torch.no_grad():
        for name, value in source.state_dict().items():
            kept = into.state_dict()[name]
            if value.dtype.is_floating_point:
                kept.lerp_(value, 1 - decay)
            else:
                kept.copy_(value)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=8_000)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--rate", type=float, default=2.5e-3, help="the highest; a tower that has learned wants less")
    arguments.add_argument("--begin-with", help="an image.onnx of a pack, where no checkpoint is left")
    arguments.add_argument("--fine", type=int, default=0, help="steps more, on views of 160 px, after the others")
    arguments.add_argument("--captions", type=float, default=0.0)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    rng = np.random.default_rng(options.seed)

    chunks = Chunks(is_fine=options.fine > 0)
    targets = Targets(chunks.parts[0][1])
    dev = squashed([path for path, _ in flickr("dev")[:500]])
    teacher = Teacher()
    dev_embeds = teacher.features(dev).astype(np.float16)
    student = Student().to(memory_format=torch.channels_last)
    if options.begin_with and not CHECKPOINT.exists():
        begin_with(student.tower, options.begin_with, to_pixels(chunks.parts[0][0][:512], SIDE))
        student.tower.requires_grad_(False)
    decayed = [p for p in student.parameters() if p.dim() > 1]
    plain = [p for p in student.parameters() if p.dim() <= 1]
    captions = Captions() if options.captions > 0 else None
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.03}, {"params": plain, "weight_decay": 0}], options.rate)
    kept = copy.deepcopy(student)
    step = 0
    if CHECKPOINT.exists():
        saved = torch.load(CHECKPOINT)
        # A checkpoint from before captions had a say lacks their head, and the optimiser knows nothing of it.
        missing = student.load_state_dict(saved["student"], strict=False).missing_keys
        kept.load_state_dict(saved["kept"], strict=False)
        if not missing:
            optimiser.load_state_dict(saved["optimiser"])
        step = saved["step"]
        rng = np.random.default_rng(options.seed + step)

    began, seen = time.time(), 0
    sums = torch.zeros(4)
    for views, embeds, maps, about in chunks.batches(rng):
        if step >= options.steps + options.fine:
            break
        is_fine = step >= options.steps
        progress = (step - options.steps) / options.fine if is_fine else step / options.steps
        highest = options.rate * (FINE_RATE if is_fine else min(1, (step + 1) / 300))
        rate = highest * 0.5 * (1 + math.cos(math.pi * progress))
        for group in optimiser.param_groups:
            group["lr"] = max(rate, 1e-6)
        if step == HEADS_FIRST:
            student.tower.requires_grad_(True)
        side = FINE_SIDE if is_fine else SMALL_SIDE if progress < SMALL_SHARE else SIDE
        pixels, pooled, placed = to_pixels(views, side), targets.pooled(embeds), targets.placed(maps)
        mirrored = torch.from_numpy(rng.random(len(views)) < 0.5)
        pixels[mirrored] = pixels[mirrored].flip(3)
        placed[mirrored] = placed[mirrored].reshape(-1, 4, 4, COMPONENTS).flip(2).reshape(-1, 16, COMPONENTS)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            said, said_placed, look = student(pixels)
        said, said_placed = said.float(), said_placed.float()
        told = torch.zeros(())
        if captions is not None and progress >= CAPTIONS_FROM:
            told = captions.loss(look.float(), about[:, 0], rng)
        losses = torch.stack(
            (
                1 - F.cosine_similarity(said, pooled).mean(),
                F.mse_loss(said, pooled),
                F.mse_loss(said_placed, placed),
                told,
            )
        )
        loss = losses[0] + 0.3 * losses[1] + 0.5 * losses[2] + options.captions * losses[3]
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(student.parameters(), 2.0)
        optimiser.step()
        step += 1
        average(kept, student, min(0.999, step / (step + 20)))
        sums += losses.detach()
        seen += len(views)
        if step % EVERY == 0 or step == options.steps + options.fine:
            row = {
                "step": step,
                "losses": [round(v, 4) for v in (sums / EVERY).tolist()],
                "dev cosine": round(agreement(kept, targets, dev, dev_embeds, SIDE), 4),
                "at 160": round(agreement(kept, targets, dev, dev_embeds, 160), 4),
                "dev R@10 of 500": 0 if captions is None else round(captions.recall(kept, dev, SIDE), 3),
                "views": sum(len(part[0]) for part in chunks.parts.values()),
                "a second": round(seen / (time.time() - began)),
            }
            began, seen = time.time(), 0
            sums.zero_()
            print(json.dumps(row), flush=True)
            with open(WORK / "distil.jsonl", "a", encoding="utf8") as curve:
                curve.write(json.dumps(row) + "\n")
            state = {"student": student.state_dict(), "kept": kept.state_dict()}
            torch.save(state | {"optimiser": optimiser.state_dict(), "step": step}, CHECKPOINT.with_suffix(".part"))
            CHECKPOINT.with_suffix(".part").rename(CHECKPOINT)


if __name__ == "__main__":
    main()
