"""Darkroom beside other image servers, on one machine, over HTTP.

    make bench BENCH="cold --cells jpg512,webp512 --rounds 5"
    make bench BENCH="--quick"
    make bench BENCH="write-docs"

Parts: cold, unseen, curves, burst, hits, memory, steady, overload, grpc; all but unseen, curves and steady unless some
are named. Results go to `bench-results/` as JSON, with plots. `write-docs` writes the newest results of every part into
docs/performance.md, and measures nothing. `docs/performance.md` tells what is measured and how.
"""

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path

import burst
import cells
import curves
import hits
import memory
import overload
import place
import plots
import rpc
import scores
import sources
import tables
from peers import SERVERS

PARTS = ("cold", "beside", "burst", "hits", "memory", "overload", "grpc")
LONG_PARTS = ("unseen", "curves", "steady")
UNSEEN_CELLS = ("jpg512", "jpg300", "jpg1000", "webp512", "avif512")
ROUNDS = 3
# What is compared with its like within some percent: of one server, so that they take a minute or two.
BESIDE_ROUNDS = 20
# Curves are of many cells, and what they tell is bytes at a score: one round of fewer pictures has it within minutes.
CURVE_ROUNDS = 1
CURVE_PHOTOS = 10
QUICK_PHOTOS = 4
PICTURES = place.ROOT / "docs/performance"


def main() -> int:
    asked = arguments()
    if asked.parts == ["write-docs"]:
        return write_docs()
    servers = present(asked.servers.split(","))
    if not servers:
        raise SystemExit("none of the servers can be started")
    place.MADE.mkdir(parents=True, exist_ok=True)
    made = sources.make(QUICK_PHOTOS if asked.quick else asked.photos)
    print(f"{len(made.names)} {made.what}; {asked.clients} clients, {os.cpu_count()} processors", flush=True)
    results: dict[str, dict] = {}
    for part in asked.parts:
        print(f"\n=== {part}", flush=True)
        pictures = pictures_of(part, asked, made)
        if not pictures:
            print(f"! {part} is left out: {place.UNSEEN} is not there: see `make bench-photos`", file=sys.stderr)
            continue
        found = measure(part, asked, servers, pictures)
        if found:
            results[part] = found
            keep(f"quick-{part}" if asked.quick else part,
                 {"facts": facts(part, asked, servers, pictures), part: found})
            print(tables.PARTS[part](found), flush=True)
    print(tables.targets(results))
    draw(results, place.RESULTS)
    faults = [f"{server} in {cell}" for part in ("cold", "beside", "unseen") for cell, rows in results.get(part, {}).items()
              for server, row in rows.items() if row["faults"]]
    if faults:
        print(f"with failed requests: {', '.join(faults)}", file=sys.stderr)
    return 1 if faults else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help="of " + ", ".join((*PARTS, *LONG_PARTS, "write-docs")))
    parser.add_argument("--servers", default=",".join(SERVERS), help=f"of {', '.join(SERVERS)}")
    parser.add_argument("--cells", default=",".join(cells.CELLS), help=f"of {', '.join(cells.CELLS)}")
    parser.add_argument("--kinds", default="jpg,webp,avif", help="formats of curves")
    parser.add_argument("--rounds", type=int, help=f"{ROUNDS} unless given, and {CURVE_ROUNDS} of curves")
    parser.add_argument("--clients", type=int, default=2, help="of cold renditions")
    parser.add_argument("--photos", type=int, help=f"as many of the photographs; all unless given, and {CURVE_PHOTOS} of curves")
    parser.add_argument("--seconds", type=int, default=10, help="of one measurement of hits, and of the overload")
    parser.add_argument("--minutes", type=float, default=30, help="of the steady load")
    parser.add_argument("--calls", type=int, default=500, help="of each kind over gRPC")
    parser.add_argument("--no-scores", action="store_true")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_PHOTOS} photographs, one round, short times")
    asked = parser.parse_args()
    asked.parts = asked.parts or list(PARTS)
    known = {*PARTS, *LONG_PARTS, "write-docs"}
    if unknown := [part for part in asked.parts if part not in known]:
        parser.error(f"{', '.join(unknown)}: parts are {', '.join(sorted(known))}")
    if "write-docs" in asked.parts and len(asked.parts) > 1:
        parser.error("write-docs stands alone")
    for option, names in (("servers", SERVERS), ("cells", cells.CELLS)):
        if unknown := [name for name in getattr(asked, option).split(",") if name not in names]:
            parser.error(f"--{option} {', '.join(unknown)}: there are {', '.join(names)}")
    if asked.quick:
        asked.rounds, asked.seconds, asked.minutes, asked.calls = 1, 3, min(asked.minutes, 1), 50
    return asked


def present(names: list[str]) -> list:
    """Those that can be started; of the others the reason is said."""
    found = []
    for name in names:
        if why := SERVERS[name].missing():
            print(f"{name} is left out: {why}", file=sys.stderr)
        else:
            found.append(SERVERS[name])
    return found


def rounds_of(part: str, asked) -> int:
    return asked.rounds or {"curves": CURVE_ROUNDS, "beside": BESIDE_ROUNDS}.get(part, ROUNDS)


def pictures_of(part: str, asked, made):
    few = QUICK_PHOTOS if asked.quick else asked.photos
    if part == "unseen":
        return sources.unseen(few)
    return sources.make(CURVE_PHOTOS) if part == "curves" and not few else made


def measure(part: str, asked, servers: list, made) -> dict:
    rounds = rounds_of(part, asked)
    if part in ("cold", "unseen"):
        names = asked.cells.split(",") if part == "cold" else UNSEEN_CELLS
        return cells.run([cells.CELLS[name] for name in names], servers, made, rounds, asked.clients, not asked.no_scores)
    if part == "beside":
        return cells.run(cells.BESIDE, [SERVERS["darkroom"]], made, rounds, asked.clients, with_scores=False)
    if part == "curves":
        return curves.run(servers, made, rounds, asked.clients, tuple(asked.kinds.split(",")))
    if part == "burst":
        return burst.run_sets(servers, made, rounds)
    if part == "hits":
        return hits.run(made, rounds, asked.seconds)
    if part == "memory":
        return memory.in_flight(servers, made)
    if part == "steady":
        return memory.steady(SERVERS["darkroom"], made, asked.minutes)
    if part == "overload":
        return overload.run(made, asked.seconds)
    return rpc.run(made, asked.calls)


def facts(part, asked, servers, made) -> dict:
    versions = {}
    for server in servers:
        try:
            versions[server.name] = server.version()
        except (OSError, StopIteration, KeyError, ValueError) as fault:
            versions[server.name] = f"? ({fault!r})"
    return {"when": time.strftime("%Y-%m-%d %H:%M"), "pictures": made.what, "count": len(made.names),
            "rounds": rounds_of(part, asked), "clients": asked.clients, "processor": processor(), "metric": scores.metric(),
            "versions": versions}


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{os.cpu_count()} × {name}"


def keep(name: str, content: dict) -> None:
    place.RESULTS.mkdir(exist_ok=True)
    file = place.RESULTS / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}.json"
    file.write_text(json.dumps(content, indent=1) + "\n")
    print(f"written to {file.relative_to(place.ROOT)}")


def newest() -> dict:
    """The newest results of every part, by part, quick runs apart; `facts` by part, too."""
    results: dict[str, dict] = {"facts": {}}
    for part in (*PARTS, *LONG_PARTS):
        files = sorted(place.RESULTS.glob(f"{part}-*.json"))
        if files:
            content = json.loads(files[-1].read_text())
            results[part], results["facts"][part] = content[part], content["facts"]
    return results


def write_docs() -> int:
    results = newest()
    if not results["facts"]:
        raise SystemExit("bench-results/ has no results: measure first")
    tables.write(place.DOCUMENT, results)
    PICTURES.mkdir(parents=True, exist_ok=True)
    draw(results, PICTURES)
    print(f"{place.DOCUMENT.relative_to(place.ROOT)} has the results of {', '.join(results['facts'])}")
    return 0


def draw(results: dict, folder: Path) -> None:
    """Speed against score, and bytes against score, of every format; where the processor's time goes."""
    folder.mkdir(exist_ok=True)
    made = {}
    cold = results.get("cold", {})
    if rows := cold.get("jpg512"):
        made["cpu"] = plots.bars("Processor time of a JPEG of 512 px", "CPU ms", {
            name: {"user": row["user_ms"], "system": row["system_ms"]} for name, row in rows.items()})
        made["speed-jpg512"] = plots.scatter("Speed against quality, JPEG 512 px", "SSIMULACRA2, median", "requests/s", [
            plots.Line(name, ((row["score"]["median"], row["per_second"]),)) for name, row in rows.items()
            if "score" in row])
    for kind, servers in results.get("curves", {}).items():
        for name, words in tables.CURVE_PLOTS.items():
            field, up = {"bytes": ("bytes", "bytes"), "cpu": ("cpu_ms", "CPU ms per rendition")}[name]
            made[f"{name}-{kind}"] = plots.scatter(
                f"{words} against quality, {kind}, {curves.SIDE_PX} px", "SSIMULACRA2, median", up, [
                    plots.Line(server, tuple((point["score"], point[field]) for point in points))
                    for server, points in servers.items()])
    for name, text in made.items():
        (folder / f"{name}.svg").write_text(text)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
