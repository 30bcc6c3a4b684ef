"""Step 6. What the teacher says of the photos of Flickr8k (and of coco_mini, to report): float32 [photos, 1280] in a file each.

    python3 features.py
"""
import argparse

import numpy as np
import torch
from PIL import Image

from data import WORK, coco_mini, flickr
from teacher import Teacher


def photos(pairs, side=160):
    rows = [np.asarray(Image.open(p).convert("RGB").resize((side, side), Image.BILINEAR), np.uint8) for p, _ in pairs]
    return np.stack(rows)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--threads", type=int, default=2)
    torch.set_num_threads(arguments.parse_args().threads)
    teacher = Teacher()
    for name, pairs in (("train", flickr("train")), ("dev", flickr("dev")), ("coco", coco_mini())):
        views = photos(pairs)
        made = [teacher.last_map(views[i : i + 50]).mean((2, 3)).numpy() for i in range(0, len(views), 50)]
        np.save(WORK / f"teacher-{name}.npy", np.concatenate(made).astype(np.float32))
        print(name, len(views), flush=True)
