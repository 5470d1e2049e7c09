"""Whether things are where they belong, to a fraction of a pixel."""

import unittest

import numpy as np

import darkroom_under_test as darkroom
import measures

# A twentieth of a pixel is what 8 bits let a soft spot show.
NOTHING_PX = 0.05

SIZES = ["w-150", "w-151,h-100,c-force", "w-99,h-67,c-force", "w-37", "w-301,h-202,c-force", "w-302", "w-450", "w-903",
         "w-120,h-400,c-force", "w-100,h-100", "w-101,h-50", "w-600,h-600"]


class Places(unittest.TestCase):
    def test_the_middle_stays_in_the_middle(self):
        darkroom.chart("blob.png")
        for transformation in [*SIZES, "bl-3", "bl-9", "rt-10,bg-000", "rt-33,bg-000", "rt-45,bg-000", "rt-100.5,bg-000",
                               "w-77:rt-20,bg-000", "w-400,h-300,cm-pad_resize"]:
            with self.subTest(transformation):
                seen = darkroom.rendition("blob.png", transformation)
                x, y = measures.centroid(seen)
                # An odd rest of padding goes to the right and bottom.
                room = 0.5 if "pad" in transformation else NOTHING_PX
                self.assertAlmostEqual(x, seen.shape[1] / 2, delta=room)
                self.assertAlmostEqual(y, seen.shape[0] / 2, delta=room)

    def test_scaling_a_mirrored_picture_is_mirroring_a_scaled_one(self):
        darkroom.chart("scene.png")
        for way in ("h", "v"):
            for transformation in ("w-240", "w-151", "w-97,h-201,c-force", "w-721", "w-200,h-200", "bl-5"):
                with self.subTest(f"{transformation} {way}"):
                    after = darkroom.rendition("scene.png", f"{transformation}:fl-{way}")
                    before = darkroom.rendition("scene.png", f"fl-{way}:{transformation}")
                    self.assertEqual(after.shape, before.shape)
                    off = np.abs(after.astype(int) - before)
                    self.assertLessEqual(off.max(), 2, "more than what rounding does twice")
                    self.assertLess(off.mean(), 0.1)

    def test_four_quarters_are_no_turn(self):
        whole = darkroom.rendition("scene.png", "")
        for transformation in ("rt-90:rt-90:rt-90:rt-90", "rt-180:rt-180", "rt-90:rt-N90", "fl-h_v:rt-180"):
            np.testing.assert_array_equal(darkroom.rendition("scene.png", transformation), whole, transformation)

    def test_nothing_flat_gets_another_colour(self):
        flat = np.zeros((90, 120, 3), np.uint8) + np.array([60, 128, 240], np.uint8)
        darkroom.put("flat.png", darkroom.charts.png(flat / 255))
        blurs = [f"bl-{radius}" for radius in (1, 1.2, 1.5, 1.8, 2, 3, 4, 5, 7, 8, 10, 11, 14, 22, 28, 40, 100)]
        for transformation in [*blurs, "w-50", "w-61,h-61", "w-300", "w-240,h-240,c-at_least", "rt-90", "w-7", "w-119"]:
            with self.subTest(transformation):
                seen = darkroom.rendition("flat.png", transformation)
                self.assertEqual(np.unique(seen.reshape(-1, 3), axis=0).tolist(), [[60, 128, 240]])

    def test_transparent_edges_have_no_fringe(self):
        """What is transparent hides green and magenta: neither may be seen, nor black."""
        darkroom.chart("disc.png")
        for transformation in ("w-150", "w-77", "w-450", "rt-12", "rt-45", "bl-10", "w-100,h-150"):
            with self.subTest(transformation):
                seen = darkroom.rendition("disc.png", transformation).astype(int)
                edge = seen[(seen[..., 3] > 20) & (seen[..., 3] < 250)]
                self.assertGreater(len(edge), 20, "a soft edge")
                red, green, blue = edge[:, 0], edge[:, 1], edge[:, 2]
                hues = np.abs(green / red - 0.55 / 0.95), np.abs(blue / red - 0.1 / 0.95)
                self.assertLess(max(hues[0].max(), hues[1].max()), 0.06)
                self.assertGreater(red.min(), 0.66 * 0.95 * 255, "no dark fringe")


if __name__ == "__main__":
    unittest.main()
