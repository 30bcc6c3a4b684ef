"""Step 8b. Trains the text tower to say of every text what the readers say of it together (step 8a), and what it means.

Beside the captions of photos it learns texts whose words no caption has: COCO's captions, names of things, single words spelled whole or
in pieces. `sense` learns the first given encoder's own space. No photo is needed; the last average of the weights is kept.

    python3 train_text.py
"""
import argparse
import json
import time

import numpy as np
import torch
import torch.nn.functional as F

from data import WORK
from looks import BATCH, Texts, Training, dropped, recall
from text_tower import SENSE, TextTower

# How often a text of each list is drawn, beside one of another.
UNPAIRED = {"coco": 1, "names": 2, "words": 1, "pieces": 1}
EVERY = 200


def apart(said, aim):
    return 1 - F.cosine_similarity(said, aim).mean()


@torch.no_grad()
def judge(tower, texts, texts_name, photos_name):
    look = torch.cat([tower(ids, (ids != 0).float())[0] for ids in texts.ids[texts_name].split(500)])
    photos = torch.from_numpy(np.load(WORK / f"aims-photos-{photos_name}.npy"))
    return recall(look, F.normalize(photos, dim=1), texts.owner[texts_name])


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=600)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)

    texts = Texts()
    aims = {name: torch.from_numpy(np.load(WORK / f"aims-{name}.npy")) for name in ("train", "coco", "names", "words")}
    aims["pieces"] = aims["words"]
    ids = torch.cat([texts.ids[name] for name in UNPAIRED])
    said = torch.cat([texts.said[name] for name in UNPAIRED])
    aim = torch.cat([aims[name] for name in UNPAIRED])
    often = torch.cat([torch.full((len(aims[name]),), float(share)) for name, share in UNPAIRED.items()])
    often[(ids[:, 0] == 1) | (said == 0).all(1)] = 0  # of these nobody knows a word
    up_to = (often.double() / often.sum()).cumsum(0)

    training = Training(TextTower(len(texts.vocabulary)), options.steps)
    began, sums = time.time(), torch.zeros(2)
    for step in range(1, options.steps + 1):
        paired = torch.randint(len(aims["train"]), (BATCH,))
        others = torch.searchsorted(up_to, torch.rand(BATCH).double()).clamp(max=len(ids) - 1)
        batch = dropped(torch.cat((texts.ids["train"][paired], ids[others])))
        look, sense = training.parts(batch, (batch != 0).float())
        losses = torch.stack(
            (
                apart(look, torch.cat((aims["train"][paired], aim[others]))),
                apart(sense, torch.cat((texts.said["train"][paired], said[others]))[:, :SENSE]),
            )
        )
        training.learn(losses.sum())
        sums += losses.detach()
        if step % EVERY == 0:
            row = {
                "step": step,
                "losses": [round(v, 3) for v in (sums / EVERY).tolist()],
                "dev R@1/5/10": judge(training.kept, texts, "dev", "dev"),
                "a second": round(step / (time.time() - began), 1),
            }
            sums.zero_()
            print(json.dumps(row), flush=True)
    torch.save(training.kept.state_dict(), WORK / "text.pt")
    print("coco_mini", judge(training.kept, texts, "mini", "coco"))


if __name__ == "__main__":
    main()
