"""Step 6a. All texts that the text tower learns from or is chosen on, by list, for step 6b (teach-texts.ts).

    python3 text_lists.py
"""
import json

from data import WORK, flickr
from vocabulary import coco_captions, names_of_things


def lists():
    vocabulary = json.load(open(WORK / "tokenizer.json", encoding="utf8"))["model"]["vocab"]
    return {
        "train": [c for _, captions in flickr("train") for c in captions],
        "dev": [c for _, captions in flickr("dev") for c in captions],
        "coco": coco_captions(),
        "names": names_of_things(),
        "words": [word for word in vocabulary if len(word) > 1 and word.isalpha()],
    }


if __name__ == "__main__":
    with open(WORK / "texts.json", "w", encoding="utf8") as file:
        json.dump(lists(), file)
