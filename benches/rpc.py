"""What gRPC costs: TransformImage over loopback beside a call within the process, for 256 KB.

The gateway calls the server within the process, so a rendition that is asked for over HTTP has crossed no gRPC
connection. Both are asked for the same cached rendition of 256 KB, and each way has its floor, a trivial answer over the
same connection to the same client: the cost on the way back is what gRPC takes above its floor, less what HTTP takes
above its own. On the way there it is what a call that only reads a header takes longer with 256 KB than with a tiny
image. Calls of all kinds take turns. The Python client's own work on these bytes counts as gRPC's. Milliseconds.

What gRPC itself costs is measured beside it with a Rust client (grpc.rs), which makes the same calls over TCP and within
its own process.
"""

import http.client
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

import place
from load import median, quantile
from servers import KEY, Darkroom

sys.path.append(str(place.ROOT / "clients/python"))
BYTES = 256 * 1024
TINY_PX = 8


def run(sources, calls: int) -> dict:
    if fault := Darkroom.missing():
        print(f"! grpc is left out: {fault}", file=sys.stderr)
        return {}
    import darkroom
    import grpc

    settings = {"DARKROOM_CACHE_MEMORY": "64MiB"}
    seconds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="darkroom-rpc-") as folder, \
            Darkroom(sources.root, Path(folder), settings) as running, \
            darkroom.Client(f"http://127.0.0.1:{running.grpc_port}", KEY) as client:
        health = grpc.insecure_channel(f"127.0.0.1:{running.grpc_port}").unary_unary("/grpc.health.v1.Health/Check")
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)

        def over_http(path: str) -> bytes:
            connection.request("GET", path)
            return connection.getresponse().read()

        path, steps, size = rendition(client, sources)
        full, tiny = jpeg(sources, BYTES), jpeg(sources, 0)
        ways = {
            "TransformImage": lambda: client.transform_image(path, steps).data,
            "the same over HTTP": lambda: over_http(f"/tr:{steps}/{path}"),
            "gRPC floor (health)": lambda: health(b""),
            "HTTP floor (404)": lambda: over_http("/tr:nothing"),
            "GetImageMetadata, 256 KB sent": lambda: client.image_metadata(full),
            "GetImageMetadata, tiny": lambda: client.image_metadata(tiny),
        }
        if ways["TransformImage"]() != ways["the same over HTTP"]():
            raise RuntimeError("gRPC and HTTP give different bytes")
        for number in range(-10, calls):
            for name, ask in ways.items():
                began = time.perf_counter()
                ask()
                if number >= 0:  # Those before are to warm up.
                    seconds.setdefault(name, []).append(time.perf_counter() - began)
    rows = {name: {"p50_ms": median(values) * 1000, "p95_ms": quantile(values, 0.95) * 1000}
            for name, values in seconds.items()}
    call, by_http, floor, http_floor, sent, unsent = (row["p50_ms"] for row in rows.values())
    back, there = (call - floor) - (by_http - http_floor), sent - unsent
    return {"rows": rows, "back_ms": back, "there_ms": there, "bytes": size, "extra_ms": back + there,
            "rust": rust(calls)}


def rust(calls: int) -> dict | None:
    """By way (`tcp`, `within` the process, `plain` with tonic's own settings) and kind of call (`back`, `there`, `facts`)
    the median and the 95th percentile; None where the client is not built."""
    program = place.TARGET / "release/examples/grpc"
    if not program.exists():
        print(f"! the Rust client of grpc is left out: {program} is not built", file=sys.stderr)
        return None
    settings = {**os.environ, "DARKROOM": str(place.darkroom())}
    done = subprocess.run([program, str(calls * 5)], env=settings, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def rendition(client, sources) -> tuple[str, str, int]:
    """Path and steps of a rendition of about BYTES, and its exact size."""
    path, best = sources.paths("plain")[0], None
    for side in range(300, 2000, 100):
        steps = f"w-{side},h-{side},c-at_max,q-90,f-jpg"
        size = len(client.transform_image(path, steps).data)
        if best is None or abs(size - BYTES) < abs(best[2] - BYTES):
            best = (path, steps, size)
        if size > BYTES:
            break
    return best


def jpeg(sources, size: int) -> bytes:
    """A photograph as a JPEG of at most `size` bytes, near to it; the smallest there is for 0."""
    photo = Image.open(sources.root / sources.paths("plain")[0]).convert("RGB")
    best = b""
    for side in [TINY_PX, *range(300, 4000, 100)]:
        small = photo.copy()
        small.thumbnail((side, side))
        out = io.BytesIO()
        small.save(out, "JPEG", quality=90)
        if best and len(out.getvalue()) > size:
            break
        best = out.getvalue()
    return best
