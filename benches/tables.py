"""Results as Markdown tables, for the terminal and for `docs/performance.md`."""

import re
from pathlib import Path

from targets import verdicts

MARK = re.compile(r"<!-- results: ([a-z]+) -->\n.*?<!-- end of results -->", re.DOTALL)


def table(head: list[str], rows: list[list[str]]) -> str:
    """The first column is text, the others are numbers."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def cold(cells: dict[str, dict[str, dict]]) -> str:
    rows = []
    for cell, servers in cells.items():
        ours = servers.get("darkroom")
        for name, row in servers.items():
            ratio = per_round_ratio(ours, row) if ours and name != "darkroom" else ""
            found = row.get("score")
            scores = f"{found['median']:.1f} / {found['mean']:.1f} / {found['least']:.1f}" if found else "–"
            faults = f" ({row['faults']} failed)" if row["faults"] else ""
            rows.append([f"{cell} {name}{faults}", f"{row['per_second']:.1f}", f"{row['cpu_ms']:.1f}",
                         f"{row['p50_ms']:.0f} / {row['p95_ms']:.0f}", f"{row['peak_mib']:.0f}",
                         f"{row['bytes']:.0f}", scores, ratio])
    return table(["cell, server", "requests/s", "CPU ms", "p50 / p95 ms", "peak MiB", "bytes",
                  "score median / mean / least", "darkroom is faster by"], rows)


def per_round_ratio(ours: dict, other: dict) -> str:
    from targets import NotMeasured, faster

    try:
        return f"{faster(ours, other):.2f} ×"
    except NotMeasured:
        return ""


def unseen(cells: dict[str, dict[str, dict]]) -> str:
    """With what the targets would be judged by, if these were the photographs."""
    verdict = targets({"cold": cells}, only_measured=True)
    return cold(cells) + "\n" + verdict


def beside(cells: dict[str, dict[str, dict]]) -> str:
    """Cells of Darkroom's own, each with the one that it is compared with."""
    from cells import CELLS
    from load import middle

    spent = {name: middle(servers["darkroom"]["rounds"]["cpu_ms"]) for name, servers in cells.items()}
    rows = []
    for name, servers in cells.items():
        plain, row = CELLS[name].beside, servers["darkroom"]
        step = f"{row['step_ms']:.1f}" if "step_ms" in row else ""
        rows.append([name, f"{row['per_second']:.1f}", f"{spent[name]:.1f}", step,
                     f"{spent[name] / spent[plain]:.2f} × {plain}" if plain in spent else ""])
    return table(["cell", "requests/s", "CPU ms", "Pillow's for the step", "CPU beside"], rows)


def burst(sets: dict[str, dict[str, dict]]) -> str:
    head = ["burst", "renditions/s", "CPU ms", "p95 ms", "peak MiB", "darkroom is faster by"]
    lines = []
    for kinds, rows in sets.items():
        ours = rows.get("darkroom")
        lines += [[f"{kinds}: {name}" + (f" ({row['faults']} failed)" if row["faults"] else ""),
                   f"{row['per_second']:.1f}", f"{row['cpu_ms']:.1f}", f"{row['p95_ms']:.0f}", f"{row['peak_mib']:.0f}",
                   per_round_ratio(ours, row) if ours and name != "darkroom" else ""] for name, row in rows.items()]
    return table(head, lines)


def hits(rows: dict[str, dict]) -> str:
    # Results of older runs have no time of the processor.
    return table(["answered from", "requests/s", "× nginx", "CPU µs per request"],
                 [[name, f"{row['per_second']:.0f}", f"{row['ratio']:.2f}", f"{row.get('cpu_us', 0):.1f}"]
                  for name, row in rows.items()])


def memory(rows: dict[str, dict]) -> str:
    return table(["memory, MiB", "idle RSS (PSS)", "peak of each process, summed", "peak at once RSS (PSS)",
                  "afterwards RSS (PSS)"], [
        [name, f"{row['idle_rss']:.0f} ({row['idle_pss']:.0f})", f"{row['peak_rss']:.0f}",
         f"{row['peak_at_once_rss']:.0f} ({row['peak_pss']:.0f})", f"{row['after_rss']:.0f} ({row['after_pss']:.0f})"]
        for name, row in rows.items()])


def steady(row: dict) -> str:
    # Results of older runs know no cycles.
    return table(["mixed load", "early MiB", "late MiB", "growth", "standard error", "most MiB", "cycles", "requests",
                  "failed"], [
        [f"{row['minutes']:.0f} min, {kind}", f"{each['early']:.0f}", f"{each['late']:.0f}",
         f"{each['growth_percent']:+.1f} %", f"{each['error_percent']:.1f} %" if "error_percent" in each else "–",
         f"{each['most']:.0f}", str(row.get("cycles", "–")), str(row["requests"]), str(row["faults"])]
        for kind, each in (("RSS", row), ("PSS", row["pss"]))])


def overload(found: dict) -> str:
    flood, slow = found["flood"], found["slow origin"]
    text = table(["overload", "value"], [
        ["capacity, requests/s", f"{flood['capacity']:.1f}"], ["offered, requests/s", f"{flood['offered']:.1f}"],
        ["goodput, requests/s", f"{flood['goodput']:.1f}"], ["goodput / capacity", f"{flood['goodput_ratio']:.2f}"],
        ["503, of them with Retry-After", f"{flood['refused']}, {flood['with_retry_after']}"],
        ["time to a 503, ms: p50 / p95 / p99", f"{flood['refusal_p50_ms']:.1f} / {flood['refusal_p95_ms']:.1f} / "
                                               f"{flood['refusal_p99_ms']:.1f}"],
        ["other answers", f"{flood['other']} {flood['other_statuses'] or ''}".strip()]])
    rows = [[name, *(f"{slow[f'{name} {when}'][field]:.1f}" for when in ("alone", "beside")
                     for field in ("p50_ms", "p95_ms"))] for name in ("hits", "another origin")]
    return text + "\n" + table([f"beside {slow['slow_requests']} requests for a slow origin", "p50 alone, ms",
                                "p95 alone", "p50 beside", "p95 beside"], rows)


def rpc(found: dict) -> str:
    rust = ""
    if found.get("rust"):
        ways = {"tcp": "over TCP", "plain": "over TCP, tonic's own settings", "within": "within the process"}
        kinds = {"back": "256 KiB back", "there": "256 KiB there", "facts": "facts alone"}
        rust = "\n" + table(["Rust client, TransformImage", "p50 ms", "p95 ms"], [
            [f"{words}, {way}", *(f"{value:.3f}" for value in found["rust"][name][kind])]
            for kind, words in kinds.items() for name, way in ways.items()])
    return table(["Python client", "p50 ms", "p95 ms"], [
        [name, f"{row['p50_ms']:.2f}", f"{row['p95_ms']:.2f}"] for name, row in found["rows"].items()]
        + [["gRPC above in process: there", f"{found['there_ms']:+.2f}", ""],
           ["gRPC above in process: back", f"{found['back_ms']:+.2f}", ""]]) + rust


# Processor time and not requests per second: of a single round the latter say too little.
CURVE_PLOTS = {"bytes": "Bytes", "cpu": "Processor time"}


def plots_of(found: dict) -> str:
    """The plots beside the document that are drawn of these curves."""
    return "".join(f"![{words} against quality, {kind}](performance/{name}-{kind}.svg)\n\n"
                   for kind in found for name, words in CURVE_PLOTS.items())


def curves(found: dict) -> str:
    rows = [[f"{kind} {server} q{point['quality']}", f"{point['score']:.1f}", f"{point['bytes']:.0f}",
             f"{point['per_second']:.1f}", f"{point['cpu_ms']:.1f}"]
            for kind, servers in found.items() for server, points in servers.items() for point in points]
    return table(["curve", "score", "bytes", "requests/s", "CPU ms"], rows)


def targets(results: dict, only_measured: bool = False) -> str:
    words = {True: "yes", False: "**no**", None: "–"}
    rows = [[each.target, each.measured, words[each.met]] for each in verdicts(results)
            if each.met is not None or not only_measured]
    return table(["target", "measured", "met?"], rows).replace("---:", "---")


def machine(results: dict) -> str:
    """Of each part, since they may come from different runs."""
    rows = [[part, facts["when"], f"{facts['count']} {facts['pictures']}", str(facts["rounds"]), facts["processor"],
             facts["metric"]] for part, facts in results.get("facts", {}).items()]
    versions = {name: version for facts in results.get("facts", {}).values() for name, version in facts["versions"].items()}
    return (table(["part", "when", "pictures", "rounds", "processor", "metric"], rows).replace("---:", "---") + "\n"
            + table(["server", "version"], [[name, version] for name, version in versions.items()]).replace("---:", "---"))


PARTS = {"cold": cold, "beside": beside, "unseen": unseen, "burst": burst, "hits": hits, "memory": memory, "steady": steady, "overload": overload,
         "grpc": rpc, "curves": curves}


def write(document: Path, results: dict) -> None:
    """Puts the tables between the document's markers; a part that no run has measured stays as it is."""

    def made(found: re.Match) -> str:
        name = found[1]
        if name == "targets":
            text = targets(results)
        elif name == "machine":
            text = machine(results)
        elif results.get(name):
            text = (plots_of(results[name]) if name == "curves" else "") + PARTS[name](results[name])
        else:
            return found[0]
        return f"<!-- results: {name} -->\n\n{text}\n<!-- end of results -->"

    document.write_text(MARK.sub(made, document.read_text()))
