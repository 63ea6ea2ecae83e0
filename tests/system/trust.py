#!/usr/bin/env python3
"""Certificates are checked, and secrets reach nobody but the server they are for."""

import os
import signal

from harness import PATIENCE, Case, main, wait_for, written
from webserver import WebServer, digest

MB = 1_000_000
SECRETS = ["S3CR3T", "H1DD3N", "C00K1E", "bWU6UzNDUjNU"]  # the last one is me:S3CR3T in base64


class Trust(Case):
    @classmethod
    def setUpClass(cls):
        cls.web = WebServer(tls=True)
        cls.web.make("a.bin", 3 * MB)

    @classmethod
    def tearDownClass(cls):
        cls.web.close()

    def get(self, server, *arguments, code=0):
        return self.app.run("get", self.web.secure[server] + "/files/a.bin", "-o", "x", *arguments, code=code)


class Certificates(Trust):
    def test_a_server_whose_authority_was_named_is_trusted(self):
        self.get("good", "--ca-file", self.web.authority)
        self.assertEqual(digest(self.folder / "x"), digest(self.web.folder / "files" / "a.bin"))
        self.app.run("put", self.folder / "x", "--to", self.web.secure["good"] + "/dav/x", "--method", "put",
                     "--ca-file", self.web.authority)
        self.assertEqual(digest(self.folder / "x"), digest(self.web.folder / "dav" / "x"))

    def test_a_server_whose_authority_is_not_known_is_refused(self):
        self.assertIn("certificate is not trusted", self.get("good", code=1).stderr)

    def test_a_certificate_for_another_name_is_refused(self):
        done = self.get("other", "--ca-file", self.web.authority, code=1)
        self.assertIn("certificate belongs to another name", done.stderr)

    def test_an_expired_certificate_is_refused(self):
        done = self.get("expired", "--ca-file", self.web.authority, code=1)
        self.assertIn("certificate has expired", done.stderr)

    def test_what_is_refused_leaves_no_file_and_is_not_tried_again(self):
        self.get("good", code=1)
        self.assertFalse(list(self.folder.glob("x*")))
        self.assertFalse([request for request in self.web.requests("a.bin") if request["status"] == 0])

    def test_an_authority_that_is_not_there_is_told(self):
        done = self.get("good", "--ca-file", "nowhere.pem", code=1)
        self.assertIn("nowhere.pem", done.stderr)


class Secrets(Trust):
    ARGUMENTS = ("--user", "me:S3CR3T", "-H", "X-Key: H1DD3N", "--cookie", "session=C00K1E")

    def look_everywhere(self, *texts):
        """Every file of the profile and the home, and what was printed, holds no secret."""
        seen = 0
        for root in (self.app.profile, self.folder / "home"):
            for path in root.rglob("*"):
                if path.is_file():
                    seen += 1
                    self.no_secret_in(path.read_bytes(), path)
        for text in texts:
            self.no_secret_in(text.encode(), "what was printed")
        return seen

    def no_secret_in(self, data, where):
        for secret in SECRETS:
            self.assertNotIn(secret.encode(), data, f"{secret} is in {where}")

    def test_a_session_writes_no_secret_down_and_asks_again_after_a_crash(self):
        address = self.web.address + "/login/a.bin"
        done = self.app.run("-v", "get", address, "-o", "x", *self.ARGUMENTS, "--background")
        name = done.stdout.strip()
        self.app.wait_state(name, "completed")
        slow = self.app.run("get", self.web.url("a.bin", MB // 8), "-o", "y", *self.ARGUMENTS, "--background")
        slow = slow.stdout.strip()
        wait_for(lambda: self.app.show(slow)["done"] > 0, "a download is on its way")
        pid = self.app.pid()
        for file in ("cmdline", "environ"):
            with open(f"/proc/{pid}/{file}", "rb") as data:
                self.no_secret_in(data.read(), file)
        told = [done.stderr, self.app.run("list", "--json").stdout, self.app.run("show", name, "--json").stdout]
        self.assertGreater(self.look_everywhere(*told), 2)
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: self.app.pid() is None, "the session is gone")
        self.look_everywhere()
        self.daemon()
        again = self.app.wait_state(slow, "paused")
        self.assertEqual(again["reason"], "needs-login")
        self.app.run("quit")
        self.look_everywhere()

    def test_an_address_with_a_login_in_it_is_shown_and_kept_without(self):
        address = self.web.address.replace("://", "://me:S3CR3T@") + "/login/a.bin"
        name = self.app.run("get", address, "-o", "x", "--background").stdout.strip()
        self.app.wait_state(name, "completed")
        self.assertEqual(digest(self.folder / "x"), digest(self.web.folder / "files" / "a.bin"))
        self.look_everywhere(self.app.run("list", "--json").stdout, self.app.run("show", name).stdout)

    def test_a_get_in_its_own_process_writes_no_secret_down(self):
        command = ["-vv", "get", self.web.url("a.bin", MB // 8), "-o", "x", *self.ARGUMENTS]
        process = self.app.spawn(*command)
        part = self.folder / "x.part"
        wait_for(lambda: written(part), "bytes have come")
        self.look_everywhere()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
        self.look_everywhere(out, err)
        done = self.app.run(*command)
        self.look_everywhere(done.stdout, done.stderr)
        self.assertEqual(digest(self.folder / "x"), digest(self.web.folder / "files" / "a.bin"))

    def test_a_refused_login_is_told_without_it(self):
        self.web.make("b.bin", 10)
        done = self.app.run("-v", "get", self.web.address + "/login/b.bin", "--user", "you:S3CR3T", code=1)
        self.assertIn("wants a login", done.stderr)
        self.look_everywhere(done.stdout, done.stderr)


if __name__ == "__main__":
    main()
