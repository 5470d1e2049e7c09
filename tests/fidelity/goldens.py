"""Renditions of the charts as they were when somebody looked at them, named by their request.

    DARKROOM_URL=… DARKROOM_CHARTS_FOLDER=… python tests/fidelity/goldens.py

writes them anew, which `make golden` does with a server of its own; `git diff` shows what has changed.
"""

import shutil
from pathlib import Path

import numpy as np
from PIL import Image

import darkroom_under_test as darkroom

FOLDER = Path(__file__).resolve().parent / "goldens"

REQUESTS = {
    "scene.png": ["w-120", "w-100,h-100,fo-right", "w-120,h-120,cm-pad_resize,bg-FF8000", "w-120:rt-30", "w-120,fl-h,bl-4",
                  "w-100,h-80,cm-extract,x-31,y-57"],
    "edges.png": ["w-97", "w-40,h-40,cm-extract:w-133"],
    "zone-plate.png": ["w-99"],
    "patches.png": ["w-60,f-jpg,q-90", "w-60,f-webp,q-90", "w-60,f-avif,q-90"],
    "disc.png": ["w-64", "w-64,bg-FFFFFF", "w-64:rt-12"],
    "grey-alpha.png": ["w-80"],
    "p3.png": ["w-60"],
    "linear.png": ["w-60"],
    "inks.jpg": ["w-96"],
    "deep.png": ["w-80"],
    "palette.png": ["w-96"],
    "orientation-6.jpg": ["w-100,h-80,fo-top_left"],
}


def golden(chart: str, transformation: str) -> Path:
    return FOLDER / chart / f"{transformation}.png"


def made(chart: str, transformation: str) -> np.ndarray:
    darkroom.chart(chart)
    ending = "" if "f-" in transformation else "png"
    return darkroom.rendition(chart, transformation, ending=ending)


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    for chart, transformations in REQUESTS.items():
        for transformation in transformations:
            path = golden(chart, transformation)
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(made(chart, transformation)).save(path, optimize=True)
            print(path.relative_to(FOLDER))


if __name__ == "__main__":
    main()
