#!/usr/bin/env python3
"""Uploads over WebDAV to real servers: those that can write a part of a file (Apache, dav-server), those that cannot
(nginx, lighttpd, WsgiDAV), and one that destroys a file when it is asked to (rclone)."""

import os
import socket

import uploads
from fileservers import program_of
from harness import main
from line import Gate
from uploads import OLD, SIZE, WORDS, Cut, GivenUp
from webserver import digest


class Listening(Gate):
    """A line that knows in `heads` the head of each request."""

    def __init__(self, port):
        self.heads = []
        super().__init__(port)

    def asked(self, client, data):
        head, found, _ = data.partition(b"\r\n\r\n")
        # There is one request on each connection, and its head comes in one piece.
        if found and b" HTTP/1.1\r\n" in head:
            self.heads.append(head.decode("latin-1"))
        super().asked(client, data)


class Dav(uploads.Upload):
    gate = Listening
    options = ("--protocol", "webdav")

    def prepare(self):
        self.root = self.folder / "served"
        (self.root / "in").mkdir(parents=True)
        for folder in (self.root, self.root / "in"):
            os.chmod(folder, 0o777)

    def address(self, port, place="in/f.bin"):
        return f"http://127.0.0.1:{port}/{place}"

    def stored(self):
        return self.root / "in" / "f.bin"

    def same(self, place="in/f.bin"):
        self.assertEqual(digest(self.root / place), digest(self.file))
        self.assertEqual([path for end in ("partial", "try") for path in self.root.rglob(f"*.{end}")], [])

    def left(self):
        return list((self.root / "in").iterdir())

    def parts_sent(self):
        """The ranges that were written, without the byte that it was tried with."""
        ranges = [line.split(": ", 1)[1] for head in self.line.heads for line in head.split("\r\n")
                  if line.lower().startswith(("content-range:", "x-update-range:"))]
        return [said for said in ranges if said not in ("bytes 1-1/2", "bytes=1-1")]


class Davs(Cut, GivenUp):
    """What every server has to do."""

    overwrites = True

    def test_gets_a_file_into_folders_that_it_does_not_have_yet(self):
        self.put(to=self.address(self.line.near, "in/new/b%20b/"))
        self.same(f"in/new/b b/{self.file.name}")
        self.assertLess(self.line.said, SIZE + WORDS)

    def test_leaves_a_taken_name_alone_unless_somebody_wishes_otherwise(self):
        place = self.stored()
        place.write_bytes(OLD)
        os.chmod(place, 0o666)
        self.assertIn("The name is taken", self.put(code=1).stderr)
        self.assertEqual((place.read_bytes(), self.line.said < WORDS), (OLD, True))
        self.put("--if-exists", "rename")
        self.same("in/f (1).bin")
        self.assertEqual(place.read_bytes(), OLD)
        self.put("--if-exists", "overwrite")
        self.same()


class NginxServer(Dav):
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


class Nginx(Davs, NginxServer):
    kind = "nginx, by WebDAV"


class NginxByOnePut(Cut, NginxServer):
    kind = "nginx, by one PUT"
    options = ("--method", "put")
    verified = "none"


class Apache(Davs, Dav):
    kind = "Apache, by WebDAV"

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

    def ends(self, *arguments):
        super().ends(*arguments)
        self.assertGreater(len(self.parts_sent()), 1)


class Lighttpd(Davs, Dav):
    kind = "lighttpd, by WebDAV"

    def command(self):
        configuration = self.folder / "lighttpd.conf"
        configuration.write_text("\n".join([
            f'server.document-root = "{self.root}"', f"server.port = {self.port}", 'server.bind = "127.0.0.1"',
            f'server.upload-dirs = ("{self.folder}")', 'server.modules = ("mod_webdav")', 'webdav.activate = "enable"']))
        return ["/usr/sbin/lighttpd", "-D", "-f", configuration]


class DavServer(Davs, Dav):
    kind = "dav-server"

    def command(self):
        return [program_of("davserver"), self.port, self.root]


class Wsgidav(Davs, Dav):
    kind = "WsgiDAV"

    def command(self):
        return [program_of("wsgidav"), "--host=127.0.0.1", f"--port={self.port}", f"--root={self.root}",
                "--auth=anonymous", "--server=cheroot", "--no-config"]


class Rclone(Davs, Dav):
    """It says “201” to a part and keeps nothing else of the file."""

    kind = "rclone, by WebDAV"

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
        self.assertEqual(place.read_bytes(), b"B", "were it not so, the story of the cuts would show nothing")

    def ends(self, *arguments):
        """It is found out with a file that nobody needs, and never asked to write a part of another."""
        super().ends(*arguments)
        self.assertEqual(self.parts_sent(), [])
        self.assertTrue(any("bytes 1-1/2" in head and ".try HTTP" in head for head in self.line.heads))


if __name__ == "__main__":
    main()
