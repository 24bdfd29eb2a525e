"""Which blocks the U-Net has, and what a pass through them costs. Standard library only: plans read it, too."""

import dataclasses
from collections.abc import Sequence

# Maps that a training holds of each block, over those that go in and come out: of norms, activations, convolutions.
_HELD_IN, _HELD_OUT = 3, 4


@dataclasses.dataclass(frozen=True)
class BlockPlan:
    """A residual block. side: of the maps that come out; resample: "", down or up."""

    inputs: int
    outputs: int
    side: int
    attention: bool = False
    resample: str = ""

    @property
    def multiply_adds(self) -> int:
        """Of one image: two 3 x 3 convolutions, that of the skip, attention."""
        pixels = self.side**2
        made = 9 * (self.inputs + self.outputs) * self.outputs * pixels
        if self.resample or self.inputs != self.outputs:
            # Of the small maps, where the side is doubled.
            made += self.inputs * self.outputs * (pixels // 4 if self.resample == "up" else pixels)
        if self.attention:
            made += 4 * self.outputs**2 * pixels + 2 * self.outputs * pixels**2
        return made

    @property
    def held(self) -> int:
        """Numbers of one image that a training holds for its way back, about."""
        return (_HELD_IN * self.inputs + _HELD_OUT * self.outputs) * self.side**2


@dataclasses.dataclass(frozen=True)
class Layout:
    """A U-Net: maps and side of its first level, and its blocks on the way down, at the bottom and on the way up."""

    first: int
    size_px: int
    down: Sequence[BlockPlan]
    middle: Sequence[BlockPlan]
    up: Sequence[BlockPlan]

    def multiply_adds(self, channels: int) -> int:
        """Of one pass of one image with so many channels; the embedding's are left out, they are few."""
        ends = 2 * 9 * channels * self.first * self.size_px**2
        return ends + sum(block.multiply_adds for block in self._blocks)

    @property
    def held(self) -> int:
        """Numbers of one image that a training holds, about."""
        return sum(block.held for block in self._blocks)

    @property
    def _blocks(self) -> list[BlockPlan]:
        return [*self.down, *self.middle, *self.up]


def layout_of(size_px: int, maps: Sequence[int], blocks: int, attention_px: int) -> Layout:
    """Of a U-Net with these maps of each level, from the image's side downwards, and residual blocks of a level.

    attention_px: the largest side that has self-attention, beside the bottom.
    """
    levels = [(size_px >> level, width) for level, width in enumerate(maps)]
    down, up, current, skips = [], [], maps[0], [maps[0]]
    for side, width in levels:
        if side < size_px:
            down.append(BlockPlan(current, current, side, resample="down"))
            skips.append(current)
        for _ in range(blocks):
            down.append(BlockPlan(current, width, side, side <= attention_px))
            current = width
            skips.append(current)
    lowest = levels[-1][0]
    middle = [BlockPlan(current, current, lowest, attention=True), BlockPlan(current, current, lowest)]
    for side, width in reversed(levels):
        if side > lowest:
            up.append(BlockPlan(current, width, side, resample="up"))
            current = width
        for number in range(blocks + 1):
            up.append(BlockPlan(current + skips.pop(), width, side, number == blocks and side <= attention_px))
            current = width
    return Layout(maps[0], size_px, down, middle, up)
