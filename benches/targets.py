"""What is to be reached, as ratios and limits, and whether a run has reached it.

A line is only told from what the run measured: where a server or a cell was left out it says so.
"""

from collections.abc import Callable
from dataclasses import dataclass

from load import median, middle

STEADY_MINUTES = 30
STEADY_ERROR_PERCENT = 2.5
Rows = dict[str, dict]


@dataclass(frozen=True)
class Verdict:
    target: str
    measured: str
    met: bool | None
    """None where it was not measured."""


class NotMeasured(Exception):
    pass


def verdicts(results: dict[str, dict]) -> list[Verdict]:
    """results: by part, `cold`, `beside`, `burst`, `hits`, `memory`, `steady`, `overload`, `grpc`."""
    found = []
    for target, judge in TARGETS:
        try:
            measured, met = judge(results)
        except (NotMeasured, KeyError) as why:
            measured = f"not measured: {why.args[0]}" if isinstance(why, NotMeasured) else f"not measured: no {why}"
            met = None
        found.append(Verdict(target, measured, met))
    return found


def row(results: dict, cell: str, server: str) -> dict:
    try:
        return results["cold"][cell][server]
    except KeyError:
        raise NotMeasured(f"{server} in {cell}") from None


def score(found: dict, which: str = "median") -> float:
    if "score" not in found:
        raise NotMeasured("no scores")
    return found["score"][which]


def faster(one: dict, other: dict) -> float:
    """The median over rounds of the ratio within a round: both were measured in the same minute."""
    pairs = list(zip(one["rounds"]["per_second"], other["rounds"]["per_second"]))
    ratios = [mine / theirs for mine, theirs in pairs if theirs]
    if not ratios:
        raise NotMeasured("no common round")
    return median(ratios)


def against(cell: str, other: str, speed: float, bytes_factor: float | None, slack: float | None,
            ours: str = "darkroom") -> Callable:
    """At least `speed` × the other's requests/s, at most `bytes_factor` × its bytes, at least its score − `slack`."""

    def judge(results):
        mine, theirs = row(results, cell, ours), row(results, cell, other)
        ratio, size = faster(mine, theirs), mine["bytes"] / theirs["bytes"]
        parts, met = [f"{ratio:.2f} × requests/s"], ratio >= speed
        if slack is not None:
            difference = score(mine) - score(theirs)
            parts.append(f"score {score(mine):.1f} ({difference:+.1f})")
            met = met and difference >= -slack
        if bytes_factor is not None:
            parts.append(f"{size:.2f} × bytes")
            met = met and size <= bytes_factor
        return ", ".join(parts), met

    return judge


def score_at_least(cell: str, least: float) -> Callable:
    def judge(results):
        found = score(row(results, cell, "darkroom"))
        return f"score {found:.1f}", found >= least

    return judge


def peers_of(results: dict, cell: str) -> dict[str, dict]:
    found = {name: each for name, each in results.get("cold", {}).get(cell, {}).items() if not name.startswith("darkroom")}
    if not found:
        raise NotMeasured(f"no peer in {cell}")
    return found


def speed_profile(results):
    mine, peers = row(results, "jpg512", "darkroom-speed"), peers_of(results, "jpg512")
    best = max(score(each) for name, each in peers.items() if name != "oximg") if len(peers) > 1 else 0
    ratio = min(faster(mine, each) for each in peers.values())
    worst = score(mine, "least")
    text = f"score {score(mine):.1f} (others, oximg apart: {best:.1f}), {ratio:.2f} × the fastest, worst photo {worst:.1f}"
    return text, score(mine) >= best and ratio >= 1.8 and worst >= 60


def every_peer(cell: str, speed: float) -> Callable:
    def judge(results):
        mine = row(results, cell, "darkroom")
        ratios = {name: faster(mine, each) for name, each in peers_of(results, cell).items()}
        return ", ".join(f"{ratio:.2f} × {name}" for name, ratio in ratios.items()), min(ratios.values()) >= speed

    return judge


def processor_time(results: dict, cell: str) -> tuple[dict, float]:
    """Darkroom's row of a cell that is compared with another one of its own, and its processor time: of the rounds that
    were made for such comparisons, where there are some."""
    part = "beside" if "beside" in results else "cold"
    found = row({"cold": results.get(part, {})}, cell, "darkroom")
    rounds = found["rounds"].get("cpu_ms")
    return found, middle(rounds) if rounds else found["cpu_ms"]


def beside(cell: str, plain: str, most: float) -> Callable:
    """At most `most` × the processor time of the plain cell."""

    def judge(results):
        ratio = processor_time(results, cell)[1] / processor_time(results, plain)[1]
        return f"{ratio:.2f} × CPU of {plain}", ratio <= most

    return judge


def with_step(cell: str, plain: str, most: float) -> Callable:
    """At most `most` × the processor time of the plain cell, and what the step costs at the least (`steps`)."""

    def judge(results):
        (found, spent), (_, plain_spent) = processor_time(results, cell), processor_time(results, plain)
        if "step_ms" not in found:
            raise NotMeasured(f"the cost of the step in {cell}")
        limit = most * plain_spent + found["step_ms"]
        text = (f"{spent:.1f} ms CPU, {spent / plain_spent:.2f} × {plain}; allowed are {limit:.1f}, "
                f"the step's {found['step_ms']:.1f} among them")
        return text, spent <= limit

    return judge


def burst(kinds: str) -> Callable:
    def judge(results):
        rows = results["burst"][kinds]
        ours = rows.get("darkroom")
        ratios = {name: faster(ours, rows[name]) for name in ("imgproxy", "ipx") if name in rows} if ours else {}
        if not ratios:
            raise NotMeasured("darkroom, or both of imgproxy and ipx")
        # Either of the two would do; both is the stricter.
        return ", ".join(f"{ratio:.2f} × {name}" for name, ratio in ratios.items()), min(ratios.values()) >= 4

    return judge


def hits(name: str, least: float) -> Callable:
    def judge(results):
        ratio = results["hits"][name]["ratio"]
        return f"{ratio:.2f} × nginx", ratio >= least

    return judge


def not_modified(results):
    still, full = results["hits"]["not modified"], results["hits"]["memory"]
    ratio = median([one / other for one, other in zip(still["rounds"], full["rounds"])])
    return f"{ratio:.2f} × hits from memory", ratio > 1


def memory(field: str, most: float) -> Callable:
    def judge(results):
        found = results["memory"]["darkroom"]
        return f"{found[field + '_rss']:.0f} MiB (PSS {found[field + '_pss']:.0f})", found[field + "_rss"] <= most

    return judge


def steady(results):
    """Only told when the load was long enough, and the error so small that it tells 5 % from nothing."""
    found = results["steady"]
    if "error_percent" not in found:
        raise NotMeasured("the spread of cycles")
    text = (f"{found['growth_percent']:+.1f} ± {found['error_percent']:.1f} % over {found['minutes']:.0f} min "
            f"({found['early']:.0f} to {found['late']:.0f} MiB)")
    if found["minutes"] < STEADY_MINUTES or found["error_percent"] > STEADY_ERROR_PERCENT:
        raise NotMeasured(f"{text}, {STEADY_MINUTES} min and ± {STEADY_ERROR_PERCENT} % are needed")
    return text, abs(found["growth_percent"]) <= 5


def overload(results):
    found = results["overload"]["flood"]
    text = (f"goodput {found['goodput_ratio']:.2f} × peak, 503 in {found['refusal_p50_ms']:.1f} ms (p95 "
            f"{found['refusal_p95_ms']:.1f}), {found['with_retry_after']} of {found['refused']} with Retry-After, "
            f"{found['other']} others")
    return text, (found["goodput_ratio"] >= 0.9 and found["refusal_p95_ms"] <= 10 and found["refused"] > 0
                  and found["with_retry_after"] == found["refused"] and not found["other"])


def slow_origin(results):
    found = results["overload"]["slow origin"]
    ratios = {name: found[f"{name} beside"]["p50_ms"] / found[f"{name} alone"]["p50_ms"]
              for name in ("hits", "another origin")}
    return (", ".join(f"{name} {ratio:.2f} ×" for name, ratio in ratios.items()) + " (median)",
            max(ratios.values()) <= 1.25)


def rpc(results):
    found = results["grpc"]
    python = f"Python client: {found['there_ms']:+.2f} ms there, {found['back_ms']:+.2f} ms back"
    if not found.get("rust"):
        return python, max(found["there_ms"], found["back_ms"]) <= 0.5
    # The target does not say which way the 256 KB go; each alone has to keep it. A client's own work is not gRPC's.
    there, back = (found["rust"]["tcp"][kind][0] - found["rust"]["within"][kind][0] for kind in ("there", "back"))
    return f"{there:+.2f} ms there, {back:+.2f} ms back ({python})", max(there, back) <= 0.5


TARGETS: list[tuple[str, Callable]] = [
    ("JPEG 512: ≥ 2.2 × oximg, score ≥ its − 1, ≤ 1.03 × its bytes", against("jpg512", "oximg", 2.2, 1.03, 1)),
    ("JPEG 300: score ≥ 78", score_at_least("jpg300", 78)),
    ("JPEG 1000: score ≥ 80", score_at_least("jpg1000", 80)),
    ("speed profile: score ≥ best of the others, ≥ 1.8 × the fastest, no photo below 60", speed_profile),
    ("WebP 512: ≥ 1.8 × oximg, score ≥ its − 1, no more bytes", against("webp512", "oximg", 1.8, 1, 1)),
    ("AVIF 512: ≥ 1.5 × thumbor, its score, fewer bytes", against("avif512", "thumbor", 1.5, 1, 0)),
    ("PNG → PNG 512: ≥ 2 × ipx", against("png-png512", "ipx", 2, None, None)),
    ("PNG → PNG 512: ≥ oximg", against("png-png512", "oximg", 1, None, None)),
    ("PNG → WebP 512: ≥ 2 × ipx", against("png-webp512", "ipx", 2, None, None)),
    ("PNG → WebP 512: ≥ oximg", against("png-webp512", "oximg", 1, None, None)),
    ("progressive JPEG: ≥ 2 × every peer", every_peer("progressive512", 2)),
    ("fill 300: ≤ 1.2 × plain", beside("fill300", "fit300", 1.2)),
    ("padded: ≤ 1.2 × plain, plus the step's cost", with_step("pad300", "fit300", 1.2)),
    ("blurred: ≤ 1.2 × plain, plus the step's cost", with_step("blur512", "jpg512", 1.2)),
    ("watermarked: ≤ 1.2 × plain, plus the step's cost", with_step("watermark512", "jpg512", 1.2)),
    ("Display P3 within 5 % of untagged", beside("p3-512", "jpg512", 1.05)),
    ("Adobe RGB within 5 % of untagged", beside("adobe-512", "jpg512", 1.05)),
    ("EXIF orientation within 5 % of upright", beside("oriented512", "upright512", 1.05)),
    ("burst of 8 sizes × 3 formats: ≥ 4 × imgproxy and sharp", burst("jpg + webp + avif")),
    ("the same without AVIF, whose encoders' efforts differ", burst("jpg + webp")),
    ("hits from memory: ≥ 0.9 × nginx", hits("memory", 0.9)),
    ("hits from disk: ≥ 0.5 × nginx", hits("disk", 0.5)),
    ("304s cheaper than hits", not_modified),
    ("16 requests of 12 MP: ≤ 200 MiB", memory("peak", 200)),
    ("idle: ≤ 40 MiB", memory("idle", 40)),
    ("memory flat within 5 % over 30 minutes", steady),
    ("4 × capacity: goodput ≥ 90 %, the rest 503 with Retry-After within 10 ms", overload),
    ("slow origin leaves the others untouched", slow_origin),
    ("gRPC: ≤ 0.5 ms more than in process for 256 KB", rpc),
]
