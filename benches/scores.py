"""SSIMULACRA2 of renditions: 100 for equal pictures, 90 where nobody sees a difference, 70 for good, 50 for fair."""

import io
import statistics
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageCms

import place
from references import SRGB, is_turned, on_white, reference
from servers import CORES

TOOL = place.PEERS / "ssimulacra2/bin/ssimulacra2_rs"


@dataclass(frozen=True)
class Scores:
    median: float
    mean: float
    least: float


def metric() -> str:
    """Which implementation scores. The two are up to a point apart, so numbers of one are not those of the other."""
    return "ssimulacra2_rs" if TOOL.exists() else "the Python port of ssimulacra2 (0.3 to 0.7 points lower)"


def score_all(renditions: list[tuple[Path, str, bytes]]) -> list[float]:
    """renditions: source, shape as in `asked.Asked`, and the bytes that a server sent."""
    with ThreadPoolExecutor(CORES) as pool:
        return list(pool.map(lambda each: score(*each), renditions))


def summary(values: list[float]) -> Scores:
    return Scores(statistics.median(values), statistics.mean(values), min(values))


def score(source: Path, shape: str, rendition: bytes) -> float:
    """Against the upright picture; or against the picture as it is stored, of a server that does not look at its
    orientation, since that says nothing about the quality of what it does."""
    seen = shown(rendition)
    upright = distance(reference(source, shape, *seen.size), seen)
    if not is_turned(source) or upright > 0:
        return upright
    return max(upright, distance(reference(source, shape, *seen.size, upright=False), seen))


def shown(rendition: bytes) -> Image.Image:
    """As a browser shows it on a white page: a profile that was passed through is obeyed."""
    image = Image.open(io.BytesIO(rendition))
    icc = image.info.get("icc_profile")
    if icc and image.mode == "RGB":
        image = ImageCms.profileToProfile(image, io.BytesIO(icc), SRGB, outputMode="RGB")
    return on_white(image)


def distance(one: Image.Image, other: Image.Image) -> float:
    with tempfile.TemporaryDirectory(prefix="darkroom-score-") as folder:
        files = []
        for name, image in (("reference", one), ("seen", other)):
            files.append(f"{folder}/{name}.png")
            image.save(files[-1], compress_level=0)
        if not TOOL.exists():
            from ssimulacra2 import compute_ssimulacra2

            return float(compute_ssimulacra2(*files))
        told = subprocess.run([TOOL, "image", *files], capture_output=True, text=True, timeout=120)
        if told.returncode:
            raise RuntimeError(f"{TOOL.name}: {told.stderr.strip()[-300:]}")
        return float(told.stdout.split()[-1])
