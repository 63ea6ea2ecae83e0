"""What the measurements stand on: servers, a relay that makes them slow and far away, processes that
are watched from outside, and tables of what came out.

Only ratios count, so whatever is compared is run turn about within a round, and what is told is the
median of the rounds. What a run has made is compared with the source outside of the measured time.
"""

import collections
import hashlib
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from harness import REPOSITORY, Windlass, end  # noqa: E402
from webserver import WebServer  # noqa: E402

os.environ.setdefault("WINDLASS_BIN", str(
    pathlib.Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")) / "release" / "windlass"))
LONGEST = 300
GIB = 1 << 30
MIB = 1 << 20

# What one run took: seconds, processor seconds of the process with all its threads, megabytes at most,
# what the relay saw, and seconds until every byte was on the disk.
Run = collections.namedtuple("Run", "wall cpu memory seen safe", defaults=[None, None])
# Connections, bytes handed to the client, and seconds from 90 % of the file to its end.
Seen = collections.namedtuple("Seen", "connections sent tail")


class Failed(Exception):
    """A run that did not give what it should."""


def environment(folder):
    """No settings of the user, no proxy."""
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "NO_PROXY": "*", "no_proxy": "*"}


def memory(pid):
    """The most memory that a process has had so far, in MB. That of wait4 would count this one's too."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return 0


def measure(command, env, folder):
    """Runs a command to its end."""
    with open(folder / "output", "wb") as output:
        began = time.monotonic()
        process = subprocess.Popen([str(word) for word in command], env=env, cwd=folder,
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        most, over = [0], threading.Event()

        def watch():
            while not over.wait(0.02):
                most[0] = max(most[0], memory(process.pid))
                if time.monotonic() - began > LONGEST:
                    process.kill()

        watching = threading.Thread(target=watch)
        watching.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        over.set()
        watching.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = (folder / "output").read_text(errors="replace").strip()[-200:]
        raise Failed(f"ended with {process.returncode} after {wall:.1f} s: {said}")
    return Run(wall, usage.ru_utime + usage.ru_stime, most[0])


def relay_program():
    """The relay, compiled once for each state of its source."""
    source = pathlib.Path(__file__).with_name("relay.rs")
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "windlass-bench"
    program = cache / f"relay-{hashlib.sha256(source.read_bytes()).hexdigest()[:16]}"
    if not program.exists():
        cache.mkdir(parents=True, exist_ok=True)
        subprocess.run(["rustc", "--edition", "2024", "-O", source, "-o", f"{program}.new"], check=True)
        os.rename(f"{program}.new", program)
    return program


class Relay:
    """A relay to `port`, for one run; relay.rs says what the words mean."""

    def __init__(self, port, **words):
        self.process = subprocess.Popen([relay_program(), f"port={port}", *(f"{k}={v}" for k, v in words.items())],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def close(self, size):
        """Ends it; what it saw of a file of so many bytes."""
        told, _ = self.process.communicate(timeout=20)
        connections, *lines = told.splitlines()
        times = [tuple(map(int, line.split())) for line in lines]
        sent = times[-1][1] if times else 0
        nearly = next((at for at, bytes_ in times if bytes_ >= size * 0.9), 0)
        last = next((at for at, bytes_ in times if bytes_ == sent), 0)
        return Seen(int(connections), sent, (last - nearly) / 1000)


class Lab:
    """A web server whose files are in memory, and folders to download to."""

    def __init__(self):
        self.web = WebServer(tls=True)
        files = self.web.folder / "files"
        shutil.rmtree(files)
        self.files = pathlib.Path(tempfile.mkdtemp(prefix="windlass-bench-", dir="/dev/shm"))
        self.files.chmod(0o755)
        files.symlink_to(self.files)
        self.folders = {"memory": tempfile.mkdtemp(prefix="windlass-bench-", dir="/dev/shm"),
                        "disk": tempfile.mkdtemp(prefix="windlass-bench-")}
        self.folders = {place: pathlib.Path(folder) for place, folder in self.folders.items()}

    def file(self, size):
        """A source of so many bytes; the last one goes when it has another size."""
        path = self.files / "file.bin"
        if not path.exists() or path.stat().st_size != size:
            self.web.make("file.bin", size)
        return path

    def fresh(self, place):
        """An empty folder in memory or on the disk."""
        folder = self.folders[place] / "run"
        shutil.rmtree(folder, ignore_errors=True)
        os.sync()
        folder.mkdir()
        return folder

    def close(self):
        self.web.close()
        for folder in [self.files, *self.folders.values()]:
            shutil.rmtree(folder, ignore_errors=True)


def same(one, other):
    """Whether two files, or two folders, have the same content."""
    command = ["diff", "-rq"] if one.is_dir() else ["cmp", "-s"]
    return subprocess.run([*command, one, other], stdout=subprocess.DEVNULL, check=False).returncode == 0


def rounds(tools, count, run):
    """Runs all `tools` turn about, `count` times, and returns the runs of each. A run that failed is
    told and left out."""
    results = {tool: [] for tool in tools}
    for number in range(count):
        turn = number % len(tools)
        for tool in tools[turn:] + tools[:turn]:
            try:
                results[tool].append(run(tool, number))
            except Failed as error:
                print(f"FAILED  {tool}: {error}", file=sys.stderr, flush=True)
                results[tool].append(None)
    return results


def summary(case, size, results):
    """Rows for the table: for each tool the medians, and the median of its ratios to ours."""
    ours = results["windlass"]
    for tool, runs in results.items():
        there = [run for run in runs if run]
        row = {"case": case, "tool": tool, "runs": len(there), "failed": len(runs) - len(there)}
        if there:
            walls = [run.wall for run in there]
            ratios = [our.wall / run.wall for our, run in zip(ours, runs) if our and run]
            row |= {"wall": statistics.median(walls), "least": min(walls), "most": max(walls),
                    "memory": statistics.median(run.memory for run in there),
                    "cpu_per_gib": statistics.median(run.cpu for run in there) * GIB / size,
                    "cpu": statistics.median(run.cpu for run in there)}
            if ratios:
                row["ours_by_theirs"] = statistics.median(ratios)
            if there[0].safe:
                row["safe"] = statistics.median(run.safe for run in there)
            if there[0].seen:
                row |= {"connections": statistics.median(run.seen.connections for run in there),
                        "more": max(0, statistics.median(run.seen.sent / size - 1 for run in there)),
                        "tail": statistics.median(run.seen.tail for run in there)}
        yield row


COLUMNS = [
    ("case", "what", "{}"), ("tool", "tool", "{}"), ("wall", "wall s", "{:.2f}"),
    ("range", "from–to", "{}"), ("safe", "synced s", "{:.2f}"), ("ours_by_theirs", "windlass ÷ tool", "{:.2f}"),
    ("cpu_per_gib", "CPU s/GiB", "{:.2f}"), ("cpu", "CPU s", "{:.2f}"), ("memory", "memory MB", "{:.0f}"),
    ("tail", "last 10 % s", "{:.2f}"), ("more", "sent twice", "{:.1%}"), ("connections", "connections", "{:.0f}"),
    ("failed", "failed", "{}"),
]


def markdown(rows, without=()):
    """A table of rows; columns that say nothing are left out."""
    for row in rows:
        if "least" in row:
            row["range"] = f"{row['least']:.2f}–{row['most']:.2f}"
    columns = [column for column in COLUMNS if column[0] not in without and any(row.get(column[0]) for row in rows)]
    lines = ["| " + " | ".join(title for _, title, _ in columns) + " |", "|---" * len(columns) + "|"]
    for row in rows:
        cells = (form.format(row[name]) if row.get(name) is not None else "" for name, _, form in columns)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


__all__ = ["GIB", "MIB", "Failed", "Lab", "Relay", "Run", "Windlass", "end", "environment", "markdown", "measure",
           "memory", "rounds", "same", "summary"]
