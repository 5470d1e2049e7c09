"""A burst of sizes: one photograph in many widths and formats, all asked at once, as a page with `srcset` does."""

import sys
import tempfile
from pathlib import Path

from asked import QUALITY, Asked
from load import closed_loop, median, quantile, turned
from processes import DidNotStart, cpu, peak_mib

WIDTHS = (160, 240, 320, 480, 640, 800, 1024, 1280)


SETS = (("jpg", "webp", "avif"), ("jpg", "webp"))
"""With AVIF the ratio is that of the AVIF encoders' efforts above all; without it that of everything else."""


def run_sets(servers, sources, rounds: int) -> dict[str, dict[str, dict]]:
    """Rows by set of formats and by server."""
    return {" + ".join(kinds): run(servers, sources, rounds, kinds) for kinds in SETS}


def asked_of(path: str, kinds: tuple[str, ...], less: int) -> list[Asked]:
    """less: px off each width, so that a round asks for nothing that an earlier one did."""
    return [Asked(path, kind, width - less, width - less, QUALITY[kind]) for width in WIDTHS for kind in kinds]


def run(servers, sources, rounds: int, kinds: tuple[str, ...]) -> dict[str, dict]:
    """Rows by server. Each round takes another photograph; servers take turns with it."""
    rows: dict[str, dict] = {}
    paths = sources.paths("plain")
    out = set()
    with tempfile.TemporaryDirectory(prefix="darkroom-burst-") as folder:
        for number in range(rounds):
            path = paths[(number * 7 + len(paths) // 2) % len(paths)]
            for server in turned(servers, number):
                if server.name in out:
                    continue
                fault = one_round(server, sources, Path(folder), path, number, kinds, rows)
                if fault:
                    print(f"! {server.name} is left out of the burst of {', '.join(kinds)}: {fault}", file=sys.stderr, flush=True)
                    out.add(server.name)
    return {name: {
        "per_second": median(row["per_second"]), "cpu_ms": median(row["cpu_ms"]),
        "p95_ms": quantile(row["seconds"], 0.95) * 1000, "peak_mib": max(row["peak"]), "faults": row["faults"],
        "rounds": {"per_second": row["per_second"]},
    } for name, row in rows.items() if row["per_second"]}


def one_round(server, sources, scratch, path, number, kinds, rows) -> str | None:
    try:
        with server(sources.root, scratch) as running:
            urls = [running.url(asked) for asked in asked_of(path, kinds, number + 1)]
            if None in urls:
                return f"it makes no {', '.join(kinds)}"
            warm = next(other for other in sources.paths("plain") if other != path)
            closed_loop(running.port, [running.url(Asked(warm, kind, 100, 100, QUALITY[kind])) for kind in kinds], 1)
            used = cpu(running.pid)
            answers = closed_loop(running.port, urls, len(urls))
            row = rows.setdefault(server.name, {"per_second": [], "cpu_ms": [], "seconds": [], "peak": [], "faults": 0})
            row["per_second"].append(answers.per_second)
            row["cpu_ms"].append(cpu(running.pid).since(used).total / len(urls))
            row["seconds"] += answers.seconds
            row["peak"].append(peak_mib(running.pid))
            row["faults"] += len(answers.faults)
            if answers.faults:
                print(f"! {server.name}: {answers.faults[0]}", file=sys.stderr)
    except (DidNotStart, RuntimeError, OSError) as fault:
        return str(fault)
    return None
