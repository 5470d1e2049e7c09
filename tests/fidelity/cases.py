"""The cases: a chart, a transformation, and what it should do. One line each."""

from dataclasses import dataclass, field

import numpy as np

import charts
import profiles
from recipes import CENTRE, END, START, Step, behind, blur, cover, cut, mirror, pad, scale, turn


@dataclass(frozen=True)
class Case:
    chart: str
    transformation: str
    steps: list[Step]
    # By reference: why it gives another picture although nothing is wrong.
    differs: dict[str, str] = field(default_factory=dict)
    # What the chart shows, where arithmetic can tell it better than a library.
    exact: np.ndarray | None = None

    @property
    def name(self) -> str:
        return f"{self.chart} {self.transformation or '(as it is)'}"


# Why sharp 0.35 gives other pictures.
HALF_A_PIXEL = {"sharp": "differs: puts enlarged pictures half a pixel to the right and down"}
CUT_AFTER = {"sharp": "differs: scales all of the picture and cuts at whole pixels after"}
NARROW = {"sharp": "differs: cuts the Gaussian off at a fifth of its peak"}


def orientation(number: int) -> str:
    return f"orientation-{number}.jpg"


def understood(name: str) -> np.ndarray:
    """The 8-bit numbers of a chart with a profile, in sRGB, not rounded."""
    _, primaries, curve = charts.WIDE[name]
    written = charts.bytes8(charts.in_profile(primaries, curve)) / 255
    return profiles.converted(written, (primaries, curve), (profiles.SRGB, profiles.SRGB_CURVE)) * 255


def three(grey: np.ndarray) -> np.ndarray:
    """Grey and alpha as three bands and alpha, 0 to 255."""
    return np.dstack([grey[..., :1]] * 3 + [grey[..., 1:]]).astype(float)


CASES = [
    # Down, by whole and by odd ratios.
    Case("edges.png", "w-200", [scale(200, 150)]),
    Case("edges.png", "w-133", [scale(133, 100)]),
    Case("edges.png", "w-97", [scale(97, 73)]),
    Case("zone-plate.png", "w-300", [scale(300, 300)]),
    Case("zone-plate.png", "w-211", [scale(211, 211)]),
    Case("zone-plate.png", "w-100", [scale(100, 100)]),
    Case("zone-plate.png", "w-63", [scale(63, 63)]),
    Case("gradients.png", "w-101,h-99,c-force", [scale(101, 99)]),
    Case("scene.png", "w-240", [scale(240, 160)]),
    Case("scene.png", "w-399", [scale(399, 266)]),
    Case("scene.png", "w-151", [scale(151, 101)]),
    Case("scene.jpg", "w-119", [scale(119, 79)]),
    Case("scene-cut.jpg", "w-800", [scale(800, 533)]),
    Case("scene-cut.jpg", "w-399", [scale(399, 266)]),
    Case("scene-cut.jpg", "w-200", [scale(200, 133)]),
    Case("scene-cut.jpg", "w-99", [scale(99, 66)]),
    # Up.
    Case("edges.png", "w-700", [scale(700, 524)]),
    Case("scene.png", "w-721", [scale(721, 481)]),
    Case("zone-plate.png", "w-533", [scale(533, 533)], HALF_A_PIXEL),
    Case("patches.png", "w-500,h-333,c-force", [scale(500, 333)]),
    # Crop modes and anchors.
    Case("scene.png", "w-200,h-200", [cover(200, 200)]),
    Case("scene.png", "w-200,h-200,fo-left", [cover(200, 200, START, CENTRE)]),
    Case("scene.png", "w-201,h-199,fo-right", [cover(201, 199, END, CENTRE)]),
    Case("scene.png", "w-300,h-100,fo-top", [cover(300, 100, CENTRE, START)]),
    Case("scene.png", "w-301,h-101,fo-bottom_right", [cover(301, 101, END, END)]),
    Case("scene-cut.jpg", "w-250,h-333", [cover(250, 333)]),
    Case("scene-cut.jpg", "w-333,h-125,fo-bottom", [cover(333, 125, CENTRE, END)]),
    Case("scene.png", "w-700,h-700", [cover(700, 700)]),
    Case("scene.png", "w-200,h-200,c-at_max", [scale(200, 133)]),
    Case("scene.png", "w-200,h-200,c-at_least", [scale(300, 200)]),
    Case("scene.png", "w-200,h-200,c-force", [scale(200, 200)]),
    Case("scene.png", "w-200,h-200,cm-pad_resize", [scale(200, 133), pad(200, 200, 0, 33)]),
    Case("scene.png", "w-200,h-200,cm-pad_resize,fo-bottom,bg-FF8000",
         [scale(200, 133), pad(200, 200, 0, 67, (255, 128, 0))]),
    Case("scene.png", "w-600,h-400,cm-pad_resize_no_enlarge", [pad(600, 400, 60, 40)]),
    Case("scene.png", "w-150,h-120,cm-extract", [cut(165, 100, 150, 120)]),
    Case("scene.png", "w-150,h-120,cm-extract,x-31,y-57", [cut(31, 57, 150, 120)]),
    Case("scene.png", "w-151,h-121,cm-extract,xc-240,yc-160", [cut(165, 100, 151, 121)]),
    Case("scene.png", "w-600,h-200,cm-pad_extract,fo-right", [cut(0, 60, 480, 200), pad(600, 200, 120, 0)]),
    # Turning and mirroring.
    Case("scene.png", "rt-90", [turn(90)]),
    Case("scene.png", "rt-180", [turn(180)]),
    Case("scene.png", "rt-N90", [turn(270)]),
    Case("scene.png", "rt-30", [turn(30)]),
    Case("scene.png", "rt-N7.5", [turn(352.5)]),
    Case("edges.png", "rt-45,bg-FFFFFF", [turn(45), behind((255, 255, 255))]),
    Case("disc.png", "rt-12", [turn(12)]),
    Case("scene.png", "fl-h", [mirror("h")]),
    Case("scene.png", "fl-v", [mirror("v")]),
    Case("scene.png", "w-201,fl-h_v:rt-90", [scale(201, 134), mirror("h"), mirror("v"), turn(90)]),
    # Blur: the radius is two standard deviations.
    Case("scene.png", "bl-2", [blur(1)]),
    Case("scene.png", "bl-6", [blur(3)]),
    Case("edges.png", "bl-20", [blur(10)], NARROW),
    Case("disc.png", "bl-10", [blur(5)]),
    # Colour.
    *[Case(f"{name}.{ending}", "", [], exact=understood(name)) for name in charts.WIDE for ending in ("png", "jpg")],
    Case("p3.png", "w-200", [scale(200, 167)]),
    Case("adobe.jpg", "w-90", [scale(90, 75)]),
    Case("inks.jpg", "", []),
    Case("inks.jpg", "w-100", [scale(100, 67)]),
    Case("grey.jpg", "", []),
    Case("grey.jpg", "w-133", [scale(133, 89)]),
    Case("deep.png", "", [], exact=charts.deep_gradient(400, 200) * 255),
    Case("deep.png", "w-150", [scale(150, 75)]),
    Case("deep-alpha.png", "", [], exact=charts.deep_alpha() * 255),
    Case("deep-alpha.png", "w-100", [scale(100, 67)]),
    Case("palette.png", "", []),
    Case("palette.png", "w-200", [scale(200, 133)]),
    Case("grey-alpha.png", "", [], exact=three(charts.bytes8(charts.grey_alpha()))),
    Case("grey-alpha.png", "w-111", [scale(111, 83)]),
    Case("grey-alpha.png", "w-111,bg-20C040", [scale(111, 83), behind((0x20, 0xC0, 0x40))]),
    # Alpha: what is transparent must not colour what is not.
    Case("disc.png", "w-150", [scale(150, 150)]),
    Case("disc.png", "w-77", [scale(77, 77)]),
    Case("disc.png", "w-450", [scale(450, 450)]),
    Case("disc.png", "w-100,h-150", [cover(100, 150)]),
    Case("disc.png", "w-150,bg-FFFFFF", [scale(150, 150), behind((255, 255, 255))]),
    Case("disc.png", "w-150,bg-FF00FF", [scale(150, 150), behind((255, 0, 255))]),
    # Upright, whatever the camera was.
    *[Case(orientation(number), "", []) for number in range(1, 9)],
    *[Case(orientation(number), "w-100,h-80,fo-top_left", [cover(100, 80, START, START)]) for number in (3, 6, 7)],
]
