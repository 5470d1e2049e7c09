"""What padding, blurring and a watermark cost at the least: the same step done by Pillow on the picture that is already
reduced, in this process, with nothing around it.

A cell with such a step is allowed this much above the plain one. The allowance is nobody's own time for the step, so a
server that is slow at it gains nothing; and it is the least of several tries in warm caches, so it is rather too small.
It is from the plain picture's pixels to the other picture's file, less the file of the plain one: what is larger than
the plain picture costs more to encode, and what is blurred costs less.
"""

import io
import statistics
import time
from pathlib import Path

from PIL import Image, ImageFilter

from asked import BLUR_SIGMA_PX, WATERMARK, Asked

TRIES = 7


def cost_ms(asked: Asked, plain: list[bytes], root: Path) -> float:
    """The mean over the pictures of a plain cell, in milliseconds of processor time. 0 for what has no step of these.

    root: where the watermark lies.
    """
    mark = (root / WATERMARK).read_bytes() if asked.effect == "watermark" else b""
    costs = []
    for file in plain:
        picture = Image.open(io.BytesIO(file)).convert("RGB")
        other = stepped(picture, asked, mark)
        costs.append(least_ms(work(picture, asked, mark))
                     + least_ms(lambda: encoded(other, asked.quality)) - least_ms(lambda: encoded(picture, asked.quality)))
    return max(0.0, statistics.mean(costs)) if costs else 0.0


def has_step(shape: str, effect: str) -> bool:
    return shape == "pad" or bool(effect)


def work(picture: Image.Image, asked: Asked, mark: bytes):
    """The step alone, to be called."""
    if asked.effect != "blur":
        return lambda: stepped(picture, asked, mark)
    # Pillow needs twice as long for three colours at full size as for what a JPEG holds of them. That is 1.2 times what
    # libvips needs for all three, which is no part of this environment.
    luma, *chroma = picture.convert("YCbCr").split()
    halves = [plane.resize(((plane.width + 1) // 2, (plane.height + 1) // 2)) for plane in chroma]
    planes = [(luma, BLUR_SIGMA_PX), *((half, BLUR_SIGMA_PX / 2) for half in halves)]
    return lambda: [plane.filter(ImageFilter.GaussianBlur(sigma)) for plane, sigma in planes]


def stepped(picture: Image.Image, asked: Asked, mark: bytes) -> Image.Image:
    if asked.shape == "pad":
        ground = Image.new("RGB", (asked.width, asked.height), (255, 255, 255))
        ground.paste(picture, ((asked.width - picture.width) // 2, (asked.height - picture.height) // 2))
        return ground
    if asked.effect == "blur":
        return picture.filter(ImageFilter.GaussianBlur(BLUR_SIGMA_PX))
    if asked.effect == "watermark":
        # Reading it is part of the step: the request names it.
        top = Image.open(io.BytesIO(mark)).convert("RGBA")
        marked = picture.copy()
        marked.paste(top, (picture.width - top.width, picture.height - top.height), top)
        return marked
    return picture


def encoded(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, subsampling=2)
    return out.getvalue()


def least_ms(work) -> float:
    """Processor time of this thread: what else the machine does is not counted."""
    spent = []
    for _ in range(TRIES):
        began = time.thread_time_ns()
        work()
        spent.append(time.thread_time_ns() - began)
    return min(spent) / 1e6
