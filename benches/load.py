"""Clients: some that each ask as soon as they have been answered, and some that all ask at once."""

import http.client
import queue
import statistics
import threading
import time
from dataclasses import dataclass, field

TIMEOUT_SECONDS = 120
ACCEPT = {"Accept": "image/avif,image/webp,*/*"}


@dataclass
class Answers:
    """What a round of requests gave. Seconds; bytes of each body by the request's place in the list."""

    took: float = 0.0
    seconds: list[float] = field(default_factory=list)
    bodies: dict[int, bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.bodies) / self.took if self.took else 0.0


def closed_loop(port: int, urls: list[str], clients: int) -> Answers:
    """Each client has one connection and one request under way."""
    answers, lock, waiting = Answers(), threading.Lock(), queue.SimpleQueue()
    for job in enumerate(urls):
        waiting.put(job)

    def work():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        while True:
            try:
                place, url = waiting.get_nowait()
            except queue.Empty:
                return connection.close()
            began = time.perf_counter()
            try:
                connection.request("GET", url, headers=ACCEPT)
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException) as fault:
                connection.close()
                with lock:
                    answers.faults.append(f"{url}: {fault!r}")
                continue
            seconds = time.perf_counter() - began
            with lock:
                if answer.status == 200 and answer.headers.get_content_maintype() == "image":
                    answers.seconds.append(seconds)
                    answers.bodies[place] = body
                else:
                    answers.faults.append(f"{url}: {answer.status} {body[:200]!r}")

    threads = [threading.Thread(target=work) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.took = time.perf_counter() - began
    return answers


def quantile(values: list[float], part: float) -> float:
    """The smallest value that at least this part of all does not exceed; 0 of none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -int(-part * len(ordered) // 1) - 1))]


def median(values: list[float]) -> float:
    return statistics.median(values) if values else 0.0


def turned(servers: list, number: int) -> list:
    """Another one begins each round: what a machine does after a pause, or after the last of the servers, shall not be
    the business of always the same one."""
    first = number % len(servers)
    return servers[first:] + servers[:first]


def middle(values: list[float]) -> float:
    """The mean of the middle half. It is as deaf as the median to rounds that something disturbed, and finer where what
    is measured comes in steps."""
    ordered = sorted(values)
    quarter = len(ordered) // 4
    return statistics.mean(ordered[quarter:len(ordered) - quarter])
