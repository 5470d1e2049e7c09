"""The source images of a run: photographs as they are, and what is made of them without touching their pixels.

Folders below the root that every server reads: `plain` the photographs, `progressive` the same coefficients in
progressive scans (jpegtran), `p3` and `adobe` the same file with an ICC profile put in, `oriented` the photograph turned
once and tagged so that it shows upright again (where that is possible without loss), `png` photographs at 1600 px, each
third one with alpha.
"""

import os
import random
import shutil
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

import place
from asked import WATERMARK, WATERMARK_SIDE_PX

sys.path.append(str(place.ROOT / "tests/fidelity"))
import profiles  # noqa: E402 - made from numbers; nobody's file

PNG_SIDE_PX = 1600
PROFILES = {"p3": (profiles.P3, profiles.SRGB_CURVE), "adobe": (profiles.ADOBE, profiles.ADOBE_CURVE)}


@dataclass(frozen=True)
class Sources:
    root: Path
    names: tuple[str, ...]
    what: str
    """What the pictures are, in words."""

    def paths(self, folder: str) -> list[str]:
        """Relative to the root; empty for what could not be made."""
        return sorted(f"{folder}/{file.name}" for file in (self.root / folder).iterdir()) if (
            self.root / folder).is_dir() else []


def make(few: int | None = None) -> Sources:
    """few: as many photographs, evenly picked, instead of all."""
    given = os.environ.get("DARKROOM_BENCH_PHOTOS")
    if given:
        return of_folder(Path(given).resolve(), "photographs", few)
    drawn = place.MADE / "drawn"
    if not drawn.is_dir():
        drawn.mkdir(parents=True)
        draw(drawn)
    return of_folder(drawn, "DRAWN pictures (DARKROOM_BENCH_PHOTOS names no photographs)", few)


def unseen(few: int | None = None) -> Sources | None:
    """Photographs on which nothing was tuned, if they are there."""
    is_there = place.UNSEEN.is_dir()
    return of_folder(place.UNSEEN, "photographs that nothing was tuned on", few) if is_there else None


def of_folder(photos: Path, what: str, few: int | None) -> Sources:
    found = sorted(file for file in photos.iterdir() if file.suffix.lower() in (".jpg", ".jpeg"))
    if not found:
        raise SystemExit(f"no JPEG in {photos}")
    if few and few < len(found):
        found = [found[index * len(found) // few] for index in range(few)]
    # A set of photographs has one folder, and what was made once is taken again.
    key = f"{abs(hash_of('/'.join(f'{file.name}:{file.stat().st_size}' for file in found))):08x}"
    root = place.MADE / "sources" / key
    if not (root / "complete").exists():
        shutil.rmtree(root, ignore_errors=True)
        for file in found:
            fill(root, file)
        watermark().save(root / WATERMARK)
        (root / "complete").touch()
    return Sources(root, tuple(file.stem for file in found), what)


def hash_of(text: str) -> int:
    import zlib

    return zlib.crc32(text.encode())


def fill(root: Path, file: Path) -> None:
    content = file.read_bytes()
    name = f"{file.stem}.jpg"
    put(root / "plain" / name, content)
    for folder, (primaries, curve) in PROFILES.items():
        put(root / folder / name, tagged(content, profiles.matrix_profile(folder, primaries, curve)))
    if shutil.which("jpegtran"):
        put(root / "progressive" / name, transcoded(content, "-progressive", "-copy", "none"))
        # Turned against the clock, and told to be turned clockwise: orientation 6. Its plain twin is the same pixels.
        turned = transcoded(content, "-rotate", "270", "-trim", "-copy", "none")
        put(root / "oriented" / name, oriented(turned, 6))
        put(root / "upright" / name, transcoded(content, "-trim", "-rotate", "180", "-copy", "none"))
    photo = Image.open(file).convert("RGB")
    photo.thumbnail((PNG_SIDE_PX, PNG_SIDE_PX), Image.Resampling.LANCZOS, reducing_gap=None)
    if hash_of(file.name) % 3 == 0:
        mask = Image.new("L", photo.size, 0)
        ImageDraw.Draw(mask).ellipse((0, 0, photo.width - 1, photo.height - 1), fill=255)
        photo.putalpha(mask.filter(ImageFilter.GaussianBlur(20)))
    (root / "png").mkdir(parents=True, exist_ok=True)
    photo.save(root / "png" / f"{file.stem}.png")


def put(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def transcoded(content: bytes, *options: str) -> bytes:
    return subprocess.run(["jpegtran", *options], input=content, capture_output=True, check=True).stdout


def tagged(jpeg: bytes, profile: bytes) -> bytes:
    """With an ICC profile as the only APP2, behind the markers that must come first."""
    chunk = b"ICC_PROFILE\0\1\1" + profile
    return inserted(without(jpeg, 0xE2, b"ICC_PROFILE\0"), segment(0xE2, chunk))


def oriented(jpeg: bytes, orientation: int) -> bytes:
    """With an EXIF block that says the orientation and nothing else."""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    return inserted(without(jpeg, 0xE1, b"Exif\0\0"), segment(0xE1, b"Exif\0\0" + tiff))


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def inserted(jpeg: bytes, new: bytes) -> bytes:
    """Behind the start of the image, and behind JFIF where there is one."""
    at = 2
    if jpeg[2:4] == b"\xff\xe0":
        at += 2 + struct.unpack(">H", jpeg[4:6])[0]
    return jpeg[:at] + new + jpeg[at:]


def without(jpeg: bytes, marker: int, start: bytes) -> bytes:
    """Without the header segments of this marker whose content begins so."""
    kept, at = bytearray(jpeg[:2]), 2
    while jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        if jpeg[at + 1] == 0xFF:  # A fill byte.
            at += 1
            continue
        end = at + 2 + struct.unpack(">H", jpeg[at + 2:at + 4])[0]
        if not (jpeg[at + 1] == marker and jpeg[at + 4:].startswith(start)):
            kept += jpeg[at:end]
        at = end
    return bytes(kept) + jpeg[at:]


def watermark() -> Image.Image:
    side = WATERMARK_SIDE_PX
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((4, 4, side - 5, side - 5), fill=(255, 255, 255, 160))
    pen.rectangle((side // 3, side // 3, side * 2 // 3, side * 2 // 3), fill=(20, 60, 120, 220))
    return picture


def draw(folder: Path, count: int = 12) -> None:
    """Pictures with what makes photographs slow to code: soft gradients, detail at every scale, and grain."""
    chance = random.Random(1)
    for number in range(count):
        width, height = chance.choice([(2400, 1600), (1600, 2400), (3000, 2000), (1920, 1080)])
        channels = []
        for _ in range(3):
            channel = Image.new("L", (width, height), 128)
            for cell, strength in ((400, 90), (120, 50), (30, 30), (8, 16), (2, 8)):
                detail = Image.frombytes("L", (width // cell + 2, height // cell + 2),
                                         chance.randbytes((width // cell + 2) * (height // cell + 2)))
                detail = detail.resize((width, height), Image.Resampling.BICUBIC)
                channel = ImageChops.add(channel, detail.point(lambda v, s=strength: (v - 128) * s // 128 + 128),
                                         scale=1, offset=-128)
            channels.append(channel.filter(ImageFilter.GaussianBlur(0.6)))
        Image.merge("RGB", channels).save(folder / f"photo-{number:02}.jpg", quality=88)
