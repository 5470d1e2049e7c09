"""Files of every kind, sound and broken, through a running server.

DARKROOM_URL is what delivery URLs start with; behind its prefix `corpus` is the folder that DARKROOM_CORPUS names, with
a MANIFEST.tsv whose columns `file` and `expected` say what is in it. What is `ok` there gives a rendition in every
format, unless it is over one of our limits; what is no image for us is passed on byte for byte; nothing at all is the
server's fault, and nothing keeps it busy.
"""

import csv
import io
import os
import sys
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

CORPUS = os.environ.get("DARKROOM_CORPUS")
SECONDS = 15
CLIENTS = 2
ENDINGS = {"jpg": "JPEG", "webp": "WEBP", "png": "PNG"}
PASSED_ON = "passed on"
# docs/formats.md says that these are not read.
NOT_READ = (".svgz",)
OVER_A_LIMIT = '"code":"ELIMIT"'
# What a client or an origin is at fault for. 502 and 504 speak of an origin: a folder has neither.
REFUSALS = range(400, 500)


def answer(file: str, transformation: str) -> tuple[int, str, float]:
    """Status, what was wrong with it (empty when nothing was), seconds."""
    base = os.environ["DARKROOM_URL"].rstrip("/")
    url = f"{base}/corpus/tr:{transformation}/{urllib.parse.quote(file)}"
    began = time.monotonic()
    try:
        with urllib.request.urlopen(url, timeout=4 * SECONDS) as answered:
            status, body = answered.status, answered.read()
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read()
    except OSError as error:
        return 0, f"no answer: {error}", time.monotonic() - began
    seconds = time.monotonic() - began
    if status != 200:
        return status, body.decode(errors="replace")[:300], seconds
    if body == (Path(CORPUS) / file).read_bytes():
        return status, PASSED_ON, seconds
    return status, fault_of(body, ENDINGS[transformation.rsplit("f-", 1)[1]]), seconds


def fault_of(body: bytes, expected: str) -> str:
    try:
        image = Image.open(io.BytesIO(body))
        image.load()
    except Exception as error:  # noqa: BLE001 - whatever Pillow finds is a finding
        return f"not to be read: {error}"
    return "" if image.format == expected else f"{image.format}, not {expected}"


@unittest.skipUnless(CORPUS, "SKIPPED, corpus: DARKROOM_CORPUS names no folder of images")
class Corpus(unittest.TestCase):
    def test_every_file_gives_a_rendition_or_a_clear_refusal(self):
        with open(Path(CORPUS) / "MANIFEST.tsv", encoding="utf-8", newline="") as manifest:
            rows = list(csv.DictReader(manifest, delimiter="\t", quoting=csv.QUOTE_NONE))
        asked = [(row, f"w-200,f-{ending}") for row in rows for ending in ENDINGS]
        with ThreadPoolExecutor(CLIENTS) as clients:
            answers = list(clients.map(lambda each: answer(each[0]["file"], each[1]), asked))
        for (row, transformation), (status, fault, seconds) in zip(asked, answers):
            with self.subTest(f"{row['file']} {transformation}"):
                self.assertLess(seconds, SECONDS, "it hangs")
                self.assertTrue(status == 200 or status in REFUSALS, f"{status} {fault}")
                if status == 200:
                    self.assertIn(fault, ("", PASSED_ON))
                clear = status == 400 and (OVER_A_LIMIT in fault or row["file"].endswith(NOT_READ))
                if row["expected"] == "ok" and not clear:
                    self.assertEqual((status, fault), (200, ""))
        for (row, transformation), (_, fault, _) in zip(asked, answers):
            if row["expected"] == "ok" and OVER_A_LIMIT in fault:
                print(f"over a limit: {row['file']} {transformation}: {fault}")
        ok = sum(row["expected"] == "ok" for row in rows)
        statuses = sorted({status for status, _, _ in answers})
        counts = ", ".join(f"{sum(each[0] == status for each in answers)} × {status}" for status in statuses)
        slowest = max(zip(answers, asked), key=lambda each: each[0][2])
        print(f"{len(rows)} files, {ok} of them sound: {counts}; slowest {slowest[0][2]:.1f} s ({slowest[1][0]['file']})")


if not CORPUS:
    print("SKIPPED, corpus: DARKROOM_CORPUS names no folder of images", file=sys.stderr)

if __name__ == "__main__":
    unittest.main()
