#!/usr/bin/env python3
"""Resumable uploads of HTTP to a server of our own (draftserver.py), as nobody has packaged one: alone, in both
versions that are spoken, with and without interim answers, and behind nginx, which lets those answers through, or
takes them for the last one."""

import os
import pathlib
import shutil
import sys

import uploads
from harness import free_port, main
from uploads import SIZE, WORDS, Cut

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


class Draft(uploads.Upload):
    """A server of the draft."""

    kind = "a server of the draft"
    options = ("--protocol", "resumable")
    version = 8
    words = ()
    # What the request says that makes the upload of a large file.
    made = "?0"

    def prepare(self):
        self.kept = self.folder / "kept"
        self.kept.mkdir()

    def command(self):
        return [sys.executable, "-B", SERVER, self.port, self.kept, self.version, *self.words]

    def address(self, port):
        return f"http://127.0.0.1:{port}/in"

    def stored(self):
        """The file, which is there once and complete."""
        found = [path for path in self.kept.iterdir() if path.stat().st_size == SIZE]
        self.assertEqual([path.with_suffix(".complete").exists() for path in found], [True])
        return found[0]

    def requests(self):
        """Method, whether it was said to be complete, and length of what was asked for."""
        lines = (self.kept / "requests").read_text().splitlines()
        return [(method, complete, int(length)) for method, _, complete, _, length in map(str.split, lines)]

    def makes(self):
        return [complete for method, complete, _ in self.requests() if method == "POST"][-1]


class Stories(Cut):
    # Bytes that go again although nothing was cut.
    again = 0

    def test_a_file_is_sent_once(self):
        self.daemon()
        name = self.begin()
        shown = self.app.wait_state(name, "completed", uploads.PATIENCE)
        self.assertEqual((shown["done"], shown["verified"], shown["restarts"]), (SIZE, "length", 0))
        self.same()
        self.assertLess(self.line.said, SIZE + self.again + WORDS)
        self.assertEqual(self.makes(), self.made)


class Carefully(Stories, Draft):
    def test_a_small_file_that_may_be_sent_again_is_one_request(self):
        small = self.folder / "small"
        small.write_bytes(b"x" * 1000)
        self.put("--method", "put", file=small)
        self.assertEqual(self.requests(), [("OPTIONS", "-", 0), ("PUT", "?1", 1000)])

    def test_a_server_that_takes_little_at_once_gets_little(self):
        self.kill()
        self.words = ["max-append-size=5000000, max-age=3600"]
        self.serve()
        self.put()
        self.same()
        self.assertEqual(max(length for _, _, length in self.requests()), 5_000_000)


class InVersionSix(Stories, Draft):
    way = ", version 6"
    version = 6


class WithoutInterimAnswers(Stories, Draft):
    way = ", silent"
    words = ("silent",)


class AtOnce(Stories, Draft):
    """A server that was heard to say early where it keeps things."""

    way = ", at once"
    made = "?1"

    def begin(self):
        small = self.folder / "small"
        small.write_bytes(b"x")
        self.app.wait_state(self.put("--background", file=small).stdout.strip(), "completed")
        return super().begin()


class AtOnceInVersionSix(AtOnce):
    way = ", at once, version 6"
    version = 6


class Nginx(Draft):
    """nginx in front."""

    more = ""

    def asked_at(self):
        near = free_port()
        configuration = self.folder / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        configuration.write_text(NGINX.format(folder=self.folder, near=near, port=self.port, user=user, more=self.more))
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        self.start(near, program, "-p", self.folder, "-e", self.folder / "error.log", "-c", configuration)
        return near


class NginxThatPassesEverythingOn(Stories, Nginx):
    way = ", behind nginx"
    more = "proxy_request_buffering off; proxy_buffering off;"
    # It takes an interim answer for the last one (1.22), and what it had not passed on by then is lost.
    again = 4_000_000


class NginxThatKeepsTheLastAnswer(Nginx):
    """As it is out of the box, but for the time after which it gives up."""

    more = "proxy_read_timeout 2s;"

    def test_an_upload_whose_last_answer_never_comes_is_asked_about(self):
        self.app.settings(silence_timeout=6)
        self.daemon()
        name = self.put("--background").stdout.strip()
        shown = self.app.wait_state(name, "completed", uploads.PATIENCE)
        self.assertEqual((shown["done"], shown["verified"], shown["restarts"]), (SIZE, "length", 0))
        self.same()
        # It passes on no more of a request once it has heard an interim answer.
        self.assertLess(self.line.said, 1.5 * SIZE + WORDS)
        said = [method for method, _, _ in self.requests()]
        self.assertEqual((said[:4], set(said[4:])), (["OPTIONS", "POST", "HEAD", "PATCH"], {"PATCH", "HEAD"}))


if __name__ == "__main__":
    main()
