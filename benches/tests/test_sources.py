"""Marker surgery: what is put into a JPEG is there, and its pixels are the same."""

import io
import unittest

import numpy as np
from PIL import Image

import profiles
import sources


def jpeg(**more) -> bytes:
    values = np.random.default_rng(1).integers(0, 255, (24, 40, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(values).save(out, "JPEG", quality=90, **more)
    return out.getvalue()


def pixels(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)))


class Sources(unittest.TestCase):
    def test_a_profile_is_put_in_and_replaced(self):
        first, second = (profiles.matrix_profile(name, *sources.PROFILES[name]) for name in ("p3", "adobe"))
        for content in (jpeg(), jpeg(icc_profile=first)):
            tagged = sources.tagged(content, second)
            self.assertEqual(Image.open(io.BytesIO(tagged)).info["icc_profile"], second)
            np.testing.assert_array_equal(pixels(tagged), pixels(content))

    def test_an_orientation_is_put_in_and_replaced(self):
        exif = Image.Exif()
        exif[0x0112] = 3
        for content in (jpeg(), jpeg(exif=exif)):
            oriented = sources.oriented(content, 6)
            self.assertEqual(Image.open(io.BytesIO(oriented)).getexif()[0x0112], 6)
            self.assertEqual(oriented.count(b"Exif\0\0"), 1)
            np.testing.assert_array_equal(pixels(oriented), pixels(content))

    def test_nothing_else_is_taken_out(self):
        content = jpeg(comment=b"kept")
        self.assertEqual(sources.without(content, 0xE1, b"Exif\0\0"), content)


if __name__ == "__main__":
    unittest.main()
