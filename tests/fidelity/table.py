"""The table of results: printed, and written to `target/fidelity/` for the release notes."""

import os
from pathlib import Path

from measures import Distance

FOLDER = Path(os.environ.get("CARGO_TARGET_DIR", Path(__file__).resolve().parent.parent.parent / "target")) / "fidelity"
HEAD = "| Case | Reference | SSIMULACRA2 | ΔE2000 mean | ΔE2000 max | Verdict |\n|---|---|---:|---:|---:|---|\n"


class Table:
    """Rows of one comparison each."""

    def __init__(self, name: str):
        self.name = name
        self.rows: list[str] = []

    def add(self, case: str, reference: str, distance: Distance | None, verdict: str) -> None:
        numbers = ["–"] * 3
        if distance:
            score = "–" if distance.ssimulacra2 is None else f"{distance.ssimulacra2:.1f}"
            numbers = [score, f"{distance.mean:.3f}", f"{distance.largest:.2f}"]
        self.rows.append(f"| {' | '.join([f'`{case}`', reference, *numbers, verdict])} |")

    def publish(self) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        text = HEAD + "\n".join(self.rows) + "\n"
        (FOLDER / f"{self.name}.md").write_text(text)
        print(f"\n{text}", flush=True)
