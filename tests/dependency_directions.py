"""Proves that dependencies between the crates run one way: gateway → API; server → API, engine; nothing else.

Dependencies of the binary are the server crate's, so for the gateway the server's sources are read instead.
"""

import subprocess
import sys
from pathlib import Path

# What each crate must not have anywhere below it, and why.
FORBIDDEN = {
    "darkroom-api": (["darkroom-server", "darkroom-engine", "darkroom-gateway"], "the contract holds no behaviour"),
    "darkroom-gateway": (["darkroom-server", "darkroom-engine", "libvips", "image"],
                         "the gateway speaks the API and links no codec"),
    "darkroom-engine": (["darkroom-server", "darkroom-gateway", "darkroom-api",
                         "tokio", "hyper", "tonic", "reqwest", "object_store", "sqlx", "rustls"],
                        "the engine has no network, no credentials, no async runtime"),
    "darkroom-planes": (["darkroom-engine", "darkroom-jpeg", "darkroom-png", "darkroom-encoders", "libvips"],
                        "planes know no format"),
    "darkroom-jpeg": (["darkroom-engine", "darkroom-encoders", "libvips", "libwebp-sys", "libaom-sys"],
                      "JPEG is read and written without C"),
    "darkroom-png": (["darkroom-engine", "darkroom-planes", "darkroom-encoders", "libvips"], "rows know nothing of their use"),
    "darkroom-encoders": (["darkroom-engine", "darkroom-jpeg", "darkroom-png", "libvips"], "encoders take planes and nothing else"),
}
# The binary puts the two together; the library beside it knows nothing of the gateway.
BINARY = [Path("server/src/main.rs"), Path("server/src/command")]


def below(crate: str) -> set[str]:
    tree = subprocess.run(
        ["cargo", "tree", "--locked", "--package", crate, "--edges", "normal,build", "--prefix", "none", "--format", "{p}"],
        check=True, stdout=subprocess.PIPE, text=True,
    ).stdout
    return {line.split()[0] for line in tree.splitlines() if line} - {crate}


def main() -> int:
    faults = []
    for crate, (forbidden, reason) in FORBIDDEN.items():
        faults += [f"{crate} depends on {found}: {reason}" for found in sorted(below(crate) & set(forbidden))]
    for source in sorted(Path("server/src").rglob("*.rs")):
        of_binary = any(source == place or place in source.parents for place in BINARY)
        if not of_binary and "darkroom_gateway" in source.read_text():
            faults.append(f"{source} uses darkroom_gateway: only the binary puts the two together")
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        print(f"{len(FORBIDDEN) + 1} dependency rules hold")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
