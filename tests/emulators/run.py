"""Starts emulators of Google Cloud Storage, Azure Blob Storage and S3, and PostgreSQL; fills them with pictures;
runs a command; stops them.

    python tests/emulators/run.py cargo test --workspace

The command finds in DARKROOM_TEST_EMULATORS the path of a JSON file with addresses, credentials and what lies
where, and in DARKROOM_TEST_POSTGRES the URL of the database. Without a command it prints the file and waits for Ctrl-C. Run it with the Python of target/tools, where
`make test` installs what it imports.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import azure_emulator
import gcs_emulator
import photos
import postgres
import s3_emulator
from processes import Processes, turn_signals_into_exit


def main() -> int:
    turn_signals_into_exit()
    command = sys.argv[1:]
    # node and moto_server lie beside this Python.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with tempfile.TemporaryDirectory(prefix="darkroom-emulators-") as place:
        folder = Path(place)
        with Processes(folder) as processes:
            began = time.monotonic()
            facts = folder / "emulators.json"
            facts.write_text(json.dumps(start(processes, folder), indent=2, ensure_ascii=False))
            print(f"emulators: ready in {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)
            if command:
                database = json.loads(facts.read_text())["postgres"]["url"]
                told = {"DARKROOM_TEST_EMULATORS": str(facts), "DARKROOM_TEST_POSTGRES": database}
                return subprocess.call(command, env={**os.environ, **told})
            print(facts.read_text(), f"\nDARKROOM_TEST_EMULATORS={facts}", flush=True)
            while True:
                time.sleep(3600)


def start(processes: Processes, folder: Path) -> dict:
    pictures = photos.all_photos()
    with ThreadPoolExecutor() as pool:
        gcs = pool.submit(gcs_emulator.start, processes, folder, pictures)
        azure = pool.submit(azure_emulator.start, processes, pictures)
        s3 = pool.submit(s3_emulator.start, processes, pictures)
        database = pool.submit(postgres.start, processes, folder)
        return {
            "photos": [{name: value for name, value in photo.items() if name != "data"} for photo in pictures],
            "gcs": gcs.result(),
            "azure": azure.result(),
            "s3": s3.result(),
            "postgres": database.result(),
        }


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
