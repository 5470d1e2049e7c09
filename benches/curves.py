"""Quality curves: for each server and format, score against bytes and speed at several qualities.

The numbers of different servers mean different things, so what is compared are the curves, not points of equal number.
"""

from cells import Cell, run as run_cells

QUALITIES = {"jpg": (50, 60, 70, 80, 90, 95), "webp": (50, 60, 70, 80, 90, 95), "avif": (50, 55, 60, 65, 75, 85)}
SIDE_PX = 512


def run(servers, sources, rounds: int, clients: int, kinds: tuple[str, ...]) -> dict[str, dict]:
    """By format and server, a list of points: quality, requests per second, CPU-ms, bytes, median score."""
    cells = [Cell(f"{kind}-q{quality}", "plain", kind, SIDE_PX, quality=quality)
             for kind in kinds for quality in QUALITIES[kind]]
    rows = run_cells(cells, servers, sources, rounds, clients, with_scores=True)
    found: dict[str, dict] = {}
    for cell in cells:
        for server, row in rows.get(cell.name, {}).items():
            if "score" in row:
                found.setdefault(cell.kind, {}).setdefault(server, []).append({
                    "quality": cell.quality, "per_second": row["per_second"], "cpu_ms": row["cpu_ms"],
                    "bytes": row["bytes"], "score": row["score"]["median"],
                })
    return found
