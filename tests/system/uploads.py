"""What is the same for uploads to all servers: a server behind a line, a file for it, and the one story of a
file that is cut at three places and is there in the end, with little of it sent twice.

UPLOAD_SIZE makes the file longer, as 1GiB or 100MiB.
"""

import collections
import math
import os
import random
import re
import signal
import subprocess
import time

from fileservers import kill
from harness import PATIENCE, Case, free_port, listens, wait_for
from line import Gate
from webserver import digest

MIB = 1024 * 1024
OLD = b"what was there before"
# Where the file is cut, as parts of it.
PLACES = (0.2, 0.5, 0.8)
# Between the ends of a connection that is cut: in buffers of the system, and what the server has read and not kept.
ON_ITS_WAY = 4 * MIB


def everything(sent):
    return sent


def half(sent):
    """Of pieces that are each twice as large as the one before as long as they take less than 5 s, the last one."""
    return min(sent, sent / 2 + 16 * MIB)


def at_most(count):
    return lambda sent: min(sent, count)


# What may have to be sent again, of so many bytes that were sent, for each way to cut them off.
Loss = collections.namedtuple("Loss", "line session server why")


def same_loss(loss, why):
    return Loss(loss, loss, loss, why)


WHOLE = same_loss(everything, "one request carries all of it, and the server keeps nothing of a half one")
APPENDS = same_loss(at_most(0), "the server keeps what comes, and says how much that is")
IN_PARTS = Loss(at_most(8 * MIB), at_most(8 * MIB), everything, "parts count when they are whole, and are in memory")
IN_FRONT = Loss(everything, half, half, "it passes on whole requests alone, and gets smaller ones after a cut")
LOSSES = {
    "nginx, by one PUT": WHOLE,
    "nginx, by WebDAV": WHOLE,
    "Apache, by WebDAV": APPENDS,
    "lighttpd, by WebDAV": WHOLE,
    "WsgiDAV": WHOLE,
    "dav-server": APPENDS,
    "rclone, by WebDAV": same_loss(everything, "parts would destroy the file there, so it gets none"),
    "PHP, by a form": WHOLE,
    "Werkzeug, by a form": WHOLE,
    "resumable-upload": same_loss(half, "it keeps pieces whose checksum is right; they grow"),
    "@tus/server": APPENDS,
    "@tus/server behind nginx": IN_FRONT,
    "@tus/server behind Caddy": IN_FRONT,
    "a server of the draft": APPENDS,
    "moto, by S3": IN_PARTS,
    "rclone, by S3": IN_PARTS,
    "Google's emulator": same_loss(at_most(16 * MIB), "chunks count when they are whole"),
    "vsftpd": APPENDS,
    "proftpd": APPENDS,
    "pyftpdlib": APPENDS,
    "pure-ftpd": Loss(at_most(0), at_most(0), everything, "it writes into a file of its own until the connection ends"),
    "rclone, by FTP": same_loss(everything, "it would destroy the file if it were asked to go on"),
    "OpenSSH": same_loss(at_most(8 * MIB), "the writes under way, and as much before the end of what it has"),
}


def size(said):
    number, unit = re.fullmatch(r"(\d+)(MiB|GiB)", said).groups()
    return int(number) * {"MiB": MIB, "GiB": 1024 * MIB}[unit]


# No multiple of anything.
SIZE = size(os.environ.get("UPLOAD_SIZE", "24MiB")) + 7
# For what takes as long as the file is.
LONG_ENOUGH = PATIENCE + SIZE / MIB
# What is said beside the bytes of the file.
WORDS = 200_000 + SIZE // 100


class Upload(Case):
    """A server behind a line, and a file for it. Each names its `kind` from above, its command, its address at a
    port, and the path at which it keeps the file."""

    gate = Gate
    options = ()
    # What is between them.
    way = ""
    # Whether there is a file of this name already, which stays as it is until the other one is complete.
    overwrites = False
    verified = "length"

    def setUp(self):
        super().setUp()
        # Some servers are not we.
        os.chmod(self.folder, 0o755)
        self.file = self.folder / "a file ü+&.bin"
        randoms = random.Random(7)
        with open(self.file, "wb") as file:
            for begin in range(0, SIZE, MIB):
                file.write(randoms.randbytes(min(MIB, SIZE - begin)))
        self.port = free_port()
        self.prepare()
        self.serve()
        self.line = self.gate(self.asked_at())
        self.addCleanup(self.line.close)

    def prepare(self):
        """What has to be there before the server starts."""

    def serve(self):
        self.server = self.start(self.port, *self.command())

    def asked_at(self):
        """The port at which clients ask."""
        return self.port

    def start(self, port, *command):
        """Starts a program, and waits until it listens."""
        with open(self.folder / "server.log", "ab") as log:
            process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       cwd=self.folder, env=os.environ | {"HOME": str(self.folder)})
        self.addCleanup(kill, process)
        wait_for(lambda: process.poll() is not None or listens(port), "the server listens")
        self.assertIsNone(process.poll(), (self.folder / "server.log").read_text(errors="replace"))
        return process

    def kill(self):
        kill(self.server)

    def put(self, *arguments, to=None, code=0, file=None):
        to = to or self.address(self.line.near)
        return self.app.run("put", file or self.file, "--to", to, *self.options, *arguments, code=code, seconds=LONG_ENOUGH)

    def was_cut(self, name):
        """It goes on by itself, unless a server needs somebody."""

    def was_forgotten(self, name):
        """A session that was killed has forgotten what no session writes down."""
        self.was_cut(name)

    def same(self):
        self.assertEqual(digest(self.stored()), digest(self.file))


class GivenUp:
    """For servers at which something is left of a file that was begun; each says what is, in `left`."""

    def test_what_is_cancelled_goes_from_the_server(self):
        self.daemon()
        self.line.shut_after(SIZE // 2)
        name = self.put("--background").stdout.split()[0]
        wait_for(self.line.is_shut, "half of it is sent", PATIENCE)
        self.assertTrue(self.left())
        self.app.run("cancel", name)
        self.line.shut_after(math.inf)
        wait_for(lambda: not self.left(), "nothing is left")
        wait_for(lambda: not self.app.leftovers(), "and that is known")
        self.assertFalse(self.left())
        self.assertEqual(self.app.show(name)["state"], "cancelled")


class Cut:
    """The story, for a class of servers."""

    def test_a_file_that_is_cut_three_times_is_there_and_little_was_sent_twice(self):
        began = time.monotonic()
        loss = LOSSES[self.kind]
        if self.overwrites:
            self.stored().write_bytes(OLD)
            os.chmod(self.stored(), 0o666)
        session = self.daemon()
        self.line.shut_after(SIZE * PLACES[0])
        name = self.begin()
        self.reaches(name, PLACES[0])
        self.line.cut()
        self.on_to(1, loss.line)
        self.was_cut(name)
        self.reaches(name, PLACES[1])
        session.send_signal(signal.SIGKILL)
        session.wait()
        self.on_to(2, loss.session)
        self.daemon()
        self.was_forgotten(name)
        self.reaches(name, PLACES[2])
        self.kill()
        self.line.cut()
        self.line.shut_after(math.inf)
        self.serve()
        self.was_cut(name)
        self.ends(name, loss, began)

    def begin(self):
        more = ["--if-exists", "overwrite"] if self.overwrites else []
        return self.put("--background", "--retries", "50", *more).stdout.split()[0]

    def reaches(self, name, place):
        """So much of the file is on its way, and no more; what was there before is whole."""
        over = ("completed", "failed", "paused")
        wait_for(lambda: self.line.is_shut() or self.app.show(name)["state"] in over, f"{place:.0%} are sent", LONG_ENOUGH)
        shown = self.app.show(name)
        self.assertNotIn(shown["state"], over, shown)
        if self.overwrites:
            self.assertEqual(self.stored().read_bytes(), OLD)

    def on_to(self, number, lost):
        """Opens the line until the next place, whence it goes on or begins again."""
        from_there = 0 if lost is everything else PLACES[number - 1]
        self.line.shut_after(SIZE * (PLACES[number] - from_there))

    def ends(self, name, loss, began):
        shown = self.app.wait_state(name, "completed", LONG_ENOUGH)
        seconds = time.monotonic() - began
        self.assertEqual((shown["done"], shown["verified"]), (SIZE, self.verified))
        self.same()
        lost = [of(SIZE * place) + ON_ITS_WAY for of, place in zip(loss, PLACES)]
        allowed = SIZE + sum(lost) + WORDS
        print(f"         {self.kind}{self.way}: {SIZE // MIB} MiB, {self.line.said / SIZE:.3f} times as much was sent, "
              f"{allowed / SIZE:.3f} may be, {seconds:.0f} s", flush=True)
        self.assertTrue(SIZE < self.line.said < allowed, (loss.why, self.line.said, allowed))
