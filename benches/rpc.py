"""What gRPC costs: TransformImage of a source of 256 KB over loopback, beside the same image over HTTP.

The gateway calls the server within the process, so a rendition asked for over HTTP is one that crossed no gRPC
connection. Each way of asking has its own floor, an empty answer over the same connection by the same client, and what
is compared is the time above that floor. Calls of all kinds take turns. Milliseconds.
"""

import http.client
import io
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

import place
from load import median, quantile
from servers import KEY, Darkroom

sys.path.append(str(place.ROOT / "clients/python"))
SOURCE_BYTES = 256 * 1024
SOURCE = "rpc.jpg"
MOST_CALLS = 7000


def run(sources, calls: int) -> dict:
    if fault := Darkroom.missing():
        print(f"! grpc is left out: {fault}", file=sys.stderr)
        return {}
    import darkroom
    import grpc

    content = source(sources)
    (sources.root / SOURCE).write_bytes(content)
    seconds: dict[str, list[float]] = {"grpc": [], "http": [], "grpc floor": [], "http floor": []}
    with tempfile.TemporaryDirectory(prefix="darkroom-rpc-") as folder, Darkroom(sources.root, Path(folder)) as running:
        with darkroom.Client(f"http://127.0.0.1:{running.grpc_port}", KEY) as client:
            health = grpc.insecure_channel(f"127.0.0.1:{running.grpc_port}").unary_unary("/grpc.health.v1.Health/Check")
            connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)

            def over_http(path: str) -> None:
                connection.request("GET", path)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != 200 and path != "/":
                    raise RuntimeError(f"{path}: {answer.status} {body[:200]!r}")

            # A hundred sizes in qualities of their own, so that no two calls ask for the same.
            steps = lambda number: f"w-{64 + number % 100},f-jpg,q-{20 + number // 100}"  # noqa: E731
            ways = {
                "grpc": lambda number: client.transform_image(content, steps(number)),
                "http": lambda number: over_http(f"/tr:{steps(number)}/{SOURCE}"),
                "grpc floor": lambda _: health(b""),
                "http floor": lambda _: over_http("/"),
            }
            for number in range(-5, calls):
                for name, ask in ways.items():
                    began = time.perf_counter()
                    ask(number if number >= 0 else MOST_CALLS - number)
                    if number >= 0:
                        seconds[name].append(time.perf_counter() - began)
    rows = {name: {"p50_ms": median(values) * 1000, "p95_ms": quantile(values, 0.95) * 1000}
            for name, values in seconds.items()}
    above = {way: rows[way]["p50_ms"] - rows[f"{way} floor"]["p50_ms"] for way in ("grpc", "http")}
    return {"rows": rows, "extra_ms": above["grpc"] - above["http"], "bytes": len(content)}


def source(sources) -> bytes:
    """A photograph as a JPEG of about SOURCE_BYTES."""
    photo = Image.open(sources.root / sources.paths("plain")[0]).convert("RGB")
    best = b""
    for side in range(300, 4000, 100):
        small = photo.copy()
        small.thumbnail((side, side))
        out = io.BytesIO()
        small.save(out, "JPEG", quality=90)
        if len(out.getvalue()) > SOURCE_BYTES:
            break
        best = out.getvalue()
    return best
