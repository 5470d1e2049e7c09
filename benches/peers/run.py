"""Darkroom beside other image servers, on one machine, over HTTP, without caches.

    make bench BENCH="--cells jpg512,webp512 --rounds 5"

Every request asks for a picture and a size that nobody asked for before, so neither a cache nor the merging of equal
requests helps anybody. Servers take turns within each round: a machine that gets busy slows all of them. Reported are
medians over rounds of requests per second and of processor time per request (of all processes of the server, from
/proc), the largest memory (of all processes together), and the mean size of what came back.
"""

import argparse
import base64
import http.client
import json
import os
import queue
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

ROOT = Path(__file__).resolve().parent.parent.parent
IPX = Path(__file__).resolve().parent / "node_modules/ipx/bin/ipx.mjs"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
KEY = "private_bench_key"


# ---------------------------------------------------------------- the servers


class Server:
    """A server that is started anew for each measurement, so that nobody's memory carries over."""

    name: str

    def __init__(self, photos: Path, scratch: Path):
        self.photos, self.scratch = photos, scratch

    def command(self) -> list:
        raise NotImplementedError

    def settings(self) -> dict[str, str]:
        return {}

    def url(self, photo: str, kind: str, size: int, quality: int) -> str:
        raise NotImplementedError

    def prepare(self) -> None:
        """What is to be done once it listens."""

    def __enter__(self):
        self.port, self.admin_port, self.grpc_port = free_port(), free_port(), free_port()
        log = self.scratch / f"{self.name}.log"
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                [str(word) for word in self.command()], env={**os.environ, **self.settings()},
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )
        deadline = time.monotonic() + 30
        while not listens(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise SystemExit(f"{self.name} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        self.prepare()
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Darkroom(Server):
    name = "darkroom"

    def command(self):
        target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        return [os.environ.get("DARKROOM", target / "release/darkroom"), "serve"]

    def settings(self):
        self.data = tempfile.mkdtemp(dir=self.scratch)
        return {
            "DARKROOM_DELIVERY_ADDR": f"127.0.0.1:{self.port}",
            "DARKROOM_ADMIN_ADDR": f"127.0.0.1:{self.admin_port}",
            "DARKROOM_GRPC_ADDR": f"127.0.0.1:{self.grpc_port}",
            "DARKROOM_DATA_DIR": self.data,
            "DARKROOM_PRIVATE_KEY": KEY,
            "DARKROOM_CACHE_MEMORY": "0",
            "DARKROOM_CACHE_DISK": "0",
        }

    def prepare(self):
        # The first origin is attached to the default URL endpoint by itself.
        admin = http.client.HTTPConnection("127.0.0.1", self.admin_port, timeout=30)
        origin = {"name": "bench", "type": "FOLDER", "path": str(self.photos)}
        login = base64.b64encode(f"{KEY}:".encode()).decode()
        admin.request("POST", "/v1/accounts/origins", json.dumps(origin),
                      {"Authorization": f"Basic {login}", "Content-Type": "application/json"})
        answer = admin.getresponse()
        body = answer.read()
        if answer.status not in (200, 201):
            raise SystemExit(f"darkroom does not take the origin: {answer.status} {body[:300]!r}")

    def url(self, photo, kind, size, quality):
        return f"/tr:w-{size},h-{size},c-at_max,q-{quality},f-{kind}/{photo}"


class Ipx(Server):
    name = "ipx"

    def command(self):
        return ["node", IPX, "serve", "--port", self.port, "--host", "127.0.0.1"]

    def settings(self):
        return {"IPX_FS_DIR": str(self.photos), "UV_THREADPOOL_SIZE": str(os.cpu_count()), "PORT": str(self.port)}

    def url(self, photo, kind, size, quality):
        kind = "jpeg" if kind == "jpg" else kind
        return f"/s_{size}x{size},fit_inside,f_{kind},q_{quality}/{photo}"


SERVERS = {server.name: server for server in (Darkroom, Ipx)}


# ---------------------------------------------------------------- measuring


@dataclass
class Measured:
    requests_per_second: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    peak_mib: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def summary(self) -> dict:
        return {
            "requests_per_second": statistics.median(self.requests_per_second),
            "cpu_ms_per_request": statistics.median(self.cpu_ms),
            "peak_rss_mib": max(self.peak_mib),
            "mean_bytes": statistics.mean(self.sizes) if self.sizes else 0,
            "faults": len(self.faults),
            "rounds": {"requests_per_second": self.requests_per_second, "cpu_ms_per_request": self.cpu_ms},
        }


def measure(server: Server, jobs: list[str], clients: int, into: Measured) -> None:
    waiting: queue.SimpleQueue = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)

    def work():
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        while True:
            try:
                job = waiting.get_nowait()
            except queue.Empty:
                return
            connection.request("GET", job, headers={"Accept": "image/avif,image/webp,*/*"})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status == 200 and answer.headers.get_content_maintype() == "image":
                into.sizes.append(len(body))
            else:
                into.faults.append(f"{job}: {answer.status} {body[:200]!r}")

    threads = [threading.Thread(target=work) for _ in range(clients)]
    used, began = cpu_ms(server.process.pid), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    into.requests_per_second.append(len(jobs) / took)
    into.cpu_ms.append((cpu_ms(server.process.pid) - used) / len(jobs))
    into.peak_mib.append(peak_mib(server.process.pid))


def tree(pid: int) -> list[int]:
    found = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                found += tree(int(child))
    except FileNotFoundError:
        pass
    return found


def cpu_ms(pid: int) -> float:
    """Processor time of the process, its children, and the children that have ended."""
    total = 0
    for process in tree(pid):
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        except FileNotFoundError:
            continue
        total += sum(int(ticks) for ticks in fields[11:15])
    return total * 1000 / TICKS_PER_SECOND


def peak_mib(pid: int) -> float:
    total = 0
    for process in tree(pid):
        try:
            status = Path(f"/proc/{process}/status").read_text()
        except FileNotFoundError:
            continue
        total += sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return total / 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


# ---------------------------------------------------------------- photographs


def draw_photos(folder: Path, count: int = 12) -> None:
    """Pictures with what makes photographs slow to code: soft gradients, detail at every scale, and grain."""
    chance = random.Random(1)
    for number in range(count):
        width, height = chance.choice([(2400, 1600), (1600, 2400), (3000, 2000), (1920, 1080)])
        channels = []
        for _ in range(3):
            channel = Image.new("L", (width, height), 128)
            for cell, strength in ((400, 90), (120, 50), (30, 30), (8, 16), (2, 8)):
                detail = Image.frombytes("L", (width // cell + 2, height // cell + 2),
                                         chance.randbytes((width // cell + 2) * (height // cell + 2)))
                detail = detail.resize((width, height), Image.Resampling.BICUBIC)
                channel = ImageChops.add(channel, detail.point(lambda v, s=strength: (v - 128) * s // 128 + 128),
                                         scale=1, offset=-128)
            channels.append(channel.filter(ImageFilter.GaussianBlur(0.6)))
        Image.merge("RGB", channels).save(folder / f"photo-{number:02}.jpg", quality=88)


# ---------------------------------------------------------------- the run


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--servers", default="darkroom,ipx", help=f"of {', '.join(SERVERS)}")
    arguments.add_argument("--cells", default="jpg512,webp512,avif512", help="format and size, for example jpg512")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--clients", type=int, default=2)
    arguments.add_argument("--requests", type=int, help="in each round; one for each photograph unless given")
    asked = arguments.parse_args()

    chosen = [SERVERS[name] for name in asked.servers.split(",")]
    if Ipx in chosen and not IPX.exists():
        print("ipx is left out: `make bench-peers` installs it", file=sys.stderr)
        chosen.remove(Ipx)
    with tempfile.TemporaryDirectory(prefix="darkroom-bench-") as place:
        scratch = Path(place)
        if given := os.environ.get("DARKROOM_BENCH_PHOTOS"):
            photos, what = Path(given).resolve(), "photographs"
        else:
            photos, what = scratch / "photos", "DRAWN pictures (DARKROOM_BENCH_PHOTOS names no photographs)"
            photos.mkdir()
            draw_photos(photos)
        names = sorted(file.name for file in photos.iterdir() if file.suffix.lower() in (".jpg", ".jpeg"))
        if not names:
            raise SystemExit(f"no JPEG in {photos}")
        per_round = asked.requests or len(names)
        print(f"{len(names)} {what}; {asked.rounds} rounds of {per_round} requests, {asked.clients} clients, "
              f"{os.cpu_count()} processors")
        results = {cell: run_cell(cell, chosen, photos, scratch, names, per_round, asked) for cell in asked.cells.split(",")}

    report(results)
    folder = ROOT / "bench-results"
    folder.mkdir(exist_ok=True)
    file = folder / f"peers-{time.strftime('%Y%m%d-%H%M%S')}.json"
    facts = {"pictures": what, "count": len(names), "clients": asked.clients, "processors": os.cpu_count(), "cells": results}
    file.write_text(json.dumps(facts, indent=2) + "\n")
    print(f"\nwritten to {file.relative_to(ROOT)}")
    return 1 if any(row["faults"] for rows in results.values() for row in rows.values()) else 0


def run_cell(cell, chosen, photos, scratch, names, per_round, asked) -> dict[str, dict]:
    kind, size = cell.rstrip("0123456789"), int(cell.lstrip("abcdefghijklmnopqrstuvwxyz"))
    quality = 65 if kind == "avif" else 80
    measured = {server.name: Measured() for server in chosen}
    for number in range(asked.rounds):
        # Sizes a little below the asked one, each used once with each picture.
        jobs = [(names[k % len(names)], size - (number * per_round + k) // len(names) - 1) for k in range(per_round)]
        for server_class in chosen:
            with server_class(photos, scratch) as server:
                warm_up = Measured()
                measure(server, [server.url(name, kind, size, quality) for name in names[:2]], 1, warm_up)
                measure(server, [server.url(name, kind, s, quality) for name, s in jobs], asked.clients,
                        measured[server.name])
    for name, result in measured.items():
        for fault in result.faults[:1]:
            print(f"! {name} {fault}", file=sys.stderr)
    return {name: result.summary() for name, result in measured.items()}


def report(results: dict[str, dict[str, dict]]) -> None:
    print(f"\n{'':10}{'':10}{'req/s':>9}{'cpu ms':>9}{'RSS MiB':>9}{'bytes':>9}{'faults':>8}   darkroom against it")
    for cell, rows in results.items():
        ours = rows.get("darkroom")
        for name, row in rows.items():
            ratio = ""
            if ours and name != "darkroom" and row["requests_per_second"]:
                ratio = (f"   {ours['requests_per_second'] / row['requests_per_second']:.2f} x the requests, "
                         f"{ours['cpu_ms_per_request'] / max(row['cpu_ms_per_request'], 0.01):.2f} x the processor time, "
                         f"{ours['peak_rss_mib'] / row['peak_rss_mib']:.2f} x the memory, "
                         f"{ours['mean_bytes'] / max(row['mean_bytes'], 1):.2f} x the bytes")
            print(f"{cell:10}{name:10}{row['requests_per_second']:9.1f}{row['cpu_ms_per_request']:9.1f}"
                  f"{row['peak_rss_mib']:9.0f}{row['mean_bytes']:9.0f}{row['faults']:8}{ratio}")


if __name__ == "__main__":
    sys.exit(main())
