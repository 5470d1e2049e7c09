"""What a step costs at the least: the work is really done, and is the step's alone."""

import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
from PIL import Image

import steps
from asked import WATERMARK, Asked


def asked(**more) -> Asked:
    return Asked("", "jpg", 80, 80, 80, **more)


def mark() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (10, 6), (255, 0, 0, 255)).save(out, "PNG")
    return out.getvalue()


def stepped(**more) -> np.ndarray:
    return np.asarray(steps.stepped(Image.new("RGB", (80, 40), (0, 0, 255)), asked(**more), mark())).astype(int)


class Stepped(unittest.TestCase):
    def test_padding_makes_the_box_white_around_the_picture(self):
        padded = stepped(shape="pad")
        self.assertEqual(padded.shape, (80, 80, 3))
        self.assertEqual(tuple(padded[19, 40]), (255, 255, 255))
        self.assertEqual(tuple(padded[20, 40]), (0, 0, 255))

    def test_a_watermark_lies_in_the_corner(self):
        marked = stepped(effect="watermark")
        self.assertEqual(tuple(marked[39, 79]), (255, 0, 0))
        self.assertEqual(tuple(marked[33, 69]), (0, 0, 255))

    def test_a_blur_mixes_neighbours(self):
        picture = Image.new("RGB", (80, 40), (0, 0, 0))
        picture.paste((255, 255, 255), (40, 0, 80, 40))
        blurred = np.asarray(steps.stepped(picture, asked(effect="blur"), b""))[20, :, 0].astype(int)
        self.assertTrue(60 < blurred[39] < 190 and blurred[30] < 8 and blurred[50] > 247, blurred)

    def test_what_no_step_is_left_alone(self):
        self.assertEqual(stepped().shape, (40, 80, 3))
        self.assertTrue(steps.has_step("pad", "") and steps.has_step("fit", "blur"))
        self.assertFalse(steps.has_step("fit", "") or steps.has_step("fill", ""))


class Costs(unittest.TestCase):
    def test_the_step_counts_and_what_the_other_file_takes_more_than_the_plain_one(self):
        """As if encoding took a millisecond for each pixel, and every step 7."""
        plain = io.BytesIO()
        Image.new("RGB", (80, 40)).save(plain, "JPEG")

        def least(work):
            made = work()
            return made if isinstance(made, int) else 7

        def encode(picture, _quality):
            return picture.width * picture.height

        with tempfile.TemporaryDirectory() as folder, mock.patch.multiple(steps, encoded=encode, least_ms=least):
            (Path(folder) / WATERMARK).write_bytes(mark())
            files = [plain.getvalue()] * 2
            self.assertEqual(steps.cost_ms(asked(shape="pad"), files, Path(folder)), 7 + 80 * 80 - 80 * 40)
            self.assertEqual(steps.cost_ms(asked(effect="watermark"), files, Path(folder)), 7)
            self.assertEqual(steps.cost_ms(asked(effect="blur"), files, Path(folder)), 7)
            self.assertEqual(steps.cost_ms(asked(shape="pad"), [], Path(folder)), 0)


if __name__ == "__main__":
    unittest.main()
