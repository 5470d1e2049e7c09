"""The picture that renditions are compared with: where its samples lie, and in which light they are added."""

import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
from PIL import Image

import place
import references


class Weights(unittest.TestCase):
    def test_each_sample_is_a_mean(self):
        for length, to in ((100, 33), (33, 100), (7, 7), (5, 1)):
            sums = np.asarray(references.weights(0, length, length, to).sum(axis=1)).ravel()
            np.testing.assert_allclose(sums, 1, atol=1e-5, err_msg=f"{length} to {to}")

    def test_the_same_size_changes_nothing(self):
        np.testing.assert_allclose(references.weights(0, 9, 9, 9).toarray(), np.eye(9), atol=1e-6)

    def test_samples_lie_in_the_middle_of_what_they_stand_for(self):
        # A ramp stays a ramp; its values are those at the centres of the stretches, edges apart.
        small = references.weights(10, 90, 100, 20) @ np.arange(100, dtype=np.float32)
        np.testing.assert_allclose(small, 10 + 4 * (np.arange(20) + 0.5) - 0.5, atol=0.02)


class References(unittest.TestCase):
    def test_light_is_added_and_not_its_codes(self):
        stripes = np.full((60, 60, 3), 64, np.uint8)
        stripes[:, ::2] = 192
        grey = np.asarray(references.resampled(Image.fromarray(stripes), (0, 0, 60, 60), 10, 10))[5, 5]
        # The mean of their light has the code 147; the mean of the codes would be 128.
        self.assertTrue(np.all(np.abs(grey.astype(int) - 147) <= 2), grey)

    def test_a_window_is_cut_around_the_middle(self):
        self.assertEqual(references.covering((400, 200), (100, 100)), (100, 0, 300, 200))
        self.assertEqual(references.covering((200, 400), (100, 50)), (0, 150, 200, 250))

    def test_what_is_transparent_lies_on_white_without_a_fringe(self):
        picture = np.full((40, 40, 4), (0, 0, 255, 0), np.uint8)  # Transparent blue, which must not show.
        picture[:, :20] = (200, 0, 0, 255)
        small = np.asarray(references.resampled(Image.fromarray(picture), (0, 0, 40, 40), 9, 9)).astype(int)
        np.testing.assert_allclose(small[4, 0], (200, 0, 0), atol=2)
        np.testing.assert_allclose(small[4, 8], (255, 255, 255), atol=2)
        red, green, blue = small[4, 4]
        self.assertGreater(red, 200)
        self.assertGreater(min(green, blue), 60)
        self.assertEqual(green, blue)

    def test_the_orientation_is_obeyed_and_remembered(self):
        picture = Image.new("RGB", (40, 20), (0, 0, 255))
        picture.paste((255, 0, 0), (0, 0, 20, 20))
        exif = Image.Exif()
        exif[references.ORIENTATION] = 6
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(place, "MADE", Path(folder)):
            file = Path(folder) / "turned.jpg"
            picture.save(file, quality=95, exif=exif)
            self.assertTrue(references.is_turned(file))
            for _ in range(2):
                upright = references.reference(file, "fit", 10, 20)
                self.assertGreater(upright.getpixel((5, 2))[0], 200)
                self.assertGreater(upright.getpixel((5, 17))[2], 200)
            stored = references.reference(file, "fit", 20, 10, upright=False)
            self.assertGreater(stored.getpixel((2, 5))[0], 200)
            self.assertEqual(len(list((Path(folder) / "references").iterdir())), 2)

    def test_profiles_are_obeyed(self):
        import profiles  # Beside `sources`.

        out = io.BytesIO()
        adobe = profiles.matrix_profile("adobe", profiles.ADOBE, profiles.ADOBE_CURVE)
        Image.new("RGB", (8, 8), (100, 180, 100)).save(out, "PNG", icc_profile=adobe)
        # Adobe RGB's green is outside sRGB: there is less red in it than its number says.
        red, green, _ = references.opened(out.getvalue(), upright=True).getpixel((4, 4))
        self.assertLess(red, 60)
        self.assertGreater(green, 175)


if __name__ == "__main__":
    unittest.main()
