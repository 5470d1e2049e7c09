"""The pictures that lie in every emulated bucket. Each has a width of its own, so that a test can tell by the
size of what it got which one it was."""

import hashlib
import io

from PIL import Image, ImageDraw

# Keys that are hard to get right: what a URL encodes, what a form encodes, and what is already an escape.
KEYS = [
    "photo.jpg",
    "photo.png",
    "photo.webp",
    "with space.jpg",
    "a+b.jpg",
    "100%.jpg",
    "%41.jpg",
    "é.jpg",
    "日本/写真.jpg",
    "deep/er/photo.jpg",
    "it's (1) & more=~.jpg",
]
MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "txt": "text/plain"}
FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}


def draw(width: int, height: int, kind: str) -> bytes:
    image = Image.new("RGB", (width, height))
    pen = ImageDraw.Draw(image)
    for x in range(width):
        pen.line([(x, 0), (x, height)], fill=(255 * x // width, 128, 255 - 255 * x // width))
    pen.ellipse([width // 4, height // 4, width * 3 // 4, height * 3 // 4], fill=(250, 220, 60))
    out = io.BytesIO()
    image.save(out, FORMATS[kind], quality=90)
    return out.getvalue()


def all_photos() -> list[dict]:
    photos = []
    for number, key in enumerate(KEYS):
        width, height = 320 + 16 * number, 240
        photos.append(_described(key, draw(width, height, key.rsplit(".", 1)[1]), width, height))
    # Large enough that it crosses the wire in many pieces, and something that is no image at all.
    photos.append(_described("large.jpg", draw(3200, 2400, "jpg"), 3200, 2400))
    photos.append(_described("notes.txt", b"Not an image.\n", 0, 0))
    return photos


def _described(key: str, data: bytes, width: int, height: int) -> dict:
    return {
        "key": key,
        "media_type": MEDIA_TYPES[key.rsplit(".", 1)[1]],
        "width": width,
        "height": height,
        "size_bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "data": data,
    }
