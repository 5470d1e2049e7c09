"""What a server under comparison is, and Darkroom as one.

A server is started anew for each measurement, so that nobody's memory carries over, on ports that are free.
"""

import base64
import http.client
import json
import os
import subprocess
import tempfile
from pathlib import Path

import place
from asked import BLUR_SIGMA_PX, WATERMARK, Asked
from processes import Running, free_port

KEY = "private_bench_key"
CORES = os.cpu_count() or 1


class Server:
    """A server that delivers from `root`, a folder of source images; `scratch` is a folder for what it writes."""

    name: str

    def __init__(self, root: Path, scratch: Path, settings: dict[str, str] | None = None):
        self.root, self.scratch, self.extra = root, scratch, settings or {}

    @classmethod
    def missing(cls) -> str | None:
        """Why it cannot be started here, in words."""
        raise NotImplementedError

    @classmethod
    def version(cls) -> str:
        raise NotImplementedError

    def command(self) -> list:
        raise NotImplementedError

    def settings(self) -> dict[str, str]:
        return {}

    def url(self, asked: Asked) -> str | None:
        """None where the server cannot do it."""
        raise NotImplementedError

    def prepare(self) -> None:
        """What is to be done once it listens."""

    def __enter__(self):
        self.port = free_port()
        settings = {**self.settings(), **self.extra}
        self.running = Running(self.command(), settings, self.port, self.scratch / f"{self.name}.log")
        try:
            self.prepare()
        except BaseException:
            self.running.end()
            raise
        return self

    def __exit__(self, *_):
        self.running.end()

    @property
    def pid(self) -> int:
        return self.running.pid


class Darkroom(Server):
    name = "darkroom"
    prefix = ""

    @classmethod
    def missing(cls):
        return None if place.darkroom().exists() else f"{place.darkroom()} is not built"

    @classmethod
    def version(cls):
        return output(place.darkroom(), "--version")

    def command(self):
        return [place.darkroom(), "serve"]

    def settings(self):
        self.admin_port, self.grpc_port = free_port(), free_port()
        return {
            "DARKROOM_DELIVERY_ADDR": f"127.0.0.1:{self.port}",
            "DARKROOM_ADMIN_ADDR": f"127.0.0.1:{self.admin_port}",
            "DARKROOM_GRPC_ADDR": f"127.0.0.1:{self.grpc_port}",
            "DARKROOM_DATA_DIR": tempfile.mkdtemp(dir=self.scratch),
            "DARKROOM_PRIVATE_KEY": KEY,
            "DARKROOM_CACHE_MEMORY": "0",
            "DARKROOM_CACHE_DISK": "0",
        }

    def prepare(self):
        # The first origin is attached to the default URL endpoint by itself.
        self.manage("POST", "/v1/accounts/origins", {"name": "bench", "type": "FOLDER", "path": str(self.root)})

    def manage(self, method: str, path: str, body):
        admin = http.client.HTTPConnection("127.0.0.1", self.admin_port, timeout=30)
        login = base64.b64encode(f"{KEY}:".encode()).decode()
        admin.request(method, path, None if body is None else json.dumps(body),
                      {"Authorization": f"Basic {login}", "Content-Type": "application/json"})
        answer = admin.getresponse()
        content = answer.read()
        admin.close()
        if answer.status not in (200, 201):
            raise RuntimeError(f"darkroom refuses {path}: {answer.status} {content[:300]!r}")
        return json.loads(content)

    def url(self, asked):
        crop = {"fit": "c-at_max", "fill": "c-maintain_ratio", "pad": "cm-pad_resize,bg-FFFFFF"}[asked.shape]
        step = f"w-{asked.width},h-{asked.height},{crop}"
        if asked.effect == "blur":
            step += f",bl-{2 * BLUR_SIGMA_PX}"
        elif asked.effect == "watermark":
            step += f",l-image,i-{WATERMARK},t-false,lfo-bottom_right,l-end"
        # A quality makes a palette of a PNG, which nobody else is asked for.
        quality = "" if asked.kind == "png" else f",q-{asked.quality}"
        return f"{self.prefix}/tr:{step}{quality},f-{asked.kind}/{asked.path}"


class DarkroomSpeed(Darkroom):
    """The same behind a URL endpoint with the speed profile."""

    name = "darkroom-speed"
    prefix = "/speed"

    def prepare(self):
        super().prepare()
        origins = self.manage("GET", "/v1/accounts/origins", None)
        made = self.manage("POST", "/v1/accounts/url-endpoints", {
            "description": "Speed", "urlPrefix": self.prefix.strip("/"), "origins": [origin["id"] for origin in origins],
            "profile": "SPEED",
        })
        if made.get("profile") != "SPEED":
            raise RuntimeError("this build of darkroom has no speed profile")


def output(*command, line: int = 0) -> str:
    """A line of what a command prints."""
    printed = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60)
    lines = (printed.stdout.strip() or printed.stderr.strip()).splitlines()
    return lines[line].strip() if lines else "?"
