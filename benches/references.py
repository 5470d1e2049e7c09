"""What a rendition is compared with: the source decoded in full, turned upright, converted to sRGB, and resampled with
Lanczos of three lobes in linear light to the rendition's own size.

Computed with NumPy in 32-bit floats, so that it is none of the compared servers' own arithmetic; kept below `target/`.
"""

import hashlib
import io
import threading
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps
from scipy.sparse import csr_matrix

import place

LOBES = 3
ORIENTATION = 0x0112
SRGB = ImageCms.createProfile("sRGB")
WHITE = (255, 255, 255)


def reference(source: Path, shape: str, width: int, height: int, upright: bool = True) -> Image.Image:
    """shape: as in `asked.Asked`; `fit` takes the whole picture, `fill` the part around the middle. upright: as its
    EXIF orientation tells to show it."""
    content = source.read_bytes()
    key = f"{hashlib.sha256(content).hexdigest()[:24]}-{shape}{'' if upright else '-stored'}"
    kept = place.MADE / "references" / f"{key}-{width}x{height}.png"
    if kept.exists():
        return Image.open(kept).convert("RGB")
    picture = opened(content, upright)
    window = covering(picture.size, (width, height)) if shape == "fill" else (0, 0, *picture.size)
    made = resampled(picture, window, width, height)
    kept.parent.mkdir(parents=True, exist_ok=True)
    # Another thread may want the same one; nobody shall see half of it.
    half = kept.with_suffix(f".{threading.get_ident()}")
    made.save(half, "PNG")
    half.rename(kept)
    return made


def is_turned(source: Path) -> bool:
    with Image.open(source) as image:
        return image.getexif().get(ORIENTATION, 1) != 1


def opened(content: bytes, upright: bool) -> Image.Image:
    """As sRGB, with alpha where it has some."""
    image = Image.open(io.BytesIO(content))
    icc = image.info.get("icc_profile")
    if upright:
        image = ImageOps.exif_transpose(image)
    if icc and image.mode in ("RGB", "CMYK"):
        image = ImageCms.profileToProfile(image, io.BytesIO(icc), SRGB, outputMode="RGB")
    return image.convert("RGBA") if image.has_transparency_data else image.convert("RGB")


def covering(size: tuple[int, int], box: tuple[int, int]) -> tuple[float, float, float, float]:
    """The largest window of the box's aspect ratio around the middle: left, top, right, bottom."""
    factor = max(box[0] / size[0], box[1] / size[1])
    inner = box[0] / factor, box[1] / factor
    left, top = (size[0] - inner[0]) / 2, (size[1] - inner[1]) / 2
    return left, top, left + inner[0], top + inner[1]


def resampled(picture: Image.Image, window, width: int, height: int) -> Image.Image:
    """In linear light; alpha is premultiplied, and what is transparent then lies on white."""
    left, top, right, bottom = window
    across, down = weights(left, right, picture.width, width), weights(top, bottom, picture.height, height)
    values = np.asarray(picture)
    alpha = values[..., 3].astype(np.float32) / 255 if values.shape[2] == 4 else None
    coverage = None if alpha is None else np.clip(across @ (down @ alpha).T, 0, 1).T
    planes = []
    for band in range(3):
        light = TO_LINEAR[values[..., band]]
        small = (across @ (down @ (light if alpha is None else light * alpha)).T).T
        planes.append(small)
    light = np.stack(planes, axis=-1)
    if coverage is not None:
        return laid_on_white(light, coverage)
    return Image.fromarray(from_linear(light))


def laid_on_white(premultiplied: np.ndarray, coverage: np.ndarray) -> Image.Image:
    """As browsers do it, in sRGB values and not in light."""
    light = premultiplied / np.maximum(coverage, 1e-4)[..., None]
    top = Image.fromarray(from_linear(light)).convert("RGBA")
    top.putalpha(Image.fromarray(np.rint(coverage * 255).astype(np.uint8)))
    return on_white(top)


def on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    picture = picture.convert("RGBA")
    ground = Image.new("RGBA", picture.size, (*WHITE, 255))
    return Image.alpha_composite(ground, picture).convert("RGB")


def weights(start: float, end: float, length: int, to: int) -> csr_matrix:
    """A row of weights for each of `to` samples, over `length` of them, of the stretch from `start` to `end`."""
    scale = (end - start) / to
    stretch = max(scale, 1)  # Shrinking needs a wider kernel, growing none.
    rows, columns, values = [], [], []
    for index in range(to):
        centre = start + (index + 0.5) * scale
        first, last = int(np.floor(centre - LOBES * stretch)), int(np.ceil(centre + LOBES * stretch))
        taps = np.arange(first, last + 1)
        weight = lanczos((taps + 0.5 - centre) / stretch)
        # Beyond the edge the outermost sample goes on.
        rows.append(np.full(taps.size, index))
        columns.append(np.clip(taps, 0, length - 1))
        values.append(weight / weight.sum())
    flat = (np.concatenate(rows), np.concatenate(columns))
    return csr_matrix((np.concatenate(values).astype(np.float32), flat), shape=(to, length))


def lanczos(x: np.ndarray) -> np.ndarray:
    return np.where(np.abs(x) < LOBES, np.sinc(x) * np.sinc(x / LOBES), 0)


def _to_linear(values: np.ndarray) -> np.ndarray:
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


TO_LINEAR = _to_linear(np.arange(256) / 255).astype(np.float32)


def from_linear(light: np.ndarray) -> np.ndarray:
    light = np.clip(light, 0, 1)
    values = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(values * 255).astype(np.uint8)
