"""What both trainings of step 8 share: texts and the teacher's photos as rows to learn from, the way into the space of looks, and figures."""
import copy
import json
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from data import WORK, coco_mini, flickr
from text_lists import lists
from text_tower import LOOK, padded
from vocabulary import Tokenizer

BATCH = 512
# Rows of words are seldom met, so they move faster than all else.
TABLE_RATE = 6
POWER = 0.7


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


class Whitened:
    """Image features to the power .7, unit, centred, their leading components divided by the fourth root of their variance."""

    def __init__(self, rows, width=512):
        x = self.unit(rows)
        values, vectors = torch.linalg.eigh(torch.cov(x.T))
        keep = values.argsort(descending=True)[:width]
        self.mean, self.basis = x.mean(0), vectors[:, keep] * values[keep].clamp(min=1e-8).pow(-0.25)

    @staticmethod
    def unit(rows):
        return F.normalize(rows.clamp(min=0).pow(POWER), dim=1)

    def __call__(self, rows):
        return F.normalize((self.unit(rows) - self.mean) @ self.basis, dim=1)


class Photos:
    """What the teacher says of Flickr8k's photos, and of the upright views of those that are trained on (step 2)."""

    def __init__(self):
        rows = {name: torch.from_numpy(np.load(WORK / f"teacher-{name}.npy")) for name in ("train", "dev", "coco")}
        whiten = Whitened(rows["train"])
        self.whole = {name: whiten(r) for name, r in rows.items()}
        embeds, owners = [], []
        for file in sorted(WORK.glob("embeds-*.npy")):
            photo, turn = np.load(WORK / file.name.replace("embeds", "about")).T
            mine = (photo >= 0) & (photo < len(rows["train"])) & (turn == 0)
            embeds.append(np.load(file)[mine].astype(np.float32))
            owners.append(photo[mine])
        order = np.argsort(np.concatenate(owners), kind="stable")
        self.views = whiten(torch.from_numpy(np.concatenate(embeds)[order]))
        self.count = torch.bincount(torch.from_numpy(np.concatenate(owners)).long(), minlength=len(rows["train"]))
        self.first = self.count.cumsum(0) - self.count

    def noisy(self, chosen):
        """Rows of training photos [n, 512]: a view of it instead of every second one, and noise of length 1 on all."""
        at = self.first[chosen] + (torch.rand(len(chosen)) * self.count[chosen]).long()
        is_view = (torch.rand(len(chosen)) < 0.5) & (self.count[chosen] > 0)
        x = torch.where(is_view.unsqueeze(1), self.views[at.clamp(max=len(self.views) - 1)], self.whole["train"][chosen])
        return x + torch.randn_like(x) / math.sqrt(x.shape[1])


class Texts:
    """Of every list: `ids` [n, 32] with zeros behind the end, and what the given text encoders say, `said` [n, 114].

    `pieces` are the words once more, spelled as if each were unknown.
    """

    def __init__(self):
        self.vocabulary = json.load(open(WORK / "tokenizer.json", encoding="utf8"))["model"]["vocab"]
        tokenize = Tokenizer(self.vocabulary)
        texts = lists()
        tokens = {name: [tokenize(text) for text in list_] for name, list_ in texts.items()}
        tokens["pieces"] = [tokenize.word(word, whole=False) for word in texts["words"]]
        tokens["mini"] = [tokenize(caption) for _, captions in coco_mini() for caption in captions]
        ids = {name: padded(list_)[0] for name, list_ in tokens.items()}
        self.ids = {name: F.pad(rows, (0, 32 - rows.shape[1])) for name, rows in ids.items()}
        said = {name: np.fromfile(WORK / f"texts-{name}.f32", np.float32) for name in texts}
        self.said = {name: torch.from_numpy(rows.reshape(-1, 114)) for name, rows in said.items()}
        self.said["pieces"] = self.said["words"]
        self.owner = {name: owners(pairs) for name, pairs in (("dev", flickr("dev")), ("mini", coco_mini()))}


def owners(pairs):
    return torch.tensor([photo for photo, (_, captions) in enumerate(pairs) for _ in captions])


def dropped(ids, share=0.15):
    """Now and then a word is missing, as in what people type; behind the longest text, columns are cut off."""
    ids = ids[:, : int((ids != 0).sum(1).max())]
    kept = (torch.rand(ids.shape) > share) & (ids != 0)
    return ids * (kept | ~kept.any(1, keepdim=True))


def recall(texts, images, owner, at=(1, 5, 10)):
    """Text → image: share of texts whose photo is among the first."""
    scores = texts @ images.T
    rank = (scores > scores[torch.arange(len(texts)), owner].unsqueeze(1)).sum(1)
    return [round((rank < k).float().mean().item(), 3) for k in at]


class Training:
    """AdamW with a rate that rises, then falls to nothing, and the average of the weights, which is what is kept."""

    def __init__(self, parts, steps, rate=2e-3):
        tables = [p for name, p in parts.named_parameters() if "table" in name]
        others = [p for name, p in parts.named_parameters() if "table" not in name]
        groups = [{"params": tables, "scale": TABLE_RATE}, {"params": others, "scale": 1}]
        self.optimiser = torch.optim.AdamW(groups, rate, betas=(0.9, 0.98), weight_decay=0.02)
        self.parts, self.steps, self.rate, self.step = parts, steps, rate, 0
        self.kept = copy.deepcopy(parts).eval()

    def learn(self, loss):
        self.step += 1
        rate = self.rate * min(1, self.step / 150) * 0.5 * (1 + math.cos(math.pi * self.step / self.steps))
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["scale"]
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        with torch.no_grad():
            decay = min(0.998, self.step / (self.step + 20))
            for kept, now in zip(self.kept.parameters(), self.parts.parameters()):
                kept.lerp_(now, 1 - decay)
