"""The charts that the suite is run on, drawn in code: what each shows is known exactly."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

import profiles

EXIF_ORIENTATION = 0x0112


def drawn() -> dict[str, bytes]:
    """Every chart by its file name."""
    photo = scene(480, 320)
    charts = {
        "edges.png": png(edges(401, 300)),
        "zone-plate.png": png(zone_plate(400)),
        "gradients.png": png(gradients(512, 256)),
        "patches.png": png(patches()),
        "scene.png": png(photo),
        "blob.png": png(blob(301, 201)),
        "grey-alpha.png": png(grey_alpha()),
        "disc.png": png(disc(301)),
        "deep.png": deep_png(deep_gradient(400, 200)),
        "deep-alpha.png": deep_png(deep_alpha()),
        "palette.png": palette(photo),
        "grey.jpg": jpeg(Image.fromarray(bytes8(photo), "RGB").convert("L")),
        "inks.jpg": jpeg(inks(), icc_profile=profiles.ink_profile()),
        "scene.jpg": jpeg(Image.fromarray(bytes8(photo))),
        "scene-cut.jpg": jpeg(Image.fromarray(bytes8(scene(1601, 1067))), quality=92),
    }
    for name, (title, primaries, curve) in WIDE.items():
        colours = in_profile(primaries, curve)
        icc = profiles.matrix_profile(title, primaries, curve)
        charts[f"{name}.png"] = png(colours, icc_profile=icc)
        charts[f"{name}.jpg"] = jpeg(Image.fromarray(bytes8(colours)), icc_profile=icc)
    upright = Image.fromarray(bytes8(scene(320, 200)))
    for orientation in range(1, 9):
        charts[f"orientation-{orientation}.jpg"] = turned_by_camera(upright, orientation)
    return charts


# File name: what the profile calls itself, its primaries, its curve. The last one's name says sRGB and its numbers do not.
WIDE = {
    "p3": ("Display P3", profiles.P3, profiles.SRGB_CURVE),
    "adobe": ("Compatible with Adobe RGB (1998)", profiles.ADOBE, profiles.ADOBE_CURVE),
    "linear": ("sRGB primaries, linear", profiles.SRGB, profiles.LINEAR_CURVE),
}


def in_profile(primaries, curve) -> np.ndarray:
    """The patches, described in other primaries."""
    return profiles.converted(patches(), (profiles.SRGB, profiles.SRGB_CURVE), (primaries, curve))


# ---------------------------------------------------------------- what is on them, from 0 to 1


def grid(width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """x and y of each pixel's centre."""
    return np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)


def edges(width: int, height: int) -> np.ndarray:
    """Bars with slanted edges, sharp to a pixel, in black and white and in colours."""
    x, y = grid(width, height)
    slanted = np.clip(np.sin((x + 0.09 * y) * 2 * np.pi / 80) * 8, -0.5, 0.5) + 0.5
    top = np.array([0.1, 0.1, 0.1]) + slanted[..., None] * np.array([0.8, 0.8, 0.8])
    bottom = np.array([0.8, 0.15, 0.2]) + slanted[..., None] * np.array([-0.65, 0.4, 0.6])
    return np.where((y < height / 2)[..., None], top, bottom)


def zone_plate(side: int) -> np.ndarray:
    """Rings that get finer outwards, up to a period of 4 pixels at the middle of a side."""
    x, y = grid(side, side)
    squared = (x - side / 2) ** 2 + (y - side / 2) ** 2
    return np.repeat(0.5 + 0.45 * np.cos(np.pi * squared / (2 * side))[..., None], 3, axis=2)


def gradients(width: int, height: int) -> np.ndarray:
    x, y = grid(width, height)
    ramp, band = x / width, np.floor(y * 8 / height).astype(int)
    colours = np.array([[1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1], [1, 0, 1], [0.8, 0.5, 0.3]])
    return ramp[..., None] * colours[band]


def patches(side: int = 60) -> np.ndarray:
    """Thirty flat colours of sRGB, from grey to full, in six columns."""
    levels = [0.08, 0.25, 0.5, 0.75, 0.97]
    rows = []
    for level in levels:
        low = level * 0.25
        rows.append([(level,) * 3, (level, low, low), (low, level, low), (low, low, level), (level, level, low),
                     (level, 0.6 * level, 0.45 * level)])
    return np.kron(np.array(rows), np.ones((side, side, 1)))


def scene(width: int, height: int) -> np.ndarray:
    """Something between a photograph and a chart: soft shapes, fine texture, skies, no symmetry."""
    x, y = grid(width, height)
    x, y = x / height, y / height
    noise = np.random.default_rng(7)
    picture = np.stack([0.35 + 0.3 * y, 0.5 + 0.2 * x * (1 - y), 0.9 - 0.5 * y], axis=-1)
    for _ in range(60):
        centre, size = noise.uniform([0, 0.2], [width / height, 1]), noise.uniform(0.02, 0.15)
        inside = 0.5 - 0.5 * np.tanh((np.hypot(x - centre[0], y - centre[1]) - size) * height / 4)
        shade = noise.uniform(0.05, 0.95, 3) * (0.85 + 0.15 * np.sin((x * noise.uniform(30, 90) + y * 40)))[..., None]
        picture += inside[..., None] * (shade - picture)
    return np.clip(picture, 0, 1)


def blob(width: int, height: int) -> np.ndarray:
    """A soft light spot exactly in the middle."""
    x, y = grid(width, height)
    distance = ((x - width / 2) ** 2 + (y - height / 2) ** 2) / (2 * (height / 8) ** 2)
    return np.repeat(0.05 + 0.85 * np.exp(-distance)[..., None], 3, axis=2)


def disc(side: int) -> np.ndarray:
    """An orange disc with a soft edge; what is transparent around it hides green and magenta."""
    x, y = grid(side, side)
    radius = np.hypot(x - side / 2, y - side / 2)
    alpha = np.clip((side * 0.4 - radius) / 3 + 0.5, 0, 1)
    hidden = np.where((x < side / 2)[..., None], [0, 1, 0], [1, 0, 1])
    visible = np.array([0.95, 0.55, 0.1]) * (0.7 + 0.3 * y / side)[..., None]
    return np.dstack([np.where((alpha > 0)[..., None], visible, hidden), alpha])


def grey_alpha() -> np.ndarray:
    """Grey from left to right, opacity from top to bottom; two bands."""
    x, y = grid(320, 240)
    return np.dstack([x / 320, y / 240])


def deep_gradient(width: int, height: int) -> np.ndarray:
    """So flat that 8 bits show steps of many pixels."""
    x, y = grid(width, height)
    return np.dstack([0.2 + 0.2 * x / width, 0.5 + 0.1 * y / height, 0.7 - 0.2 * x / width])


def deep_alpha() -> np.ndarray:
    return np.dstack([deep_gradient(300, 200), deep_gradient(300, 200)[:, ::-1, :1]])


def inks() -> Image.Image:
    x, y = grid(480, 320)
    cyan, magenta = 0.5 + 0.5 * np.sin(x / 60), y / 320
    yellow, black = 0.5 + 0.5 * np.cos((x + y) / 90), np.clip((x - 300) / 300, 0, 0.6)
    return Image.fromarray(bytes8(np.dstack([cyan, magenta, yellow, black])), "CMYK")


# ---------------------------------------------------------------- files


def bytes8(values: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)


def saved(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **{name: value for name, value in options.items() if value is not None})
    return out.getvalue()


def png(values: np.ndarray, icc_profile: bytes | None = None) -> bytes:
    return saved(Image.fromarray(bytes8(values)), "PNG", icc_profile=icc_profile)


def jpeg(image: Image.Image, quality: int = 100, icc_profile: bytes | None = None) -> bytes:
    return saved(image, "JPEG", quality=quality, subsampling=0, icc_profile=icc_profile)


def deep_png(values: np.ndarray) -> bytes:
    """A PNG of 16 bits, which Pillow does not write."""
    height, width, bands = values.shape
    rows = np.rint(np.clip(values, 0, 1) * 65535).astype(">u2").reshape(height, -1)
    body = b"".join(b"\0" + row.tobytes() for row in rows)

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 16, {3: 2, 4: 6}[bands], 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def palette(values: np.ndarray) -> bytes:
    """64 colours; the first of them is transparent."""
    image = Image.fromarray(bytes8(values)).quantize(64, dither=Image.Dither.NONE)
    return saved(image, "PNG", transparency=0)


# How a camera that was held as the orientation says stores the upright picture.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def turned_by_camera(upright: Image.Image, orientation: int) -> bytes:
    stored = upright if STORED[orientation] is None else upright.transpose(STORED[orientation])
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    return saved(stored, "JPEG", quality=100, subsampling=0, exif=exif)
