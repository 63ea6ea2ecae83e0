#!/usr/bin/env python3
"""Downloads from real servers of FTP and SFTP: vsftpd, pure-ftpd and OpenSSH's, with and without TLS."""

import os
import random
import re
import shutil
import subprocess

from fileservers import kill, new_key, pure_ftpd, sshd, vsftpd
from harness import PATIENCE, Case, free_port, listens, main, wait_for, written
from line import Line
from sums import verifies
from webserver import digest, make_certificates

MB = 1_000_000
SIZE = 24 * MB
OLD = 1_577_880_000


class CutOnce(Line):
    """A line whose first connection is cut after so many bytes."""

    def __init__(self, port, most):
        self.most = most
        super().__init__(port, 100 * MB)

    def gave(self, client, count):
        super().gave(client, count)
        if self.most and self.carried >= self.most:
            self.most = None
            self.cut()


class Served(Case):
    """A folder with a file in it that a server gives out."""

    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o755)
        self.root = self.folder / "served"
        (self.root / "dir").mkdir(parents=True)
        self.file = self.root / "dir" / "a file.bin"
        self.write(1)
        self.port = free_port()
        self.server = None

    def write(self, seed, size=SIZE):
        self.file.write_bytes(random.Random(seed).randbytes(size))
        os.chmod(self.file, 0o644)
        os.utime(self.file, (OLD + seed, OLD + seed))

    def start(self, *command, **options):
        """Starts the server, and waits until it listens."""
        log = open(self.folder / "server.log", "ab")
        self.addCleanup(log.close)
        options = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log} | options
        self.server = subprocess.Popen([str(part) for part in command], **options)
        self.addCleanup(self.kill)
        wait_for(lambda: self.server.poll() is not None or listens(self.port), "the server listens")
        self.assertIsNone(self.server.poll(), (self.folder / "server.log").read_text(errors="replace"))

    def kill(self):
        kill(self.server)

    def get(self, address, *arguments, code=0):
        return self.app.run("get", address, "-o", "got", *arguments, code=code)

    def same(self, name="got"):
        self.assertEqual(digest(self.folder / name), digest(self.file))
        self.assertFalse(list(self.folder.glob("*.part")))

    def cut_and_resume(self, address, start, *arguments):
        """Kills the server in the middle of a download, starts it again, and lets the download go on."""
        name = self.app.run("get", address, "-o", self.folder / "cut", *arguments, "--background").stdout.strip()
        wait_for(lambda: self.app.show(name)["done"] > 4 * MB, "bytes have come")
        self.kill()
        before = wait_for(lambda: (shown := self.app.show(name))["state"] == "waiting" and shown, "it is cut")
        self.assertLess(before["done"], SIZE)
        earlier = self.sent()
        start()
        after = self.app.wait_state(name, "completed")
        self.assertEqual((after["restarts"], after["done"]), (0, SIZE))
        self.same("cut")
        # What had come is not asked for again, but for what was on its way.
        again = wait_for(lambda: self.sent() - earlier >= SIZE - before["done"] and self.sent() - earlier,
                         "all of it was counted")
        # What servers had put into the sockets of connections that were left is lost: the more, the slower they are.
        self.assertLess(again, SIZE - before["done"] + 5 * MB)

    def change_and_resume(self, address, start, *arguments):
        """The same, but meanwhile the file has become another one."""
        name = self.app.run("get", address, "-o", self.folder / "new", *arguments, "--background").stdout.strip()
        wait_for(lambda: self.app.show(name)["done"] > MB, "bytes have come")
        self.kill()
        self.write(2)
        start()
        self.assertEqual(self.app.wait_state(name, "paused")["reason"], "changed")
        self.app.run("restart", name)
        self.assertEqual(self.app.wait_state(name, "completed")["restarts"], 1)
        self.same("new")


class Vsftpd(Served):
    # Of each connection; many of them together must not be done before the server is killed.
    SLOW = MB // 4

    def serve(self, *lines, rate=SLOW):
        self.start(*vsftpd(self.folder, self.root, self.port, f"anon_max_rate={rate}", *lines))

    def tls(self, *lines):
        self.authority = make_certificates(self.folder)
        return ["ssl_enable=YES", "allow_anon_ssl=YES", "force_anon_data_ssl=YES", "force_anon_logins_ssl=YES",
                "ssl_tlsv1=YES", f"rsa_cert_file={self.folder}/good.pem", f"rsa_private_key_file={self.folder}/good.key", "ssl_ciphers=HIGH",
                *lines]

    def address(self, scheme="ftp", host="127.0.0.1"):
        return f"{scheme}://{host}:{self.port}/dir/a%20file.bin"

    def test_vsftpd_gives_a_file_and_goes_on_after_a_cut(self):
        self.serve(rate=0)
        self.get(self.address())
        self.same()
        self.kill()
        self.serve()
        self.cut_and_resume(self.address(), self.serve)

    def sent(self):
        """What the server says that it has sent."""
        log = (self.folder / "vsftpd.log").read_text()
        return sum(map(int, re.findall(r"DOWNLOAD: .*, (\d+) bytes", log)))

    def test_vsftpd_and_the_checksum_of_a_file(self):
        self.serve(rate=0)
        verifies(self, self.address(), self.file)

    def test_vsftpd_and_a_file_that_changed_during_a_cut(self):
        self.serve()
        self.change_and_resume(self.address(), self.serve)

    def test_vsftpd_and_what_is_not_there_or_not_allowed(self):
        self.serve(rate=0)
        self.assertIn("no such file", self.get(f"ftp://127.0.0.1:{self.port}/nothing", code=1).stderr)
        done = self.get(self.address(), "--user", "me:S3CR3T", code=1)
        self.assertIn("wants a login", done.stderr)
        self.assertNotIn("S3CR3T", done.stderr)
        self.assertFalse(list(self.folder.glob("got*")))

    def test_vsftpd_with_tls_before_the_login_and_continued_sessions(self):
        lines = self.tls("require_ssl_reuse=YES")
        authority = self.authority
        self.serve(*lines, rate=0)
        self.get(self.address("ftpes", "localhost"), "--ca-file", authority)
        self.same()
        self.assertIn("certificate is not trusted", self.get(self.address("ftpes", "localhost"), code=1).stderr)
        self.kill()
        self.serve(*lines, rate=MB)
        (self.folder / "got").unlink()
        process = self.app.spawn("get", self.address("ftpes", "localhost"), "-o", "got", "--ca-file", authority)
        part = self.folder / "got.part"
        wait_for(lambda: written(part) > MB, "bytes have come")
        self.kill()
        self.serve(*lines, rate=0)
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0, out + err)
        self.same()

    def test_vsftpd_with_tls_from_the_first_byte(self):
        self.serve(*self.tls("require_ssl_reuse=YES", "implicit_ssl=YES"), rate=0)
        self.get(self.address("ftps", "localhost"), "--ca-file", self.authority)
        self.same()

    def test_vsftpd_without_tls_is_not_spoken_to_in_the_open(self):
        self.serve(rate=0)
        self.assertIn("no encryption", self.get(self.address("ftpes"), code=1).stderr)
        self.assertFalse(list(self.folder.glob("got*")))


class PureFtpd(Served):
    def serve(self, *options):
        self.start(*pure_ftpd(self.folder, self.root, self.port, "-O", f"clf:{self.folder}/pure.log", *options))

    def sent(self):
        log = self.folder / "pure.log"
        return sum(map(int, re.findall(r'"GET .*" 200 (\d+)', log.read_text()))) if log.exists() else 0

    def address(self):
        return f"ftp://127.0.0.1:{self.port}/dir/a%20file.bin"

    def test_pure_ftpd_gives_a_file_and_goes_on_after_a_cut(self):
        self.serve()
        self.get(self.address(), "--user", "me:S3CR3T")
        self.same()
        self.kill()
        # Kilobytes a second, of each connection.
        slowly = lambda: self.serve("-T", ":700")
        slowly()
        self.cut_and_resume(self.address(), slowly, "--user", "me:S3CR3T")

    def test_pure_ftpd_and_the_checksum_of_a_file(self):
        self.serve()
        verifies(self, self.address(), self.file, "--user", "me:S3CR3T")

    def test_pure_ftpd_that_allows_few_connections(self):
        self.serve("-C", "2", "-T", ":6000")
        self.get(self.address(), "--user", "me:S3CR3T")
        self.same()

    def test_pure_ftpd_refuses_a_wrong_login(self):
        self.serve()
        self.assertIn("wants a login", self.get(self.address(), "--user", "me:wrong", code=1).stderr)


class OpenSsh(Served):
    """OpenSSH's server, for whoever runs the tests and with a key of theirs."""

    def setUp(self):
        super().setUp()
        self.ssh = self.folder / "home" / ".ssh"
        self.ssh.mkdir(parents=True, mode=0o700)
        for path in (self.folder / "host_key", self.ssh / "id_ed25519"):
            new_key(path)
        shutil.copy(self.ssh / "id_ed25519.pub", self.folder / "authorized")
        self.user = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
        key = (self.folder / "host_key.pub").read_text().split()[:2]
        self.host = f"[127.0.0.1]:{self.port} {' '.join(key)}\n"
        shown = subprocess.run(["ssh-keygen", "-lf", self.folder / "host_key.pub"], check=True, capture_output=True,
                               text=True)
        self.fingerprint = shown.stdout.split()[1]

    def serve(self):
        self.start(*sshd(self.folder, self.port))

    def address(self):
        return f"sftp://{self.user}@127.0.0.1:{self.port}{self.root}/dir/a%20file.bin"

    def trust(self):
        (self.ssh / "known_hosts").write_text(self.host)

    def test_openssh_gives_a_file_to_whoever_has_the_key_and_knows_it(self):
        self.serve()
        refused = self.get(self.address(), code=1)
        self.assertIn("key is not trusted", refused.stderr)
        self.assertIn(self.fingerprint, refused.stderr)
        self.assertFalse(list(self.folder.glob("got*")))
        self.get(self.address(), "--host-key", self.fingerprint)
        self.same()
        (self.folder / "got").unlink()
        self.trust()
        subprocess.run(["ssh-keygen", "-q", "-H", "-f", self.ssh / "known_hosts"], check=True, capture_output=True)
        self.get(self.address())
        self.same()

    def test_openssh_with_another_key_than_it_had_is_refused(self):
        self.trust()
        (self.folder / "host_key").unlink()
        new_key(self.folder / "host_key")
        self.serve()
        self.assertIn("somebody may be in between", self.get(self.address(), code=1).stderr)

    def test_openssh_and_what_is_not_there_or_not_a_file_or_not_ours(self):
        self.trust()
        self.serve()
        start = f"sftp://{self.user}@127.0.0.1:{self.port}{self.root}"
        self.assertIn("no such file", self.get(f"{start}/nothing", code=1).stderr)
        self.assertIn("something else than a file", self.get(f"{start}/dir", code=1).stderr)
        (self.ssh / "id_ed25519").unlink()
        self.assertIn("wants a login", self.get(f"{start}/nothing", code=1).stderr)

    def test_openssh_and_the_checksum_of_a_file(self):
        self.trust()
        self.serve()
        verifies(self, self.address(), self.file)

    def test_openssh_whose_first_connection_is_cut_during_the_login_is_asked_again(self):
        self.write(1, MB)
        self.serve()
        for most in range(600, 3000, 150):
            line = CutOnce(self.port, most)
            self.addCleanup(line.close)
            address = self.address().replace(f":{self.port}/", f":{line.near}/")
            self.get(address, "--host-key", self.fingerprint)
            self.same()
            (self.folder / "got").unlink()

    def test_openssh_goes_on_after_a_cut(self):
        # Through a line, for it cannot be told to be slow, and encrypts what it says. Over one connection, for what
        # was asked of it comes also after its death: 4 MB on each.
        line = Line(self.port, 4 * MB)
        self.addCleanup(line.close)
        self.sent = lambda: line.carried
        self.host = self.host.replace(f":{self.port}", f":{line.near}")
        self.trust()
        self.serve()
        address = self.address().replace(f":{self.port}/", f":{line.near}/")
        self.cut_and_resume(address, self.serve, "--connections", "1")


if __name__ == "__main__":
    main()
