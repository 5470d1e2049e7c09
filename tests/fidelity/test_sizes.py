"""Sizes and padding of random requests against the oracle: a flat image is asked of the server, and its box is found."""

import random
import unittest

import numpy as np
from PIL import Image

import darkroom_under_test as darkroom
from charts import saved
from size_oracle import ANCHORS, MODES, Expected, both_sides, one_side

REQUESTS = 330

# What the documentation gives for an image of 640 × 865.
DOCUMENTED = [
    ("w-300,h-200,c-at_max", (148, 200)),
    ("w-300,h-200,c-at_least", (300, 405)),
    ("w-850,h-1000,c-at_max_enlarge", (740, 1000)),
]


def flat(width: int, height: int) -> str:
    name = f"flat-{width}x{height}.png"
    darkroom.put(name, saved(Image.new("RGB", (width, height), (255, 255, 255)), "PNG"))
    return name


def seen(name: str, transformation: str) -> Expected:
    """What is white shows the image, what is black is padding."""
    picture = darkroom.rendition(name, transformation)
    rows, columns = (np.flatnonzero(picture[..., 0].max(axis=axis) > 127) for axis in (1, 0))
    height, width = picture.shape[:2]
    return Expected(width, height, int(columns[0]), int(rows[0]), len(columns), len(rows))


class Sizes(unittest.TestCase):
    def test_documented_values(self):
        name = flat(640, 865)
        for transformation, size in DOCUMENTED:
            with self.subTest(transformation):
                found = seen(name, transformation)
                self.assertEqual((found.width, found.height), size)

    def test_the_oracle_knows_the_documented_values(self):
        for transformation, size in DOCUMENTED:
            width, height, mode = (part.split("-", 1)[1] for part in transformation.split(","))
            found = both_sides((640, 865), (int(width), int(height)), mode, "center")
            self.assertEqual((found.width, found.height), size)

    def test_halves_of_a_pixel_go_up(self):
        """27 × 13 ÷ 6 = 58.5 and the like, where a factor that is rounded itself would fall short."""
        name = flat(6, 27)
        for width in (13, 49, 55, 101):
            for mode in ("at_least", "at_max_enlarge"):
                box = (width, 1 if mode == "at_least" else 900)
                with self.subTest(f"{width} {mode}"):
                    expected = both_sides((6, 27), box, mode, "center")
                    self.assertEqual(seen(name, f"w-{box[0]},h-{box[1]},c-{mode}"), expected)

    def test_random_requests(self):
        chance = random.Random(20)
        sources = [(chance.randint(1, 200), chance.randint(1, 200)) for _ in range(24)] + [(1, 1), (200, 3), (2, 190), (6, 27)]
        names = {source: flat(*source) for source in sources}
        for number in range(REQUESTS):
            source = chance.choice(sources)
            box = chance.randint(1, 300), chance.randint(1, 300)
            # Every mode and anchor comes up, however the dice fall.
            mode, anchor = MODES[number % len(MODES)], ANCHORS[number // len(MODES) % len(ANCHORS)]
            transformation = f"w-{box[0]},h-{box[1]},c-{mode},fo-{anchor}"
            with self.subTest(f"{source} {transformation}"):
                self.assertEqual(seen(names[source], transformation), both_sides(source, box, mode, anchor))

    def test_random_requests_of_one_side(self):
        chance = random.Random(21)
        for _ in range(40):
            source, side = (chance.randint(1, 200), chance.randint(1, 200)), chance.randint(1, 300)
            key = chance.choice("wh")
            expected = one_side(source, side if key == "w" else None, side if key == "h" else None)
            if max(expected.width, expected.height) > 4000:
                continue
            with self.subTest(f"{source} {key}-{side}"):
                self.assertEqual(seen(flat(*source), f"{key}-{side}"), expected)


if __name__ == "__main__":
    unittest.main()
