#!/usr/bin/env python3
"""What the window costs with ten thousand transfers in the list and a hundred of them running.

    cargo build --release && tests/bench/window.py [LISTED] [RUNNING]

Measured on an X server without a graphics card. The session is a process of its own, so that what the window needs
is seen: processor time while transfers run, for a step of scrolling, minimised and with nothing running; memory; and
the time from the start of the process to the first frame.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import ChainMap, Counter

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from desktop import Desktop, OnDesktop  # noqa: E402
from harness import REPOSITORY, end, wait_for  # noqa: E402
from webserver import WebServer  # noqa: E402

os.environ.setdefault("WINDLASS_BIN", str(
    pathlib.Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")) / "release" / "windlass"))
SECONDS = 20
RATE = 100_000
TICKS = os.sysconf("SC_CLK_TCK")


def processor(pid):
    """Processor seconds that a process has used."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid):
    """Resident and proportional memory in MB."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        sizes = dict(line.split(":") for line in file if line.count(":") == 1)
    return tuple(int(sizes[name].split()[0]) / 1024 for name in ("Rss", "Pss"))


def wakings(pid):
    """How often each thread of a process has gone to sleep and been woken."""
    counts = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/status", encoding="ascii", errors="replace") as file:
            counts[thread] = sum(int(line.split()[1]) for line in file if line.startswith("voluntary"))
    return counts


def rests(pid):
    """Whether a process hardly does anything but to get slow files."""
    before = processor(pid)
    time.sleep(2)
    return processor(pid) - before < 0.4


def watch(what, *pids):
    """Watches processes for a while and prints what they use together."""
    time.sleep(3)  # let them come to rest first

    def used():
        return sum(map(processor, pids)), Counter(ChainMap(*map(wakings, pids)))

    before, slept = used()
    began = time.monotonic()
    time.sleep(SECONDS)
    passed = time.monotonic() - began
    now, woken = used()
    resident, proportional = map(sum, zip(*map(memory, pids)))
    print(f"{what:<44} {100 * (now - before) / passed:6.2f} % processor "
          f"{(woken - slept).total() / passed:8.1f} wakings/s "
          f"{resident:6.1f} MB resident ({proportional:.1f} proportional)", flush=True)


def fill(app, web, listed, running, folder):
    """Adds transfers: `running` that take long, the others done. Room is kept for all of each."""
    web.make("long.bin", 100_000_000)
    web.make("tiny.bin", 1000)

    def download(url, name):
        return {"request": {"url": url, "destination": {"File": str(folder / name)}}}

    app.configure(max_running=200)
    app.ask(("downloads", [download(web.url("tiny.bin"), f"{n}.bin") for n in range(listed - running)]))
    wait_for(lambda: all(t["state"] == "completed" for t in app.list()), "the small ones are done", 240, 1)
    app.ask(("downloads", [download(web.url("long.bin", RATE), f"long-{n}.bin") for n in range(running)]))


def start(app, desktop):
    """Starts the window: its process, and the milliseconds until it shows something and until rows are in its list."""
    def listed():
        # A strip through the first rows, where names stand.
        return len({pixel for row in desktop.pixels(260, 100, 160, 60) for pixel in row}) > 16

    began = time.monotonic()
    process = app.spawn(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    times = []
    for seen, what in ((desktop.windows, "the window is there"), (desktop.drawn, "the window shows something"),
                       (listed, "there are rows in it")):
        wait_for(seen, what, 30, 0.002)
        times.append((time.monotonic() - began) * 1000)
    return process, times[1:]


def scroll(desktop, pid, steps=200):
    """Processor milliseconds for one step of the wheel over the list."""
    time.sleep(2)
    desktop.xdotool("mousemove", "700", "400")
    time.sleep(1)
    before = processor(pid)
    desktop.xdotool("click", "--repeat", str(steps), "--delay", "25", "5")
    time.sleep(1)
    return 1000 * (processor(pid) - before) / steps


def run(listed, running, root):
    web = WebServer()
    desktop = Desktop(make(root / "runtime"), ())
    app = OnDesktop(root, desktop)
    processes = []
    try:
        app.settings(max_running=200, download_folder=str(make(root / "got")))
        processes.append(app.daemon())
        fill(app, web, listed, running, root / "got")
        print(f"{listed} listed, {running} running at {RATE // 1000} kB/s, {os.cpu_count()} processors, "
              f"load {os.getloadavg()[0]:.1f}")
        session = processes[0].pid
        wait_for(lambda: rests(session), "what was done before is behind it", 240)
        watch("running, session without window", session)
        process, _ = start(app, desktop)
        processes.append(process)
        watch("running, window", process.pid)
        print(f"{'a step of scrolling':<44} {scroll(desktop, process.pid):6.1f} ms processor")
        desktop.xdotool("windowminimize", desktop.window().id)
        watch("running, window minimised", process.pid)
        app.run()
        desktop.window()
        app.run("pause", "--all")
        watch("nothing running, window", process.pid)
        watch("nothing running, session", session)
        times = []
        for _ in range(7):
            end(processes.pop())
            wait_for(lambda: not desktop.windows(), "the window is gone")
            # It may be writing a long list to it still, and a window that it knows is raised instead of another.
            wait_for(lambda: not app.ask()["hello"]["window"], "the session knows that")
            process, milliseconds = start(app, desktop)
            processes.append(process)
            times.append(milliseconds)
        said(times, f"start with {listed} listed, session running")
        end(processes.pop())
        app.run("quit")
        processes.pop().wait(20)
        times = []
        for _ in range(7):
            process, milliseconds = start(app, desktop)
            processes.append(process)
            times.append(milliseconds)
            app.run("quit")
            process.wait(20)
        said(times, "the same, session starting with it")
    finally:
        for process in processes:
            end(process)
        desktop.close()
        web.close()


def said(starts, what):
    for times, seen in zip(zip(*starts), ("first frame", "rows in the list")):
        print(f"{what}, {seen}: median {statistics.median(times):.0f} ms ({min(times):.0f} to {max(times):.0f})",
              flush=True)


def make(folder):
    folder.mkdir()
    return folder


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]] + [10_000, 100][len(sys.argv) - 1:]
    place = pathlib.Path(tempfile.mkdtemp(prefix="windlass-bench-"))
    try:
        run(*numbers[:2], place)
    finally:
        shutil.rmtree(place, ignore_errors=True)
