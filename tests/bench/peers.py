#!/usr/bin/env python3
"""`windlass get` and `put` beside curl, aria2, wget2 and axel, on this machine alone.

    cargo build --release && tests/bench/peers.py [--quick] [--rounds N] [--json FILE] [SCENARIO…]

| scenario | shows |
|---|---|
| loopback | what a byte costs where nothing is in the way, plain and encrypted, to memory and to a disk |
| limited | a server that gives each connection 5 MB/s |
| uneven | the same, and one connection in eight is ten times slower |
| far | a shared line of 1 Gbit/s, far away and lossy |
| many | a thousand small files, and two hundred of a megabyte |
| crowd | five hundred slow downloads at once |
| sending | a large file to nginx, plain and encrypted, and two hundred of a megabyte; both to rclone, by rclone too |

Needs nginx, openssl, rustc, and the peers: apt-get install aria2 axel curl wget2, and rclone among the
servers that .ci/run fetches. Prints tables in Markdown; `--json` writes the same figures to a file.
"""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

from lab import (GIB, MIB, Failed, Lab, Relay, Run, Windlass, end, environment, markdown, measure, memory, rounds,
                 same, summary)
from fileservers import program_of

RATE = 5_000_000
GIGABIT = 125_000_000


def download(tool, url, to, authority=None):
    """The command that downloads one file."""
    trust = {"windlass": "--ca-file", "curl": "--cacert", "wget2": "--ca-certificate"}
    name, *_ = tool.split()
    commands = {
        "windlass": [*Windlass(to.parent).command(), "-q", "get", url, "-o", to],
        "curl": ["curl", "-q", "-s", "-S", "-f", url, "-o", to],
        "aria2c": ["aria2c", "--no-conf", "-q", url, "-d", to.parent, "-o", to.name],
        "aria2c -x16": ["aria2c", "--no-conf", "-q", "-x16", "-s16", "-k1M", "--file-allocation=none", url,
                        "-d", to.parent, "-o", to.name],
        "wget2": ["wget2", "--no-config", "-q", url, "-O", to],
        "axel -n16": ["axel", "-q", "-n16", url, "-o", to],
    }
    if not authority:
        return commands[tool]
    # aria2 wants the file behind a sign.
    return commands[tool] + ([f"--ca-certificate={authority}"] if name == "aria2c" else [trust[name], authority])


def one_file(lab, size, tools, count, place="memory", relay=None, url=None, secure=False):
    """Downloads one file of so many bytes with each tool: from `url`, through a relay, or straight."""
    source = lab.file(size)

    def run(tool, number):
        to = lab.fresh(place) / source.name
        through = Relay(lab.web.port, seed=number + 1, **relay) if relay else None
        address = through.address if through else lab.web.secure["good"] if secure else lab.web.address
        try:
            figures = measure(download(tool, address + (url or "/files/file.bin"), to,
                                       lab.web.authority if secure else None), environment(to.parent), to.parent)
        finally:
            seen = through.close(size) if through else None
        if place == "disk":
            began = time.monotonic()
            os.sync()
            figures = figures._replace(safe=figures.wall + time.monotonic() - began)
        if not same(source, to):
            raise Failed("the file is not the same")
        return figures._replace(seen=seen)

    return rounds(tools, count, run)


def loopback(lab, options):
    size = GIB // 4 if options.quick else 2 * GIB
    everybody = ["windlass", "curl", "wget2", "aria2c", "aria2c -x16", "axel -n16"]
    for place in ["memory", "disk"]:
        for secure in [False, True]:
            # axel takes no authority of one's own.
            tools = everybody[:-1] if secure else everybody
            case = f"{size / GIB:g} GiB, {'TLS' if secure else 'plain'}, to {place}"
            yield from summary(case, size, one_file(lab, size, tools, options.rounds or 5, place, secure=secure))


def limited(lab, options):
    tools = ["windlass", "aria2c -x16", "axel -n16"]
    for size in [256 * MIB] if options.quick else [256 * MIB, GIB]:
        count = options.rounds or (5 if size < GIB else 3)
        ideal = f"ideal {size / RATE / 16:.1f} s"
        results = one_file(lab, size, tools, count, relay={"rate": RATE})
        yield from summary(f"{size // MIB} MiB, exact, {ideal}", size, results)
        results = one_file(lab, size, tools, count, url=f"/slow/{RATE}/file.bin")
        yield from summary(f"{size // MIB} MiB, nginx, {ideal}", size, results)


def uneven(lab, options):
    tools = ["windlass", "aria2c -x16", "axel -n16"]
    for size in [256 * MIB] if options.quick else [256 * MIB, GIB]:
        count = options.rounds or (5 if size < GIB else 3)
        ideal = f"ideal {size / RATE / (14 + 2 / 10):.1f} s"
        results = one_file(lab, size, tools, count, relay={"rate": RATE, "slow": 8})
        yield from summary(f"{size // MIB} MiB, {ideal}", size, results)


def far(lab, options):
    """Sizes are such that a run takes some seconds."""
    tools = ["windlass", "aria2c -x16", "axel -n16"]
    cases = [(50, 0, "cubic", 512), (50, 0.001, "cubic", 256), (50, 0.01, "cubic", 32), (50, 0.01, "steady", 256),
             (100, 0, "cubic", 512), (100, 0.001, "cubic", 128), (100, 0.01, "cubic", 16)]
    for trip, loss, sender, megabytes in cases[1:2] if options.quick else cases:
        size = megabytes * MIB
        relay = {"delay": trip / 2, "loss": loss, "sender": sender, "link": GIGABIT}
        # Over one connection a loss costs minutes.
        peers = tools if loss else [*tools, "curl"]
        case = f"{trip} ms, {loss:.1%} lost, {sender}, {megabytes} MiB"
        yield from summary(case, size, one_file(lab, size, peers, options.rounds or 3, relay=relay))


def list_of_files(tool, urls, folder):
    """The command that downloads many files into a folder."""
    listed = folder.parent / "list"
    to = folder.parent / "windlass"
    to.mkdir()
    ours = Windlass(to)
    if tool == "curl":
        listed.write_text("".join(f"url = {url}\noutput = {folder}/{url.rsplit('/', 1)[1]}\n" for url in urls))
        return ["curl", "-q", "-s", "-S", "-f", "--parallel", "--parallel-max", "50", "-K", listed]
    if tool == "aria2c -j16":
        listed.write_text("\n".join(urls) + "\n")
        return ["aria2c", "--no-conf", "-q", "-j16", "--file-allocation=none", "-d", folder, "-i", listed]
    if tool == "windlass, 16 at once":
        ours.settings(max_running=16)
    return [*ours.command(), "-q", "get", "-d", folder, *urls]


def many(lab, options):
    tools = ["windlass", "windlass, 16 at once", "curl", "aria2c -j16"]
    near, away = {}, {"delay": 10, "link": GIGABIT}
    cases = [(1000, 10 * 1024, "memory", near), (1000, 10 * 1024, "disk", near), (1000, 10 * 1024, "memory", away),
             (200, MIB, "memory", near), (200, MIB, "memory", away)]
    for number, size, place, relay in cases[:1] if options.quick else cases:
        source = lab.files / "many"
        shutil.rmtree(source, ignore_errors=True)
        source.mkdir(mode=0o755)
        names = [f"many/{n}.bin" for n in range(number)]
        for name in names:
            lab.web.make(name, size)

        def run(tool, turn, source=source, names=names, place=place, relay=relay):
            folder = lab.fresh(place) / "got"
            folder.mkdir()
            through = Relay(lab.web.port, seed=turn + 1, **relay) if relay else None
            urls = [f"{(through or lab.web).address}/files/{name}" for name in names]
            try:
                figures = measure(list_of_files(tool, urls, folder), environment(folder.parent), folder.parent)
            finally:
                if through:
                    through.close(1)
            if not same(source, folder):
                raise Failed("the files are not the same")
            return figures

        case = f"{number} × {size // 1024} KiB to {place}" + (", 20 ms away" if relay else "")
        yield from summary(case, number * size, rounds(tools, options.rounds or 5, run))


def crowd(lab, options):
    """Memory and processor time of as many downloads as slowly as this, after some seconds."""
    number, rate, seconds = (50, 20_000, 5) if options.quick else (500, 20_000, 20)
    lab.file(20 * MIB)

    def ours(folder, urls):
        app = Windlass(folder)
        app.settings(max_running=number)
        process = app.daemon()
        app.ask(*(("download", {"request": {"url": url, "destination": {"File": f"{folder}/{n}.bin"}}})
                  for n, url in enumerate(urls)))
        return process

    def theirs(folder, urls):
        (folder / "list").write_text("".join(f"{url}\n out={n}.bin\n" for n, url in enumerate(urls)))
        return subprocess.Popen(["aria2c", "--no-conf", "-q", f"-j{number}", "--file-allocation=none",
                                 "-d", folder, "-i", folder / "list"], env=environment(folder))

    def run(tool, _):
        folder = lab.fresh("disk")
        process = {"windlass": ours, "aria2c": theirs}[tool](folder, [lab.web.url("file.bin", rate)] * number)
        try:
            time.sleep(seconds)
            most = memory(process.pid)
            with open(f"/proc/{process.pid}/stat", encoding="ascii", errors="replace") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            links = [os.readlink(link) for link in pathlib.Path(f"/proc/{process.pid}/fd").iterdir()]
            open_ = sum(link.startswith("socket:") for link in links)
            if open_ < number:
                raise Failed(f"only {open_} connections are open")
            return Run(seconds, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), most)
        finally:
            end(process)

    case = f"{number} at {rate // 1000} kB/s, after {seconds} s"
    for row in summary(case, 1, rounds(["windlass", "aria2c"], options.rounds or 3, run)):
        yield {name: value for name, value in row.items() if name in ("case", "tool", "cpu", "memory", "failed")}


def send(tool, files, url, folder, authority=None):
    """The command that stores files in a folder of a web server."""
    if tool == "curl":
        listed = folder / "list"
        trust = f'cacert = "{authority}"\n' if authority else ""
        listed.write_text("next\n".join(f'upload-file = "{file}"\nurl = "{url}{file.name}"\n{trust}' for file in files))
        return ["curl", "-q", "-s", "-S", "-f", "--parallel", "--parallel-max", "50", "-K", listed]
    trust = ["--ca-file", authority] if authority else []
    if tool == "rclone":
        return [program_of("rclone"), "--config", "", "--quiet", "--transfers", "50", "copy", "--no-check-dest",
                files[0].parent, f":webdav,url='{url}':"]
    app = Windlass(folder)
    if tool == "windlass, 16 at once":
        app.settings(max_running=16)
    return [*app.command(), "-q", "put", *files, "--to", url, "--method", "put", *trust]


def sending(lab, options):
    memory = lab.folders["memory"]
    memory.chmod(0o755)
    for name in ("dav", "tmp"):
        # The server's own folders in memory, too: what is compared is the sending.
        (lab.web.folder / name).rmdir()
        (memory / name).mkdir()
        (memory / name).chmod(0o777)
        (lab.web.folder / name).symlink_to(memory / name)
    kept = memory / "dav"
    large = GIB // 4 if options.quick else 2 * GIB
    for number, size, secure in [(1, large, False), (1, large, True), (200, MIB, False)]:
        source = lab.files / "many"
        shutil.rmtree(source, ignore_errors=True)
        source.mkdir(mode=0o755)
        files = [lab.web.make(f"many/{n}.bin", size) for n in range(number)]
        tools = ["windlass", "curl"] + (["windlass, 16 at once"] if number > 1 else [])

        def run(tool, _, files=files, source=source, secure=secure):
            folder = lab.fresh("disk")
            shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir()
            kept.chmod(0o777)
            address = lab.web.secure["good"] if secure else lab.web.address
            authority = lab.web.authority if secure else None
            figures = measure(send(tool, files, f"{address}/dav/", folder, authority), environment(folder), folder)
            if not same(source, kept):
                raise Failed("the files are not the same")
            return figures

        case = f"{number} × {size // MIB} MiB, {'TLS' if secure else 'plain'}"
        yield from summary(case, number * size, rounds(tools, options.rounds or 5, run))
    for number, size in [(1, large), (200, MIB)]:
        yield from to_rclone(lab, number, size, options.rounds or 5)


@contextlib.contextmanager
def rclone(folder):
    """A server of rclone for a folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([program_of("rclone"), "--config", "", "--quiet", "serve", "webdav",
                                "--addr", f"127.0.0.1:{port}", folder])
    try:
        for _ in range(100):
            with socket.socket() as caller:
                if not caller.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/"
    finally:
        end(process)


def to_rclone(lab, number, size, count):
    """The same to a server of rclone, so that rclone can send, too."""
    source, kept = lab.files / "many", lab.folders["memory"] / "dav"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(mode=0o755)
    files = [lab.web.make(f"many/{n}.bin", size) for n in range(number)]
    with rclone(kept) as address:
        def run(tool, _):
            folder = lab.fresh("disk")
            for old in kept.iterdir():
                old.unlink()
            figures = measure(send(tool, files, address, folder), environment(folder), folder)
            if not same(source, kept):
                raise Failed("the files are not the same")
            return figures

        case = f"{number} × {size // MIB} MiB, to rclone"
        yield from summary(case, number * size, rounds(["windlass", "curl", "rclone"], count, run))


SCENARIOS = {"loopback": loopback, "limited": limited, "uneven": uneven, "far": far, "many": many, "crowd": crowd,
             "sending": sending}
# What says little there.
WITHOUT = {"loopback": {"cpu"}, "many": {"cpu_per_gib"}, "limited": {"cpu"}, "uneven": {"cpu"}, "far": {"cpu"}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(SCENARIOS)}; else all")
    parser.add_argument("--quick", action="store_true", help="one round of little, to see that it works")
    parser.add_argument("--rounds", type=int, help="how often everything is run")
    parser.add_argument("--json", metavar="FILE", help="write the figures there as well")
    options = parser.parse_args()
    if options.quick:
        options.rounds = options.rounds or 1
    if unknown := set(options.scenarios) - set(SCENARIOS):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    lab, rows = Lab(), []
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {os.environ['WINDLASS_BIN']}", file=sys.stderr)
    try:
        for name in options.scenarios or SCENARIOS:
            found = []
            for row in SCENARIOS[name](lab, options):
                found.append({"scenario": name} | row)
                print(json.dumps(found[-1]), file=sys.stderr, flush=True)
            print(f"\n### {name}\n\n{markdown(found, WITHOUT.get(name, ()))}", flush=True)
            rows += found
            if options.json:
                with open(options.json, "w", encoding="utf-8") as file:
                    json.dump(rows, file, indent=1)
    finally:
        lab.close()


if __name__ == "__main__":
    main()
