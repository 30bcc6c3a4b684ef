"""The photos that the starter's image tower learns from: train splits only (see README.md)."""
import json
import os
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("REVERIE_TEST_DATA", HERE.parents[3].parent / "shared/data"))
WORK = Path(os.environ.get("REVERIE_RECIPE_WORK", "/tmp/reverie-starter"))


def flickr(split):
    """[(path, captions)] of one split of Flickr8k, in the order of its list."""
    rows = [json.loads(line) for line in open(DATA / "flickr8k/pairs.jsonl", encoding="utf8")]
    return [(DATA / "flickr8k" / row["image"], row["captions"]) for row in rows if row["split"] == split]


def coco_mini():
    """[(path, captions)] of the set that is only ever reported on."""
    rows = [json.loads(line) for line in open(DATA / "coco_mini/pairs.jsonl", encoding="utf8")]
    return [(DATA / "coco_mini" / row["image"], row["captions"]) for row in rows]


def training_photos():
    """Paths of all photos that may be learned from. Photos without captions come last."""
    return [path for path, _ in flickr("train")] + sorted((DATA / "imagenet_sample").glob("*.jpg"))


def squashed(paths, side=160):
    """Photos as the app shows them to the tower: uint8 [n, side, side, 3]."""
    views = [Image.open(path).convert("RGB").resize((side, side), Image.BILINEAR) for path in paths]
    return np.stack([np.asarray(view, np.uint8) for view in views])
