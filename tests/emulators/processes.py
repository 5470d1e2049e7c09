"""Child processes of a test run: started on free ports, waited for, and stopped by their own process ids."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def turn_signals_into_exit() -> None:
    """Lets `finally` and `with` run when the run is terminated, so that no child is left behind."""

    def leave(number, _frame):
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)


class Processes:
    """Every child gets a session of its own: Ctrl-C reaches only this process, which then stops them in order."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.children: list[tuple[str, subprocess.Popen]] = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for _name, child in self.children:
            self._signal(child, signal.SIGTERM)
        for _name, child in self.children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                self._signal(child, signal.SIGKILL)
                child.wait()

    def start(self, name: str, command: list, **options) -> subprocess.Popen:
        with open(self.log(name), "wb") as log:
            child = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **options,
            )
        self.children.append((name, child))
        return child

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def wait_until(self, name: str, ready, seconds: float = 60) -> None:
        """Waits until `ready()` is true; tells what the child printed when it ends or takes too long."""
        child = next(child for known, child in self.children if known == name)
        deadline = time.monotonic() + seconds
        while not ready():
            if child.poll() is not None or time.monotonic() > deadline:
                ended = f"ended with {child.returncode}" if child.returncode is not None else "did not answer"
                raise RuntimeError(f"{name} {ended}:\n{self.log(name).read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)

    @staticmethod
    def _signal(child: subprocess.Popen, number: int) -> None:
        if child.poll() is None:
            os.killpg(child.pid, number)


def answers(url: str) -> bool:
    """Whether anything at all, even an error, comes back over HTTP."""
    try:
        urllib.request.urlopen(url, timeout=1).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
