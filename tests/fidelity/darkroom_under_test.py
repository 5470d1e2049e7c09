"""The server that is asked: where it is, and the folders behind its URL prefixes.

DARKROOM_URL is what delivery URLs start with; DARKROOM_CHARTS_FOLDER the empty folder behind its prefix `charts`.
DARKROOM_BENCH_PHOTOS, if it is set, is the folder of photographs behind the prefix `photographs`.
"""

import io
import os
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import numpy as np
from PIL import Image

import charts

URL = os.environ["DARKROOM_URL"].rstrip("/")
CHARTS = Path(os.environ["DARKROOM_CHARTS_FOLDER"])
SECONDS = 60

_drawn: dict[str, bytes] = {}


def chart(name: str) -> bytes:
    """A chart's bytes; all of them lie in the folder then."""
    if not _drawn:
        _drawn.update(charts.drawn())
        for each, content in _drawn.items():
            (CHARTS / each).write_bytes(content)
    return _drawn[name]


def put(name: str, content: bytes) -> None:
    (CHARTS / name).write_bytes(content)


def delivered(path: str, transformation: str, prefix: str = "charts") -> bytes:
    step = f"tr:{transformation}/" if transformation else ""
    url = f"{URL}/{prefix}/{urllib.parse.quote(step)}{urllib.parse.quote(path)}"
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{url}: {error.code} {error.read().decode(errors='replace')}") from None


def rendition(path: str, transformation: str, prefix: str = "charts", ending: str = "png") -> np.ndarray:
    """The pixels of a rendition as 8-bit RGB, or RGBA when it has alpha; PNG by default, which loses nothing."""
    formatted = ",".join(part for part in (transformation, ending and f"f-{ending}") if part)
    image = Image.open(io.BytesIO(delivered(path, formatted, prefix)))
    if "icc_profile" in image.info:
        raise AssertionError(f"{path} {formatted}: has a profile that nobody asked for")
    transparent = image.mode in ("LA", "RGBA", "PA") or "transparency" in image.info
    return np.asarray(image.convert("RGBA" if transparent else "RGB"))
