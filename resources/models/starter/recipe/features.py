"""Step 7. What the teacher says of the photos of Flickr8k (and of coco_mini, to report): float32 [photos, 1280] in a file each.

    python3 features.py
"""
import argparse

import numpy as np
import torch

from data import WORK, coco_mini, flickr, squashed
from teacher import Teacher

if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--threads", type=int, default=2)
    torch.set_num_threads(arguments.parse_args().threads)
    teacher = Teacher()
    for name, pairs in (("train", flickr("train")), ("dev", flickr("dev")), ("coco", coco_mini())):
        made = teacher.features(squashed([path for path, _ in pairs]))
        np.save(WORK / f"teacher-{name}.npy", made)
        print(name, len(made), flush=True)
