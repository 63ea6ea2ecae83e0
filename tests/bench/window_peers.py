#!/usr/bin/env python3
"""What the windows of other download managers cost, measured as window.py measures ours.

    tests/bench/window_peers.py uget [LISTED] [RUNNING]

uGet is one process, so set our session and our window together beside it. It is given its list by its command line.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from window import RATE, make, scroll, watch
from desktop import Desktop
from harness import end, wait_for
from webserver import WebServer

QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
PATIENCE = 600


def uget(root, env, addresses, running):
    """uGet with a list of which so many may run, and the process of its window."""
    category = {"category": {"active-limit": running, "finished-limit": 100_000, "recycled-limit": 100_000},
                "common": {"name": "Home", "folder": str(root / "got"), "max-connections": 1, "timestamp": 1}}
    place = root / "config" / "uGet" / "category"
    place.mkdir(parents=True)
    (place / "0000.json").write_text(json.dumps({"info": category, "children": []}))
    given = root / "list.txt"
    given.write_text("\n".join(addresses) + "\n")
    process = subprocess.Popen(["uget-gtk"], env=env, **QUIET)
    time.sleep(5)  # it says nothing when it listens
    subprocess.run(["uget-gtk", "--quiet", f"--folder={root / 'got'}", f"--input-file={given}"],
                   env=env, check=True, timeout=PATIENCE, **QUIET)
    return process


def connections(port):
    """How many there are to a port of this machine."""
    with open("/proc/net/tcp", encoding="ascii") as file:
        fields = [line.split() for line in file][1:]
    return sum(local.endswith(f":{port:04X}") and state == "01" for _, local, _, state, *_ in fields)


def run(peer, listed, running, root):
    web = WebServer()
    web.make("long.bin", 100_000_000)
    desktop = Desktop(make(root / "runtime"), ())
    env = desktop.env | {"HOME": str(root), "XDG_CONFIG_HOME": str(make(root / "config")),
                         "XDG_DATA_HOME": str(make(root / "data"))}
    make(root / "got")
    addresses = [f"{web.url('long.bin', RATE)}?n={n}" for n in range(listed)]
    process = None
    try:
        began = time.monotonic()
        process = {"uget": uget}[peer](root, env, addresses, running)
        wait_for(lambda: connections(web.port) >= running, f"{running} are running", PATIENCE, 1)
        print(f"{peer}: {listed} listed, {connections(web.port)} running after {time.monotonic() - began:.0f} s")
        watch("running", process.pid)
        print(f"{'a step of scrolling':<44} {scroll(desktop, process.pid):6.1f} ms processor")
        desktop.shot(peer)
    finally:
        if process:
            end(process)
        desktop.close()
        web.close()


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[2:]] + [10_000, 100][len(sys.argv) - 2:]
    place = pathlib.Path(tempfile.mkdtemp(prefix="windlass-bench-"))
    try:
        run(sys.argv[1], *numbers[:2], place)
    finally:
        shutil.rmtree(place, ignore_errors=True)
