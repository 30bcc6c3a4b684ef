"""The text tower: a table of words, pooled by mean and by maximum, and a small network on top.

`look` [256] says what a text looks like, in a space that photos are brought to; `sense` [64] says what it means, as the given
text encoders see it. The sentence embedding is both, each of length 1: [320].
"""
import torch
import torch.nn.functional as F
from torch import nn

ROW = 160
LOOK = 256
SENSE = 64


def pooled(table, weight, ids, mask):
    """Rows of a table [entries, r] → their weighted mean and their largest, [n, r] each."""
    rows = table(ids)
    weights = weight(ids).squeeze(-1).exp() * mask
    mean = (rows * weights.unsqueeze(-1)).sum(1) / weights.sum(1, keepdim=True).clamp(min=1e-6)
    return mean, (rows - 1e4 * (1 - mask).unsqueeze(-1)).amax(1)


class TextTower(nn.Module):
    def __init__(self, entries):
        super().__init__()
        self.table = nn.Embedding(entries, ROW, padding_idx=0)
        nn.init.normal_(self.table.weight, std=0.1)
        self.weight = nn.Embedding(entries, 1, padding_idx=0)
        nn.init.zeros_(self.weight.weight)
        self.wide = nn.Linear(2 * ROW, LOOK)
        self.inner = nn.Linear(2 * ROW, 384)
        self.outer = nn.Linear(384, LOOK)
        nn.init.zeros_(self.outer.weight)
        self.sense = nn.Linear(ROW, SENSE)
        self.dropout = nn.Dropout(0.2)

    def forward(self, ids, mask):
        """ids [n, t], mask float [n, t] → unit rows look [n, 256] and sense [n, 64]."""
        mean, largest = pooled(self.table, self.weight, ids, mask)
        both = self.dropout(torch.cat((mean, largest), 1))
        look = self.wide(both) + self.outer(F.gelu(self.inner(both)))
        return F.normalize(look, dim=1), F.normalize(self.sense(mean), dim=1)


def padded(texts, length=32):
    """Lists of ids → ids [n, t] and mask [n, t]; a text without a known word is [UNK]."""
    kept = [t[:length] or [1] for t in texts]
    width = max(map(len, kept))
    ids = torch.tensor([t + [0] * (width - len(t)) for t in kept])
    return ids, (ids != 0).float()
