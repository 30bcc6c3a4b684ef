"""The image tower: inverted residuals on MobileNetV2's plan, so that each block has one of the teacher's to learn from; 2.2 M parameters.

Sandler et al., MobileNetV2: inverted residuals and linear bottlenecks, 2018.
"""
import torch
import torch.nn.functional as F
from torch import nn

STEM = 32
# Of each block: channels after it, stride, and how many times wider it is inside.
PLAN = (
    (16, 1, 1),
    (24, 2, 6), (24, 1, 6),
    (32, 2, 6), (32, 1, 6), (32, 1, 6),
    (64, 2, 6), (64, 1, 6), (64, 1, 6), (64, 1, 6),
    (96, 1, 6), (96, 1, 6), (96, 1, 6),
    (160, 2, 6), (160, 1, 6), (160, 1, 6),
    (320, 1, 6),
)
FEATURES = 1280


def clipped(x):
    # relu6 by another name: PyTorch 1.13 has no backward pass for that one in bfloat16.
    return x.clamp(0, 6)


class Conv(nn.Conv2d):
    """Without bias, padded as the teacher pads: with stride 2 on the far sides only, so that both see the same places."""

    def __init__(self, before, after, kernel, stride=1, groups=1):
        super().__init__(before, after, kernel, stride, 0 if stride == 2 else kernel // 2, groups=groups, bias=False)

    def forward(self, x):
        return super().forward(F.pad(x, (0, 1, 0, 1)) if self.stride[0] == 2 else x)


class Block(nn.Module):
    """Widen, look around channel by channel, narrow. The first block widens by the stem, a 3 x 3 convolution with stride 2."""

    def __init__(self, before, after, stride, times, is_first):
        super().__init__()
        inside = before * times
        self.widen = Conv(3, inside, 3, 2) if is_first else Conv(before, inside, 1)
        self.norm1 = nn.BatchNorm2d(inside)
        self.look = Conv(inside, inside, 3, stride, inside)
        self.norm2 = nn.BatchNorm2d(inside)
        self.narrow = Conv(inside, after, 1)
        self.norm3 = nn.BatchNorm2d(after)
        self.is_sum = not is_first and stride == 1 and before == after
        nn.init.normal_(self.look.weight, std=0.3)

    def forward(self, x):
        y = clipped(self.norm1(self.widen(x)))
        y = clipped(self.norm2(self.look(y)))
        y = self.norm3(self.narrow(y))
        return x + y if self.is_sum else y


class Last(nn.Module):
    """The last map: 1,280 channels."""

    def __init__(self, before):
        super().__init__()
        self.widen = Conv(before, FEATURES, 1)
        self.norm1 = nn.BatchNorm2d(FEATURES)

    def forward(self, x):
        return clipped(self.norm1(self.widen(x)))


class ImageTower(nn.Module):
    """RGB in [-1, 1], [n, 3, s, s] with s a multiple of 32 → what each of the 17 blocks and the last layer makes of it; the last is [n, 1280, s/32, s/32]."""

    def __init__(self):
        super().__init__()
        self.blocks, before = nn.ModuleList(), STEM
        for i, (after, stride, times) in enumerate(PLAN):
            self.blocks.append(Block(before, after, stride, times, is_first=i == 0))
            before = after
        self.blocks.append(Last(before))

    def forward(self, pixels):
        maps = []
        for block in self.blocks:
            maps.append(block(maps[-1] if maps else pixels))
        return maps

    def features(self, pixels):
        """[n, 1280]"""
        return self(pixels)[-1].float().mean((2, 3))


def convolutions(tower):
    """Every convolution with its norm, in order."""
    for block in tower.blocks:
        yield block.widen, block.norm1
        if isinstance(block, Block):
            yield block.look, block.norm2
            yield block.narrow, block.norm3


def to_pixels(views):
    """uint8 [n, s, s, 3] → float [n, 3, s, s] in [-1, 1]."""
    x = torch.from_numpy(views).permute(0, 3, 1, 2).float() / 127.5 - 1
    return x.contiguous(memory_format=torch.channels_last)
