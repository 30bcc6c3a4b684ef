"""The image tower: a residual network of plain 3 x 3 convolutions, quick to train and to run on a CPU, 2.5 M parameters."""
import torch
from torch import nn

WIDTHS = (40, 80, 144, 256)
DEPTHS = (1, 1, 3, 1)
FEATURES = 512


class Block(nn.Module):
    def __init__(self, before, after, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(after)
        self.short = nn.Identity()
        if stride == 2:
            self.short = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(before, after, 1, bias=False), nn.BatchNorm2d(after))
        elif before != after:
            self.short = nn.Sequential(nn.Conv2d(before, after, 1, bias=False), nn.BatchNorm2d(after))
        self.act = nn.ReLU(inplace=True)

    def forward(self, x):
        y = self.act(self.norm1(self.conv1(x)))
        return self.act(self.norm2(self.conv2(y)) + self.short(x))


class ImageTower(nn.Module):
    """RGB in [-1, 1], [n, 3, s, s] with s a multiple of 32 → features [n, 512] and the map [n, 512, s/32, s/32]."""

    def __init__(self):
        super().__init__()
        layers = [nn.Conv2d(3, WIDTHS[0], 6, 4, 1, bias=False), nn.BatchNorm2d(WIDTHS[0]), nn.ReLU(inplace=True)]
        before = WIDTHS[0]
        for stage, (after, depth) in enumerate(zip(WIDTHS, DEPTHS)):
            for block in range(depth):
                layers.append(Block(before, after, 2 if block == 0 and stage > 0 else 1))
                before = after
        layers += [nn.Conv2d(before, FEATURES, 1, bias=False), nn.BatchNorm2d(FEATURES), nn.ReLU(inplace=True)]
        self.trunk = nn.Sequential(*layers)

    def forward(self, pixels):
        feature_map = self.trunk(pixels)
        return feature_map.mean((2, 3)), feature_map


def to_pixels(views, side):
    """uint8 [n, s, s, 3] → float [n, 3, side, side] in [-1, 1]."""
    x = torch.from_numpy(views).permute(0, 3, 1, 2).float() / 127.5 - 1
    if x.shape[-1] != side:
        x = nn.functional.interpolate(x, size=side, mode="bilinear", align_corners=False, antialias=True)
    return x.contiguous(memory_format=torch.channels_last)
