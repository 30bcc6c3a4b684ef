"""Step 1. Draws views of the training photos: crops, turns, mirrorings, changes of light and blends, 160 x 160 bytes each, in the last chunks 192 x 192.

Views are drawn once and kept, so that the teacher has seen exactly what the student sees (Beyer et al., 2022: "a good teacher
is patient and consistent"). One chunk is a file of uint8 [n, s, s, 3] and a file of int32 [n, 2]: photo, turn in degrees
(photo -1: a blend of two, which no caption belongs to).

    python3 views.py --chunks 8
"""
import argparse
import math
import random
from multiprocessing import Pool

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from data import WORK, training_photos

# At first smaller views, which are learned faster; at the end those as large as the tower is used at.
SIDE, FINE_SIDE = 160, 192
FIRST_FINE_CHUNK = 5
PER_CHUNK = 14_000
_photos = []


def draw(rng, image, side):
    """One view and its turn. Half of all views are upright; a third of them is close to the whole photo."""
    width, height = image.size
    low = 0.7 if rng.random() < 0.35 else 0.2
    share = rng.uniform(low, 1.0)
    aspect = math.exp(rng.uniform(math.log(0.72), math.log(1.39)))
    w = min(width, max(16, round(width * math.sqrt(share * aspect))))
    h = min(height, max(16, round(height * math.sqrt(share / aspect))))
    x, y = rng.randint(0, width - w), rng.randint(0, height - h)
    view = image.resize((side, side), Image.BILINEAR, box=(x, y, x + w, y + h))
    if rng.random() < 0.5:
        view = view.transpose(Image.FLIP_LEFT_RIGHT)
    turn = 0 if rng.random() < 0.55 else rng.choice((90, 180, 270))
    if turn:
        view = view.rotate(turn)
    if rng.random() < 0.5:
        view = ImageEnhance.Brightness(view).enhance(rng.uniform(0.45, 1.35))
        view = ImageEnhance.Contrast(view).enhance(rng.uniform(0.6, 1.4))
        view = ImageEnhance.Color(view).enhance(rng.uniform(0.3, 1.6))
    if rng.random() < 0.08:
        view = view.convert("L").convert("RGB")
    if rng.random() < 0.08:
        small = rng.randint(40, 90)
        view = view.resize((small, small), Image.BILINEAR).resize((side, side), Image.BILINEAR)
    if rng.random() < 0.05:
        view = view.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 1.5)))
    return np.asarray(view, np.uint8), turn


def blend(rng, a, b):
    """A quarter of the views shows two photos: one pasted into the other, or one shining through."""
    if rng.random() < 0.5:
        share = rng.uniform(0.15, 0.85)
        return (a * share + b * (1 - share)).astype(np.uint8)
    out, side = a.copy(), len(a)
    w, h = rng.randint(side // 4, side - 24), rng.randint(side // 4, side - 24)
    x, y = rng.randint(0, side - w), rng.randint(0, side - h)
    out[y : y + h, x : x + w] = b[y : y + h, x : x + w]
    return out


def open_photos():
    if not _photos:
        for path in training_photos():
            with Image.open(path) as image:
                _photos.append(image.convert("RGB"))


def draw_chunk(chunk):
    done = WORK / f"views-{chunk}.npy"
    if done.exists():
        return
    open_photos()
    side = FINE_SIDE if chunk >= FIRST_FINE_CHUNK else SIDE
    rng = random.Random(1_000 + chunk)
    order = [i for i in range(len(_photos)) for _ in range(PER_CHUNK // len(_photos))]
    rng.shuffle(order)
    pixels = np.empty((len(order), side, side, 3), np.uint8)
    about = np.empty((len(order), 2), np.int32)
    for row, photo in enumerate(order):
        view, turn = draw(rng, _photos[photo], side)
        if rng.random() < 0.22:
            other, _ = draw(rng, _photos[rng.randrange(len(_photos))], side)
            view, photo = blend(rng, view, other), -1
        pixels[row], about[row] = view, (photo, turn)
    np.save(WORK / f"about-{chunk}.npy", about)
    part = WORK / f"views-{chunk}.part.npy"
    np.save(part, pixels)
    part.rename(done)


def batches(rng, size, side):
    """Endless batches of views, uint8 [size, side, side, 3], from all chunks of that side; neighbours in a chunk are strangers."""
    files = [file for file in sorted(WORK.glob("views-*.npy")) if ".part" not in file.name]
    chunks = [chunk for chunk in (np.load(file, mmap_mode="r") for file in files) if chunk.shape[1] == side]
    if not chunks:
        raise ValueError(f"views of {side} px are missing: python3 views.py --chunks 8")
    while True:
        chunk = chunks[rng.integers(len(chunks))]
        start = rng.integers(0, len(chunk) - size)
        yield np.array(chunk[start : start + size])


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--chunks", type=int, default=8)
    arguments.add_argument("--from", dest="first", type=int, default=0)
    arguments.add_argument("--processes", type=int, default=2)
    options = arguments.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    with Pool(options.processes) as pool:
        pool.map(draw_chunk, range(options.first, options.chunks), chunksize=1)
