#!/usr/bin/env python3
"""`kill -9` of a session at random moments: nothing acknowledged is lost, every file ends byte-equal,
and at most two seconds of progress are fetched again for each kill.

KILLS_SEED repeats a run (as far as the machine does), KILLS_ROUNDS makes it longer.
"""

import os
import random
import signal
import subprocess
import threading

from harness import Case, main, wait_for
from webserver import WebServer, begin, digest

ROUNDS = int(os.environ.get("KILLS_ROUNDS", "30"))
MB = 1_000_000
# Size, and bytes a second that the server sends at most.
BIG = [(60 * MB, 3 * MB), (40 * MB, 2 * MB), (25 * MB, MB), (12 * MB, MB // 2)]
SMALL = [0, 1, 4095, 65_536, 300_000, MB, 3 * MB]
# What may be fetched again beside two seconds of traffic: the server counts what it has put into the
# socket, and its limit lets a second's worth through at once.
SLACK = 512 * 1024


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
        self.lost = []

    def new(self, size, rate):
        """A file on the server that shall be downloaded; returns the command line for it."""
        name = f"file-{len(self.downloads)}"
        self.web.make(name, size)
        path = self.folder / "got" / name
        self.downloads[name] = (path, size, rate)
        return "get", self.web.url(name, rate), "--background", "-o", path

    def add(self, command):
        """Adds a download. The session may be killed meanwhile; what was printed counts."""
        adding = self.app.spawn(*command)
        out, _ = adding.communicate(timeout=60)
        for line in out.splitlines():
            self.acknowledged[line] = command[4]
        return adding.returncode == 0

    def add_until_it_works(self, command):
        wait_for(lambda: self.add(command), "a download is added")

    def check_nothing_is_lost(self):
        listed = {transfer["id"] for transfer in self.app.list()}
        self.lost += [name for name in self.acknowledged if name not in listed]
        self.assertFalse(self.lost, "acknowledged, but no longer listed")

    def round(self, number):
        """Starts the session, lets it live for a moment, and kills it."""
        session = self.app.spawn("daemon", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        early = number % 3 == 0
        alive = self.random.uniform(0, 0.08) if early else self.random.uniform(0.1, 3.0)
        adding = None
        if not early:
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
            os.kill(session.pid, signal.SIGKILL)
            session.wait()
        if adding:
            # It may have started a session of its own when it found none.
            adding.join()
            if pid := self.app.pid():
                os.kill(pid, signal.SIGKILL)
                wait_for(lambda: self.app.pid() is None, "the second session is gone")

    def test_nothing_is_lost_when_the_session_is_killed_again_and_again(self):
        self.app.settings(max_running=20)
        first = self.app.daemon()
        for size, rate in BIG:
            self.add_until_it_works(self.new(size, rate))
        for size in SMALL:
            self.add_until_it_works(self.new(size, None))
        os.kill(first.pid, signal.SIGKILL)
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
            wait_for(lambda: not open_ones(), "all are completed", 120, 0.2)
        except AssertionError as error:
            raise AssertionError(f"{error}: {open_ones()}") from None
        wanted = {str(path) for path in self.acknowledged.values()}
        again = again_most = 0
        for name, (path, size, rate) in self.downloads.items():
            if str(path) not in wanted and not path.exists():
                continue  # its command was killed before it was acknowledged
            self.assertEqual(digest(path), digest(self.web.folder / "files" / name), f"{name} is not the same")
            total, most = self.fetched_again(name, size, rate)
            again, again_most = again + total, max(again_most, most)
        parts = [str(path) for path in self.folder.rglob("*.part")]
        self.assertFalse(parts, "part files are left")
        completed = sum(transfer["state"] == "completed" for transfer in self.app.list())
        print(f"         {completed} files completed, {again / MB:.1f} MB fetched again in all, "
              f"{again_most / MB:.2f} MB at most at once", flush=True)

    def fetched_again(self, name, size, rate):
        """Bytes of a file that were sent more than once: all in all, and at most at once."""
        requests = wait_for(lambda: self.whole(name, size), f"the log tells of all of {name}")
        total = sum(request["sent"] for request in requests) - size
        most = 0
        for before, after in zip(requests, requests[1:]):
            again = begin(before) + before["sent"] - begin(after)
            if rate:
                allowed = 2 * rate + SLACK
                self.assertLessEqual(again, allowed, f"{name}: fetched again after a kill")
            most = max(most, again)
        return total, most

    def whole(self, name, size):
        requests = [r for r in self.web.requests(name) if r["status"] in (200, 206)]
        return requests if sum(r["sent"] for r in requests) >= size else None


if __name__ == "__main__":
    main()
