#!/usr/bin/env python3
"""`windlass get` beside `curl -o`: the same file from the same server, one after the other, in pairs.

    cargo build --release && tests/bench/get.py [PAIRS] [MB]

Wall time and processor time (user + system, of the whole process and all its threads) are medians;
so is the ratio within a pair.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from harness import REPOSITORY, Windlass  # noqa: E402
from webserver import WebServer  # noqa: E402

os.environ.setdefault("WINDLASS_BIN", str(
    pathlib.Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")) / "release" / "windlass"))


def measure(command, env):
    """Runs a command; returns wall and processor seconds."""
    began = time.monotonic()
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} gave {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime


def compare(web, size, folder, pairs):
    """Runs the pairs with files in `folder`; returns the measurements of both."""
    app, results = Windlass(folder), {"curl": [], "windlass": []}
    target = folder / "target.bin"
    commands = {"curl": ["curl", "-s", "-o", str(target), web.url("one.bin")],
                "windlass": app.command("-q", "get", web.url("one.bin"), "-o", str(target))}
    for number in range(pairs + 1):
        # Turn about, so that neither always comes first; the first pair only warms up.
        for name in sorted(commands, reverse=number % 2 == 0):
            figures = measure(commands[name], app.env)
            if target.stat().st_size != size:
                sys.exit(f"{name} did not get all of it")
            target.unlink()
            os.sync()
            if number:
                results[name].append(figures)
    return results


def table(where, results):
    """Prints medians, and the median of the ratios within pairs."""
    for column, unit in enumerate(["wall s", "processor s"]):
        ours, theirs = ([run[column] for run in results[name]] for name in ("windlass", "curl"))
        within = [a / b for a, b in zip(ours, theirs)]
        print(f"{where:<10} {unit:<12} {statistics.median(ours):>9.3f} {statistics.median(theirs):>9.3f} "
              f"{statistics.median(within):>8.2f}   ({min(within):.2f} to {max(within):.2f})", flush=True)


def main():
    pairs, megabytes = (int(word) for word in (sys.argv[1:] + ["7", "1024"][len(sys.argv) - 1:])[:2])
    web = WebServer()
    try:
        size = megabytes * 1024 * 1024
        # The server reads from memory, so that only the writing side differs.
        shutil.rmtree(web.folder / "files")
        (web.folder / "files").symlink_to(tempfile.mkdtemp(prefix="windlass-bench-", dir="/dev/shm"))
        os.chmod((web.folder / "files").resolve(), 0o755)
        web.make("one.bin", size)
        print(f"{pairs} pairs of {megabytes} MiB from nginx on this machine, {os.cpu_count()} processors, "
              f"load {os.getloadavg()[0]:.1f}")
        print(f"{'to':<10} {'':<12} {'windlass':>9} {'curl':>9} {'ratio':>8}")
        for where, parent in [("memory", "/dev/shm"), ("disk", None)]:
            with tempfile.TemporaryDirectory(prefix="windlass-bench-", dir=parent) as folder:
                table(where, compare(web, size, pathlib.Path(folder), pairs))
    finally:
        files = (web.folder / "files").resolve()
        web.close()
        shutil.rmtree(files, ignore_errors=True)


if __name__ == "__main__":
    main()
