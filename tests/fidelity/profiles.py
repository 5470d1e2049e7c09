"""ICC profiles made from numbers, and the exact arithmetic of what they mean.

Matrix profiles are version 4: three colorants adapted to D50 and one curve. The profile of inks is a table of 17^4
colours of a simple model of printing; its numbers only have to be read the same by everybody.
"""

import struct

import numpy as np

D50 = np.array([0.9642, 1.0, 0.8249])
D65 = (0.3127, 0.3290)
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])

# Type 3 of parametricCurveType: (a x + b)^g from d on, c x below.
SRGB_CURVE = (3, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
ADOBE_CURVE = (0, (563 / 256,))
LINEAR_CURVE = (0, (1.0,))

SRGB = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
ADOBE = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))


def colorants(primaries) -> np.ndarray:
    """Columns: XYZ under D50 of full red, green and blue."""
    def xyz(x, y):
        return np.array([x / y, 1.0, (1 - x - y) / y])

    white = xyz(*D65)
    columns = np.stack([xyz(*primary) for primary in primaries], axis=1)
    columns = columns * np.linalg.solve(columns, white)
    adapt = np.linalg.inv(BRADFORD) @ np.diag(BRADFORD @ D50 / (BRADFORD @ white)) @ BRADFORD
    return adapt @ columns


def to_linear(values: np.ndarray, curve) -> np.ndarray:
    kind, numbers = curve
    if kind == 0:
        return values ** numbers[0]
    g, a, b, c, d = numbers
    return np.where(values >= d, np.maximum(a * values + b, 0) ** g, c * values)


def from_linear(values: np.ndarray, curve) -> np.ndarray:
    kind, numbers = curve
    values = np.clip(values, 0, 1)
    if kind == 0:
        return values ** (1 / numbers[0])
    g, a, b, c, d = numbers
    return np.where(values >= c * d, (values ** (1 / g) - b) / a, values / c)


def converted(values: np.ndarray, source, target) -> np.ndarray:
    """Colours from 0 to 1 from one (primaries, curve) to another; what the target cannot hold is clipped."""
    matrix = np.linalg.solve(colorants(target[0]), colorants(source[0]))
    return from_linear(to_linear(values, source[1]) @ matrix.T, target[1])


def matrix_profile(name: str, primaries, curve) -> bytes:
    kind, numbers = curve
    trc = b"para" + struct.pack(">IHH", 0, kind, 0) + b"".join(map(_fixed, numbers))
    tags = {b"desc": _text(name), b"cprt": _text("No rights reserved"), b"wtpt": _xyz(D50)}
    for letter, colorant in zip("rgb", colorants(primaries).T):
        tags[f"{letter}XYZ".encode()] = _xyz(colorant)
        tags[f"{letter}TRC".encode()] = trc
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags)


def ink_profile() -> bytes:
    """Inks to Lab as a printer's profile has it, as an 8-bit table (lut8Type)."""
    steps = 17
    axes = np.meshgrid(*[np.linspace(0, 1, steps)] * 4, indexing="ij")
    lab = _lab_of_inks(np.stack(axes, axis=-1).reshape(-1, 4))
    table = np.stack([lab[:, 0] * 255 / 100, lab[:, 1] + 128, lab[:, 2] + 128], axis=1)
    identity = bytes(range(256))
    lut = b"mft1" + struct.pack(">IBBBB", 0, 4, 3, steps, 0)
    lut += b"".join(_fixed(number) for number in np.eye(3).flatten())
    lut += identity * 4 + np.clip(np.rint(table), 0, 255).astype(np.uint8).tobytes() + identity * 3
    tags = {b"desc": _text("Inks of a chart"), b"cprt": _text("No rights reserved"), b"wtpt": _xyz(D50), b"A2B0": lut}
    return _profile(b"prtr", b"CMYK", b"Lab ", tags)


def _lab_of_inks(inks: np.ndarray) -> np.ndarray:
    # Each ink lets through a part of red, green and blue light; paper is white.
    through = np.array([[0.05, 0.55, 0.85], [0.80, 0.06, 0.45], [0.95, 0.88, 0.06], [0.03, 0.03, 0.03]])
    light = np.prod(1 - inks[:, :, None] * (1 - through[None]), axis=1)
    ratio = light @ colorants(SRGB).T / D50
    root = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    x, y, z = root.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def _profile(device: bytes, colours: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    offset = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += name + struct.pack(">II", offset + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    size = offset + len(body)
    head = struct.pack(">I4xI", size, 0x04300000 if connection == b"XYZ " else 0x02400000)
    head += device + colours + connection + struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp"
    head += bytes(28) + b"".join(map(_fixed, D50))
    return head.ljust(128, b"\0") + table + body


def _fixed(number: float) -> bytes:
    return struct.pack(">i", round(number * 65536))


def _xyz(values) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(map(_fixed, values))


def _text(text: str) -> bytes:
    words = text.encode("utf-16-be")
    return b"mluc" + struct.pack(">IIIHHII", 0, 1, 12, 0x656E, 0x5553, len(words), 28) + words
