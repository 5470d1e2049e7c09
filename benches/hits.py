"""Cached hits beside nginx that serves the same bytes as static files.

wrk asks over connections that stay open. The renditions are made before, are all about 20 KB, and are asked for in turn.
Darkroom and nginx take turns within each round. wrk runs in one thread, on the same cores: about what fills that
thread is the most that can be seen, so the processor time of each request is told beside the rate.
"""

import http.client
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from asked import Asked
from load import median
from processes import Running, cpu, free_port
from servers import CORES, Darkroom

CONNECTIONS = 64
BODY_BYTES = 20_000
RENDITIONS = 64
TIERS = {
    "memory": {"DARKROOM_CACHE_MEMORY": "256MiB", "DARKROOM_CACHE_DISK": "0"},
    "disk": {"DARKROOM_CACHE_MEMORY": "0", "DARKROOM_CACHE_DISK": "1GiB"},
}


def run(sources, rounds: int, seconds: int) -> dict[str, dict]:
    """Requests per second by what answers: `memory`, `disk`, `not modified` and `nginx`, with ratios to `nginx`."""
    tools = {tool: shutil.which(tool) or shutil.which(tool, path="/usr/sbin") for tool in ("wrk", "nginx")}
    if not all(tools.values()):
        missing = ", ".join(name for name, found in tools.items() if not found)
        print(f"! hits are left out: {missing} missing, see `make bench-peers`", file=sys.stderr)
        return {}
    if fault := Darkroom.missing():
        print(f"! hits are left out: {fault}", file=sys.stderr)
        return {}
    found: dict[str, dict] = {}
    with tempfile.TemporaryDirectory(prefix="darkroom-hits-") as folder:
        scratch = Path(folder)
        for tier, settings in TIERS.items():
            with Darkroom(sources.root, scratch, settings) as running:
                renditions = made(running, sources)
                etags = {url: etag for url, (etag, _) in renditions.items()}
                files = static(scratch / f"static-{tier}", [body for _, body in renditions.values()])
                with Nginx(tools["nginx"], files, scratch) as nginx:
                    plain = script(scratch / "plain.lua", [(url, None) for url in renditions])
                    fresh = script(scratch / "etags.lua", list(etags.items()))
                    still = script(scratch / "static.lua", [(f"/{file.name}", None) for file in sorted(files.iterdir())])
                    for _ in range(rounds):
                        note(found, f"nginx ({tier})", nginx, still, seconds)
                        note(found, tier, running, plain, seconds)
                        if tier == "memory":
                            note(found, "not modified", running, fresh, seconds)
    for name, row in found.items():
        base = "nginx (disk)" if name == "disk" else "nginx (memory)"
        row["per_second"] = median(row["rounds"])
        row["cpu_us"] = median(row["cpu_us_rounds"])
        row["ratio"] = median([one / other for one, other in zip(row["rounds"], found[base]["rounds"]) if other])
    return found


def made(running: Darkroom, sources) -> dict[str, tuple[str, bytes]]:
    """Etag and bytes by URL; asked twice, so that all of them are kept."""
    renditions, connection = {}, http.client.HTTPConnection("127.0.0.1", running.port, timeout=120)
    paths = sources.paths("plain")
    for number in range(RENDITIONS):
        path = paths[number % len(paths)]
        url, etag, body = about(connection, running, path, 256 + number)
        connection.request("GET", url)
        again = connection.getresponse()
        if again.read() != body or again.status != 200:
            raise RuntimeError(f"{url} is not the same the second time")
        renditions[url] = (etag, body)
    connection.close()
    return renditions


def about(connection, running, path: str, side: int) -> tuple[str, str, bytes]:
    """A rendition near BODY_BYTES, reached in a few steps of quality."""
    low, high = 10, 95
    best = None
    for _ in range(5):
        quality = (low + high) // 2
        url = running.url(Asked(path, "jpg", side, side, quality))
        connection.request("GET", url)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{url}: {answer.status} {body[:200]!r}")
        if best is None or abs(len(body) - BODY_BYTES) < abs(len(best[2]) - BODY_BYTES):
            best = (url, answer.headers["etag"], body)
        low, high = (quality + 1, high) if len(body) < BODY_BYTES else (low, quality - 1)
    return best


def static(folder: Path, bodies: list[bytes]) -> Path:
    folder.mkdir()
    for number, body in enumerate(bodies):
        (folder / f"{number:03}.jpg").write_bytes(body)
    return folder


class Nginx(Running):
    """As a static file server is set up for speed; everything it writes lies in the scratch folder."""

    def __init__(self, binary: str, files: Path, scratch: Path):
        port = free_port()
        places = "".join(f"{kind}_temp_path {scratch}/nginx-{kind};"
                         for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        settings = scratch / "nginx.conf"
        settings.write_text(f"""
worker_processes {CORES}; daemon off; pid {scratch}/nginx.pid; error_log {scratch}/nginx-errors.log;
events {{ worker_connections 1024; multi_accept on; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_timeout 60; keepalive_requests 100000000;
    open_file_cache max=1000; open_file_cache_valid 60; {places}
    types {{ image/jpeg jpg; }}
    server {{ listen 127.0.0.1:{port}; root {files}; }}
}}
""")
        # Started by root it would become somebody who may not read the scratch folder.
        user = ["-g", "user root;"] if os.getuid() == 0 else []
        super().__init__([binary, "-c", settings, *user], {}, port, scratch / "nginx.log")


def script(file: Path, asked: list[tuple[str, str | None]]) -> Path:
    """A program for wrk that asks for these URLs in turn, each with the etag that the client has, if there is one."""
    # `wrk.format` needs the address, which is known from `init` on.
    lines = ["local requests, last = {}, 0", "function init()"]
    for url, etag in asked:
        headers = f'{{["If-None-Match"] = [==[{etag}]==]}}' if etag else "nil"
        lines.append(f"  requests[#requests + 1] = wrk.format('GET', [==[{url}]==], {headers})")
    lines += ["end", "function request()", "  last = last % #requests + 1", "  return requests[last]", "end"]
    file.write_text("\n".join(lines) + "\n")
    return file


def wrk(port: int, lua: Path, seconds: int) -> tuple[float, int]:
    """Requests per second, and in all, that were answered well."""
    told = subprocess.run(["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "-s", str(lua),
                           f"http://127.0.0.1:{port}"], capture_output=True, text=True, timeout=seconds + 60)
    fault = re.search(r"Non-2xx or 3xx responses: (\d+)", told.stdout)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told.stdout)
    count = re.search(r"(\d+) requests in", told.stdout)
    if fault or not rate or not count:
        raise RuntimeError(f"wrk: {told.stdout}{told.stderr}")
    return float(rate[1]), int(count[1])


def note(found: dict, name: str, server, lua: Path, seconds: int) -> None:
    before = cpu(server.pid)
    rate, count = wrk(server.port, lua, seconds)
    row = found.setdefault(name, {"rounds": [], "cpu_us_rounds": []})
    row["rounds"].append(rate)
    row["cpu_us_rounds"].append(cpu(server.pid).since(before).total * 1000 / max(count, 1))
