#!/usr/bin/env python3
"""Resumable uploads of HTTP to a server of our own (draftserver.py), as nobody has packaged one: alone, in both
versions that are spoken, with and without interim answers, and behind nginx, which lets those answers through,
or takes them for the last one. Cut in the middle, with our session or the server killed."""

import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys

from harness import Case, end, free_port, listens, main, wait_for
from line import Line
from webserver import digest

MIB = 1024 * 1024
SIZE = int(os.environ.get("UPLOAD_SIZE", 24 * MIB)) + 7
# Time enough to be cut in the middle, wherever the machine is slow.
RATE = "12M"
# What a cut may cost where nothing keeps what comes: what lay between the two ends.
LOST = 2 * MIB
SERVER = pathlib.Path(__file__).with_name("draftserver.py")
NGINX = """
daemon off; pid {folder}/nginx.pid; worker_processes 1; events {{}}
{user}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{near}; client_max_body_size 0; {more}
    location / {{ proxy_pass http://127.0.0.1:{port}; proxy_http_version 1.1; proxy_set_header Host $http_host; }}
  }}
}}
"""


class Counting(Line):
    """A line that counts what is said to the server."""

    said = 0

    def asked(self, client, data):
        self.said += len(data)


class Resumable(Case):
    """A server of the draft behind a line, and a file for it."""

    version = 8
    words = ()

    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o755)
        self.stored = self.folder / "stored"
        self.stored.mkdir()
        self.file = self.folder / "a file ü.bin"
        self.file.write_bytes(random.Random(1).randbytes(SIZE))
        self.port = free_port()
        self.serve()
        self.front(self.port)

    def serve(self):
        self.server = self.start(self.port, sys.executable, "-B", SERVER, self.port, self.stored, self.version,
                                 *self.words)

    def front(self, port):
        """The line to whatever listens at that port."""
        self.line = Counting(port, 1000 * MIB)
        self.addCleanup(self.line.close)
        self.address = f"{self.line.address}/in"

    def start(self, port, *command):
        """Starts a program, and waits until it answers."""
        log = open(self.folder / "server.log", "ab")
        self.addCleanup(log.close)
        process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.addCleanup(end, process)
        wait_for(lambda: process.poll() is not None or listens(port), "the server listens")
        self.assertIsNone(process.poll(), (self.folder / "server.log").read_text(errors="replace"))
        return process

    def kill(self, process):
        process.kill()
        process.wait()

    def put(self, file, *arguments):
        return self.app.run("put", file, "--to", self.address, "--protocol", "resumable", *arguments)

    def begin(self, *arguments, after=6 * MIB):
        """An upload that is under way."""
        self.session = self.daemon()
        self.before()
        name = self.put(self.file, "--limit", RATE, "--background", *arguments).stdout.strip()
        sent = self.line.said
        wait_for(lambda: self.line.said > sent + after, "bytes are sent")
        return name

    def before(self):
        """What is sent before, in the same session."""

    def ends(self, name, lost):
        """It is completed, and so many bytes were sent twice at most."""
        shown = self.app.wait_state(name, "completed", 60)
        self.assertEqual((shown["restarts"], shown["done"], shown["verified"]), (0, SIZE, "length"))
        self.same()
        self.assertLess(self.line.said, SIZE + lost)

    def same(self):
        """The server has the file, once and complete, and nothing that is as long and another."""
        found = [path for path in self.stored.iterdir() if path.stat().st_size == SIZE]
        self.assertEqual([digest(path) for path in found], [digest(self.file)])
        self.assertTrue(found[0].with_suffix(".complete").exists())

    def requests(self):
        """Method, whether it was said to be complete, and length of what was asked for."""
        lines = (self.stored / "requests").read_text().splitlines()
        return [(method, complete, int(length)) for method, _, complete, _, length in map(str.split, lines)]

    def makes(self):
        """Of the large file, whether all of it went with the request that made its upload."""
        return [complete for method, complete, length in self.requests() if method == "POST"][-1]


class Stories:
    """What holds for every server to which bytes flow as they are sent."""

    made = "?0"

    def test_a_file_is_there_and_was_sent_once(self):
        self.daemon()
        self.before()
        name = self.put(self.file, "--background").stdout.strip()
        self.ends(name, MIB)
        self.assertEqual(self.makes(), self.made)

    def test_after_a_cut_it_goes_on(self):
        name = self.begin()
        self.line.cut()
        self.ends(name, LOST)
        self.assertEqual(self.makes(), self.made)

    def test_after_the_death_of_the_session_it_goes_on(self):
        name = self.begin()
        self.session.send_signal(signal.SIGKILL)
        self.session.wait()
        self.daemon()
        self.ends(name, LOST)

    def test_after_the_death_of_the_server_it_goes_on(self):
        name = self.begin()
        self.kill(self.server)
        self.serve()
        self.ends(name, LOST)


class Carefully(Stories, Resumable):
    def test_a_small_file_that_may_be_sent_again_is_one_request(self):
        small = self.folder / "small"
        small.write_bytes(b"x" * 1000)
        self.put(small, "--method", "put")
        self.assertEqual(self.requests(), [("OPTIONS", "-", 0), ("PUT", "?1", 1000)])

    def test_a_server_that_takes_little_at_once_gets_little(self):
        self.kill(self.server)
        self.words = ["max-append-size=5000000, max-age=3600"]
        self.serve()
        self.put(self.file)
        self.same()
        self.assertEqual(max(length for _, _, length in self.requests()), 5_000_000)


class InVersionSix(Stories, Resumable):
    version = 6


class WithoutInterimAnswers(Stories, Resumable):
    words = ("silent",)


class AtOnce(Stories, Resumable):
    """A server that was heard to say early where it keeps things."""

    made = "?1"

    def before(self):
        small = self.folder / "small"
        small.write_bytes(b"x")
        name = self.put(small, "--background").stdout.strip()
        self.app.wait_state(name, "completed")


class AtOnceInVersionSix(AtOnce):
    version = 6


class Nginx(Resumable):
    """nginx in front."""

    more = ""

    def front(self, port):
        near = free_port()
        configuration = self.folder / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        configuration.write_text(NGINX.format(folder=self.folder, near=near, port=port, user=user, more=self.more))
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        self.start(near, program, "-p", self.folder, "-e", self.folder / "error.log", "-c", configuration)
        super().front(near)


class NginxThatPassesEverythingOn(Stories, Nginx):
    more = "proxy_request_buffering off; proxy_buffering off;"


class NginxThatKeepsTheLastAnswer(Nginx):
    """As it is out of the box, but for the time after which it gives up."""

    more = "proxy_read_timeout 2s;"

    def test_an_upload_whose_last_answer_never_comes_is_asked_about(self):
        self.app.settings(silence_timeout=6)
        self.daemon()
        self.ends(self.put(self.file, "--background").stdout.strip(), MIB)
        said = [method for method, _, _ in self.requests()]
        self.assertEqual(said, ["OPTIONS", "POST", "HEAD", "PATCH", "HEAD"])

    def test_after_a_cut_it_goes_on(self):
        self.app.settings(silence_timeout=6)
        name = self.begin()
        self.line.cut()
        # What nginx had not passed on yet is lost.
        self.ends(name, 12 * MIB)


if __name__ == "__main__":
    main()
