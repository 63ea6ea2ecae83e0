#!/usr/bin/env python3
"""`kill -9` of a session at random moments: nothing acknowledged is lost, every file ends byte-equal,
and at most two seconds of progress are fetched again for each kill.

KILLS_SEED repeats a run (as far as the machine does), and KILLS_ROUNDS makes it longer. Other servers, and
many more files, are in the matrix.
"""

import collections
import os
import random
import re
import signal
import subprocess
import threading
import time

from harness import PATIENCE, Case, main, wait_for
from webserver import WebServer, digest

ROUNDS = int(os.environ.get("KILLS_ROUNDS", "24"))
MB = 1_000_000
# Size, and bytes a second that the server sends at most over each connection.
BIG = [(60 * MB, MB // 2), (40 * MB, MB // 4), (25 * MB, MB // 4), (12 * MB, MB // 8)]
SMALL = [0, 1, 4095, 65_536, 300_000, MB, 3 * MB]
# The progress that a kill may cost.
LOST = 2
# What it may cost beside that, for each connection that it cuts: the server counts what it has put into
# the socket, and this is what waits there while the other side reads as fast as it comes.
IN_SOCKET = 128 * 1024

# What shall be downloaded: where to, how large, and at how many bytes a second over each connection.
Download = collections.namedtuple("Download", "path size rate")


class Kills(Case):
    def setUp(self):
        super().setUp()
        self.web = WebServer()
        self.addCleanup(self.web.close)
        seed = int(os.environ.get("KILLS_SEED", random.randrange(1_000_000)))
        self.random = random.Random(seed)
        print(f"         {ROUNDS} rounds, KILLS_SEED={seed}", flush=True)
        self.acknowledged = {}
        self.downloads = {}
        self.kills = []

    def new(self, size, rate):
        """A file on the server that shall be downloaded; returns the command line for it."""
        name = f"file-{len(self.downloads)}"
        self.web.make(name, size)
        path = self.folder / "got" / name
        self.downloads[name] = Download(path, size, rate)
        return "get", self.web.url(name, rate), "--background", "-o", path

    def add(self, command):
        """Adds a download. The session may be killed meanwhile; what was printed counts."""
        adding = self.app.spawn(*command)
        out, _ = adding.communicate(timeout=PATIENCE)
        for line in out.splitlines():
            self.acknowledged[line] = command[4]
        return adding.returncode == 0

    def add_until_it_works(self, command):
        wait_for(lambda: self.add(command), "a download is added")

    def check_nothing_is_lost(self):
        listed = {transfer["id"] for transfer in self.app.list()}
        lost = [name for name in self.acknowledged if name not in listed]
        self.assertFalse(lost, "acknowledged, but no longer listed")

    def kill(self, pid):
        os.kill(pid, signal.SIGKILL)
        self.kills.append(time.time())

    def round(self, number):
        """Starts the session, lets it live for a moment, and kills it."""
        session = self.app.spawn("daemon", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # While it starts, while it opens connections, and when there is more to keep than may be lost.
        alive = self.random.uniform(*[(0, 0.08), (0.1, 2), (2.5, 4)][number % 3])
        adding = None
        if number % 3:
            wait_for(self.app.answers, "the session answers")
            self.check_nothing_is_lost()
            command = self.new(self.random.choice(SMALL), self.random.choice([None, MB]))
            adding = threading.Thread(target=self.add, args=[command])
            adding.start()
        try:
            # The moment itself is what is tried out here.
            session.wait(alive)
            self.fail(f"the session ended by itself with {session.returncode}")
        except subprocess.TimeoutExpired:
            self.kill(session.pid)
            session.wait()
        if adding:
            # It may have started a session of its own when it found none.
            adding.join()
            if pid := self.app.pid():
                self.kill(pid)
                wait_for(lambda: self.app.pid() is None, "the second session is gone")

    def test_nothing_is_lost_when_the_session_is_killed_again_and_again(self):
        self.app.settings(max_running=20)
        first = self.app.daemon()
        for size, rate in BIG:
            self.add_until_it_works(self.new(size, rate))
        for size in SMALL:
            self.add_until_it_works(self.new(size, None))
        self.kill(first.pid)
        first.wait()
        for number in range(ROUNDS):
            self.round(number)
        self.daemon()
        self.check_nothing_is_lost()
        self.finish()

    def finish(self):
        """Waits for all to complete, and looks at what is there."""
        def open_ones():
            return [t for t in self.app.list() if t["state"] != "completed"]

        try:
            wait_for(lambda: not open_ones(), "all are completed", 2 * PATIENCE, 0.2)
        except AssertionError as error:
            raise AssertionError(f"{error}: {open_ones()}") from None
        wanted = {str(path) for path in self.acknowledged.values()}
        sums = collections.Counter()
        for name, download in self.downloads.items():
            if str(download.path) not in wanted and not download.path.exists():
                continue  # its command was killed before it was acknowledged
            self.assertEqual(digest(download.path), digest(self.web.folder / "files" / name), f"{name} is not the same")
            if download.rate:
                sums.update(self.fetched_again(name, download))
        self.assertLessEqual(sums["again"], sums["allowed"], "fetched again")
        parts = [str(path) for path in self.folder.rglob("*.part")]
        self.assertFalse(parts, "part files are left")
        completed = sum(transfer["state"] == "completed" for transfer in self.app.list())
        print(f"         {completed} files completed after {len(self.kills)} kills; of {sums['size'] / MB:.0f} MB "
              f"{sums['again'] / MB:.1f} were fetched again, {sums['allowed'] / MB:.1f} would be in {LOST} s each",
              flush=True)

    def fetched_again(self, name, download):
        """What was sent of a file beyond its size, and what the kills may have cost."""
        requests = wait_for(lambda: self.whole(name, download.size), f"the log tells of all of {name}")
        again = sum(request["sent"] for request in requests) - download.size
        allowed = sum(self.may_be_lost(request, download) for request in requests)
        self.assertLessEqual(again, allowed, f"{name}: fetched again")
        return {"size": download.size, "again": again, "allowed": allowed}

    def may_be_lost(self, request, download):
        """Bytes of a request that were sent shortly before a kill; or, where another connection had taken
        over its end, what this server had put into the socket by then: a second's worth."""
        # What fits into the socket is sent in no time.
        began = request["ended"] - max(request["took"], 0.001)
        lost = 0
        for kill in self.kills:
            if began < kill:
                # The server notices a while later.
                ended = min(request["ended"], kill)
                part = max(0, ended - max(began, kill - LOST)) / (ended - began)
                lost += part * request["sent"] + IN_SOCKET * (part > 0)
        first, last = re.fullmatch(r"bytes=(\d+)-(\d*)", request["range"]).groups()
        ends_early = request["sent"] < int(last or download.size - 1) - int(first) + 1
        return min(request["sent"], lost or ends_early * download.rate)

    def whole(self, name, size):
        requests = [r for r in self.web.requests(name) if r["status"] in (200, 206)]
        return requests if sum(r["sent"] for r in requests) >= size else None


if __name__ == "__main__":
    main()
