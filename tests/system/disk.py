#!/usr/bin/env python3
"""Disks that are full or may only be read. Small file systems are mounted for it, which takes root."""

import os
import subprocess
import unittest

from harness import PATIENCE, Case, main, wait_for
from webserver import WebServer, digest

MB = 1_000_000


@unittest.skipUnless(os.geteuid() == 0, "only root may mount a small disk")
class Disks(Case):
    @classmethod
    def setUpClass(cls):
        cls.web = WebServer()
        cls.web.make("a.bin", 12 * MB)

    @classmethod
    def tearDownClass(cls):
        cls.web.close()

    def disk(self, name, megabytes):
        """A small disk of its own."""
        folder = self.folder / name
        folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "windlass-test", folder], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", folder], check=True)
        self.addCleanup(self.app.close)
        return folder

    def fill(self, folder):
        """Takes all the room that is left; returns the file that holds it."""
        path = folder / "filler"
        with open(path, "wb", buffering=0) as file:
            try:
                while file.write(b"x" * 65536):
                    pass
            except OSError:
                pass
        return path

    def test_a_full_disk_is_waited_for_and_the_download_goes_on_by_itself(self):
        early, late = self.disk("early", 16), self.disk("late", 16)
        first = self.fill(early)
        self.daemon()
        full = self.app.run("get", self.web.url("a.bin"), "-d", early, "--background").stdout.strip()
        slow = self.app.run("get", self.web.url("a.bin", MB // 4), "-d", late, "--background").stdout.strip()
        wait_for(lambda: self.app.show(slow)["done"] > MB, "a megabyte has come")
        second = self.fill(late)
        for name in full, slow:
            waiting = self.app.wait_state(name, "waiting")
            self.assertEqual(waiting["reason"], "disk-space")
            self.assertEqual(waiting["error"]["kind"], "disk-full")
        first.unlink()
        second.unlink()
        for name, folder in (full, early), (slow, late):
            self.app.wait_state(name, "completed")
            self.assertEqual(digest(folder / "a.bin"), digest(self.web.folder / "files" / "a.bin"))

    def test_a_disk_that_may_only_be_read_is_told(self):
        folder = self.disk("disk", 16)
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        done = self.app.run("get", self.web.url("a.bin"), "-d", folder, code=1)
        self.assertIn("can only be read", done.stderr)

    def test_a_session_whose_own_disk_is_full_refuses_instead_of_forgetting(self):
        folder = self.disk("state", 2)
        self.app.profile = folder / "profile"
        self.daemon()
        filler = self.fill(folder)
        kept = []

        def add():
            adding = self.app.spawn("get", self.web.url("none.bin"), "-o", "y", "--background")
            out, err = adding.communicate(timeout=PATIENCE)
            kept.extend(out.split())
            return adding.returncode and err

        # The last block of the state still has some room.
        refused = wait_for(add, "one is refused")
        self.assertRegex(refused, "^windlass: .+")
        self.assertEqual([transfer["id"] for transfer in self.app.list()], kept)
        filler.unlink()
        self.assertFalse(add())
        self.assertEqual([transfer["id"] for transfer in self.app.list()], kept)


if __name__ == "__main__":
    main()
