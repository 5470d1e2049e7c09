"""Where things lie: photographs, peers, what is made from them, and results."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
PEERS = Path(os.environ.get("DARKROOM_PEERS", TARGET / "peers")).resolve()
# Photographs on which nothing was tuned: `make bench-photos` brings them.
UNSEEN = Path(os.environ.get("DARKROOM_UNSEEN_PHOTOS") or TARGET / "unseen-photos").resolve()
# Sources and references that are kept from run to run.
MADE = TARGET / "bench"
RESULTS = ROOT / "bench-results"
DOCUMENT = ROOT / "docs/performance.md"


def darkroom() -> Path:
    return Path(os.environ.get("DARKROOM", TARGET / "release/darkroom"))
