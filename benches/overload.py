"""More work than there is capacity: what is still delivered, and how fast the rest is refused. And an origin that is
slow: whether those who ask for something else notice.

Requests come at fixed times, whether earlier ones have been answered or not, each over a connection of its own.
"""

import asyncio
import itertools
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from asked import QUALITY, Asked
from load import closed_loop, quantile
from servers import CORES, Darkroom

FACTOR = 4
SLOW_SECONDS = 2
SLOW_REQUESTS = 64
GIVE_UP_SECONDS = 60


@dataclass(frozen=True)
class Reply:
    status: int
    """0 where the connection failed."""
    seconds: float
    ended: float
    has_retry_after: bool


def run(sources, seconds: int) -> dict:
    if fault := Darkroom.missing():
        print(f"! overload is left out: {fault}", file=sys.stderr)
        return {}
    with tempfile.TemporaryDirectory(prefix="darkroom-overload-") as folder:
        return {"flood": flood(sources, Path(folder), seconds), "slow origin": slow_origin(sources, Path(folder))}


def flood(sources, scratch: Path, seconds: int) -> dict:
    """Goodput at FACTOR times the capacity, against the capacity; how long a 503 takes, in milliseconds."""
    asked = distinct(sources)
    with Darkroom(sources.root, scratch) as running:
        url = lambda: running.url(next(asked))  # noqa: E731
        closed_loop(running.port, [url() for _ in range(8)], 2)
        # Capacity with as much under way as helps, before and after the flood: the machine may have changed meanwhile.
        before = capacity(running, url, seconds)
        count = int(FACTOR * before * seconds)
        urls = [url() for _ in range(count)]
        began = time.monotonic()
        replies = asyncio.run(open_loop(running.port, urls, FACTOR * before))
        after = capacity(running, url, seconds)
    peak = (before + after) / 2
    # What was answered while requests kept coming, without the start, in which the queue fills.
    window = (began + seconds / 5, began + seconds)
    good = [reply for reply in replies if reply.status == 200 and window[0] < reply.ended <= window[1]]
    refused = [reply.seconds * 1000 for reply in replies if reply.status == 503]
    other = [reply.status for reply in replies if reply.status not in (200, 503)]
    return {
        "capacity": peak, "offered": FACTOR * before, "goodput": len(good) / (window[1] - window[0]),
        "goodput_ratio": len(good) / (window[1] - window[0]) / peak if peak else 0,
        "refused": len(refused), "other": len(other), "other_statuses": sorted(set(other)),
        "refusal_p50_ms": quantile(refused, 0.5), "refusal_p95_ms": quantile(refused, 0.95),
        "refusal_p99_ms": quantile(refused, 0.99),
        "with_retry_after": sum(reply.has_retry_after for reply in replies if reply.status == 503),
    }


def capacity(running, url, seconds: int) -> float:
    ends, done, began = time.monotonic() + seconds / 2, 0, time.monotonic()
    while time.monotonic() < ends:
        answers = closed_loop(running.port, [url() for _ in range(8 * CORES)], 4 * CORES)
        done += len(answers.bodies)
    return done / (time.monotonic() - began)


def distinct(sources):
    paths = sources.paths("plain")
    for side in itertools.count(100):
        for path in paths:
            yield Asked(path, "jpg", side % 900 + 64, side % 900 + 64 + side // 900, QUALITY["jpg"])


async def open_loop(port: int, urls: list[str], per_second: float) -> list[Reply]:
    began = time.monotonic()

    async def later(number: int, url: str) -> Reply:
        await asyncio.sleep(max(0, began + number / per_second - time.monotonic()))
        return await ask(port, url)

    return await asyncio.gather(*(later(number, url) for number, url in enumerate(urls)))


async def ask(port: int, url: str) -> Reply:
    began = time.monotonic()
    try:
        async with asyncio.timeout(GIVE_UP_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(f"GET {url} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
                head = await reader.readuntil(b"\r\n\r\n")
                answered = time.monotonic()
                await reader.read(-1)
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return Reply(0, time.monotonic() - began, time.monotonic(), False)
    return Reply(int(head.split()[1]), answered - began, time.monotonic(), b"\nretry-after:" in head.lower())


def slow_origin(sources, scratch: Path) -> dict:
    """Latency of hits and of renditions from another origin, alone and while SLOW_REQUESTS wait for a slow origin."""
    settings = {"DARKROOM_ALLOW_PRIVATE_ORIGINS": "true", "DARKROOM_CACHE_MEMORY": "64MiB"}
    with Darkroom(sources.root, scratch, settings) as running:
        return asyncio.run(beside_slow(running, sources))


async def beside_slow(running: Darkroom, sources) -> dict:
    photo = (sources.root / sources.paths("plain")[0]).read_bytes()

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(SLOW_SECONDS)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nConnection: close\r\n"
                     + f"Content-Length: {len(photo)}\r\n\r\n".encode() + photo)
        await writer.drain()
        writer.close()

    origin = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with origin:
        port = origin.sockets[0].getsockname()[1]
        await asyncio.to_thread(add_slow, running, port)
        asked = distinct(sources)
        hit = running.url(Asked(sources.paths("plain")[0], "jpg", 300, 300, 80))
        await ask(running.port, hit)
        for _ in range(4):
            await ask(running.port, running.url(next(asked)))
        found: dict[str, list[float]] = {}
        for _ in range(3):
            await sample(running, hit, asked, found, "alone")
            waiting = [asyncio.create_task(ask(running.port, f"/slow/tr:w-{64 + number}/{os.urandom(6).hex()}.jpg"))
                       for number in range(SLOW_REQUESTS)]
            await asyncio.sleep(0.3)
            await sample(running, hit, asked, found, "beside")
            slow = await asyncio.gather(*waiting)
            found.setdefault("slow statuses", []).extend(reply.status for reply in slow)
    statuses = found.pop("slow statuses")
    rows = {name: {"p50_ms": quantile(values, 0.5) * 1000, "p95_ms": quantile(values, 0.95) * 1000}
            for name, values in found.items()}
    return {**rows, "slow_requests": SLOW_REQUESTS, "slow_delivered": statuses.count(200) / len(statuses)}


async def sample(running, hit: str, asked, found: dict, when: str) -> None:
    """As much as is done while the slow origin keeps its clients waiting."""
    ends = time.monotonic() + SLOW_SECONDS * 0.6
    while time.monotonic() < ends:
        for name, url in (("hits", hit), ("another origin", running.url(next(asked)))):
            reply = await ask(running.port, url)
            if reply.status != 200:
                raise RuntimeError(f"{name} {when}: {url}: {reply.status}")
            found.setdefault(f"{name} {when}", []).append(reply.seconds)


def add_slow(running: Darkroom, port: int) -> None:
    origin = running.manage("POST", "/v1/accounts/origins",
                            {"name": "slow", "type": "WEB_FOLDER", "baseUrl": f"http://127.0.0.1:{port}"})
    running.manage("POST", "/v1/accounts/url-endpoints",
                   {"description": "Slow", "urlPrefix": "slow", "origins": [origin["id"]]})
