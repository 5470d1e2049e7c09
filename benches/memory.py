"""Memory of the process tree: idle, with 16 large photographs under way, and over a long mixed load.

RSS is summed over processes as the published tables have it; PSS beside it counts shared pages once.
"""

import itertools
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from asked import QUALITY, Asked
from load import closed_loop
from processes import DidNotStart, peak_mib, pss_mib, rss_mib

IN_FLIGHT = 16
PIXELS = 12_000_000
SAMPLE_SECONDS = 0.1
SETTLE_SECONDS = 3
STEADY_CLIENTS = 4
STEADY_SAMPLE_SECONDS = 0.5
STEADY_PSS_EVERY = 8
MIXED_KINDS = ("jpg", "webp", "jpg", "avif", "png")


class Watch:
    """Samples RSS and PSS of a process tree until the block is left. Pairs of MiB with the second of each.

    The kernel adds PSS up page by page, so it is asked for in each `pss_every`-th sample only, and is None in others.
    """

    def __init__(self, pid: int, every: float = SAMPLE_SECONDS, pss_every: int = 1):
        self.pid, self.every, self.pss_every, self.samples = pid, every, pss_every, []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.work)

    def work(self):
        for number in itertools.count():
            if self.over.wait(self.every):
                return
            pss = pss_mib(self.pid) if number % self.pss_every == 0 else None
            self.samples.append((time.monotonic(), rss_mib(self.pid), pss))

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
    """Memory over a mixed load that repeats itself: whether a cycle takes more of it than an earlier one did."""
    asked = mixed(sources)
    with tempfile.TemporaryDirectory(prefix="darkroom-steady-") as folder:
        with server(sources.root, Path(folder)) as running:
            began, faults, ends = time.monotonic(), 0, []
            with Watch(running.pid, STEADY_SAMPLE_SECONDS, STEADY_PSS_EVERY) as watch:
                while not ends or ends[-1] < began + minutes * 60:
                    urls = [running.url(replace(each, width=side, height=side)) for each in asked
                            for side in (each.width + len(ends) % 2,)]
                    answers = closed_loop(running.port, urls, STEADY_CLIENTS)
                    ends.append(time.monotonic())
                    faults += len(answers.faults)
                    if answers.faults:
                        print(f"! {answers.faults[0]}", file=sys.stderr)
    rss, pss = (by_cycle([(second, pair[kind]) for second, *pair in watch.samples], [began, *ends]) for kind in (0, 1))
    return {**flatness(rss), "minutes": (ends[-1] - began) / 60, "cycles": len(ends), "requests": len(asked) * len(ends),
            "faults": faults, "pss": flatness(pss), "by_cycle": {"rss": [each.mean for each in rss],
                                                                 "pss": [each.mean for each in pss]}}


def mixed(sources) -> list[Asked]:
    """One cycle: every source in each format, over sizes and shapes. The next cycle asks for the same but for a pixel,
    every other one for exactly the same."""
    paths = sources.paths("plain") + sources.paths("progressive") + sources.paths("png")
    asked = []
    for turn in range(len(MIXED_KINDS)):
        for number, path in enumerate(paths):
            kind = MIXED_KINDS[(turn + number) % len(MIXED_KINDS)]
            side = 100 + (turn * 37 + number * 101) % 900
            asked.append(Asked(path, kind, side, side, QUALITY[kind], ("fit", "fill", "pad")[(turn + number) % 3]))
    return asked


@dataclass(frozen=True)
class Cycle:
    """MiB over a cycle of the load."""

    mean: float
    most: float


def by_cycle(samples: list[tuple[float, float | None]], bounds: list[float]) -> list[Cycle]:
    """Of MiB over seconds; cycles lie between the bounds. One without a sample is left out."""
    cycles = []
    for begin, end in itertools.pairwise(bounds):
        values = [mib for second, mib in samples if begin <= second < end and mib is not None]
        if values:
            cycles.append(Cycle(statistics.mean(values), max(values)))
    return cycles


def flatness(cycles: list[Cycle]) -> dict[str, float]:
    """Without the first tenth (warming up): the means of the first and of the last third of cycles, by how many percent
    the last is more, and the standard error of that, which the spread of cycles gives."""
    warm = cycles[-(-len(cycles) // 10):]
    third = len(warm) // 3
    if third < 2:
        return {"early": 0.0, "late": 0.0, "growth_percent": 0.0, "error_percent": 100.0, "most": 0.0}
    early, late = ([each.mean for each in some] for some in (warm[:third], warm[-third:]))
    before, after = statistics.mean(early), statistics.mean(late)
    error = ((statistics.variance(early) + statistics.variance(late)) / third) ** 0.5
    return {"early": before, "late": after, "growth_percent": (after / before - 1) * 100,
            "error_percent": error / before * 100, "most": max(each.most for each in warm)}
