"""Chromium opens a page with responsive images that Darkroom delivers: an <img srcset> of six widths, once for each
candidate, and a <picture> with AVIF, WebP and JPEG. The page itself tells what it decoded.

DARKROOM_DELIVERY_URL is what delivery URLs start with, DARKROOM_TEST_PHOTO the path of a picture behind it that is at
least 640 pixels wide and of the ratio 4:3.
"""

import json
import os
import shutil
import subprocess
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from string import Template

BASE = os.environ["DARKROOM_DELIVERY_URL"].rstrip("/")
PHOTO = os.environ["DARKROOM_TEST_PHOTO"]
WIDTHS = [120, 240, 320, 400, 480, 640]
PICTURE = [("avif", "image/avif"), ("webp", "image/webp"), ("jpg", "image/jpeg")]

PAGE = Template("""<!doctype html>
<meta charset="utf-8">
<title>Responsive images</title>
$images
<script>
  // A window chooses anew among candidates when it gets its size, and a decode of the old choice then fails. What is
  // broken fails every time.
  const TRIES = 6;
  async function look(image) {
    const { id } = image;
    for (let tries = 1; ; tries += 1) {
      try {
        await image.decode();
        return { id, url: image.currentSrc, width: image.naturalWidth, height: image.naturalHeight };
      } catch (error) {
        if (tries === TRIES) return { id, error: String(error), url: image.currentSrc };
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }
  addEventListener("load", async () => {
    const images = await Promise.all(Array.from(document.images, look));
    await fetch("/seen", { method: "POST", body: JSON.stringify(images) });
  });
</script>
""")


def url(steps: str) -> str:
    return f"{BASE}/tr:{steps}/{PHOTO}"


def candidate(width: int, image: int) -> str:
    return f"{url(f'w-{width},f-auto')}?image={image}"


def srcset(image: int) -> str:
    # Each image has URLs of its own: Chromium takes a larger candidate that it has already over the right one.
    return ", ".join(f"{candidate(width, image)} {width}w" for width in WIDTHS)


def page() -> str:
    # With `sizes` of exactly a candidate's width, that candidate is the one to load.
    images = [f'<img id="{width}" srcset="{srcset(width)}" sizes="{width}px" alt="">' for width in WIDTHS]
    sources = [f'<source srcset="{url(f"w-200,f-{ending}")}" type="{kind}">' for ending, kind in PICTURE[:-1]]
    images.append(f'<picture>{"".join(sources)}<img id="picture" src="{url("w-200,f-jpg")}" alt=""></picture>')
    # Chromium takes the first source that it can show; the others must be sound as well.
    images += [f'<img id="{ending}" src="{url(f"w-201,f-{ending}")}" alt="">' for ending, _ in PICTURE]
    return PAGE.substitute(images="\n".join(images))


def what_chromium_sees(seconds: float = 90) -> dict[str, dict]:
    told, answered = [], threading.Event()

    class Site(BaseHTTPRequestHandler):
        def do_GET(self):
            body = page().encode() if self.path == "/" else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            told.extend(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()
            answered.set()

        def log_message(self, *_):
            pass

    chromium = os.environ.get("DARKROOM_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        raise SystemExit("no Chromium: install the package chromium, or say in DARKROOM_CHROMIUM where one is")
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as site, tempfile.TemporaryDirectory() as profile:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        # Without --no-sandbox it will not start as root; the rest keeps it from calling home.
        browser = subprocess.Popen(
            [chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic",
             "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--force-device-scale-factor=1", "--remote-debugging-port=0", f"--user-data-dir={profile}",
             f"http://127.0.0.1:{site.server_port}/"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        try:
            if not answered.wait(seconds):
                browser.kill()
                raise AssertionError(f"the page told nothing in {seconds} s:\n{browser.stderr.read()[-2000:]}")
        finally:
            browser.terminate()
            try:
                browser.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                browser.kill()
                browser.communicate()
            site.shutdown()
    return {image["id"]: image for image in told}


class ResponsiveImages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.seen = what_chromium_sees()

    def test_each_of_six_widths_decodes(self):
        for width in WIDTHS:
            with self.subTest(width):
                image = self.seen[str(width)]
                self.assertNotIn("error", image)
                self.assertEqual(image["url"], candidate(width, width))
                self.assertEqual((image["width"], image["height"]), (width, width * 3 // 4))

    def test_the_picture_is_shown_from_its_first_source(self):
        picture = self.seen["picture"]
        self.assertNotIn("error", picture)
        self.assertEqual((picture["url"], picture["width"]), (url("w-200,f-avif"), 200))

    def test_each_format_of_the_picture_decodes(self):
        for ending, _ in PICTURE:
            with self.subTest(ending):
                self.assertNotIn("error", self.seen[ending])
                self.assertEqual(self.seen[ending]["width"], 201)


if __name__ == "__main__":
    unittest.main()
