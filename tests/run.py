"""Everything that `make test` runs, part after part, with the emulators up and, where it is needed, a live server.

    python tests/emulators/run.py python tests/run.py [PART …]

A part that ran no test has failed. Parts go on after one has failed; the last line tells what happened.
"""

import contextlib
import filecmp
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / folder) for folder in ("tests/emulators", "tests/sdk", "clients/python")]

import photos  # noqa: E402
from processes import Processes, free_port, turn_signals_into_exit  # noqa: E402

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def main() -> int:
    turn_signals_into_exit()
    os.chdir(ROOT)
    asked = sys.argv[1:] or [name for name in PARTS if name not in ON_DEMAND]
    results, began = {}, time.monotonic()
    with tempfile.TemporaryDirectory(prefix="darkroom-test-") as place:
        with Processes(Path(place)) as processes:
            for name in asked:
                start = time.monotonic()
                print(f"\n=== {name}", flush=True)
                try:
                    count = PARTS[name](Path(place), processes)
                    fault = None if count else "ran no test"
                except Exception as failure:  # noqa: BLE001 - the next part shall run all the same
                    count, fault = 0, str(failure)
                results[name] = (count, fault)
                print(f"--- {name}: {fault or f'{count} passed'} ({time.monotonic() - start:.0f} s)", flush=True)
    failed = {name: fault for name, (_, fault) in results.items() if fault}
    total = ", ".join(f"{count} {name}" for name, (count, fault) in results.items() if not fault)
    print(f"\nTests {'FAILED' if failed else 'passed'} in {(time.monotonic() - began) / 60:.1f} min: {total or 'nothing'}"
          + "".join(f"; {name} {fault}" for name, fault in failed.items()), flush=True)
    return 1 if failed else 0


class Failure(Exception):
    pass


def run(command: list, counter: str | None = None, **options) -> int:
    """Runs a command, passing on what it prints; the sum of what `counter` matches in it is how many tests passed."""
    passed = 0
    with subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", **options) as child:
        try:
            for line in child.stdout:
                print(line, end="", flush=True)
                if counter:
                    passed += sum(int(number) for number in re.findall(counter, line))
        except BaseException:
            child.terminate()
            raise
    if child.returncode:
        raise Failure(f"failed with {child.returncode}")
    return passed


def rust(_place, _processes) -> int:
    # The binary first: integration tests start it, and cargo does not know that they need it.
    run(["cargo", "build", "--locked", "--workspace", "--bins"])
    return run(["cargo", "test", "--locked", "--workspace", "--no-fail-fast"], r"test result: \w+\. (\d+) passed")


def emulators(_place, _processes) -> int:
    return unittest("tests/emulators")


def python_client(place, processes) -> int:
    server = live_server(place, processes)
    return unittest("clients/python/tests", server, PYTHONPATH="clients/python")


def typescript_client(place, processes) -> int:
    server = live_server(place, processes)
    return run(["npm", "--prefix", "clients/typescript", "--silent", "test"], r"^# pass (\d+)",
               env={**os.environ, **server})


def imagekit_sdks(place, processes) -> int:
    import pictures

    server = live_server(place, processes)
    pictures.draw(Path(server["DARKROOM_TEST_PHOTOS"]))
    node = run(["npm", "--prefix", "tests/sdk", "--silent", "test"], r"^# pass (\d+)", env={**os.environ, **server})
    return node + unittest("tests/sdk", server)


def page_in_chromium(place, processes) -> int:
    server = live_server(place, processes)
    return unittest("tests/pages", server, pattern="*.py")


def fidelity(place, processes) -> int:
    return unittest("tests/fidelity", charted_server(place, processes))


def goldens(place, processes) -> int:
    """Writes the goldens anew; `make golden`."""
    server = charted_server(place, processes)
    return run([sys.executable, "tests/fidelity/goldens.py"], env={**os.environ, **server}) or 1


def corpus(place, processes) -> int:
    return unittest("tests/corpus", charted_server(place, processes))


def charted_server(place: Path, processes: Processes) -> dict[str, str]:
    """The live server with an empty folder for charts, and with photographs and images of all kinds where there are."""
    server = live_server(place, processes)
    if "DARKROOM_URL" not in server:
        charts = place / "charts"
        charts.mkdir()
        folders = {"charts": charts, "photographs": os.environ.get("DARKROOM_BENCH_PHOTOS"),
                   "corpus": os.environ.get("DARKROOM_CORPUS")}
        address, key = f"http://{server['DARKROOM_GRPC_ADDR']}", server["DARKROOM_PRIVATE_KEY"]
        for prefix, folder in folders.items():
            if folder:
                put_behind_prefix(address, key, Path(folder).resolve(), prefix)
        server["DARKROOM_URL"] = server["DARKROOM_DELIVERY_URL"].removesuffix("/pages")
        server["DARKROOM_CHARTS_FOLDER"] = str(charts)
    return server


def benchmarks(_place, _processes) -> int:
    return unittest("benches/tests", PYTHONPATH=os.pathsep.join(["benches", "tests/fidelity"]))


def generated_clients(place, _processes) -> int:
    run(["clients/generate.sh", place / "generated"])
    same, faults = 0, []
    for folder in ("python/darkroom/v1", "typescript/src/gen"):
        made, kept = place / "generated" / folder, ROOT / "clients" / folder
        names = {str(file.relative_to(top)) for top in (made, kept) for file in top.rglob("*.*")
                 if file.is_file() and file.suffix != ".pyc"}
        equal, different, missing = filecmp.cmpfiles(made, kept, names, shallow=False)
        same, faults = same + len(equal), faults + different + missing
    if faults:
        raise Failure(f"not what proto/ generates, run `make clients`: {', '.join(sorted(faults))}")
    return same


def proto_lint(_place, _processes) -> int:
    run(["buf", "lint", "proto"])
    run(["buf", "format", "--diff", "--exit-code", "proto"])
    return len(list(Path("proto").rglob("*.proto")))


def lints(_place, _processes) -> int:
    run(["cargo", "fmt", "--all", "--check"], "$^")
    run(["cargo", "clippy", "--locked", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"], "$^")
    return 2


def licences(_place, _processes) -> int:
    run(["cargo", "deny", "--locked", "check", "licenses", "bans", "sources"])
    return 3


def dependency_directions(_place, _processes) -> int:
    return run([sys.executable, "tests/dependency_directions.py"], r"^(\d+) dependency rules hold")


def unittest(folder: str, server: dict | None = None, pattern="test*.py", **settings) -> int:
    return run([sys.executable, "-m", "unittest", "discover", "--start-directory", folder, "--pattern", pattern],
               r"^Ran (\d+) tests?", env={**os.environ, **(server or {}), **settings})


RUNNING: dict[str, str] = {}


def live_server(place: Path, processes: Processes) -> dict[str, str]:
    """Starts the built server once, with a picture behind the URL prefix `pages`; what tests must know of it."""
    if RUNNING:
        return RUNNING
    delivery, admin, grpc = (f"127.0.0.1:{free_port()}" for _ in range(3))
    key = "private_" + secrets.token_hex(16)
    processes.start(
        "darkroom", [TARGET / "debug/darkroom", "serve"],
        env={
            **os.environ,
            "DARKROOM_DELIVERY_ADDR": delivery,
            "DARKROOM_ADMIN_ADDR": admin,
            "DARKROOM_GRPC_ADDR": grpc,
            "DARKROOM_DATA_DIR": str(place / "data"),
            "DARKROOM_PRIVATE_KEY": key,
            "DARKROOM_ALLOW_PRIVATE_ORIGINS": "true",
        },
    )
    processes.wait_until("darkroom", lambda: is_ready(f"http://{admin}/readyz"))
    folder = place / "photos"
    folder.mkdir()
    (folder / "photo.jpg").write_bytes(photos.draw(320, 240, "jpg"))
    (folder / "wide.jpg").write_bytes(photos.draw(800, 600, "jpg"))
    put_behind_prefix(f"http://{grpc}", key, folder, "pages")
    RUNNING.update({
        "DARKROOM_GRPC_ADDR": grpc,
        "DARKROOM_PRIVATE_KEY": key,
        "DARKROOM_TEST_PHOTOS": str(folder),
        "DARKROOM_ADMIN_URL": f"http://{admin}",
        "DARKROOM_DELIVERY_ROOT": f"http://{delivery}",
        "DARKROOM_DELIVERY_URL": f"http://{delivery}/pages",
        "DARKROOM_TEST_PHOTO": "wide.jpg",
    })
    return RUNNING


def put_behind_prefix(address: str, key: str, folder: Path, prefix: str) -> None:
    import darkroom
    from darkroom.v1 import origin_service_pb2 as origins
    from darkroom.v1 import url_endpoint_service_pb2 as url_endpoints

    with darkroom.Client(address, key) as client:
        location = origins.FolderLocation(path=str(folder))
        origin = client.origins.CreateOrigin(origins.CreateOriginRequest(
            origin=origins.Origin(display_name="Test photos", folder=location)))
        client.url_endpoints.CreateUrlEndpoint(url_endpoints.CreateUrlEndpointRequest(
            url_endpoint=url_endpoints.UrlEndpoint(description="Test", url_prefix=prefix, origins=[origin.name])))


def is_ready(url: str) -> bool:
    with contextlib.suppress(OSError):
        return urllib.request.urlopen(url, timeout=1).status == 200
    return False


PARTS = {
    "dependency directions": dependency_directions,
    "proto files linted": proto_lint,
    "generated files compared": generated_clients,
    "licence checks": licences,
    "benchmark arithmetic": benchmarks,
    "emulator tests": emulators,
    "Rust tests": rust,
    "formatting and lints": lints,
    "Python client tests": python_client,
    "TypeScript client tests": typescript_client,
    "ImageKit SDKs": imagekit_sdks,
    "page tests in Chromium": page_in_chromium,
    "fidelity tests": fidelity,
    "corpus tests": corpus,
}
# Not a test: run only when it is asked for.
ON_DEMAND = {"goldens written anew": goldens}
PARTS.update(ON_DEMAND)

if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
