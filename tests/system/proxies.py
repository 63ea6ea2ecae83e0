#!/usr/bin/env python3
"""Transfers through real proxies: Squid (HTTP and HTTPS), Tinyproxy, Dante and Microsocks."""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile

from harness import PATIENCE, Case, end, free_port, main, wait_for, written
from sums import verifies
from webserver import WebServer, digest

MB = 1_000_000
LOGIN = "me:S3CR3T"
SECRETS = [b"S3CR3T", b"bWU6UzNDUjNU"]  # the last one is me:S3CR3T in base64

SQUID = """
http_port 127.0.0.1:{port}
https_port 127.0.0.1:{secure} tls-cert={certificate}.pem tls-key={certificate}.key
pid_filename {folder}/squid.pid
access_log stdio:{folder}/access.log
cache_log {folder}/cache.log
coredump_dir {folder}
cache deny all
netdb_filename none
pinger_enable off
shutdown_lifetime 0 seconds
max_filedescriptors 1024
{access}
"""

SQUID_LOGIN = """
auth_param basic program /usr/lib/squid/basic_ncsa_auth {folder}/users
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
"""

TINYPROXY = """
Port {port}
Listen 127.0.0.1
Timeout 60
MaxClients 100
LogFile "{folder}/access.log"
PidFile "{folder}/pid"
{access}
"""

DANTE = """
logoutput: {folder}/access.log
internal: 127.0.0.1 port = {port}
external: lo
clientmethod: none
socksmethod: none
user.privileged: {user}
user.unprivileged: {user}
client pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 }}
socks pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 }}
"""


class Proxy:
    """A proxy at `address`, which wants the login above if `login`."""

    kinds = ("squid", "tinyproxy", "dante", "microsocks")

    def __init__(self, kind, web, login=False):
        self.kind, self.login = kind, login
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="windlass-proxy-"))
        # Squid gives up being root, and has to write its logs all the same.
        os.chmod(self.folder, 0o777)
        self.port, self.secure = free_port(), free_port()
        scheme = "http" if kind in ("squid", "tinyproxy") else "socks5h"
        self.address = f"{scheme}://127.0.0.1:{self.port}"
        self.command = getattr(self, kind)(web)
        self.process = None
        self.start()

    def squid(self, web):
        for end_ in ("pem", "key"):
            shutil.copy(web.folder / f"good.{end_}", self.folder)
            os.chmod(self.folder / f"good.{end_}", 0o644)
        password = subprocess.run(["openssl", "passwd", "-apr1", "S3CR3T"], check=True, capture_output=True, text=True)
        (self.folder / "users").write_text(f"me:{password.stdout}")
        access = SQUID_LOGIN.format(folder=self.folder) if self.login else "http_access allow all"
        self.configure(SQUID, access=access, secure=self.secure, certificate=self.folder / "good")
        return ["squid", "-N", "-f", self.folder / "conf"]

    def tinyproxy(self, _):
        self.configure(TINYPROXY, access="BasicAuth me S3CR3T" if self.login else "")
        return ["tinyproxy", "-d", "-c", self.folder / "conf"]

    def dante(self, _):
        self.configure(DANTE, user="root" if os.geteuid() == 0 else os.environ.get("USER", "nobody"))
        return ["danted", "-f", self.folder / "conf"]

    def microsocks(self, _):
        login = ["-u", "me", "-P", "S3CR3T"] if self.login else []
        return ["microsocks", "-i", "127.0.0.1", "-p", str(self.port), *login]

    def configure(self, text, **values):
        (self.folder / "conf").write_text(text.format(folder=self.folder, port=self.port, **values))

    def start(self):
        path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
        with open(self.folder / "output.log", "ab") as output:
            program = shutil.which(self.command[0], path=path)
            self.process = subprocess.Popen([program, *self.command[1:]], stdout=output, stderr=output)
        wait_for(lambda: self.process.poll() is not None or self.answers(), f"{self.kind} starts")
        if self.process.poll() is not None:
            raise AssertionError((self.folder / "output.log").read_text())

    def answers(self):
        with socket.socket() as caller:
            return caller.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        """Cuts off whatever goes through it."""
        self.process.kill()
        end(self.process)
        (self.folder / "squid.pid").unlink(missing_ok=True)

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Proxies(Case):
    @classmethod
    def setUpClass(cls):
        cls.web = WebServer(tls=True)
        cls.web.make("a.bin", 3 * MB)
        cls.roots = [cls.web.address, cls.web.secure["good"]]

    @classmethod
    def tearDownClass(cls):
        cls.web.close()

    def proxy(self, kind, login=False):
        proxy = Proxy(kind, self.web, login)
        self.addCleanup(proxy.close)
        return proxy

    def through(self, address, *arguments):
        return [*arguments, "--proxy", address, "--ca-file", self.web.authority]

    def same(self, path, name):
        self.assertEqual(digest(path), digest(self.web.folder / "files" / name))

    def both_ways(self, address, *more):
        for number, root in enumerate(self.roots):
            self.app.run(*self.through(address, "-vv", "get", f"{root}/files/a.bin", "-o", f"x{number}"), *more)
            self.same(self.folder / f"x{number}", "a.bin")
            to = ["--to", f"{root}/dav/up{number}", "--method", "put"]
            self.app.run(*self.through(address, "put", self.folder / f"x{number}", *to), *more)
            self.assertEqual(digest(self.web.folder / "dav" / f"up{number}"), digest(self.folder / f"x{number}"))
            (self.folder / f"x{number}").unlink()
            (self.web.folder / "dav" / f"up{number}").unlink()

    def look_everywhere(self):
        """Nothing of the login is on the disk, or was told to the web server."""
        for root in (self.app.profile, self.folder / "home"):
            for path in filter(pathlib.Path.is_file, root.rglob("*")):
                for secret in SECRETS:
                    self.assertNotIn(secret, path.read_bytes(), path)
        for request in self.web.requests("a.bin"):
            self.assertEqual((request["login"], request["proxy_login"]), ("", ""))

    def test_files_go_both_ways_through_every_proxy(self):
        for kind in Proxy.kinds:
            self.both_ways(self.proxy(kind).address)

    def test_a_file_through_a_proxy_is_what_its_checksum_says_or_it_is_none(self):
        for kind in Proxy.kinds:
            proxy = self.proxy(kind)
            for root in self.roots:
                source = self.web.folder / "files" / "a.bin"
                verifies(self, f"{root}/files/a.bin", source, "--proxy", proxy.address, "--ca-file", self.web.authority)

    def test_names_are_looked_up_here_or_by_the_proxy(self):
        for kind in ("dante", "microsocks"):
            self.both_ways(self.proxy(kind).address.replace("socks5h", "socks5"))

    def test_the_way_to_a_proxy_may_be_encrypted(self):
        proxy = self.proxy("squid", login=True)
        self.both_ways(f"https://localhost:{proxy.secure}", "--proxy-user", LOGIN)
        done = self.app.run("get", self.web.url("a.bin"), "--proxy", f"https://localhost:{proxy.secure}", code=1)
        self.assertIn("certificate is not trusted (localhost:", done.stderr)

    def test_a_proxy_gets_its_login_and_nobody_else(self):
        for kind in ("squid", "tinyproxy", "microsocks"):
            proxy = self.proxy(kind, login=True)
            self.both_ways(proxy.address, "--proxy-user", LOGIN)
            self.both_ways(proxy.address.replace("://", f"://{LOGIN}@"))
            self.look_everywhere()

    def test_a_proxy_that_wants_another_login_is_named(self):
        for kind in ("squid", "tinyproxy", "microsocks"):
            proxy = self.proxy(kind, login=True)
            for root in self.roots:
                for more in ([], ["--proxy-user", "you:S3CR3T"]):
                    command = self.through(proxy.address, "get", f"{root}/files/a.bin", "-o", "x", *more)
                    done = self.app.run(*command, code=1)
                    # Tinyproxy refuses a wrong login as if it were the server.
                    as_server = kind == "tinyproxy" and more and root == self.web.address
                    who, port = ("server", self.web.port) if as_server else ("proxy", proxy.port)
                    self.assertIn(f"The {who} wants a login (127.0.0.1:{port})", done.stderr)
                    self.assertNotIn("S3CR3T", done.stderr)
        self.look_everywhere()

    def test_a_download_that_a_proxy_cuts_off_goes_on_through_it(self):
        for kind in Proxy.kinds:
            for number, root in enumerate(self.roots):
                self.cut(kind, root, f"{kind}{number}.bin")

    def cut(self, kind, root, name):
        proxy = self.proxy(kind)
        self.web.make(name, 24 * MB)
        process = self.app.spawn(*self.through(proxy.address, "get", f"{root}/slow/{MB}/{name}", "-o", name))
        part = self.folder / f"{name}.part"
        wait_for(lambda: written(part) > 15 * MB, "15 MB have come")
        proxy.stop()
        proxy.start()
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0, out + err)
        self.same(self.folder / name, name)
        # Of a whole file on top of what had come, there would be 39 MB.
        sent = wait_for(lambda: self.sent(name) >= 24 * MB and self.sent(name), "all of it was counted")
        self.assertLess(sent, 36 * MB, err)

    def sent(self, name):
        return sum(request["sent"] for request in self.web.requests(name))

    def test_a_proxy_that_is_down_is_named(self):
        port = free_port()
        done = self.app.run("get", self.web.url("a.bin"), "--proxy", f"http://127.0.0.1:{port}", "--retries", "0", code=1)
        self.assertIn(f"The proxy does not answer (127.0.0.1:{port})", done.stderr)

    def test_this_computer_is_reached_straight_whatever_the_environment_says(self):
        proxy = f"http://127.0.0.1:{free_port()}"
        app = self.another("other", env={"ALL_PROXY": proxy, "http_proxy": proxy, "NO_PROXY": ""})
        app.run("get", self.web.url("a.bin"), "-o", "x")
        self.same(self.folder / "x", "a.bin")
        # But for servers elsewhere it is asked.
        done = app.run("get", "http://a.example/", "--retries", "0", code=1)
        self.assertIn("The proxy does not answer", done.stderr)

    def test_the_proxy_of_the_settings_is_used_by_a_session(self):
        proxy = self.proxy("tinyproxy")
        self.app.settings(proxy=proxy.address)
        name = self.app.run("get", self.web.url("a.bin"), "-o", "x", "--background").stdout.strip()
        self.app.wait_state(name, "completed")
        self.same(self.folder / "x", "a.bin")
        self.assertIn("a.bin", (proxy.folder / "access.log").read_text())


if __name__ == "__main__":
    main()
