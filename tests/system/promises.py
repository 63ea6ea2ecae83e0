#!/usr/bin/env python3
"""What the program promises about files, whatever servers and accidents do."""

import os
import signal

from harness import PATIENCE, Case, main, wait_for, written
from webserver import WebServer, digest

MB = 1_000_000


class Promises(Case):
    @classmethod
    def setUpClass(cls):
        cls.web = WebServer()
        cls.web.make("a.bin", MB)

    @classmethod
    def tearDownClass(cls):
        cls.web.close()

    def same(self, path, name):
        self.assertEqual(digest(path), digest(self.web.folder / "files" / name))

    def on_its_way(self, url, to, seconds=PATIENCE):
        """A download in a session, a part of which has come."""
        name = self.app.run("get", url, "-o", to, "--background").stdout.strip()
        wait_for(lambda: self.app.show(name)["done"] > 2 * MB, "2 MB have come", seconds)
        return name

    def test_no_byte_of_an_old_file_is_mixed_with_a_new_one(self):
        self.web.make("changing.bin", 24 * MB)
        self.daemon()
        name = self.on_its_way(self.web.url("changing.bin", 4 * MB), "x")
        self.app.run("pause", name)
        self.app.wait_state(name, "paused")
        fresh = self.web.make("fresh.bin", 24 * MB)
        # The server's tag is made of time and length; two versions within a second have the same.
        os.utime(fresh, (1_000_000_000, 1_000_000_000))
        os.rename(fresh, self.web.folder / "files" / "changing.bin")
        self.app.run("resume", name)
        stopped = self.app.wait_state(name, "paused")
        self.assertEqual((stopped["reason"], stopped["error"]["kind"]), ("changed", "changed"))
        self.assertGreater(stopped["done"], 2 * MB)
        self.app.run("restart", name)
        last = self.app.wait_state(name, "completed")
        self.same(self.folder / "x", "changing.bin")
        self.assertEqual(last["restarts"], 1)

    def test_a_server_that_cannot_continue_gives_the_same_file_in_the_end(self):
        self.web.make("whole.bin", 8 * MB)
        self.daemon()
        name = self.on_its_way(f"{self.web.address}/whole/{4 * MB}/whole.bin", "x")
        self.assertFalse(self.app.show(name)["resumable"])
        self.app.run("pause", name)
        self.app.wait_state(name, "paused")
        self.app.run("resume", name)
        self.app.wait_state(name, "completed")
        self.same(self.folder / "x", "whole.bin")

    def test_a_get_that_was_killed_goes_on_when_typed_again(self):
        self.web.make("killed.bin", 24 * MB)
        command = ["get", self.web.url("killed.bin", MB // 4), "-o", "x"]
        process = self.app.spawn(*command)
        part = self.folder / "x.part"
        wait_for(lambda: written(part) > 15 * MB, "15 MB have come")
        process.send_signal(signal.SIGKILL)
        process.communicate()
        earlier = len(self.web.all_requests("killed.bin"))
        self.app.run(*command)
        self.same(self.folder / "x", "killed.bin")
        sent = sum(request["sent"] for request in self.web.all_requests("killed.bin")[earlier:])
        self.assertLess(sent, 20 * MB)

    def test_the_same_get_twice_at_once_is_refused(self):
        self.web.make("twice.bin", 12 * MB)
        command = ["get", self.web.url("twice.bin", MB // 4), "-o", "x"]
        process = self.app.spawn(*command)
        wait_for((self.folder / "x.part").exists, "the first one runs")
        self.assertIn("already running", self.app.run(*command, code=1).stderr)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 130)

    def test_no_name_of_a_server_leads_out_of_the_folder(self):
        (self.folder / "in").mkdir()
        for name in ["../evil.bin", "/etc/evil.bin", "..", "a/../../evil.bin", ".bashrc", "%2e%2e%2fevil.bin",
                     "x" * 400, "CON", "-rf", "a%00b"]:
            before = set(self.folder.rglob("*"))
            done = self.app.run("get", f"{self.web.address}/named/a.bin?as={name}", "-d", "in")
            path = done.stdout.rstrip("\n")
            fresh = [p for p in set(self.folder.rglob("*")) - before if p.is_file() and "profile" not in p.parts]
            self.assertEqual([str(p) for p in fresh], [path], name)
            self.assertEqual(fresh[0].parent, self.folder / "in", name)
            self.same(fresh[0], "a.bin")

    def test_nothing_that_was_there_is_overwritten(self):
        (self.folder / "a.bin").write_text("mine")
        (self.folder / "b.part").write_text("mine too")
        self.app.run("get", self.web.url("a.bin"))
        self.app.run("get", self.web.url("a.bin"), "-o", "b")
        self.assertEqual((self.folder / "a.bin").read_text(), "mine")
        self.assertEqual((self.folder / "b.part").read_text(), "mine too")
        self.same(self.folder / "a (1).bin", "a.bin")

    def test_a_file_that_appears_meanwhile_is_not_overwritten(self):
        self.web.make("late.bin", 4 * MB)
        self.daemon()
        name = self.on_its_way(self.web.url("late.bin", MB // 8), "x")
        (self.folder / "x").write_text("mine")
        last = self.app.wait_state(name, "completed")
        self.assertEqual((self.folder / "x").read_text(), "mine")
        self.same(last["path"], "late.bin")

    def test_a_part_file_that_was_deleted_is_begun_again(self):
        self.web.make("deleted.bin", 8 * MB)
        self.daemon()
        name = self.on_its_way(self.web.url("deleted.bin", MB // 8), "x")
        self.app.run("pause", name)
        self.app.wait_state(name, "paused")
        (self.folder / "x.part").unlink()
        self.app.run("resume", name)
        self.app.wait_state(name, "completed")
        self.same(self.folder / "x", "deleted.bin")

    def test_a_profile_may_lie_deeper_than_a_sockets_address_is_long(self):
        deep = self.folder / "/".join(["a folder with a rather long name"] * 6)
        deep.mkdir(parents=True)
        self.app.profile = deep / "profile"
        name = self.app.run("get", self.web.url("a.bin"), "-o", "x", "--background").stdout.strip()
        self.app.wait_state(name, "completed")
        self.same(self.folder / "x", "a.bin")

    def test_a_damaged_list_is_kept_aside_and_the_session_starts(self):
        self.daemon()
        for number in range(3):
            self.app.run("get", self.web.url("a.bin"), "-o", f"x{number}", "--background")
        wait_for(lambda: {t["state"] for t in self.app.list()} == {"completed"}, "all are completed")
        self.app.run("quit")
        wait_for(lambda: self.app.pid() is None, "the session ends")
        state = max((self.app.profile / "state").glob("transfers-*.ron"))
        data = bytearray(state.read_bytes())
        data[len(data) // 2] ^= 0x20
        state.write_bytes(data)
        self.daemon()
        self.assertGreaterEqual(len(self.app.list()), 2)
        self.assertTrue(list((self.app.profile / "state").glob("*corrupt*")))


if __name__ == "__main__":
    main()
