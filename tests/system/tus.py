#!/usr/bin/env python3
"""Uploads of tus to real servers: resumable-upload (Python) and @tus/server (Node), alone and behind nginx and
Caddy, cut in the middle, with our session or the server killed. UPLOAD_SIZE makes the files longer."""

import os
import random
import shutil
import signal
import socket
import subprocess

from fileservers import SERVERS, kill, program_of
from harness import Case, free_port, main, wait_for
from line import Line
from webserver import digest

MIB = 1024 * 1024
SIZE = int(os.environ.get("UPLOAD_SIZE", 24 * MIB)) + 7
# Time enough to be cut in the middle, wherever the machine is slow.
RATE = "12M"
NODE = """
import {{ Server }} from "{modules}/@tus/server/dist/index.js"
import {{ FileStore }} from "{modules}/@tus/file-store/dist/index.js"
const datastore = new FileStore({{ directory: "{stored}" }})
new Server({{ path: "/files", datastore }}).listen({{ host: "127.0.0.1", port: {port} }})
"""
NGINX = """
daemon off; pid {folder}/nginx.pid; worker_processes 1; events {{}}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{near}; client_max_body_size 0;
    location / {{ proxy_pass http://127.0.0.1:{port}; proxy_http_version 1.1; proxy_set_header Host $http_host; }}
  }}
}}
"""
CADDY = """
{{
  admin off
  auto_https off
}}
http://127.0.0.1:{near} {{
  reverse_proxy 127.0.0.1:{port} {{
    buffer_requests
  }}
}}
"""


def listens(port):
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


class Counting(Line):
    """A line that counts what is said to the server."""

    said = 0

    def asked(self, client, data):
        self.said += len(data)


class Tus(Case):
    """A server of tus behind a line, and a file for it."""

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
        self.server = self.start(self.port, *self.command())

    def front(self, port):
        """The line to whatever listens at that port."""
        self.line = Counting(port, 1000 * MIB)
        self.addCleanup(self.line.close)
        self.address = f"{self.line.address}/files/"

    def start(self, port, *command):
        """Starts a program, and waits until it answers."""
        log = open(self.folder / "server.log", "ab")
        self.addCleanup(log.close)
        process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   cwd=self.folder, env={"PATH": os.environ["PATH"], "HOME": str(self.folder)})
        self.addCleanup(self.kill, process)
        wait_for(lambda: process.poll() is not None or listens(port), "the server listens")
        self.assertIsNone(process.poll(), (self.folder / "server.log").read_text(errors="replace"))
        return process

    @staticmethod
    def kill(process):
        # What starts Node is not Node itself.
        kill(process)

    def put(self, *arguments, code=0):
        return self.app.run("put", self.file, "--to", self.address, "--protocol", "tus", *arguments, code=code)

    def begin(self, after=6 * MIB):
        """An upload that is under way."""
        self.session = self.daemon()
        name = self.put("--limit", RATE, "--background").stdout.strip()
        wait_for(lambda: self.line.said > after, "bytes are sent")
        return name

    def ends(self, name, lost):
        """It is completed, and so many bytes were sent twice at most."""
        shown = self.app.wait_state(name, "completed", 60)
        self.assertEqual((shown["restarts"], shown["done"]), (0, SIZE))
        self.same()
        self.assertLess(self.line.said, SIZE + lost)
        return shown

    def same(self):
        """The server has the file, once, and nothing that is as long and another."""
        found = [path for path in self.stored.rglob("*") if path.is_file() and path.stat().st_size == SIZE]
        self.assertEqual([digest(path) for path in found], [digest(self.file)])


class Sent:
    """What holds for every server."""

    # What a cut may cost.
    lost = 2 * MIB

    def test_a_file_is_there_and_was_sent_once(self):
        self.put()
        self.same()
        self.assertLess(self.line.said, SIZE + MIB)

    def test_after_a_cut_it_goes_on(self):
        name = self.begin()
        self.line.cut()
        self.ends(name, self.lost)

    def test_after_the_death_of_the_session_it_goes_on(self):
        name = self.begin()
        self.session.send_signal(signal.SIGKILL)
        self.session.wait()
        self.daemon()
        self.ends(name, self.lost)

    def test_after_the_death_of_the_server_it_goes_on(self):
        name = self.begin()
        self.kill(self.server)
        self.serve()
        self.ends(name, self.lost)

    def test_what_is_cancelled_goes_from_the_server(self):
        name = self.begin()
        self.app.run("cancel", name)
        wait_for(lambda: not any(path.is_file() for path in self.stored.rglob("*")), "nothing is left")
        wait_for(lambda: not self.app.leftovers(), "and that is known")
        self.assertEqual(self.app.show(name)["state"], "cancelled")


class ResumableUpload(Sent, Tus):
    # It looks at checksums, so it needs all of a piece.
    lost = 18 * MIB
    options = ("--checksum-algorithms", "sha1,sha256")

    def command(self):
        return [SERVERS / "python" / "bin" / "resumable-upload", "serve", "--host", "127.0.0.1", "--port", self.port,
                "--upload-dir", self.stored, "--db-path", self.folder / "uploads.db", "--upload-expiry", "3600",
                *self.options]

    def test_every_piece_is_proved_by_its_checksum(self):
        self.daemon()
        shown = self.app.wait_state(self.put("--background").stdout.strip(), "completed")
        self.assertEqual(shown["verified"], "sha-256")

    def test_a_file_that_is_too_large_is_refused_with_the_size_that_is_not(self):
        self.kill(self.server)
        self.options = ("--max-size", "1000")
        self.serve()
        self.assertIn("at most 1000 bytes", self.put(code=1).stderr)
        self.assertLess(self.line.said, 10_000)

    def test_a_server_that_takes_little_at_once_gets_little(self):
        self.kill(self.server)
        self.options = ("--max-chunk-size", "5000000")
        self.serve()
        self.put()
        self.same()


class TusServer(Sent, Tus):
    def command(self):
        script = self.folder / "server.mjs"
        script.write_text(NODE.format(modules=SERVERS / "node" / "node_modules", stored=self.stored, port=self.port))
        return [program_of("node"), script]

    # Behind a proxy that keeps what comes until all of it is there, a cut costs all of it. The next one costs less.

    def behind(self, *command):
        self.front(self.near)
        self.start(self.near, *command)
        name = self.begin(after=14 * MIB)
        self.line.cut()
        wait_for(lambda: self.line.said > 32 * MIB, "it goes on")
        self.line.cut()
        self.ends(name, 28 * MIB)

    def test_nginx_in_front_keeps_what_comes_and_that_is_found_out(self):
        self.near = free_port()
        configuration = self.folder / "nginx.conf"
        configuration.write_text(NGINX.format(folder=self.folder, near=self.near, port=self.port))
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        self.behind(program, "-p", self.folder, "-e", self.folder / "error.log", "-c", configuration)

    def test_caddy_in_front_keeps_what_comes_and_that_is_found_out(self):
        self.near = free_port()
        configuration = self.folder / "Caddyfile"
        configuration.write_text(CADDY.format(near=self.near, port=self.port))
        self.behind("caddy", "run", "--adapter", "caddyfile", "--config", configuration)


if __name__ == "__main__":
    main()
