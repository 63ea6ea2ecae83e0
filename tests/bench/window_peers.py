#!/usr/bin/env python3
"""What the windows of other download managers cost, measured as window.py measures ours.

    tests/bench/window_peers.py uget|kget|persepolis [LISTED] [RUNNING]

Each finds its list as it would have kept it; those that do not run are done. What its window's process needs is
told apart from what its other processes need: set our session and our window beside both. With none running it
shows what an idle one costs.

uGet is one process. KGet has five under way at most, whatever its settings say: measure all with so many. Persepolis
leaves transfers to an aria2c and does not run as root.

Needs the peers: apt-get install kget persepolis uget
"""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from Xlib import X

from window import RATE, make, scroll, watch
from desktop import Desktop
from harness import end, free_port, wait_for
from webserver import WebServer

QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
PATIENCE = 600
SIZE = 100_000_000
# Our window's width and height when it opens for the first time.
OURS = (960, 640)
# Persepolis writes its list itself: it keeps each of its categories as a text in which all transfers are named.
FILL = """import json, sys
from persepolis.scripts.data_base import PersepolisDB
kept = PersepolisDB()
kept.createTables()
kept.insertInDownloadTable(json.load(sys.stdin))
"""


class Screen(Desktop):
    """A desktop with one window, whose ever it is."""

    def is_ours(self, window):
        return window.get_attributes().map_state == X.IsViewable

    def listed(self):
        """Whether the middle of the window shows something, which is its list."""
        _, _, width, height = self.place()
        return len({pixel for row in self.pixels(0, height // 2, width, 60) for pixel in row}) > 16


def uget(home, addresses, running):
    """Gives uGet a list of which the first run; returns its command."""
    done = {"relation": {"group": 72}, "progress": {"complete": SIZE, "total": SIZE, "percent": 100}}
    waits = {"relation": {"group": 1}}

    def child(n, address):
        common = {"name": f"{n}.bin", "uri": address, "file": f"{n}.bin", "folder": str(home), "max-connections": 1}
        return {"info": {"common": common} | (waits if n < running else done), "children": []}

    category = {"category": {"active-limit": running, "finished-limit": 100_000, "recycled-limit": 100_000},
                "common": {"name": "Home", "folder": str(home), "max-connections": 1, "timestamp": 1}}
    place = home / ".config/uGet/category"
    place.mkdir(parents=True)
    (place / "0000.json").write_text(json.dumps(
        {"info": category, "children": [child(*numbered) for numbered in enumerate(addresses)]}))
    return ["uget-gtk"]


def kget(home, addresses, running):
    """The same for KGet, without its plugin that asks the server about everything in the list before its window is
    there, and without a search for checksums."""
    settings = home / ".config"
    (settings / "kgetrc").write_text("[Internal]\nFirstRun=false\n[Plugins]\nkget_metalink_pluginEnabled=false\n"
                                     f"[Network]\nMaxConnections={running}\n")
    (settings / "kget_multisegkiofactory.rc").write_text(
        "[Segments]\nSegments=1\n[Verification]\nUseSearchVerification=false\n")
    lines = (f'<Transfer Source="{address}" Dest="file://{home}/{n}.bin" ' +
             ('Policy="Start"/>' if n < running else f'TotalSize="{SIZE}" DownloadedSize="{SIZE}"/>')
             for n, address in enumerate(addresses))
    place = home / ".local/share/kget"
    place.mkdir(parents=True)
    (place / "transfers.kgt").write_text(
        f'<!DOCTYPE KGetTransfers>\n<Transfers>\n<TransferGroup Name="My Downloads" DefaultFolder="{home}" '
        'Status="Running">\n' + "\n".join(lines) + "\n</TransferGroup>\n</Transfers>\n")
    return ["kget"]


def persepolis(home, addresses, running):
    """The same for Persepolis. Its aria2c would run five, and be there for everyone on the network."""
    place = make(home / ".config/persepolis_download_manager")
    (place / "persepolis.conf").write_text(f"[settings]\nrpc-port={free_port()}\n[version]\nversion=3.0\n")

    def entry(n, address):
        told = {"file_name": f"{n}.bin", "status": "complete", "size": "95 MB", "downloaded_size": "95 MB",
                "percent": "100%", "connections": "0", "rate": "0", "estimate_time_left": "0s", "link": address,
                "first_try_date": "2026/01/01 00:00:00", "last_try_date": "2026/01/01 00:00:00"}
        return told | {"gid": f"{n + 1:016x}", "category": "Single Downloads"}

    # It shows the last of them first, and looks through them from there: those that run are found at once.
    entries = [entry(*numbered) for numbered in enumerate(addresses)][::-1]
    subprocess.run(["/usr/bin/python3", "-c", FILL], input=json.dumps(entries), env=os.environ | {"HOME": str(home)},
                   check=True, text=True)
    (home / "running").write_text("".join(f"{address}\n gid={n + 1:016x}\n out={n}.bin\n dir={home}\n"
                                          for n, address in enumerate(addresses[:running])))
    program = home / "bin/aria2c"
    program.write_text(f"""#!/bin/sh
exec {shutil.which("aria2c")} "$@" --rpc-listen-all=false --max-concurrent-downloads={max(running, 1)} \\
    --file-allocation=none --input-file={home}/running
""")
    program.chmod(0o755)
    return ["persepolis"]


def connections(port):
    """How many there are to a port of this machine."""
    with open("/proc/net/tcp", encoding="ascii") as file:
        fields = [line.split() for line in file][1:]
    return sum(local.endswith(f":{port:04X}") and state == "01" for _, local, _, state, *_ in fields)


def helpers(home, window):
    """The processes that have that home, but for the one with the window."""
    found = []
    for place in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if f"HOME={home}".encode() in (place / "environ").read_bytes().split(b"\0"):
                found.append(int(place.name))
        except OSError:  # it has just gone, or is somebody else's
            continue
    return [pid for pid in found if pid != window]


def run(peer, listed, running, root):
    web = WebServer()
    web.make("long.bin", SIZE)
    desktop = Screen(make(root / "runtime"), ())
    home = make(root / "home")
    make(home / ".config")
    env = desktop.env | {"HOME": str(home), "PATH": f"{make(home / 'bin')}:{os.environ['PATH']}"}
    addresses = [f"{web.url('long.bin', RATE)}?n={n}" for n in range(listed)]
    process = None
    try:
        command = {"uget": uget, "kget": kget, "persepolis": persepolis}[peer](home, addresses, running)
        began = time.monotonic()
        process = subprocess.Popen(command, env=env, **QUIET)
        wait_for(lambda: process.poll() is not None or desktop.windows() and desktop.listed(), "the list", PATIENCE)
        if process.poll() is not None:
            sys.exit(f"{peer} has ended by itself")
        print(f"{peer}: {listed} listed and to be seen after {time.monotonic() - began:.1f} s")
        desktop.xdotool("windowsize", desktop.window().id, *OURS)
        wait_for(lambda: connections(web.port) >= running, f"{running} are running", PATIENCE, 1)
        watch(f"{running} running, window", process.pid)
        if others := helpers(home, process.pid):
            watch(f"{running} running, its helpers ({len(others)})", *others)
        desktop.shot(peer)
        print(f"{'a step of scrolling':<44} {scroll(desktop, process.pid):6.1f} ms processor")
    finally:
        if process:
            end(process)
        for pid in helpers(home, None):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        desktop.close()
        web.close()


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[2:]] + [10_000, 100][len(sys.argv) - 2:]
    place = pathlib.Path(tempfile.mkdtemp(prefix="windlass-bench-"))
    try:
        run(sys.argv[1], *numbers[:2], place)
    finally:
        shutil.rmtree(place, ignore_errors=True)
        pathlib.Path(f"/tmp/persepolis_exec_{place.name}.lock").unlink(missing_ok=True)  # its name has our folder's
