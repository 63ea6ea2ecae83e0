#!/usr/bin/env python3
"""`kill -9` at random moments, again and again, while files of all sizes come from servers of all kinds:
every file is the same in the end, and for each kill at most two seconds of traffic come again. Between the
kills, lines are cut and servers killed.

MATRIX_FILES and MATRIX_KILLS make it longer, and the files larger; MATRIX_SEED repeats it (as far as the
machine does). 200 files and 110 kills take some six minutes.
"""

import collections
import os
import random
import re
import shutil
import signal
import subprocess
import time

from fileservers import new_key, sshd, vsftpd
from harness import Case, end, main, wait_for
from line import Line
from others import MB, Apache, Lighttpd, Python, Server
from webserver import WebServer, digest

FILES = int(os.environ.get("MATRIX_FILES", "14"))
KILLS = int(os.environ.get("MATRIX_KILLS", "5"))
LARGEST = 120 * MB if FILES >= 100 else 8 * MB
# Of a server that cannot go on in the middle.
LARGEST_WHOLE = LARGEST // 8
# Bytes a second over each connection.
RATE = 250_000
# The traffic that may come again for each kill, in seconds.
LOST = 2
# What waits in the sockets of a connection when it ends, and is counted as sent.
IN_SOCKET = 128 * 1024
# The heads of requests and what SFTP says beside the bytes, for each request and in each byte.
HEADS, AROUND = 8 * 1024, 0.01

File = collections.namedtuple("File", "server source path size")


class Request:
    """What came of a request, and when."""

    def __init__(self):
        self.parts = []

    def sent(self):
        return sum(count for _, count in self.parts)

    def between(self, first, last):
        return sum(count for at, count in self.parts if first <= at <= last)


class Watched(Line):
    """A line that knows what was asked for on it: of a web server by name, else always `file`."""

    def __init__(self, port, rate, file=None):
        self.file, self.latest, self.requests = file, {}, collections.defaultdict(list)
        super().__init__(port, rate)

    def asked(self, client, data):
        names = [self.file] if self.file and client not in self.latest else re.findall(rb"^GET \S*/(\S+) HTTP", data)
        for name in names:
            self.latest[client] = Request()
            self.requests[name if self.file else name.decode()].append(self.latest[client])

    def gave(self, client, count):
        super().gave(client, count)
        if request := self.latest.get(client):
            request.parts.append((time.time(), count))


class Web:
    """A web server behind a line of its own."""

    parts = True

    def __init__(self, kind, place=""):
        self.server = kind()
        self.line = Watched(self.server.port, RATE)
        self.place = self.line.address + place
        self.parts = getattr(self.server, "parts", True)
        self.make = self.server.make

    def at(self, name):
        return f"{self.place}/{name}"

    def lines(self):
        return [self.line]

    def requests(self, name):
        return self.line.requests[name]

    def restart(self):
        self.server.kill()
        self.server.start()

    def close(self):
        self.line.close()
        self.server.close()


class Ftp(Server):
    """vsftpd. It opens connections of its own for files, so that its log is all that tells."""

    def command(self):
        return vsftpd(self.folder, self.folder / "files", self.port, f"anon_max_rate={RATE}")

    def at(self, name):
        return f"ftp://127.0.0.1:{self.port}/{name}"

    def lines(self):
        return []

    def requests(self, name):
        log = (self.folder / "vsftpd.log").read_text()
        line = rf'^(.{{24}}) .*DOWNLOAD: .*"/{name}", (\d+) bytes, ([\d.]+)Kbyte'
        for ended, sent, speed in re.findall(line, log, re.M):
            request, count, speed = Request(), int(sent), max(float(speed) * 1024, 1)
            # It tells the second, so the parts are spread over one more.
            seconds = int(count / speed) + 2
            ended = time.mktime(time.strptime(ended)) + 1
            request.parts = [(ended - number, count / seconds) for number in range(seconds)]
            yield request


class Sftp(Server):
    """OpenSSH's, with a line for each file, since nobody sees what is asked for."""

    def __init__(self, home):
        self.home = home / ".ssh"
        self.home.mkdir(parents=True, mode=0o700)
        new_key(self.home / "id_ed25519")
        self.of = {}
        super().__init__()

    def command(self):
        if not (self.folder / "host_key").exists():
            new_key(self.folder / "host_key")
            shutil.copy(self.home / "id_ed25519.pub", self.folder / "authorized")
        return sshd(self.folder, self.port)

    def at(self, name):
        line = self.of[name] = Watched(self.port, RATE, name)
        key = " ".join((self.folder / "host_key.pub").read_text().split()[:2])
        with open(self.home / "known_hosts", "a", encoding="utf-8") as file:
            file.write(f"[127.0.0.1]:{line.near} {key}\n")
        user = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
        return f"sftp://{user}@127.0.0.1:{line.near}{self.folder}/files/{name}"

    def lines(self):
        return self.of.values()

    def requests(self, name):
        return self.of[name].requests[name]

    def close(self):
        for line in self.lines():
            line.close()
        super().close()


class Matrix(Case):
    def setUp(self):
        super().setUp()
        seed = int(os.environ.get("MATRIX_SEED", random.randrange(1_000_000)))
        self.random = random.Random(seed)
        print(f"         {FILES} files, {KILLS} kills, MATRIX_SEED={seed}", flush=True)
        self.servers = {"nginx": Web(WebServer, "/files"), "Apache": Web(Apache), "lighttpd": Web(Lighttpd),
                        "http.server": Web(Python), "vsftpd": Ftp(), "OpenSSH": Sftp(self.folder / "home")}
        for server in self.servers.values():
            self.addCleanup(server.close)
        self.files, self.hits, self.kills, self.others = {}, collections.Counter(), [], []

    def session(self):
        """A session, whose last words are kept."""
        with open(self.folder / "daemon.log", "ab") as log:
            process = self.app.spawn("daemon", stdout=log, stderr=log)
        self.addCleanup(end, process)
        wait_for(lambda: process.poll() is not None or self.app.answers(), "the session answers")
        return process

    def look(self):
        print((self.folder / "daemon.log").read_text(errors="replace")[-4000:], flush=True)

    def more(self, count):
        """So many more files, which shall be downloaded."""
        addresses = [self.make(len(self.files)) for _ in range(count)]
        if addresses:
            added = self.app.run("get", *addresses, "-d", self.folder / "got", "--background")
            self.assertEqual(len(added.stdout.split()), count, added.stderr)

    def make(self, number):
        """One more file; returns its address."""
        name, kind = f"file-{number}.bin", list(self.servers)[number % len(self.servers)]
        server = self.servers[kind]
        largest = LARGEST if server.parts else LARGEST_WHOLE
        # The first ones are the largest, then come the smallest; there are more large than small ones.
        few = {0: 0, 1: 1, 2: 65_536}
        size = largest if number < len(self.servers) else few.get(number - len(self.servers))
        size = int(largest ** self.random.random() ** 0.6) if size is None else size
        source = server.make(name, size)
        source.chmod(0o644)
        self.files[name] = File(kind, source, self.folder / "got" / name, size)
        return server.at(name)

    def states(self):
        return {os.path.basename(transfer["url"]): transfer["state"] for transfer in self.app.list()}

    def live(self, session):
        """Lets a session live for a moment, and kills it."""
        until = time.monotonic() + self.random.uniform(0, 4)
        disturbed = self.random.randrange(4)
        if disturbed == 0:
            time.sleep(self.random.uniform(0, 1))
            self.others.append(time.time())
            for server in self.servers.values():
                for line in server.lines():
                    line.cut()
        elif disturbed == 1:
            web = self.servers[self.random.choice(["nginx", "Apache", "lighttpd", "http.server"])]
            self.others.append(time.time())
            web.restart()
        # The moment itself is what is tried out here.
        time.sleep(max(0, until - time.monotonic()))
        states = self.states()
        self.kill(session)
        self.hits.update(name for name, state in states.items() if state == "running")
        return states

    def kill(self, session):
        self.assertIsNone(session.poll(), "the session ended by itself")
        os.kill(session.pid, signal.SIGKILL)
        self.kills.append(time.time())
        session.wait()

    def test_every_file_is_right_whatever_was_killed_and_when(self):
        self.app.settings(max_running=30)
        session = self.session()
        while len(self.kills) < KILLS:
            # All of them are there when half of the kills are over.
            self.more(min(FILES - len(self.files), 2 * FILES // KILLS))
            states = self.live(session)
            self.assertEqual(set(states), set(self.files), "nothing is forgotten")
            session = self.session()
            if len(self.files) == FILES and set(states.values()) == {"completed"}:
                break
        self.more(FILES - len(self.files))
        wait_for(lambda: set(self.states().values()) == {"completed"}, "all are completed", 60 + 3 * FILES, 0.2)
        self.check()

    def check(self):
        sums = collections.defaultdict(collections.Counter)
        for name, file in self.files.items():
            self.assertEqual(digest(file.path), digest(file.source), f"{name} of {file.server} is not the same")
            sums[file.server].update(self.fetched(name, file))
        parts = [str(path) for path in self.folder.rglob("*.part")]
        self.assertFalse(parts, "part files are left")
        print(f"         {len(self.kills)} kills, {len(self.others)} cuts and killed servers; kills of each file: "
              f"{sorted(self.hits.values(), reverse=True)}", flush=True)
        for kind, sum in sums.items():
            print(f"         {kind}: {sum['files']} files, {sum['size'] / MB:.1f} MB, again {sum['again'] / MB:.1f} "
                  f"MB of {sum['allowed'] / MB:.1f} allowed, {sum['hits']} kills", flush=True)

    def fetched(self, name, file):
        """What came of a file beyond its size, and what may have."""
        server = self.servers[file.server]
        requests = list(server.requests(name))
        sent = sum(request.sent() for request in requests)
        if server.parts:
            allowed = sum(self.may_be_lost(request) for request in requests)
        else:
            began = min(request.parts[0][0] for request in requests if request.parts)
            cuts = sum(at > began for at in self.kills + self.others)
            allowed = (min(cuts, len(requests)) * file.size) + HEADS * len(requests)
        again = sent - file.size
        self.assertGreaterEqual(again, 0, f"{name} of {file.server}: all of it was counted")
        self.assertLessEqual(again, allowed, f"{name} of {file.server}, {file.size} bytes: fetched again")
        return {"files": 1, "size": file.size, "again": again, "allowed": allowed, "hits": self.hits[name]}

    def may_be_lost(self, request):
        """The traffic shortly before each kill, what waited in the sockets, and what is no part of a file."""
        lost = sum(request.between(kill - LOST, kill + LOST / 2) for kill in self.kills)
        return lost + IN_SOCKET + HEADS + AROUND * request.sent()


if __name__ == "__main__":
    main()
