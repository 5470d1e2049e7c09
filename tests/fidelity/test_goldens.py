"""Renditions against the goldens. One set holds for all versions of libvips and its codecs, which differ by rounding."""

import unittest

import numpy as np
from PIL import Image

import measures
from goldens import FOLDER, REQUESTS, golden, made

LARGEST_MEAN = 0.5


class Goldens(unittest.TestCase):
    def test_renditions_look_as_they_did(self):
        for chart, transformations in REQUESTS.items():
            for transformation in transformations:
                with self.subTest(f"{chart} {transformation}"):
                    expected = np.asarray(Image.open(golden(chart, transformation)))
                    seen = made(chart, transformation)
                    self.assertEqual(seen.shape, expected.shape)
                    found = measures.distance(expected, seen)
                    self.assertLessEqual(found.mean, LARGEST_MEAN, f"{found}; `make golden` if it is meant")

    def test_no_golden_is_left_over(self):
        kept = {path for path in FOLDER.rglob("*.png") if path.is_file()}
        asked = {golden(chart, each) for chart, transformations in REQUESTS.items() for each in transformations}
        self.assertEqual(kept, asked)


if __name__ == "__main__":
    unittest.main()
