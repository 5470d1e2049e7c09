"""The same picture in every format: what differs is what a codec loses, not a colour."""

import unittest

import darkroom_under_test as darkroom
import measures
from table import Table

CHARTS = [("patches.png", ""), ("gradients.png", ""), ("scene.png", "w-240"), ("p3.png", "w-200"), ("inks.jpg", "w-240"),
          ("grey.jpg", ""), ("disc.png", "w-150,bg-20C040")]
FORMATS = ["jpg", "webp", "avif"]
# A tenth for WebP, whose colours are rounded twice: to those of a JPEG, and to its own range.
QUALITIES = {"q-100": 1.1, "": 2.5}


class Formats(unittest.TestCase):
    def test_formats_have_one_colour(self):
        table = Table("formats")
        self.addCleanup(table.publish)
        for chart, transformation in CHARTS:
            darkroom.chart(chart)
            exact = darkroom.rendition(chart, transformation)
            for ending in FORMATS:
                for quality, largest_mean in QUALITIES.items():
                    asked = ",".join(part for part in (transformation, quality) if part)
                    with self.subTest(f"{chart} {asked} {ending}"):
                        seen = darkroom.rendition(chart, asked, ending=ending)
                        found = measures.distance(exact, seen)
                        # Errors of a codec go both ways; a shift goes one way everywhere.
                        shift = (measures.lab(seen[..., :3]) - measures.lab(exact[..., :3])).mean(axis=(0, 1))
                        fine = found.mean <= largest_mean and abs(shift).max() <= 0.5
                        table.add(f"{chart} {asked},f-{ending}", "its PNG", found, "passed" if fine else "FAILED")
                        self.assertTrue(fine, f"{found}, mean shift of L, a, b: {shift.round(2)}")


if __name__ == "__main__":
    unittest.main()
