"""Step 8a. Trains readers, which are larger than the text tower may be, and writes what they say together of every text (step 8b).

A reader is given what the given text encoders say of a text, and has a table of its own for the words of the training captions. It is
trained against the teacher's photos by a contrastive loss. What the readers say, side by side, is turned to the 256 directions in which
they say most of the photos: that is the space of looks. `aims-<list>.npy` is float32 [n, 256], about of length 1.

    python3 readers.py
"""
import argparse
import json
import math
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from data import WORK
from looks import BATCH, Photos, Texts, ToLook, Training, dropped, recall
from text_tower import LOOK, pooled

ROW = 128
STEPS = 800
TEMPERATURE = 0.05


class Reader(nn.Module):
    def __init__(self, known):
        """`known` [entries]: the row of each entry of the vocabulary, 0 for those that this reader has no row for."""
        super().__init__()
        self.register_buffer("known", known)
        self.table = nn.Embedding(int(known.max()) + 1, ROW, padding_idx=0)
        nn.init.normal_(self.table.weight, std=0.1)
        self.weight = nn.Embedding(int(known.max()) + 1, 1, padding_idx=0)
        nn.init.zeros_(self.weight.weight)
        self.look = ToLook(2 * ROW + 114)
        with torch.no_grad():
            self.look.linear.weight[:, 2 * ROW :] *= 3

    def forward(self, ids, said):
        """ids [n, t], said [n, 114] → unit rows [n, 256]."""
        rows = self.known[ids]
        rows[(rows == 0).all(1), 0] = 1  # the row of texts without a word that is known
        words = torch.cat(pooled(self.table, self.weight, rows, (rows != 0).float()), 1)
        return self.look(torch.cat((F.dropout(words, 0.3, self.training), F.dropout(said, 0.1, self.training)), 1))


def contrast(texts, images):
    """Symmetric InfoNCE."""
    logits = texts @ images.T / TEMPERATURE
    at = torch.arange(len(texts))
    return (F.cross_entropy(logits, at) + F.cross_entropy(logits.T, at)) / 2


def train(seed, known, texts, photos):
    torch.manual_seed(seed)
    training = Training(nn.ModuleList([Reader(known), ToLook(photos.views.shape[1])]), STEPS)
    reader, image = training.parts
    began = time.time()
    for _ in range(STEPS):
        chosen = torch.randperm(len(photos.whole["train"]))[:BATCH]
        captions = chosen * 5 + torch.randint(5, (BATCH,))
        said = reader(dropped(texts.ids["train"][captions]), texts.said["train"][captions])
        training.learn(contrast(said, image(photos.noisy(chosen))))
    reader, image = training.kept
    with torch.no_grad():
        dev = recall(reader(texts.ids["dev"], texts.said["dev"]), image(photos.whole["dev"]), texts.owner["dev"])
    print(json.dumps({"seed": seed, "dev R@1/5/10": dev, "seconds": round(time.time() - began)}), flush=True)
    return training.kept


@torch.no_grad()
def together(parts):
    """What several say [n, 256 · readers], as if one said it: its dot products are the mean of theirs."""
    return torch.cat(parts, 1) / math.sqrt(len(parts))


@torch.no_grad()
def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--readers", type=int, default=5)
    arguments.add_argument("--threads", type=int, default=2)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    texts, photos = Texts(), Photos()
    count = torch.bincount(texts.ids["train"].flatten(), minlength=len(texts.vocabulary))
    is_known = count >= 2
    is_known[:2] = False  # padding, and what cannot be spelled
    known = (is_known.cumsum(0) + 1) * is_known
    with torch.enable_grad():
        trained = [train(seed, known, texts, photos) for seed in range(1, options.readers + 1)]

    seen = {name: together([image(rows) for _, image in trained]) for name, rows in photos.whole.items()}
    values, vectors = torch.linalg.eigh(seen["train"].T @ seen["train"])
    turn = vectors[:, values.argsort(descending=True)[:LOOK]]
    aims = {}
    for name, said in texts.said.items():
        if name == "pieces":
            continue
        parts = zip(texts.ids[name].split(2_000), said.split(2_000))
        aims[name] = torch.cat([together([reader(*part) for reader, _ in trained]) @ turn for part in parts])
    aims |= {f"photos-{name}": rows @ turn for name, rows in seen.items()}
    for name, rows in aims.items():
        np.save(WORK / f"aims-{name}.npy", rows.numpy())
    print("together: dev", recall(aims["dev"], aims["photos-dev"], texts.owner["dev"]))


if __name__ == "__main__":
    main()
