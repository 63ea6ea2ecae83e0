#!/usr/bin/env python3
"""Uploads over WebDAV to real servers: those that can write a part of a file (Apache), those that cannot
(nginx, WsgiDAV), and one that destroys a file when it is asked to (rclone)."""

import os
import random
import signal
import socket
import subprocess
import time

from fileservers import kill, program_of
from harness import Case, free_port, main, wait_for
from line import Line
from webserver import digest

MB = 1_000_000
SIZE = int(os.environ.get("UPLOAD_SIZE", 8 * MB))
# Bytes a second on each connection, so that there is a middle to be cut in.
RATE = 4 * MB
OLD = b"what was there before"
# More than the words of all requests of one upload.
WORDS = 100_000


def listens(port):
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


class Slow(Line):
    """A line that lets only so much through to the server while it is `slow`; `said` counts bytes for it, `heard`
    has the head of each request."""

    def __init__(self, port):
        self.said = 0
        self.heard = []
        self.slow = False
        super().__init__(port, 1000 * MB)

    def asked(self, client, data):
        head, found, _ = data.partition(b"\r\n\r\n")
        # There is one request on each connection, and its head comes in one piece.
        if found and b" HTTP/1.1\r\n" in head:
            self.heard.append(head.decode("latin-1"))
        self.said += len(data)
        if self.slow:
            time.sleep(len(data) / RATE)

    def cut(self):
        self.slow = False
        super().cut()


class Davs:
    """What every server has to do; each names its command, and whether it goes on in the middle."""

    parts = False

    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o777)
        self.root = self.folder / "served"
        (self.root / "in").mkdir(parents=True)
        for folder in (self.root, self.root / "in"):
            os.chmod(folder, 0o777)
        self.file = self.folder / "a file.bin"
        self.file.write_bytes(random.Random(7).randbytes(SIZE))
        self.port = free_port()
        self.start()
        self.line = Slow(self.port)
        self.addCleanup(self.line.close)

    def start(self):
        log = open(self.folder / "server.log", "ab")
        self.addCleanup(log.close)
        environment = os.environ | {"HOME": str(self.folder)}
        self.server = subprocess.Popen([str(part) for part in self.command()], stdin=subprocess.DEVNULL,
                                       stdout=log, stderr=log, env=environment, cwd=self.folder)
        self.addCleanup(self.kill)
        wait_for(lambda: self.server.poll() is not None or listens(self.port), "the server listens", 30)
        self.assertIsNone(self.server.poll(), (self.folder / "server.log").read_text(errors="replace"))

    def kill(self):
        kill(self.server)

    def put(self, place, *arguments, code=0, line=None):
        address = f"{(line or self.line).address}/{place}"
        return self.app.run("put", self.file, "--to", address, "--protocol", "webdav", *arguments, code=code)

    def begin(self, place, *arguments):
        """Begins an upload in a session; returns its id when the middle of it is on its way."""
        address = f"{self.line.address}/{place}"
        self.line.slow = True
        name = self.app.run("put", self.file, "--to", address, "--protocol", "webdav", "--background", "--retries",
                            "30", *arguments).stdout.strip()
        wait_for(lambda: self.line.said > SIZE // 3, "bytes are on their way")
        return name

    def arrived(self, name, place):
        shown = self.app.wait_state(name, "completed", 90)
        self.assertEqual((shown["restarts"], shown["verified"]), (0, "length"))
        self.same(place)
        self.not_too_much()

    def same(self, place):
        self.assertEqual(digest(self.root / place), digest(self.file))
        self.assertEqual([path for end in ("partial", "try") for path in self.root.rglob(f"*.{end}")], [])

    def not_too_much(self):
        """What was cut is lost, where the server cannot write parts: all that was sent before. Otherwise it is
        no more than what was on its way."""
        lost = 3 * MB if self.parts else SIZE
        self.assertLess(self.line.said, SIZE + lost + WORDS)

    def test_gets_a_file_into_folders_that_it_does_not_have_yet(self):
        self.put("in/new/b%20b/")
        self.same("in/new/b b/a file.bin")
        self.assertLess(self.line.said, SIZE + WORDS)

    def test_leaves_a_taken_name_alone_unless_somebody_wishes_otherwise(self):
        place = self.root / "in" / "f.bin"
        place.write_bytes(OLD)
        os.chmod(place, 0o666)
        refused = self.put("in/f.bin", code=1)
        self.assertIn("The name is taken", refused.stderr)
        self.assertEqual((place.read_bytes(), self.line.said < WORDS), (OLD, True))
        self.put("in/f.bin", "--if-exists", "rename")
        self.same("in/f (1).bin")
        self.assertEqual(place.read_bytes(), OLD)
        self.put("in/f.bin", "--if-exists", "overwrite")
        self.same("in/f.bin")

    def test_goes_on_after_a_cut_of_the_line(self):
        place = self.root / "in" / "f.bin"
        place.write_bytes(OLD)
        os.chmod(place, 0o666)
        name = self.begin("in/f.bin", "--if-exists", "overwrite")
        self.line.cut()
        wait_for(lambda: self.app.show(name)["state"] == "waiting", "it is cut")
        self.assertEqual(place.read_bytes(), OLD)
        self.arrived(name, "in/f.bin")

    def test_goes_on_after_the_session_was_killed(self):
        name = self.begin("in/f.bin")
        os.kill(self.app.pid(), signal.SIGKILL)
        self.line.slow = False
        wait_for(lambda: not self.line.open, "the line is free")
        self.assertFalse((self.root / "in" / "f.bin").exists())
        self.daemon()
        self.arrived(name, "in/f.bin")

    def test_goes_on_after_the_server_was_killed(self):
        place = self.root / "in" / "f.bin"
        place.write_bytes(OLD)
        os.chmod(place, 0o666)
        name = self.begin("in/f.bin", "--if-exists", "overwrite")
        self.kill()
        self.line.cut()
        wait_for(lambda: self.app.show(name)["state"] == "waiting", "it is cut")
        self.assertEqual(place.read_bytes(), OLD)
        self.start()
        self.arrived(name, "in/f.bin")

    def test_keeps_nothing_of_what_was_cancelled(self):
        name = self.begin("in/f.bin")
        self.app.run("cancel", name)
        self.line.slow = False
        wait_for(lambda: not list((self.root / "in").iterdir()), "nothing is left")
        wait_for(lambda: not self.app.leftovers(), "and that is known")
        self.assertEqual(list((self.root / "in").iterdir()), [])

    def parts_sent(self):
        """The ranges that were written, without the byte that it was tried with."""
        ranges = [line.split(": ", 1)[1] for head in self.line.heard for line in head.split("\r\n")
                  if line.lower().startswith(("content-range:", "x-update-range:"))]
        return [said for said in ranges if said not in ("bytes 1-1/2", "bytes=1-1")]


class Nginx(Davs, Case):
    def command(self):
        configuration = self.folder / "nginx.conf"
        (self.folder / "body").mkdir(exist_ok=True)
        user = "user root;" if os.getuid() == 0 else ""
        configuration.write_text(f"""{user}
            worker_processes 1; daemon off; pid {self.folder}/nginx.pid; error_log {self.folder}/error.log;
            events {{ worker_connections 64; }}
            http {{ access_log off; client_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/body;
              fastcgi_temp_path {self.folder}/body; uwsgi_temp_path {self.folder}/body;
              scgi_temp_path {self.folder}/body;
              server {{ listen 127.0.0.1:{self.port}; client_max_body_size 0; root {self.root};
                dav_methods PUT DELETE MKCOL COPY MOVE; }} }}""")
        return ["nginx", "-c", configuration]


class Apache(Davs, Case):
    parts = True

    def command(self):
        modules = "/usr/lib/apache2/modules"
        configuration = self.folder / "apache.conf"
        (self.folder / "locks").mkdir(exist_ok=True)
        os.chmod(self.folder / "locks", 0o777)
        configuration.write_text("\n".join([
            f"ServerRoot {self.folder}", "ServerName localhost", f"Listen 127.0.0.1:{self.port}",
            *(f"LoadModule {name}_module {modules}/mod_{name}.so"
              for name in ("mpm_event", "authz_core", "dav", "dav_fs")),
            f"PidFile {self.folder}/pid", f"ErrorLog {self.folder}/error.log",
            f"DefaultRuntimeDir {self.folder}", f"Mutex file:{self.folder}",
            "User www-data\nGroup www-data" if os.geteuid() == 0 else "",
            f"DavLockDB {self.folder}/locks/lock", f"DocumentRoot {self.root}",
            f"<Directory {self.root}>\nDav On\nRequire all granted\n</Directory>"]))
        return ["/usr/sbin/apache2", "-X", "-f", configuration]

    def test_goes_on_after_a_cut_of_the_line(self):
        super().test_goes_on_after_a_cut_of_the_line()
        self.assertGreater(len(self.parts_sent()), 1)


class Wsgidav(Davs, Case):
    def command(self):
        return [program_of("wsgidav"), "--host=127.0.0.1", f"--port={self.port}", f"--root={self.root}",
                "--auth=anonymous", "--server=cheroot", "--no-config"]


class Rclone(Davs, Case):
    """It says “201” to a part and keeps nothing else of the file."""

    def command(self):
        return [program_of("rclone"), "serve", "webdav", "--addr", f"127.0.0.1:{self.port}", self.root]

    def test_destroys_a_file_when_it_is_asked_to_write_a_part(self):
        place = self.root / "in" / "victim"
        place.write_bytes(OLD)
        asked = (f"PUT /in/victim HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1\r\n"
                 f"Content-Range: bytes {len(OLD)}-{len(OLD)}/{len(OLD) + 1}\r\n\r\nB")
        with socket.create_connection(("127.0.0.1", self.port)) as caller:
            caller.sendall(asked.encode())
            self.assertTrue(caller.recv(64).startswith(b"HTTP/1.1 201"))
        self.assertEqual(place.read_bytes(), b"B", "were it not so, the next test would show nothing")

    def test_is_found_out_and_never_asked_to_write_a_part_of_a_file(self):
        self.test_goes_on_after_a_cut_of_the_line()
        self.assertEqual(self.parts_sent(), [])
        self.assertTrue(any("bytes 1-1/2" in head and ".try HTTP" in head for head in self.line.heard))


if __name__ == "__main__":
    main()
