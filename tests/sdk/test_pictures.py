"""What the URLs of ImageKit's SDK for Python show: every option, every kind of overlay, every form of a value."""

import io
import json
import os
import re
import unittest
import urllib.parse
import urllib.request
from pathlib import Path

from imagekitio import ImageKit
from PIL import Image

DELIVERY = os.environ["DARKROOM_DELIVERY_ROOT"]
# For each: the source, the transformation as the SDK for Node.js takes it, and facts about the picture.
PICTURES = json.loads(Path(__file__).with_name("pictures.json").read_text())
# How much a colour may be off, of 255: what JPEG and rounding do to an area of one colour.
TOLERANCE = 8


def client() -> ImageKit:
    return ImageKit(private_key=os.environ["DARKROOM_PRIVATE_KEY"], base_url=os.environ["DARKROOM_ADMIN_URL"],
                    max_retries=0)


def in_snake_case(value):
    """Options as the SDK for Python calls them."""
    if isinstance(value, list):
        return [in_snake_case(item) for item in value]
    if isinstance(value, dict):
        return {re.sub("([A-Z])", r"_\1", key).lower(): in_snake_case(item) for key, item in value.items()}
    return value


def fetch(url: str) -> Image.Image:
    # The SDK leaves some characters as they are that clients encode before they ask.
    url = urllib.parse.quote(url, safe="%/:?#[]@!$&'()*+,;=-._~")
    with urllib.request.urlopen(url, timeout=60) as answer:
        picture = Image.open(io.BytesIO(answer.read()))
    picture.load()
    return picture


def colour(text: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(text if len(text) == 8 else f"{text}FF"))


class Pictures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        names = client().named_transformations
        named = names.create(name="sdk_small", transformation="w-80,h-60")
        cls.addClassCleanup(names.delete, named.id)

    def test_every_picture_is_what_its_url_says(self):
        for source, transformation, facts in PICTURES:
            for position in [facts["position"]] if "position" in facts else ["path", "query"]:
                url = client().helper.build_url(src=source, url_endpoint=DELIVERY, transformation_position=position,
                                                transformation=in_snake_case(transformation))
                with self.subTest(url):
                    self.check(fetch(url), facts)

    def check(self, picture: Image.Image, facts: dict):
        unknown = facts.keys() - {"position", "size", "format", "frames", "progressive", "dpi", "at", "differs", "grey",
                                  "ink"}
        self.assertEqual(unknown, set())
        pixels = picture.convert("RGBA")
        if "size" in facts:
            self.assertEqual(list(picture.size), facts["size"])
        if "format" in facts:
            self.assertEqual(picture.format, facts["format"])
        if "frames" in facts:
            self.assertEqual(getattr(picture, "n_frames", 1), facts["frames"])
        if "progressive" in facts:
            self.assertEqual("progressive" in picture.info, facts["progressive"])
        if "dpi" in facts:
            self.assertAlmostEqual(picture.info["dpi"][0], facts["dpi"], delta=0.1)
        for x, y, expected in facts.get("at", []):
            self.assertTrue(near(pixels.getpixel((x, y)), colour(expected)), f"{pixels.getpixel((x, y))} at {x}, {y}")
        for x, y, other in facts.get("differs", []):
            self.assertFalse(near(pixels.getpixel((x, y)), colour(other)), f"{pixels.getpixel((x, y))} at {x}, {y}")
        for x, y in facts.get("grey", []):
            red, green, blue, _ = pixels.getpixel((x, y))
            self.assertTrue(red == green == blue, f"{pixels.getpixel((x, y))} at {x}, {y}")
        if "ink" in facts:
            plain = fetch(f"{DELIVERY}/tr:w-{picture.width},h-{picture.height},c-force,f-png/quarters.png")
            places = [(x, y) for y in range(picture.height) for x in range(picture.width)]
            others = plain.convert("RGBA")
            ink = sum(not near(pixels.getpixel(place), others.getpixel(place)) for place in places)
            self.assertGreater(ink, 40, "a text leaves ink")


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two colours look alike; those of two transparent pixels do."""
    if one[3] <= TOLERANCE and other[3] <= TOLERANCE:
        return True
    return all(abs(a - b) <= TOLERANCE for a, b in zip(one, other))


if __name__ == "__main__":
    unittest.main()
