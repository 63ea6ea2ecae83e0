#!/usr/bin/env python3
"""Prints CHANGELOG.md in the form that packages of Debian have it in. The argument is who maintains them."""

import datetime
import pathlib
import re
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[2]
RELEASE = re.compile(r"^## \[(\S+)\] - (\S+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def changes(text):
    """The points of a release, or its first words where it has none."""
    points = re.findall(r"^- (.*(?:\n  .*)*)", text, re.MULTILINE)
    return [" ".join(point.split()) for point in points or [text]]


def main():
    (maintainer,) = sys.argv[1:]
    for version, date, text in RELEASE.findall((ROOT / "CHANGELOG.md").read_text()):
        when = datetime.datetime.fromisoformat(date).strftime("%a, %d %b %Y 00:00:00 +0000")
        print(f"windlass ({version}) unstable; urgency=medium\n")
        for change in changes(text):
            print(textwrap.fill(change, 78, initial_indent="  * ", subsequent_indent="    "))
        print(f"\n -- {maintainer}  {when}\n")


if __name__ == "__main__":
    main()
