"""Processes of a server: starting and ending them, and what they have used, read from /proc.

Processor time is in milliseconds, memory in MiB. Everything is summed over the process and all its descendants.
"""

import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60
STOP_SECONDS = 10


class DidNotStart(Exception):
    pass


class Running:
    """A process in a session of its own, with its output in a file, ended by its id when the block is left."""

    def __init__(self, command: list, settings: dict[str, str], port: int, log: Path):
        self.port, self.log = port, log
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                [str(word) for word in command], env={**os.environ, **settings}, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not listens(port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.end()
                told = log.read_text(errors="replace").strip()
                # What is wrong stands at the beginning or at the end; between them may be pages of usage.
                raise DidNotStart("did not start: " + (told if len(told) < 1000 else f"{told[:300]} … {told[-500:]}"))
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        return self.process.pid

    def end(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_) -> None:
        self.end()


@dataclass(frozen=True)
class Cpu:
    """Milliseconds of processor time, children that have ended included."""

    user: float
    system: float

    @property
    def total(self) -> float:
        return self.user + self.system

    def since(self, earlier: "Cpu") -> "Cpu":
        return Cpu(self.user - earlier.user, self.system - earlier.system)


def cpu(pid: int) -> Cpu:
    user = system = 0
    for process in tree(pid):
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        own_user, own_system, ended_user, ended_system = (int(ticks) for ticks in fields[11:15])
        user, system = user + own_user + ended_user, system + own_system + ended_system
    return Cpu(user * 1000 / TICKS_PER_SECOND, system * 1000 / TICKS_PER_SECOND)


def peak_mib(pid: int) -> float:
    """The sum of each process's own highest RSS: pages that processes share count once for each of them."""
    return _sum_kib(pid, "status", "VmHWM") / 1024


def rss_mib(pid: int) -> float:
    return _sum_kib(pid, "status", "VmRSS") / 1024


def pss_mib(pid: int) -> float:
    """As RSS, with each shared page divided among those that share it: what would be free if all of them ended."""
    return _sum_kib(pid, "smaps_rollup", "Pss") / 1024


def _sum_kib(pid: int, file: str, field: str) -> int:
    total = 0
    for process in tree(pid):
        try:
            text = Path(f"/proc/{process}/{file}").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith(f"{field}:"))
    return total


def tree(pid: int) -> list[int]:
    found = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                found += tree(int(child))
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


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
