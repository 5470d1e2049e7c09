"""Sizes and places by the words of docs/transformations.md, in fractions: nothing is rounded before the end."""

from dataclasses import dataclass
from fractions import Fraction

MODES = ["maintain_ratio", "maintain_ratio_no_enlarge", "force", "at_max", "at_max_enlarge", "at_least", "pad_resize",
         "pad_resize_no_enlarge", "extract", "pad_extract", "pad_extract_no_shrink"]
ANCHORS = ["center", "top", "left", "bottom", "right", "top_left", "top_right", "bottom_left", "bottom_right"]


@dataclass(frozen=True)
class Expected:
    """The result, and the box of it that shows the image; the rest is padding."""

    width: int
    height: int
    left: int
    top: int
    shown_width: int
    shown_height: int


def nearest(value: Fraction) -> int:
    """Halves go up, and nothing gets less than one pixel."""
    return max(int((value + Fraction(1, 2)) // 1), 1)


def one_side(source: tuple[int, int], width: int | None, height: int | None) -> Expected:
    """The other side keeps the ratio."""
    if width:
        height = nearest(Fraction(source[1] * width, source[0]))
    else:
        width = nearest(Fraction(source[0] * height, source[1]))
    return Expected(width, height, 0, 0, width, height)


def both_sides(source: tuple[int, int], box: tuple[int, int], mode: str, anchor: str) -> Expected:
    across, down = (Fraction(box[side], source[side]) for side in (0, 1))
    fit, cover = min(across, down), max(across, down)

    def scaled(factor: Fraction) -> tuple[int, int]:
        return nearest(source[0] * factor), nearest(source[1] * factor)

    smaller = min(source[0], box[0]), min(source[1], box[1])
    larger = max(source[0], box[0]), max(source[1], box[1])
    not_larger = scaled(min(fit, Fraction(1)))
    shaped = box if cover <= 1 else (nearest(box[0] / cover), nearest(box[1] / cover))
    result, shown = {
        "maintain_ratio": (box, box),
        "maintain_ratio_no_enlarge": (shaped, shaped),
        "force": (box, box),
        "at_max": (not_larger, not_larger),
        "at_max_enlarge": (scaled(fit), scaled(fit)),
        "at_least": (scaled(cover), scaled(cover)),
        "pad_resize": (box, scaled(fit)),
        "pad_resize_no_enlarge": (box, not_larger),
        "extract": (smaller, smaller),
        "pad_extract": (box, smaller),
        "pad_extract_no_shrink": (larger, source),
    }[mode]
    left = place(result[0] - shown[0], anchor, "left", "right")
    top = place(result[1] - shown[1], anchor, "top", "bottom")
    return Expected(*result, left, top, *shown)


def place(room: int, anchor: str, start: str, end: str) -> int:
    """The odd pixel of the room in the middle goes to the end."""
    words = anchor.split("_")
    return 0 if start in words else room if end in words else room // 2
