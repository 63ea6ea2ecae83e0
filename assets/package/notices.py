#!/usr/bin/env python3
"""Prints the licences and notices of all that the program contains, each text once, below the names of the
libraries that it came with. What the program contains is listed in assets/licences.txt."""

import json
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOTICE = re.compile(r"(un)?licen[cs]e|copying|copyright|notice", re.IGNORECASE)
# The list is that of one system.
SYSTEM = "x86_64-unknown-linux-gnu"
RULE = "-" * 79


def contained():
    """The names in the list: each licence has a line, and the names below it another."""
    parts = (ROOT / "assets/licences.txt").read_text().strip().split("\n\n")
    return {name for part in parts for name in part.split("\n")[1].split(", ")}


def packages():
    command = ["cargo", "metadata", "--format-version=1", "--locked", f"--filter-platform={SYSTEM}"]
    known = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    names = contained()
    return sorted((p for p in known["packages"] if p["name"] in names), key=lambda p: (p["name"], p["version"]))


def main():
    owners = {}
    for package in packages():
        print(f"{package['name']} {package['version']}: {package['license']}")
        for author in package["authors"]:
            print(f"    {author}")
        print(f"    source: https://crates.io/crates/{package['name']}/{package['version']}")
        folder = pathlib.Path(package["manifest_path"]).parent
        for path in sorted(path for path in folder.iterdir() if NOTICE.match(path.name) and path.is_file()):
            text = path.read_text(errors="replace").strip("\n")
            # Many have the same one, broken into other lines.
            owners.setdefault(" ".join(text.split()), (text, set()))[1].add(package["name"])
    for text, names in owners.values():
        print(f"\n{RULE}\n{', '.join(sorted(names))}\n\n{text}")


if __name__ == "__main__":
    main()
