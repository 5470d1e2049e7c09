"""Memory of the process tree: idle, with 16 large photographs under way, and over a long mixed load.

RSS is summed over processes as the published tables have it; PSS beside it counts shared pages once.
"""

import itertools
import sys
import tempfile
import threading
import time
from pathlib import Path

from PIL import Image

from asked import QUALITY, Asked
from load import closed_loop
from processes import DidNotStart, peak_mib, pss_mib, rss_mib

IN_FLIGHT = 16
PIXELS = 12_000_000
SAMPLE_SECONDS = 0.1
SETTLE_SECONDS = 3


class Watch:
    """Samples RSS and PSS of a process tree until the block is left. Pairs of MiB with the second of each."""

    def __init__(self, pid: int, every: float = SAMPLE_SECONDS):
        self.pid, self.every, self.samples = pid, every, []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.work)

    def work(self):
        began = time.monotonic()
        while not self.over.wait(self.every):
            self.samples.append((time.monotonic() - began, rss_mib(self.pid), pss_mib(self.pid)))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def in_flight(servers, sources) -> dict[str, dict]:
    """Rows by server: idle, peak with IN_FLIGHT requests under way, and idle again."""
    rows = {}
    large = large_photos(sources)
    with tempfile.TemporaryDirectory(prefix="darkroom-memory-") as folder:
        for server in servers:
            try:
                with server(sources.root, Path(folder)) as running:
                    urls = [running.url(Asked(path, "jpg", 1000 - number, 1000 - number, QUALITY["jpg"]))
                            for number, path in enumerate(itertools.islice(itertools.cycle(large), 3 * IN_FLIGHT))]
                    time.sleep(SETTLE_SECONDS)
                    idle, idle_pss = rss_mib(running.pid), pss_mib(running.pid)
                    with Watch(running.pid) as watch:
                        answers = closed_loop(running.port, urls, IN_FLIGHT)
                    peak = peak_mib(running.pid)
                    time.sleep(SETTLE_SECONDS)
                    rows[server.name] = {
                        "idle_rss": idle, "idle_pss": idle_pss, "peak_rss": peak,
                        "peak_at_once_rss": max((rss for _, rss, _ in watch.samples), default=0),
                        "peak_pss": max((pss for _, _, pss in watch.samples), default=0),
                        "after_rss": rss_mib(running.pid), "after_pss": pss_mib(running.pid),
                        "faults": len(answers.faults),
                    }
            except (DidNotStart, RuntimeError, OSError) as fault:
                print(f"! {server.name} is left out of memory: {fault}", file=sys.stderr)
    return rows


def large_photos(sources) -> list[str]:
    """Distinct files of 12 MP: the photographs scaled to it, since few are of that size."""
    made = []
    folder = sources.root / "large"
    folder.mkdir(exist_ok=True)
    for number, path in enumerate(itertools.islice(itertools.cycle(sources.paths("plain")), IN_FLIGHT)):
        file = folder / f"{number:02}.jpg"
        if not file.exists():
            photo = Image.open(sources.root / path).convert("RGB")
            factor = (PIXELS / (photo.width * photo.height)) ** 0.5
            photo.resize((round(photo.width * factor), round(photo.height * factor))).save(
                file, quality=88 - number % 2, subsampling=2)
        made.append(f"large/{file.name}")
    return made


def steady(server, sources, minutes: float) -> dict:
    """Memory over a mixed load: formats, sizes, shapes and sources in turn. How far it moves once it is warm."""
    with tempfile.TemporaryDirectory(prefix="darkroom-steady-") as folder:
        with server(sources.root, Path(folder)) as running:
            ends, serial, faults, asked = time.monotonic() + minutes * 60, itertools.count(), 0, 0
            with Watch(running.pid, every=max(0.5, minutes * 60 / 1000)) as watch:
                while time.monotonic() < ends:
                    batch = [running.url(each) for each in mixed(sources, next(serial))]
                    answers = closed_loop(running.port, [url for url in batch if url], 4)
                    faults, asked = faults + len(answers.faults), asked + len(batch)
                    if answers.faults:
                        print(f"! {answers.faults[0]}", file=sys.stderr)
    return {**flatness([(second, rss) for second, rss, _ in watch.samples]), "minutes": minutes, "requests": asked,
            "faults": faults, "pss": flatness([(second, pss) for second, _, pss in watch.samples]),
            "samples": watch.samples[:: max(1, len(watch.samples) // 200)]}


def mixed(sources, turn: int) -> list[Asked]:
    paths = sources.paths("plain") + sources.paths("progressive") + sources.paths("png")
    asked = []
    for number, path in enumerate(paths):
        kind = ("jpg", "webp", "jpg", "avif", "png")[(turn + number) % 5]
        side = 100 + (turn * 37 + number * 101) % 900
        asked.append(Asked(path, kind, side, side, QUALITY[kind], ("fit", "fill", "pad")[(turn + number) % 3]))
    return asked


def flatness(samples: list[tuple[float, float]]) -> dict[str, float]:
    """Of MiB over seconds, without the first tenth (warming up): the medians of the first and of the last third, and by
    how many percent the last is more."""
    if len(samples) < 10:
        return {"early": 0.0, "late": 0.0, "growth_percent": 0.0, "most": 0.0}
    warm = [mib for second, mib in samples if second > samples[-1][0] / 10]
    third = max(1, len(warm) // 3)
    early, late = sorted(warm[:third])[third // 2], sorted(warm[-third:])[third // 2]
    return {"early": early, "late": late, "growth_percent": (late / early - 1) * 100 if early else 0.0, "most": max(warm)}
