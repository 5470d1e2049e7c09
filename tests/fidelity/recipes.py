"""What a transformation should do, said in steps that any image library has. `references.py` carries them out with
Pillow, `sharp.mjs` with sharp; a step has to be added in both."""

Step = dict

CENTRE, START, END = 0.5, 0.0, 1.0


def scale(width: int, height: int) -> Step:
    """Lanczos3 over the whole picture."""
    return {"step": "scale", "width": width, "height": height}


def cover(width: int, height: int, across: float = CENTRE, down: float = CENTRE) -> Step:
    """Scaled until it covers the box; the rest is cut off, at the end for START."""
    return {"step": "cover", "width": width, "height": height, "across": across, "down": down}


def cut(left: int, top: int, width: int, height: int) -> Step:
    return {"step": "cut", "left": left, "top": top, "width": width, "height": height}


def pad(width: int, height: int, left: int, top: int, colour=(0, 0, 0)) -> Step:
    return {"step": "pad", "width": width, "height": height, "left": left, "top": top, "colour": colour}


def turn(degrees: float) -> Step:
    """Clockwise; the canvas grows, its corners are transparent."""
    return {"step": "turn", "degrees": degrees}


def mirror(way: str) -> Step:
    """`h` from left to right, `v` from top to bottom."""
    return {"step": "mirror", "way": way}


def blur(sigma: float) -> Step:
    return {"step": "blur", "sigma": sigma}


def behind(colour) -> Step:
    """A colour behind transparent pixels."""
    return {"step": "behind", "colour": colour}
