"""How far two pictures are apart, as a viewer sees it. Pictures are arrays of height × width × 3 or 4 bands, 0 to 255."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image
from ssimulacra2 import compute_ssimulacra2

import profiles

# What transparent pictures are laid on: a fringe that one of them hides shows on another.
BACKDROPS = {"white": (255, 255, 255), "black": (0, 0, 0), "magenta": (255, 0, 255)}

# Below this the metric's smallest scale holds next to nothing.
SSIMULACRA2_SIDE_PX = 48


@dataclass(frozen=True)
class Distance:
    """SSIMULACRA2 is 100 for equal pictures, 90 where nobody sees a difference; None for pictures too small for it.
    Delta E (CIEDE2000) is 0 for equal colours, 1 where a difference is just seen."""

    ssimulacra2: float | None
    mean: float
    largest: float

    def passes(self) -> bool:
        return self.mean <= 1 or (self.ssimulacra2 is not None and self.ssimulacra2 >= 90)


def distance(reference: np.ndarray, seen: np.ndarray) -> Distance:
    """The worst over all backdrops when one of the two has alpha."""
    if reference.shape[2] == 3 and seen.shape[2] == 3:
        return _opaque(reference, seen)
    found = [_opaque(over(reference, colour), over(seen, colour)) for colour in BACKDROPS.values()]
    scores = [each.ssimulacra2 for each in found if each.ssimulacra2 is not None]
    return Distance(min(scores, default=None), max(each.mean for each in found), max(each.largest for each in found))


def over(picture: np.ndarray, colour) -> np.ndarray:
    """Laid on a colour; not rounded."""
    if picture.shape[2] == 3:
        return picture.astype(float)
    alpha = picture[..., 3:] / 255
    return picture[..., :3] * alpha + np.array(colour) * (1 - alpha)


def _opaque(reference: np.ndarray, seen: np.ndarray) -> Distance:
    errors = delta_e(lab(reference), lab(seen))
    score = None
    if min(reference.shape[:2]) >= SSIMULACRA2_SIDE_PX:
        score = float(compute_ssimulacra2(_file(reference), _file(seen)))
    return Distance(score, float(errors.mean()), float(errors.max()))


def _file(picture: np.ndarray) -> io.BytesIO:
    out = io.BytesIO()
    Image.fromarray(np.rint(picture).astype(np.uint8)).save(out, "PNG", compress_level=0)
    out.seek(0)
    return out


def lab(picture: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of sRGB."""
    linear = profiles.to_linear(picture.astype(float) / 255, profiles.SRGB_CURVE)
    ratio = linear @ profiles.colorants(profiles.SRGB).T / profiles.D50
    root = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def delta_e(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """CIEDE2000 of L*a*b* colours, by the formula of CIE 142-2001 with all weights 1."""
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(one, -1, 0), np.moveaxis(other, -1, 0)
    mean7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - np.sqrt(mean7 / (mean7 + 25.0**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    grey = c1 * c2 == 0
    turn = np.where(grey, 0, (h2 - h1 + 180) % 360 - 180)
    # Hues exactly opposite: the formula takes +180.
    turn = np.where((turn == -180) & (h2 > h1), 180, turn)
    delta_l, delta_c = l2 - l1, c2 - c1
    delta_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    l, c = (l1 + l2) / 2, (c1 + c2) / 2
    far = np.abs(h1 - h2) > 180
    h = np.where(grey, h1 + h2, np.where(far, np.where(h1 + h2 < 360, h1 + h2 + 360, h1 + h2 - 360), h1 + h2) / 2)
    t = (1 - 0.17 * _cos(h - 30) + 0.24 * _cos(2 * h) + 0.32 * _cos(3 * h + 6) - 0.20 * _cos(4 * h - 63))
    s_l = 1 + 0.015 * (l - 50) ** 2 / np.sqrt(20 + (l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c, 1 + 0.015 * c * t
    r_c = 2 * np.sqrt(c**7 / (c**7 + 25.0**7))
    r_t = -np.sin(np.radians(60 * np.exp(-(((h - 275) / 25) ** 2)))) * r_c
    parts = (delta_l / s_l) ** 2 + (delta_c / s_c) ** 2 + (delta_h / s_h) ** 2
    return np.sqrt(np.maximum(parts + r_t * (delta_c / s_c) * (delta_h / s_h), 0))


def _cos(degrees: np.ndarray) -> np.ndarray:
    return np.cos(np.radians(degrees))


def centroid(picture: np.ndarray) -> tuple[float, float]:
    """x and y, in pixels from the corner, of the middle of what is lighter than the picture's darkest value."""
    light = picture[..., :3].astype(float).mean(axis=2)
    light = light - light.min()
    x, y = np.arange(light.shape[1]) + 0.5, np.arange(light.shape[0]) + 0.5
    return float((light.sum(axis=0) * x).sum() / light.sum()), float((light.sum(axis=1) * y).sum() / light.sum())
