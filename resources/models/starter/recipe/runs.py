"""What both trainings of the image tower share: going on where the last run stopped, and keeping what a run has reached."""
import json

import numpy as np
import torch

from data import WORK


class Run:
    """`saved` is what the last run kept, or None; `step` where it stopped; `rng` draws other views than it did."""

    def __init__(self, name, seed):
        self.checkpoint, self.curve = WORK / f"{name}.pt", WORK / f"{name}.jsonl"
        torch.manual_seed(seed)
        self.saved = torch.load(self.checkpoint) if self.checkpoint.exists() else None
        self.step = self.saved["step"] if self.saved else 0
        self.rng = np.random.default_rng(seed + self.step)

    def keep(self, row, state):
        """A row of the curve, printed too, and a checkpoint that is never half written."""
        print(json.dumps(row), flush=True)
        with open(self.curve, "a", encoding="utf8") as curve:
            curve.write(json.dumps(row) + "\n")
        part = self.checkpoint.with_suffix(".part")
        torch.save(state, part)
        part.rename(self.checkpoint)
