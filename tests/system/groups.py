#!/usr/bin/env python3
"""Groups with the real program: their commands run exactly once, whatever is killed when; and what a script does
that hands its transfers over, goes away and comes back.

GROUPS_ROUNDS makes the killing longer, GROUPS_SEED repeats it.
"""

import json
import os
import pathlib
import random
import signal
import time

from harness import Case, main, program, wait_for
from webserver import WebServer, digest

ROUNDS = int(os.environ.get("GROUPS_ROUNDS", "12"))
MB = 1_000_000


class Groups(Case):
    def setUp(self):
        super().setUp()
        self.web = WebServer()
        self.addCleanup(self.web.close)
        self.lines = self.folder / "lines"
        self.recorder = self.folder / "record"
        self.recorder.write_text(f'#!/bin/sh\necho "$1 $WINDLASS_GROUP $WINDLASS_COMPLETED/$WINDLASS_FAILED" >> {self.lines}\n')
        self.recorder.chmod(0o755)

    def recorded(self):
        return self.lines.read_text().splitlines() if self.lines.exists() else []

    def get(self, group, *names, rate=None):
        for name in names:
            if not (self.web.folder / "files" / name).exists():
                self.web.make(name, 300_000)
        urls = [self.web.url(name, rate) for name in names]
        commands = ["--on-success", f"{self.recorder} well", "--on-failure", f"{self.recorder} badly"]
        done = self.app.run("get", "--background", "--group", group, *commands, "-d", self.folder / group, *urls)
        return done.stdout.split()

    def test_a_session_that_is_killed_at_any_moment_runs_the_command_of_each_group_once(self):
        seed = int(os.environ.get("GROUPS_SEED", random.randrange(1_000_000)))
        print(f"         {ROUNDS} rounds, GROUPS_SEED={seed}", flush=True)
        moments = random.Random(seed)
        for number in range(ROUNDS):
            self.app.daemon()
            self.get(f"night{number}", f"a{number}", f"b{number}")
            # Most of them end within these moments, so that many kills are near an end.
            time.sleep(moments.uniform(0, 0.15))
            os.kill(self.app.pid(), signal.SIGKILL)
            wait_for(lambda: self.app.pid() is None, "it is dead")
        self.daemon()
        expected = sorted(f"well night{number} 2/0" for number in range(ROUNDS))
        wait_for(lambda: len(self.recorded()) >= ROUNDS, f"all commands have run: {self.recorded()}")
        self.app.close()
        self.daemon()
        self.app.run("list")
        self.assertEqual(sorted(self.recorded()), expected)

    def test_a_serial_group_is_shown_changed_and_forgotten_on_the_command_line(self):
        self.daemon()
        self.app.run("groups", "set", "one by one", "--serial", "--limit", "2M", "-d", self.folder / "there")
        self.web.make("x", 1000)
        added = self.app.run("get", "--background", "--group", "one by one", self.web.url("x")).stdout.split()
        self.app.wait_state(added[0], "completed")
        self.assertIn("one by one", self.app.run("groups").stdout)
        group = json.loads(self.app.run("groups", "--json").stdout)
        self.assertEqual((group["serial"], group["limit"], group["all"], group["completed"]), (True, 2 * MB, 1, 1))
        self.app.run("set", added[0], "group=none")
        self.app.run("groups", "remove", "one by one")
        self.assertEqual(self.app.run("groups").stdout, "")
        self.assertIn("no group", self.app.run("groups", "remove", "one by one", code=1).stderr)

    def test_those_that_wait_can_be_moved_about(self):
        self.app.settings(max_running=1)
        self.daemon()
        first = self.get("a", "first", rate=20_000)[0]
        self.app.wait_state(first, "running")
        names = self.get("b", "m", "n", "o")
        self.app.run("move", names[2], "first")
        self.app.run("move", names[0], "after", names[1])
        self.app.run("cancel", first)
        for name in names:
            self.app.wait_state(name, "completed")
        started = sorted((self.app.show(name)["started"], name) for name in names)
        self.assertEqual([name for _, name in started], [names[2], names[1], names[0]])

    def test_a_script_hands_over_goes_away_and_comes_back_after_a_crash_and_a_restart_to_its_file(self):
        self.web.make("large", 3 * MB)
        expected = digest(self.web.folder / "files" / "large")
        got = self.folder / "got"
        name = self.app.run("get", "--background", self.web.url("large", MB), "-o", got).stdout.strip()
        wait_for(lambda: self.app.show(name)["done"] > MB // 4, "some of it is there")
        os.kill(self.app.pid(), signal.SIGKILL)
        wait_for(lambda: self.app.pid() is None, "it is dead")
        # As after a reboot: nothing is left of what is kept in memory.
        for left in (self.app.profile / "run").iterdir():
            left.unlink()
        self.daemon()
        (listed,) = self.app.list()
        self.assertEqual(listed["id"], name)
        self.app.wait_state(name, "completed")
        self.assertEqual(digest(got), expected)


class Scale(Case):
    COUNT = 10_000

    def test_ten_thousand_small_files_are_queued_at_once_and_none_is_lost(self):
        web = WebServer()
        self.addCleanup(web.close)
        content = [os.urandom(10_240) for _ in range(7)]
        for number in range(self.COUNT):
            (web.folder / "files" / f"f{number}").write_bytes(content[number % 7])
        self.daemon()
        urls = "".join(f"{web.url(f'f{number}')}\n" for number in range(self.COUNT))
        out = self.folder / "out"
        began = time.monotonic()
        added = self.app.run("get", "--background", "-i", "-", "-d", out, input=urls, seconds=120).stdout.split()
        self.assertEqual(len(set(added)), self.COUNT)
        queued = time.monotonic() - began
        every = lambda: all(transfer["state"] == "completed" for transfer in self.app.list())
        # Each look takes all of the list.
        wait_for(every, "all are complete", 240, 5)
        done = time.monotonic() - began
        for number in range(self.COUNT):
            self.assertEqual((out / f"f{number}").read_bytes(), content[number % 7], number)
        status = open(f"/proc/{self.app.pid()}/status", encoding="ascii").read()
        most = int(status.split("VmHWM:")[1].split()[0]) / 1024
        self.app.close()
        began = time.monotonic()
        self.daemon()
        starts = time.monotonic() - began
        self.assertEqual({transfer["id"] for transfer in self.app.list()}, set(added))
        print(f"         queued in {queued:.1f} s, complete after {done:.1f} s, {most:.0f} MB at most, "
              f"started and listed again in {starts:.1f} s", flush=True)
        # A build that is not optimised falls behind, and keeps more at once; how much depends on what else runs.
        is_release = pathlib.Path(program()).parent.name == "release"
        self.assertLess(most, 150 if is_release else 200)


if __name__ == "__main__":
    main()
