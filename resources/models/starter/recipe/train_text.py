"""Step 7. Trains the text tower against photos that are encoded already, and so that words outside the captions keep their meaning.

Two readings of a text are trained against the photos by the same contrastive loss: the tower's own, and a map from what the given text
encoders say. The map is dropped afterwards; until then it teaches the tower how texts look whose words no caption has (COCO's
captions, names of things, single words spelled whole or in pieces). `sense` learns the first given encoder's own space.
Photos are noisy on purpose (length 1), as in `reverie fit`; the best of the checkpoints on Flickr8k's dev photos is kept.

    python3 train_text.py --photos student
"""
import argparse
import copy
import json
import math
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from data import WORK, coco_mini, flickr
from text_lists import lists
from text_tower import LOOK, TextTower, padded
from vocabulary import Tokenizer

BATCH = 256
RATE = 2e-3
TEMPERATURE = 0.06
KEPT = WORK / "text.pt"


class ToLook(nn.Module):
    """Rows of one kind → unit rows [256]: a linear map and a residual."""

    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, LOOK)
        self.inner = nn.Linear(width, 384)
        self.outer = nn.Linear(384, LOOK)
        nn.init.zeros_(self.outer.weight)

    def forward(self, x):
        return F.normalize(self.linear(x) + self.outer(F.gelu(self.inner(x))), dim=1)


def contrast(a, b, same):
    """Symmetric InfoNCE; other captions of the same photo are no negatives."""
    logits = (a @ b.T / TEMPERATURE).masked_fill(same, -1e4)
    at = torch.arange(len(a))
    return (F.cross_entropy(logits, at) + F.cross_entropy(logits.T, at)) / 2


def recall(texts, images, owner, at=(1, 5, 10)):
    """Text → image: share of texts whose photo is among the first."""
    scores = texts @ images.T
    rank = (scores > scores[torch.arange(len(texts)), owner].unsqueeze(1)).sum(1)
    return [(rank < k).float().mean().item() for k in at]


class Whitened:
    """Image features to the power .7, unit, centred, divided by the fourth root of each component's variance."""

    def __init__(self, rows):
        x = self.unit(rows)
        values, vectors = torch.linalg.eigh(torch.cov(x.T))
        keep = values.argsort(descending=True)[:512]
        self.mean, self.basis = x.mean(0), vectors[:, keep] * values[keep].clamp(min=1e-8).pow(-0.25)

    @staticmethod
    def unit(rows):
        return F.normalize(rows.clamp(min=0).pow(0.7), dim=1)

    def __call__(self, rows):
        return F.normalize((self.unit(rows) - self.mean) @ self.basis, dim=1)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--photos", choices=("teacher", "student"), default="student")
    arguments.add_argument("--steps", type=int, default=3_000)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--noise", type=float, default=1.0)
    arguments.add_argument("--unpaired", type=float, default=1.0)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    rng = np.random.default_rng(options.seed)

    texts = lists()
    tokenize = Tokenizer(json.load(open(WORK / "tokenizer.json", encoding="utf8"))["model"]["vocab"])
    ids = {name: [tokenize(t) for t in ts] for name, ts in texts.items()}
    pieces = [tokenize.word(word, whole=False) for word in texts["words"]]
    said = {n: torch.from_numpy(np.fromfile(WORK / f"texts-{n}.f32", np.float32).reshape(-1, 114)) for n in texts}
    rows = {n: torch.from_numpy(np.load(WORK / f"{options.photos}-{n}.npy")) for n in ("train", "dev", "coco")}
    whiten = Whitened(rows["train"][:, 0])
    photos = {n: torch.stack([whiten(r[:, t]) for t in range(r.shape[1])], 1) for n, r in rows.items()}
    owner = {
        "train": torch.arange(len(rows["train"])).repeat_interleave(5),
        "dev": torch.tensor([i for i, (_, cs) in enumerate(flickr("dev")) for _ in cs]),
        "coco": torch.tensor([i for i, (_, cs) in enumerate(coco_mini()) for _ in cs]),
    }
    coco_ids = [tokenize(c) for _, cs in coco_mini() for c in cs]
    captions = [[] for _ in range(len(rows["train"]))]
    at = 0
    for i, (_, cs) in enumerate(flickr("train")):
        captions[i] = list(range(at, at + len(cs)))
        at += len(cs)

    tower = TextTower(len(tokenize.vocabulary))
    image, given = ToLook(photos["train"].shape[-1]), ToLook(114)
    parts = nn.ModuleList([tower, image, given])
    optimiser = torch.optim.AdamW(parts.parameters(), RATE, betas=(0.9, 0.98), weight_decay=0.02)
    kept = copy.deepcopy(parts)
    unpaired = [("coco", i) for i in range(len(texts["coco"]))] + [("names", i) for i in range(len(texts["names"]))] * 2
    unpaired += [("words", i) for i in range(len(texts["words"]))] + [("pieces", i) for i in range(len(texts["words"]))]

    def dropped(tokens):
        """Now and then a word is missing, as in what people type."""
        left = [t for t in tokens if rng.random() > 0.15]
        return left or tokens

    @torch.no_grad()
    def judge(parts, name):
        parts.eval()
        tower, image, _ = parts
        texts_of = ids["dev"] if name == "dev" else coco_ids
        look = torch.cat([tower(*padded(texts_of[i : i + 500]))[0] for i in range(0, len(texts_of), 500)])
        figures = recall(look, image(photos[name][:, 0]), owner[name])
        parts.train()
        return figures

    best, began = 0, time.time()
    sums = torch.zeros(4)
    for step in range(1, options.steps + 1):
        rate = RATE * min(1, step / 200) * 0.5 * (1 + math.cos(math.pi * step / options.steps))
        for group in optimiser.param_groups:
            group["lr"] = max(rate, 1e-6)
        chosen = rng.choice(len(captions), BATCH, replace=False)
        which = [captions[i][rng.integers(len(captions[i]))] for i in chosen]
        turn = [rng.integers(photos["train"].shape[1]) if rng.random() < 0.2 else 0 for _ in chosen]
        x = photos["train"][torch.from_numpy(chosen), torch.tensor(turn)]
        x = x + torch.randn_like(x) * options.noise / math.sqrt(x.shape[1])
        look, sense = tower(*padded([dropped(ids["train"][i]) for i in which]))
        z = image(x)
        other = given(F.dropout(said["train"][which], 0.1))
        same = torch.zeros(BATCH, BATCH, dtype=torch.bool)
        pair = contrast(look, z, same)
        helped = contrast(other, z, same)
        sense_loss = 1 - F.cosine_similarity(sense, said["train"][which][:, :64]).mean()

        more = [unpaired[i] for i in rng.integers(len(unpaired), size=2 * BATCH)]
        tokens = [pieces[i] if n == "pieces" else ids[n][i] for n, i in more]
        told = torch.stack([said["words" if n == "pieces" else n][i] for n, i in more])
        usable = [i for i, t in enumerate(tokens) if t and float(told[i].abs().sum()) > 0]
        look2, sense2 = tower(*padded([tokens[i] for i in usable]))
        with torch.no_grad():
            aim = given(told[usable])
        alike = 1 - F.cosine_similarity(look2, aim).mean()
        sense_loss = sense_loss + 1 - F.cosine_similarity(sense2, told[usable][:, :64]).mean()

        loss = pair + 0.5 * helped + options.unpaired * alike + 2 * sense_loss
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        with torch.no_grad():
            decay = min(0.998, step / (step + 10))
            for name, value in parts.state_dict().items():
                kept.state_dict()[name].lerp_(value, 1 - decay)
        sums += torch.stack((pair, helped, alike, sense_loss)).detach()
        if step % 250 == 0:
            dev = judge(kept, "dev")
            row = {
                "step": step,
                "losses": [round(v, 3) for v in (sums / 250).tolist()],
                "dev R@1/5/10": [round(v, 3) for v in dev],
                "a second": round(step / (time.time() - began), 1),
            }
            sums.zero_()
            print(json.dumps(row), flush=True)
            if dev[2] > best:
                best = dev[2]
                state = {"parts": kept.state_dict(), "mean": whiten.mean, "basis": whiten.basis, "dev": dev}
                torch.save(state, KEPT)
    kept.load_state_dict(torch.load(KEPT)["parts"])
    print("kept: dev", [round(v, 3) for v in judge(kept, "dev")], "coco_mini", [round(v, 3) for v in judge(kept, "coco")])


if __name__ == "__main__":
    main()
