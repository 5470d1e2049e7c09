"""Every case of `cases.py`, and photographs where there are some, against Pillow, sharp and arithmetic.

A case passes when one of its references sees no difference: SSIMULACRA2 of at least 90 or a mean ΔE2000 of at most 1.
A reference that does see one has to be explained in the case.
"""

import os
import sys
import unittest
from pathlib import Path

import numpy as np

import darkroom_under_test as darkroom
from cases import CASES, CUT_AFTER, Case
from measures import Distance, distance
from recipes import cover, scale
from references import Sharp, opened, pillow
from table import Table

PHOTOS = os.environ.get("DARKROOM_BENCH_PHOTOS")


class Pixels(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sharp = Sharp()
        cls.addClassCleanup(cls.sharp.close)

    def test_charts_look_as_other_implementations_draw_them(self):
        table = Table("charts")
        self.addCleanup(table.publish)
        for case in CASES:
            with self.subTest(case.name):
                self.compare(case, darkroom.chart(case.chart), table, "charts")

    @unittest.skipUnless(PHOTOS, "SKIPPED, photographs: DARKROOM_BENCH_PHOTOS names no folder of photographs")
    def test_photographs_look_as_other_implementations_draw_them(self):
        table = Table("photographs")
        self.addCleanup(table.publish)
        for photo in sorted(Path(PHOTOS).glob("*.jpg")):
            source = photo.read_bytes()
            size = opened(source).size
            width, height = 641, round(641 * size[1] / size[0])
            for transformation, steps in (("w-641", [scale(width, height)]), ("w-300,h-400", [cover(300, 400)])):
                with self.subTest(f"{photo.name} {transformation}"):
                    self.compare(Case(photo.name, transformation, steps, CUT_AFTER), source, table, "photographs")

    def compare(self, case: Case, source: bytes, table: Table, prefix: str) -> None:
        seen = darkroom.rendition(case.chart, case.transformation, prefix)
        references = {"Pillow": pillow(source, case.steps), "sharp": self.sharp(source, case.steps)}
        if case.exact is not None:
            references["arithmetic"] = case.exact
        passed, unexplained = [], []
        for name, reference in references.items():
            found, verdict = judged(reference, seen, case.differs.get(name))
            table.add(case.name, name, found, verdict)
            if verdict == "passed":
                passed.append(name)
            elif name not in case.differs:
                unexplained.append(f"{name}: {verdict} {found or ''}")
        self.assertFalse(unexplained, f"{case.name}: {unexplained}; passed: {passed or 'none'}")
        self.assertTrue(passed, f"{case.name}: no reference passed")


def judged(reference: np.ndarray, seen: np.ndarray, explanation: str | None) -> tuple[Distance | None, str]:
    if reference.shape[:2] != seen.shape[:2]:
        sizes = [f"{shape[1]}×{shape[0]}" for shape in (seen.shape, reference.shape)]
        return None, explanation or f"FAILED: {sizes[0]}, not {sizes[1]}"
    found = distance(reference, seen)
    if found.passes():
        return found, "passed"
    return found, explanation or "FAILED"


if not PHOTOS:
    print("SKIPPED, photographs: DARKROOM_BENCH_PHOTOS names no folder of photographs", file=sys.stderr)

if __name__ == "__main__":
    unittest.main()
