"""The measures themselves, against published and known values."""

import unittest

import numpy as np

import charts
import measures
import profiles

# Pairs of L*a*b* with their CIEDE2000, published to try implementations: Sharma, Wu, Dalal, 2005.
PUBLISHED = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
    ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


class Measures(unittest.TestCase):
    def test_delta_e_gives_the_published_values(self):
        for one, other, expected in PUBLISHED:
            for pair in ((one, other), (other, one)):
                found = measures.delta_e(np.array(pair[0], float), np.array(pair[1], float))
                self.assertAlmostEqual(float(found), expected, places=4, msg=f"{pair}")

    def test_white_and_grey_have_no_colour(self):
        found = measures.lab(np.array([[[255, 255, 255], [119, 119, 119]]]))
        np.testing.assert_allclose(found, [[[100, 0, 0], [50.034, 0, 0]]], atol=0.02)

    def test_colorants_are_those_of_srgb(self):
        published = [[0.4361, 0.3851, 0.1431], [0.2225, 0.7169, 0.0606], [0.0139, 0.0971, 0.7141]]
        np.testing.assert_allclose(profiles.colorants(profiles.SRGB), published, atol=2e-4)

    def test_distances(self):
        chart = charts.bytes8(charts.scene(240, 160))
        same = measures.distance(chart, chart)
        self.assertEqual((same.ssimulacra2, same.mean, same.largest), (100, 0, 0))
        shifted = measures.distance(chart, np.roll(chart, 1, axis=1))
        self.assertFalse(shifted.passes(), f"a picture one pixel further: {shifted}")
        lighter = measures.distance(chart, np.clip(chart.astype(int) + 8, 0, 255).astype(np.uint8))
        self.assertGreater(lighter.mean, 1)

    def test_a_fringe_shows_on_some_backdrop(self):
        disc = charts.bytes8(charts.disc(101))
        fringed = disc.copy()
        edge = (disc[..., 3] > 0) & (disc[..., 3] < 255)
        fringed[edge, :3] //= 2
        self.assertGreater(measures.distance(disc, fringed).largest, 10)

    def test_the_centroid_is_counted_from_the_corner(self):
        x, y = measures.centroid(charts.bytes8(charts.blob(101, 61)))
        self.assertAlmostEqual(x, 50.5, places=3)
        self.assertAlmostEqual(y, 30.5, places=3)


if __name__ == "__main__":
    unittest.main()
