"""Cold renditions: every request asks for a source and a size that nobody asked for before.

Neither a cache nor the merging of equal requests helps anybody. Servers take turns within each round, so that a machine
that gets busy slows all of them. The pictures of the first round are scored.
"""

import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import scores
import steps
from asked import QUALITY, Asked
from load import Answers, closed_loop, median, quantile, turned
from processes import DidNotStart, cpu, peak_mib
from servers import Server
from sources import Sources


@dataclass(frozen=True)
class Cell:
    """A kind of request: sources from a folder of `sources`, in a square box of `side` px."""

    name: str
    source: str
    kind: str
    side: int
    shape: str = "fit"
    effect: str = ""
    quality: int | None = None
    beside: str = ""
    """The cell that this one is compared with; measured in the same rounds."""

    @property
    def has_step(self) -> bool:
        """One that the cell beside it has not, and whose cost is measured with it."""
        return bool(self.beside) and steps.has_step(self.shape, self.effect)

    @property
    def has_score(self) -> bool:
        return self.shape in ("fit", "fill") and not self.effect


CELLS = {cell.name: cell for cell in (
    Cell("jpg512", "plain", "jpg", 512),
    Cell("jpg300", "plain", "jpg", 300),
    Cell("jpg1000", "plain", "jpg", 1000),
    Cell("webp512", "plain", "webp", 512),
    Cell("avif512", "plain", "avif", 512),
    Cell("png-png512", "png", "png", 512),
    Cell("png-webp512", "png", "webp", 512),
    Cell("progressive512", "progressive", "jpg", 512, beside="jpg512"),
    Cell("p3-512", "p3", "jpg", 512, beside="jpg512"),
    Cell("adobe-512", "adobe", "jpg", 512, beside="jpg512"),
    Cell("upright512", "upright", "jpg", 512),
    Cell("oriented512", "oriented", "jpg", 512, beside="upright512"),
    Cell("fit300", "plain", "jpg", 300),
    Cell("fill300", "plain", "jpg", 300, shape="fill", beside="fit300"),
    Cell("pad300", "plain", "jpg", 300, shape="pad", beside="fit300"),
    Cell("blur512", "plain", "jpg", 512, effect="blur", beside="jpg512"),
    Cell("watermark512", "plain", "jpg", 512, effect="watermark", beside="jpg512"),
)}
# Those that are compared with another cell of Darkroom's own, and these others.
COMPARED = [cell for cell in CELLS.values() if cell.beside and cell.source != "progressive"]
BESIDE = [cell for cell in CELLS.values() if cell in COMPARED or cell.name in {other.beside for other in COMPARED}]
WARM_UP_REQUESTS = 2


@dataclass
class Measured:
    """Of one server in one cell, a value for each round."""

    per_second: list[float] = field(default_factory=list)
    user_ms: list[float] = field(default_factory=list)
    system_ms: list[float] = field(default_factory=list)
    peak: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    step_ms: list[float] = field(default_factory=list)
    """What the cell's step costs at the least, of those that have one."""
    pictures: list[tuple[Path, str, bytes]] = field(default_factory=list)

    def row(self) -> dict:
        made = {
            "per_second": median(self.per_second),
            "cpu_ms": median([user + system for user, system in zip(self.user_ms, self.system_ms)]),
            "user_ms": median(self.user_ms), "system_ms": median(self.system_ms),
            "p50_ms": quantile(self.seconds, 0.5) * 1000, "p95_ms": quantile(self.seconds, 0.95) * 1000,
            "peak_mib": max(self.peak, default=0), "bytes": statistics.mean(self.sizes) if self.sizes else 0,
            "faults": len(self.faults), "rounds": {
                "per_second": self.per_second, "user_ms": self.user_ms,
                "cpu_ms": [user + system for user, system in zip(self.user_ms, self.system_ms)]},
        }
        return {**made, "step_ms": median(self.step_ms)} if self.step_ms else made


def run(cells: list[Cell], servers: list[type[Server]], sources: Sources, rounds: int, clients: int,
        with_scores: bool) -> dict[str, dict[str, dict]]:
    """Rows by cell and server."""
    measured: dict[str, dict[str, Measured]] = {cell.name: {} for cell in cells}
    left_out: set[tuple[str, str]] = set()
    broken: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="darkroom-bench-") as folder:
        for number in range(rounds):
            for cell in cells:
                for server in turned(servers, number):
                    if server.name in broken or (cell.name, server.name) in left_out:
                        continue
                    into = measured[cell.name].setdefault(server.name, Measured())
                    # What is wrong is said once, with the reason; the other servers and cells go on.
                    try:
                        fault = one_round(cell, server, sources, Path(folder), number, clients, into)
                    except (DidNotStart, RuntimeError, OSError) as why:
                        print(f"! {server.name} is left out: {why}", file=sys.stderr, flush=True)
                        broken.add(server.name)
                        measured[cell.name].pop(server.name)
                        continue
                    if fault:
                        print(f"! {server.name} is left out of {cell.name}: {fault}", file=sys.stderr, flush=True)
                        left_out.add((cell.name, server.name))
                        measured[cell.name].pop(server.name, None)
                price(cell, sources, measured)
            print(f"  round {number + 1} of {rounds} {time.strftime('%H:%M:%S')}", flush=True)
    rows = {name: {server: each.row() for server, each in found.items()} for name, found in measured.items() if found}
    if with_scores:
        for cell in cells:
            for name, each in measured[cell.name].items():
                if cell.has_score and each.pictures:
                    values = scores.score_all(each.pictures)
                    rows[cell.name][name]["score"] = asdict(scores.summary(values))
                    rows[cell.name][name]["scores"] = dict(zip((p[0].stem for p in each.pictures), values))
    return rows


def one_round(cell, server, sources, scratch, number, clients, into: Measured) -> str | None:
    """Why the server can't take part, in words."""
    paths = sources.paths(cell.source)
    if not paths:
        return f"there are no {cell.source} sources (is jpegtran installed?)"
    quality = cell.quality or QUALITY[cell.kind]

    def asked(path: str, side: int) -> Asked:
        return Asked(path, cell.kind, side, side, quality, cell.shape, cell.effect)

    # A size for each round, below the cell's; all servers are asked the same.
    jobs = [asked(path, cell.side - 1 - number) for path in paths]
    warm_up = [asked(path, cell.side - 40) for path in paths[:WARM_UP_REQUESTS]]
    with server(sources.root, scratch) as running:
        urls = [running.url(job) for job in jobs]
        if None in urls:
            return "it has no such thing"
        closed_loop(running.port, [running.url(job) for job in warm_up], 1)
        used = cpu(running.pid)
        answers = closed_loop(running.port, urls, clients)
        spent = cpu(running.pid).since(used)
        record(into, answers, spent, peak_mib(running.pid))
    if not answers.bodies:
        return f"every request failed: {answers.faults[0]}"
    if number == 0:
        into.pictures = [(sources.root / jobs[place].path, cell.shape, body)
                         for place, body in sorted(answers.bodies.items())]
    if answers.faults:
        print(f"! {server.name} in {cell.name}: {len(answers.faults)} failed, {answers.faults[0]}", file=sys.stderr)
    return None


def price(cell: Cell, sources: Sources, measured: dict[str, dict[str, Measured]]) -> None:
    """What the step of this cell costs at the least, on the pictures of the plain cell, once more in each round: it is
    compared with processor time of the same minutes."""
    plain = measured.get(cell.beside, {}).get("darkroom")
    if not cell.has_step or not plain or not plain.pictures or "darkroom" not in measured[cell.name]:
        return
    asked = Asked("", cell.kind, cell.side, cell.side, cell.quality or QUALITY[cell.kind], cell.shape, cell.effect)
    bodies = [body for _, _, body in plain.pictures]
    measured[cell.name]["darkroom"].step_ms.append(steps.cost_ms(asked, bodies, sources.root))


def record(into: Measured, answers: Answers, spent, peak: float) -> None:
    requests = len(answers.bodies) + len(answers.faults)
    into.per_second.append(answers.per_second)
    into.user_ms.append(spent.user / requests)
    into.system_ms.append(spent.system / requests)
    into.peak.append(peak)
    into.seconds += answers.seconds
    into.sizes += [len(body) for body in answers.bodies.values()]
    into.faults += answers.faults
