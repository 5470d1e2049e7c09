"""The pictures that URLs of the SDKs ask for: simple enough that what becomes of them can be told in numbers."""

import shutil
from pathlib import Path

from PIL import Image, ImageDraw

# Red, green, blue and yellow, row by row.
QUARTERS = [["FF0000", "00C000"], ["0000FF", "FFFF00"]]
# Where packages put fonts; the tests take any.
FONTS = Path("/usr/share/fonts")


def draw(folder: Path) -> None:
    """Draws them all into `folder`."""
    quarters(320, 240).save(folder / "quarters.png", dpi=(144, 144))
    quarters(640, 865).save(folder / "portrait.png")
    disc(200, 100).save(folder / "disc.png")
    disc(64, 64).save(folder / "logo.png")
    Image.new("RGB", (50, 40), (0, 0, 90)).save(folder / "overlay.jpg")
    # A black box on white, and a map that shifts by the whole amount sideways and not at all along.
    framed = Image.new("RGB", (100, 80), "white")
    framed.paste((0, 0, 0), (30, 30, 70, 50))
    framed.save(folder / "framed.png")
    Image.new("RGB", (32, 24), (255, 128, 0)).save(folder / "map.png")
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "lime", "blue")]
    frames[0].save(folder / "frames.gif", save_all=True, append_images=frames[1:], duration=100, loop=0)
    frames[0].save(folder / "frames.webp", save_all=True, append_images=frames[1:], duration=100, lossless=True)
    turned = quarters(320, 240)
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(folder / "turned.jpg", quality=95, exif=exif)
    (folder / "drawing.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 50 20"><rect width="50" height="20" fill="#00f"/></svg>')
    (folder / "notes.txt").write_text("Not an image, and not a font.\n")
    shutil.copyfile(folder / "notes.txt", folder / "broken.ttf")
    font = next(FONTS.rglob("DejaVuSans.ttf"), None) or next(FONTS.rglob("*.ttf"))
    shutil.copyfile(font, folder / "font.ttf")
    inner = folder / "path/to"
    inner.mkdir(parents=True, exist_ok=True)
    for name, copy in [("logo.png", "logo.png"), ("logo.png", "Ñ logo.png"), ("font.ttf", "font.ttf")]:
        shutil.copyfile(folder / name, inner / copy)


def quarters(width: int, height: int) -> Image.Image:
    image = Image.new("RGB", (width, height))
    for row, colours in enumerate(QUARTERS):
        for column, colour in enumerate(colours):
            left, top = column * width // 2, row * height // 2
            image.paste(f"#{colour}", (left, top, width, height))
    return image


def disc(width: int, height: int) -> Image.Image:
    """A red disc of half the height in the middle of nothing."""
    image = Image.new("RGBA", (width, height))
    left, top = (width - height // 2) // 2, height // 4
    ImageDraw.Draw(image).ellipse([left, top, left + height // 2, top + height // 2], fill=(255, 0, 0, 255))
    return image
