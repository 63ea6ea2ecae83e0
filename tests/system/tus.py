#!/usr/bin/env python3
"""Uploads of tus to real servers: resumable-upload (Python) and @tus/server (Node), alone and behind nginx and Caddy."""

import os
import shutil

import uploads
from fileservers import SERVERS, program_of
from harness import free_port, main
from uploads import MIB, SIZE, Cut, GivenUp
from webserver import digest

NODE = """
import {{ Server }} from "{modules}/@tus/server/dist/index.js"
import {{ FileStore }} from "{modules}/@tus/file-store/dist/index.js"
const datastore = new FileStore({{ directory: "{kept}" }})
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


class Tus(uploads.Upload):
    options = ("--protocol", "tus")

    def prepare(self):
        self.kept = self.folder / "kept"
        self.kept.mkdir()

    def address(self, port):
        return f"http://127.0.0.1:{port}/files/"

    def left(self):
        return [path for path in self.kept.rglob("*") if path.is_file()]

    def same(self):
        """The server has the file, once, and nothing that is as long and another."""
        found = [path for path in self.kept.rglob("*") if path.is_file() and path.stat().st_size == SIZE]
        self.assertEqual([digest(path) for path in found], [digest(self.file)])


class ResumableUpload(Cut, GivenUp, Tus):
    kind = "resumable-upload"
    verified = "sha-256"
    more = ("--checksum-algorithms", "sha1,sha256")

    def command(self):
        return [program_of("resumable-upload"), "serve", "--host", "127.0.0.1", "--port", self.port,
                "--upload-dir", self.kept, "--db-path", self.folder / "uploads.db", "--upload-expiry", "3600", *self.more]

    def test_every_piece_is_proved_by_its_checksum(self):
        self.daemon()
        shown = self.app.wait_state(self.put("--background").stdout.strip(), "completed")
        self.assertEqual(shown["verified"], "sha-256")

    def test_several_parts_at_once_become_the_file_and_nothing_else_is_left(self):
        self.daemon()
        name = self.put("--connections", "3", "--background").stdout.strip()
        shown = self.app.wait_state(name, "completed", 60)
        self.assertEqual((shown["verified"], shown["done"], shown["restarts"]), ("sha-256", SIZE, 0))
        self.same()
        self.assertEqual(len([path for path in self.kept.rglob("*") if path.is_file() and path.stat().st_size > MIB]), 1)
        self.assertLess(self.line.said, SIZE + uploads.WORDS)

    def test_a_file_that_is_too_large_is_refused_with_the_size_that_is_not(self):
        self.kill()
        self.more = ("--max-size", "1000")
        self.serve()
        self.assertIn("at most 1000 bytes", self.put(code=1).stderr)
        self.assertLess(self.line.said, 10_000)

    def test_a_server_that_takes_little_at_once_gets_little(self):
        self.kill()
        self.more = ("--max-chunk-size", "5000000")
        self.serve()
        self.put()
        self.same()


class Node(Tus):
    kind = "@tus/server"

    def command(self):
        script = self.folder / "server.mjs"
        script.write_text(NODE.format(modules=SERVERS / "node" / "node_modules", kept=self.kept, port=self.port))
        return [program_of("node"), script]


class TusServer(Cut, GivenUp, Node):
    def test_a_file_is_there_and_was_sent_once(self):
        self.put()
        self.same()
        self.assertLess(self.line.said, SIZE + MIB)


class Behind(Cut):
    """A proxy in front keeps what comes until all of it is there."""

    def serve(self):
        super().serve()
        if not hasattr(self, "near"):
            self.near = free_port()
            self.start(self.near, *self.front())

    def asked_at(self):
        return self.near


class TusServerBehindNginx(Behind, Node):
    kind = "@tus/server behind nginx"

    def front(self):
        configuration = self.folder / "nginx.conf"
        configuration.write_text(NGINX.format(folder=self.folder, near=self.near, port=self.port))
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        return [program, "-p", self.folder, "-e", self.folder / "error.log", "-c", configuration]


class TusServerBehindCaddy(Behind, Node):
    kind = "@tus/server behind Caddy"

    def front(self):
        configuration = self.folder / "Caddyfile"
        configuration.write_text(CADDY.format(near=self.near, port=self.port))
        return ["caddy", "run", "--adapter", "caddyfile", "--config", configuration]


if __name__ == "__main__":
    main()
