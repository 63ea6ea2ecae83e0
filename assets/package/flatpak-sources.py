#!/usr/bin/env python3
"""Prints what Cargo.lock names as sources for flatpak-builder, which fetches them before it builds."""

import json
import pathlib
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
REGISTRY = "registry+https://github.com/rust-lang/crates.io-index"
FOLDER = "cargo/vendor"
CONFIG = f"""[source.crates-io]
replace-with = "vendored"
[source.vendored]
directory = "{FOLDER}"
"""


def sources(package):
    """The package, and the sum that cargo wants to find beside it."""
    if package["source"] != REGISTRY:
        raise SystemExit(f"{package['name']} comes from {package['source']}, which this does not know.")
    name, version, checksum = package["name"], package["version"], package["checksum"]
    folder = f"{FOLDER}/{name}-{version}"
    yield {
        "type": "archive",
        "archive-type": "tar-gzip",
        "url": f"https://static.crates.io/crates/{name}/{name}-{version}.crate",
        "sha256": checksum,
        "dest": folder,
    }
    contents = json.dumps({"package": checksum, "files": {}})
    yield {"type": "inline", "contents": contents, "dest": folder, "dest-filename": ".cargo-checksum.json"}


def main():
    packages = tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]
    found = [source for package in packages if "source" in package for source in sources(package)]
    found.append({"type": "inline", "contents": CONFIG, "dest": "cargo", "dest-filename": "config.toml"})
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
