#!/usr/bin/env python3
"""Logins and cookies at real servers: Basic and Digest (MD5 and SHA-256) at Apache and lighttpd, Basic and
cookies at nginx; over several connections, and after a server that forgot what it had asked."""

import hashlib
import json
import os
import subprocess

from harness import Case, main, wait_for
from others import MB, SIZE, Apache, Lighttpd
from sums import verifies
from webserver import WebServer, digest

LOGIN = "me:S3CR3T"
PLACES = {"basic": None, "md5": hashlib.md5, "sha": hashlib.sha256}


def users(server):
    """The files of those who may come, and a place for each way to ask them."""
    password = subprocess.run(["openssl", "passwd", "-apr1", "S3CR3T"], check=True, capture_output=True, text=True)
    (server.folder / "basic").write_text(f"me:{password.stdout}")
    for place, make in PLACES.items():
        (server.folder / "files" / place).mkdir()
        for file in (server.file, server.small):
            os.link(file, server.folder / "files" / place / file.name)
        if make:
            (server.folder / place).write_text(f"me:{place}:{make(f'me:{place}:S3CR3T'.encode()).hexdigest()}\n")
    for path in (server.folder / place for place in PLACES):
        path.chmod(0o644)


class Known(Apache):
    """Apache, with what only those get who have a login. Its challenges are old after a second."""

    places = ("basic", "md5")

    def configure(self):
        super().configure()
        users(self)
        folder, modules = "/usr/lib/apache2/modules", ("authn_core", "authn_file", "authz_user", "auth_basic", "auth_digest")
        with open(self.folder / "apache.conf", "a", encoding="utf-8") as file:
            for name in modules:
                file.write(f"\nLoadModule {name}_module {folder}/mod_{name}.so")
            file.write(f"""
                <Location /basic>\nAuthType Basic\nAuthName basic\nAuthUserFile {self.folder}/basic
                Require valid-user\n</Location>
                <Location /md5>\nAuthType Digest\nAuthName md5\nAuthUserFile {self.folder}/md5
                AuthDigestProvider file\nAuthDigestNonceLifetime 1\nRequire valid-user\n</Location>\n""")


class Asking(Lighttpd):
    """The same with lighttpd, which knows a better way too."""

    places = ("basic", "md5", "sha")

    def configure(self):
        super().configure()
        users(self)
        ways = {"basic": ("htpasswd", '"method" => "basic"'), "md5": ("htdigest", '"method" => "digest"'),
                "sha": ("htdigest", '"method" => "digest", "algorithm" => "SHA-256"')}
        with open(self.folder / "lighttpd.conf", "a", encoding="utf-8") as file:
            file.write('\nserver.modules += ("mod_auth", "mod_authn_file")\n')
            for place, (backend, way) in ways.items():
                file.write(f"""
                $HTTP["url"] =~ "^/{place}/" {{
                  auth.backend = "{backend}"\nauth.backend.{backend}.userfile = "{self.folder}/{place}"
                  auth.require = ("/{place}/" => ({way}, "realm" => "{place}", "require" => "valid-user"))
                }}\n""")


class Logins(Case):
    def begin(self, kind):
        self.server = kind()
        self.addCleanup(self.server.close)

    def same(self, name="x"):
        self.assertEqual(digest(self.folder / name), digest(self.server.file))
        self.assertEqual([str(path) for path in self.folder.glob("*.part")], [])

    def refused(self, address, *arguments):
        done = self.app.run("get", address, "-o", "no", "--json", *arguments, code=1)
        self.assertEqual(json.loads(done.stdout)["error"]["kind"], "unauthorized")
        self.assertNotIn("S3CR3T", done.stdout + done.stderr)
        self.assertFalse(list(self.folder.glob("no*")))

    def wanted(self, kind):
        """The login that is wanted is given, to every connection, and no other one is enough."""
        self.begin(kind)
        for place in kind.places:
            address = f"{self.server.address}/{place}"
            self.refused(f"{address}/small.bin")
            self.refused(f"{address}/small.bin", "--user", "me:wrong")
            verifies(self, f"{address}/small.bin", self.server.small, "--user", LOGIN)

    def forgotten(self, kind):
        """A server that is killed has forgotten its challenges, and gives the rest all the same."""
        self.begin(kind)
        for place in kind.places[1:]:
            earlier = self.server.sent()
            address = f"{self.server.address}/{place}/file.bin"
            name = self.app.run("get", address, "-o", place, "--user", LOGIN, "--connections", "8",
                                "--background").stdout.strip()
            wait_for(lambda name=name: self.app.show(name)["done"] > 5 * MB, "bytes have come")
            self.server.kill()
            self.app.wait_state(name, "waiting")
            self.server.start()
            done = self.app.wait_state(name, "completed")
            self.assertEqual((done["restarts"], done["error"]), (0, None))
            self.same(place)
            self.assertLess(self.server.sent() - earlier, SIZE, place)

    def test_apache_gives_to_those_it_knows_alone(self):
        self.wanted(Known)

    def test_lighttpd_gives_to_those_it_knows_alone(self):
        self.wanted(Asking)

    def test_apache_forgets_whom_it_knew_and_asks_again(self):
        self.forgotten(Known)

    def test_lighttpd_forgets_whom_it_knew_and_asks_again(self):
        self.forgotten(Asking)


class Cookies(Case):
    def setUp(self):
        super().setUp()
        self.web = WebServer()
        self.addCleanup(self.web.close)
        self.file = self.web.make("file.bin", 12 * MB)

    def same(self):
        self.assertEqual(digest(self.folder / "x"), digest(self.file))
        (self.folder / "x").unlink()

    def test_what_needs_a_cookie_comes_with_it_over_every_connection(self):
        address = f"{self.web.address}/cookie/file.bin"
        jar = self.folder / "cookies.txt"
        jar.write_text("127.0.0.1\tFALSE\t/cookie/\tFALSE\t0\tkey\tC00K1E\n127.0.0.1\tFALSE\t/\tFALSE\t0\ta\tb\n")
        for more in (["--cookie", "key=C00K1E"], ["--cookie-file", jar]):
            earlier = len(self.web.all_requests("file.bin"))
            self.app.run("get", address, "-o", "x", *more)
            self.same()
            self.assertGreater(len(self.web.all_requests("file.bin")) - earlier, 1, "one connection")
        done = self.app.run("get", address, "-o", "x", "--cookie", "key=other", "--json", code=1)
        self.assertEqual(json.loads(done.stdout)["error"]["kind"], "forbidden")

    def test_a_cookie_of_the_server_is_given_back_also_after_a_cut(self):
        name = self.app.run("get", f"{self.web.address}/gate/file.bin", "-o", "x", "--background").stdout.strip()
        wait_for(lambda: self.app.show(name)["done"] > 3 * MB, "bytes have come")
        self.web.kill()
        self.app.wait_state(name, "waiting")
        # Of requests that a kill cut nothing is in the log.
        earlier = len(self.web.requests("file.bin"))
        self.web.start()
        self.assertEqual(self.app.wait_state(name, "completed")["restarts"], 0)
        self.same()
        self.app.run("quit")
        sent = sum(request["sent"] for request in self.web.all_requests("file.bin")[earlier:])
        self.assertLess(sent, 12 * MB)


if __name__ == "__main__":
    main()
