"""The independent implementations: Pillow in this process, sharp in one of Node.js."""

import io
import json
import math
import subprocess
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageFilter, ImageOps

import profiles
from recipes import Step

FOLDER = Path(__file__).resolve().parent
SRGB = ImageCms.createProfile("sRGB")


def pillow(source: bytes, steps: list[Step]) -> np.ndarray:
    image = opened(source)
    for step in steps:
        arguments = {name: value for name, value in step.items() if name != "step"}
        image = STEPS[step["step"]](image, **arguments)
    return np.asarray(image)


def opened(source: bytes) -> Image.Image:
    """Upright sRGB of 8 bits, with alpha where the source has some."""
    image = Image.open(io.BytesIO(source))
    icc = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if icc and image.mode in ("RGB", "CMYK"):
        # As most programs: perceptual, without black point compensation.
        image = ImageCms.profileToProfile(image, io.BytesIO(icc), SRGB, outputMode="RGB")
    transparent = image.mode in ("LA", "RGBA", "PA") or "transparency" in image.info
    return image.convert("RGBA" if transparent else "RGB")


def _scale(image, width, height, window=None):
    """Each side by its own: Lanczos where it shrinks, bicubic where it grows. In linear light and floats when the
    result has fewer pixels than the window."""
    left, top, right, bottom = window = window or (0, 0, *image.size)
    if width * height < (right - left) * (bottom - top):
        bands = [_resampled(band, width, height, window) for band in _light(image)]
        return _coded(bands)
    return _resampled(image, width, height, window)


def _resampled(image, width, height, window):
    left, top, right, bottom = window
    across, down = (_kernel(width, right - left), _kernel(height, bottom - top))
    if across == down:
        return image.resize((width, height), across, box=window)
    image = image.resize((width, image.height), across, box=(left, 0, right, image.height))
    return image.resize((width, height), down, box=(0, top, width, bottom))


def _light(image):
    """The bands in linear light, 0 to 1, multiplied by alpha; alpha behind them when there is one."""
    bands = np.asarray(image) / 255
    colours, alpha = profiles.to_linear(bands[..., :3], profiles.SRGB_CURVE), bands[..., 3:]
    bands = np.dstack([colours * alpha, alpha]) if alpha.size else colours
    return [Image.fromarray(band.astype(np.float32), "F") for band in np.moveaxis(bands, -1, 0)]


def _coded(bands):
    bands = np.dstack([np.asarray(band, float) for band in bands])
    colours, alpha = bands[..., :3], np.clip(bands[..., 3:], 0, 1)
    if alpha.size:
        colours = np.where(alpha > 0, colours / np.where(alpha > 0, alpha, 1), 0)
    colours = profiles.from_linear(np.clip(colours, 0, 1), profiles.SRGB_CURVE)
    return Image.fromarray(np.rint(np.dstack([colours, alpha]) * 255).astype(np.uint8))


def _kernel(to, length):
    return Image.Resampling.LANCZOS if to <= length else Image.Resampling.BICUBIC


def _cover(image, width, height, across, down):
    factor = max(width / image.width, height / image.height)
    inner = width / factor, height / factor
    left, top = max(image.width - inner[0], 0) * across, max(image.height - inner[1], 0) * down
    window = (left, top, min(left + inner[0], image.width), min(top + inner[1], image.height))
    return _scale(image, width, height, window)


def _cut(image, left, top, width, height):
    return image.crop((left, top, left + width, top + height))


def _pad(image, width, height, left, top, colour):
    canvas = Image.new(image.mode, (width, height), (*colour, 255)[: len(image.getbands())])
    canvas.paste(image, (left, top))
    return canvas


def _turn(image, degrees):
    quarters = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
    if degrees in quarters:
        return image.transpose(quarters[degrees])
    # Pillow's own `rotate` makes canvases of other sizes: here the middle stays in the middle of the rounded size.
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    width = round(image.width * abs(cos) + image.height * abs(sin))
    height = round(image.width * abs(sin) + image.height * abs(cos))
    x, y = image.width / 2, image.height / 2
    matrix = (cos, sin, x - cos * width / 2 - sin * height / 2, -sin, cos, y + sin * width / 2 - cos * height / 2)
    return image.convert("RGBA").transform((width, height), Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)


def _mirror(image, way):
    return ImageOps.mirror(image) if way == "h" else ImageOps.flip(image)


def _blur(image, sigma):
    mode = image.mode
    image = image.convert("RGBa") if mode == "RGBA" else image
    return image.filter(ImageFilter.GaussianBlur(sigma)).convert(mode)


def _behind(image, colour):
    ground = Image.new("RGBA", image.size, (*colour, 255))
    return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")


STEPS = {"scale": _scale, "cover": _cover, "cut": _cut, "pad": _pad, "turn": _turn, "mirror": _mirror, "blur": _blur,
         "behind": _behind}


class Sharp:
    """One process of Node.js, asked over its standard input, a line of JSON for each picture."""

    def __init__(self):
        self.process = subprocess.Popen(["node", FOLDER / "sharp.mjs"], cwd=FOLDER, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def __call__(self, source: bytes, steps: list[Step]) -> np.ndarray:
        head = json.dumps({"bytes": len(source), "steps": steps}).encode() + b"\n"
        self.process.stdin.write(head + source)
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("sharp has ended")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"sharp: {answer['error']}")
        shape = answer["height"], answer["width"], answer["channels"]
        return np.frombuffer(self.process.stdout.read(math.prod(shape)), np.uint8).reshape(shape)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()
