"""The web servers of the world, each at its usual way of sending a file, slowly enough for several
connections to be worth having."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

from harness import end, free_port, wait_for
from line import Line
from webserver import WebServer

MB = 1_000_000
SIZE = 24 * MB
SMALL = 2 * MB
# Bytes a second on each connection, so that several are worth having.
RATE = 500_000


def settle(path):
    """Makes a file old: of one that is new, careful servers say that it may change unnoticed."""
    os.utime(path, (1_000_000_000, 1_000_000_000))


class Server:
    """A server at `address` with a large file, `file.bin`, and a small one, `small.bin`."""

    parts = True

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="windlass-server-"))
        self.folder.chmod(0o755)
        self.log = self.folder / "access.log"
        (self.folder / "files").mkdir()
        self.file, self.small = self.make("file.bin", SIZE), self.make("small.bin", SMALL)
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.configure()
        self.start()

    def make(self, name, size):
        """Makes a file of random bytes; returns its path."""
        path = self.folder / "files" / name
        path.write_bytes(os.urandom(size))
        settle(path)
        return path

    def configure(self):
        """Writes the configuration."""

    def start(self):
        with open(self.folder / "output.log", "ab") as output:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                            start_new_session=True, env=os.environ | {"HOME": str(self.folder)})
        wait_for(lambda: self.process.poll() is not None or self.listens(), "the server listens")
        if self.process.poll() is not None:
            raise AssertionError((self.folder / "output.log").read_text())

    def listens(self):
        with socket.socket() as caller:
            return caller.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self):
        """Kills it, with all that it has started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self):
        end(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def requests(self):
        """Those that are over, each with its range, its condition, the status and the bytes sent."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [request for request in map(self.request, lines) if request]

    def sent(self):
        """Bytes sent, with those of requests that are over."""
        return sum(request["sent"] for request in self.requests())

    def request(self, line):
        """Reads a line of the access log: values with tabs between them."""
        words = line.replace('\\"', '"').split("\t")
        asked, condition, status, sent = ("" if word == "-" else word for word in words)
        return {"range": asked, "if_range": condition, "status": int(status), "sent": int(sent)}


class Nginx(WebServer):
    parts = True

    def __init__(self):
        super().__init__()
        self.file, self.small = self.make("file.bin", SIZE), self.make("small.bin", SMALL)
        settle(self.file)
        settle(self.small)
        self.address += f"/slow/{RATE}"

    def requests(self):
        return super().requests("file.bin") if (self.folder / "access.log").exists() else []

    sent = Server.sent


class Apache(Server):
    def configure(self):
        folder, modules = "/usr/lib/apache2/modules", ("mpm_event", "authz_core", "env", "ratelimit")
        (self.folder / "apache.conf").write_text("\n".join([
            f"ServerRoot {self.folder}", "ServerName localhost", f"Listen 127.0.0.1:{self.port}",
            *(f"LoadModule {name}_module {folder}/mod_{name}.so" for name in modules),
            f"PidFile {self.folder}/pid", f"ErrorLog {self.folder}/error.log", "ThreadsPerChild 64",
            f"DefaultRuntimeDir {self.folder}", f"Mutex file:{self.folder}",
            "User www-data\nGroup www-data" if os.geteuid() == 0 else "",
            f"DocumentRoot {self.folder}/files", "SetOutputFilter RATE_LIMIT", f"SetEnv rate-limit {RATE // 1024}",
            # Of the ways to count bytes the one that counts what went out; heads are among them.
            r'LogFormat "%{Range}i\t%{If-Range}i\t%>s\t%O" parts', f"CustomLog {self.log} parts"]))

    def command(self):
        return ["/usr/sbin/apache2", "-X", "-f", self.folder / "apache.conf"]


class Lighttpd(Server):
    def configure(self):
        (self.folder / "lighttpd.conf").write_text("\n".join([
            f'server.document-root = "{self.folder}/files"', f"server.port = {self.port}",
            'server.bind = "127.0.0.1"', 'server.modules = ("mod_accesslog")',
            # What goes through a pipe is not kept back.
            f'accesslog.filename = "|cat >> {self.log}"', r'accesslog.format = "%{Range}i\t%{If-Range}i\t%s\t%B"',
            # Of a file whose kind it does not know it tells neither tag nor date.
            'mimetype.assign = (".bin" => "application/octet-stream")',
            f"connection.kbytes-per-second = {RATE // 1024}"]))

    def command(self):
        return ["/usr/sbin/lighttpd", "-D", "-f", self.folder / "lighttpd.conf"]


class Slowed(Server):
    """A server behind a line that does what it cannot: give each connection little."""

    rate = RATE

    def start(self):
        super().start()
        if not hasattr(self, "line"):
            self.line = Line(self.port, self.rate)
            self.address = self.line.address

    def kill(self):
        super().kill()
        self.line.cut()

    def sent(self):
        # The server counts what it gave to the system, and that is a lot more.
        return self.line.carried

    def close(self):
        self.line.close()
        super().close()


class Caddy(Slowed):
    def configure(self):
        (self.folder / "Caddyfile").write_text(
            "{\n admin off\n auto_https off\n}\n"
            f"http://:{self.port} {{\n bind 127.0.0.1\n root * {self.folder}/files\n file_server\n"
            f" log {{\n  output file {self.log}\n  format json\n }}\n}}\n")

    def command(self):
        return ["caddy", "run", "--adapter", "caddyfile", "--config", self.folder / "Caddyfile"]

    def request(self, line):
        said = json.loads(line)
        headers = said["request"]["headers"]
        return {"range": headers.get("Range", [""])[0], "if_range": headers.get("If-Range", [""])[0],
                "status": said["status"], "sent": said["size"]}


class Python(Slowed):
    """The interpreter's own, which sends no parts."""

    parts = False
    rate = 10 * RATE

    def configure(self):
        self.log = self.folder / "output.log"

    def command(self):
        return [sys.executable, "-u", "-m", "http.server", str(self.port), "--bind", "127.0.0.1",
                "--directory", self.folder / "files"]

    def request(self, line):
        found = re.search(r'"GET [^"]*" (\d+)', line)
        return {"status": int(found.group(1))} if found else None
