"""Step 6. What a tower says of the photos of Flickr8k (and of coco_mini, to report): float32 [photos, turns, d] in a file each.

    python3 features.py teacher            the teacher, upright only: to choose settings of the text tower before the student is there
    python3 features.py student [--turns]  the checkpoint of distil.py
"""
import argparse

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from data import WORK, coco_mini, flickr
from image_tower import to_pixels


def photos(pairs, side=160):
    rows = [np.asarray(Image.open(p).convert("RGB").resize((side, side), Image.BILINEAR), np.uint8) for p, _ in pairs]
    return np.stack(rows)


@torch.no_grad()
def student_rows(student, views, side):
    return torch.cat([student.tower(to_pixels(views[i : i + 64], side))[0] for i in range(0, len(views), 64)]).numpy()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("tower", choices=("teacher", "student"))
    arguments.add_argument("--turns", action="store_true")
    arguments.add_argument("--side", type=int, default=160)
    arguments.add_argument("--threads", type=int, default=2)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    if options.tower == "teacher":
        from teacher import Teacher

        teacher = Teacher()

        def rows(views):
            parts = [teacher.last_map(views[i : i + 50]).mean((2, 3)).numpy() for i in range(0, len(views), 50)]
            return np.concatenate(parts)

    else:
        from distil import CHECKPOINT, Student

        student = Student().to(memory_format=torch.channels_last)
        student.load_state_dict(torch.load(CHECKPOINT)["kept"], strict=False)
        student.eval()

        def rows(views):
            return student_rows(student, views, options.side)

    for name, pairs in (("train", flickr("train")), ("dev", flickr("dev")), ("coco", coco_mini())):
        views = photos(pairs)
        turns = range(4) if options.turns else range(1)
        made = np.stack([rows(np.ascontiguousarray(np.rot90(views, -turn, (1, 2)))) for turn in turns], 1)
        np.save(WORK / f"{options.tower}-{name}.npy", made.astype(np.float32))
        print(name, made.shape, flush=True)
