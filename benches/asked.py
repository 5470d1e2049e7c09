"""What a client asks a server for, in no server's own words."""

from dataclasses import dataclass

# Each server counts quality by itself; these are what the published comparisons use.
QUALITY = {"jpg": 80, "webp": 80, "avif": 65, "png": 80}


@dataclass(frozen=True)
class Asked:
    """A rendition of `path` in a box of `width` × `height` px.

    shape: `fit` keeps the aspect ratio inside the box and never enlarges, `fill` covers it and cuts off the rest around
    the middle, `pad` fits and fills up with white.
    effect: none, `blur` (a Gaussian of sigma 2 px of the result) or `watermark` (the picture `WATERMARK` in a corner).
    """

    path: str
    kind: str
    width: int
    height: int
    quality: int
    shape: str = "fit"
    effect: str = ""


BLUR_SIGMA_PX = 2
WATERMARK = "watermark.png"
WATERMARK_SIDE_PX = 96
