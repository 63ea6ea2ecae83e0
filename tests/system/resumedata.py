#!/usr/bin/env python3
"""Transfers that go on in another profile by their resume data: a download from nginx with its part file moved along,
copied, damaged or lost, and an upload to a server of tus."""

import math
import os
import shutil

import tus
import uploads
from harness import Case, main, mode, wait_for
from others import MB, SIZE, Nginx
from uploads import ON_ITS_WAY, WORDS
from webserver import digest

# What connections have in their sockets when they end, and what is compared when they go on.
IN_SOCKETS = 6 * MB
# A block that is not what it was is fetched anew.
BLOCK = 8 * 1024 * 1024


class Downloads(Case):
    def setUp(self):
        super().setUp()
        self.server = Nginx()
        self.addCleanup(self.server.close)
        self.far = self.another("far")
        self.daemon()
        # The tail of a file is a long one over a single connection of these.
        url = f"{self.server.address}/file.bin"
        self.name = self.app.run("get", url, "-o", "here.bin", "--connections", "8", "--background").stdout.strip()
        wait_for(lambda: self.app.show(self.name)["done"] > 12 * MB, "half of it has arrived")
        self.app.run("save-resume-data", self.name, "file.resume")
        shown = self.app.show(self.name)
        self.assertEqual((shown["state"], mode(self.folder / "file.resume")), ("cancelled", "0o600"))
        self.assertLess(shown["done"], SIZE)
        self.here, self.before = shown["done"], self.sent()
        self.part = self.folder / "here.bin.part"
        # It belongs to the data now.
        self.app.run("remove", self.name)
        self.assertTrue(self.part.exists())

    def sent(self):
        """What nginx has sent, when all is in its log: each connection that ended has its line."""
        last = [-1]

        def is_still():
            now = self.server.sent()
            still, last[0] = now == last[0], now
            return still

        wait_for(is_still, "the log is still", every=0.5)
        return last[0]

    def ends(self, path, most):
        self.assertEqual(digest(path), digest(self.server.file))
        self.assertEqual([str(path) for path in self.folder.rglob("*.part")], [])
        again = self.sent() - self.before
        print(f"         {self.here / MB:.1f} MB of {SIZE / MB:.0f} MB were here, {again / MB:.1f} MB were sent then", flush=True)
        self.assertLess(again, most)

    def go_on(self, *arguments):
        return self.far.run("get", "--resume-data", "file.resume", "--connections", "8", *arguments)

    def moved_along(self):
        """The part file on another computer: another file with the same bytes."""
        (self.folder / "away").mkdir()
        shutil.copyfile(self.part, self.folder / "away" / "x.part")
        self.part.unlink()
        return self.folder / "away" / "x.part"

    def test_a_copy_of_the_part_file_goes_on(self):
        self.moved_along()
        self.go_on("-o", "away/x")
        self.ends(self.folder / "away" / "x", SIZE - self.here + IN_SOCKETS)

    def test_the_part_file_goes_on_in_a_session_and_at_another_place(self):
        process = self.far.daemon()
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        name = self.go_on("-d", "away", "--background").stdout.strip()
        self.far.wait_state(name, "completed")
        self.ends(self.folder / "away" / "here.bin", SIZE - self.here + IN_SOCKETS)

    def test_a_damaged_copy_costs_the_blocks_that_are_damaged(self):
        part = self.moved_along()
        with open(part, "r+b") as file:
            file.seek(1000)
            file.write(b"damage")
        self.go_on("-o", "away/x")
        self.ends(self.folder / "away" / "x", SIZE - self.here + BLOCK + IN_SOCKETS)

    def test_without_the_part_file_all_of_it_comes(self):
        self.part.unlink()
        self.go_on("-o", "x")
        self.ends(self.folder / "x", SIZE + IN_SOCKETS)

    def test_an_interrupted_command_goes_on_once_more(self):
        self.moved_along()
        process = self.far.spawn("get", "--resume-data", "file.resume", "-o", "away/x", "--connections", "1")
        requests = len(self.server.requests())
        wait_for(lambda: (self.folder / "away" / "x.part").stat().st_mtime_ns != self.old(), "it writes")
        process.kill()
        process.communicate()
        wait_for(lambda: len(self.server.requests()) > requests, "nginx has noticed")
        self.go_on("-o", "away/x")
        self.ends(self.folder / "away" / "x", SIZE - self.here + 2 * IN_SOCKETS)

    def old(self):
        """When the copy was written, as it was at first."""
        if not hasattr(self, "written"):
            self.written = (self.folder / "away" / "x.part").stat().st_mtime_ns
        return self.written

    def test_a_file_that_changed_at_the_server_is_not_mixed(self):
        self.server.file.write_bytes(os.urandom(SIZE))
        done = self.far.run("get", "--resume-data", "file.resume", "-o", "x", code=1)
        self.assertIn("another one now", done.stderr)
        self.assertFalse((self.folder / "x").exists())


class Upload(tus.Node):
    def test_an_upload_goes_on_from_another_profile_with_a_copy_of_the_file(self):
        self.daemon()
        self.line.shut_after(uploads.SIZE // 2)
        name = self.put("--background").stdout.split()[0]
        wait_for(self.line.is_shut, "half of it is sent")
        self.app.run("save-resume-data", name, "file.resume")
        self.app.run("remove", name)
        self.assertEqual(self.app.leftovers(), [])
        said = self.line.said
        self.line.shut_after(math.inf)
        away = self.folder / "away"
        away.mkdir()
        shutil.copy2(self.file, away)
        self.file.unlink()
        far = self.another("far")
        far.run("put", "--resume-data", "file.resume", away / self.file.name)
        self.file = away / self.file.name
        self.same()
        then = self.line.said - said
        print(f"         {said / MB:.1f} MB were sent, and {then / MB:.1f} MB then", flush=True)
        self.assertLess(then, uploads.SIZE - uploads.SIZE // 2 + ON_ITS_WAY + WORDS)


if __name__ == "__main__":
    main()
