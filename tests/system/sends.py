#!/usr/bin/env python3
"""Uploads to real servers of FTP and SFTP: vsftpd, pure-ftpd, pyftpdlib, rclone and OpenSSH's, cut in the middle by the
death of either side. UPLOAD_SIZE makes the files larger, in megabytes."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys

import files
from fileservers import SERVERS, new_key, pure_ftpd, sshd, vsftpd
from harness import main, runs, wait_for
from line import Line
from webserver import digest, make_certificates

MB = 1_000_000
SIZE = int(os.environ.get("UPLOAD_SIZE", "8")) * MB
# Bytes a second, where something is to happen in the middle.
SLOW = ("--limit", str(SIZE * 2 // 3))

# An FTP server in Python, at the port and in the folder that it is given; with a certificate, over TLS.
PYFTPD = """
import sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer
port, root, certificate, key = sys.argv[1:]
handler = TLS_FTPHandler if certificate else FTPHandler
handler.authorizer = DummyAuthorizer()
handler.authorizer.add_user("me", "S3CR3T", root, perm="elradfmwMT")
if certificate:
    handler.certfile, handler.keyfile = certificate, key
    handler.tls_control_required = handler.tls_data_required = True
FTPServer(("127.0.0.1", int(port)), handler).serve_forever()
"""


def python_program(name):
    path = SERVERS / "python" / "bin" / name
    return str(path) if path.is_file() else sys.exit(f"{name} is not in {SERVERS}/python; .ci/run puts it there")


class CountedLine(Line):
    """A line that counts what clients say."""

    said = 0

    def asked(self, client, data):
        self.said += len(data)


class Sent(files.Served):
    """A folder on a server into which a file is sent."""

    login = ("--user", "me:S3CR3T")
    # What a server may lose of what it had.
    loses = 0

    def setUp(self):
        super().setUp()
        self.inbox = self.root / "in"
        self.inbox.mkdir(mode=0o777)
        self.inbox.chmod(0o777)
        self.source = self.folder / "a file.bin"
        self.source.write_bytes(random.Random(7).randbytes(SIZE))
        self.target = self.inbox / "a file.bin"
        self.arguments = [*self.login]

    def address(self, folder="in/"):
        return f"ftp://127.0.0.1:{self.port}/{folder}"

    def put(self, *arguments, code=0, address=None):
        return self.app.run("put", self.source, "--to", address or self.address(), *self.arguments, *arguments, code=code)

    def same(self, path=None):
        """That the file is there as it should be, and nothing beside it."""
        path = path or self.target
        self.assertEqual(digest(path), digest(self.source))
        self.assertEqual([entry.name for entry in path.parent.iterdir() if entry.name.startswith(".")], [])

    def parts(self):
        return [entry for entry in self.inbox.iterdir() if entry.name.endswith(".part")]

    def there(self):
        """How much of the file the server has."""
        return sum(part.stat().st_size for part in self.parts())

    def begin(self, *arguments):
        """Begins to send slowly, in the background, and waits until some of it is at the server."""
        name = self.app.run("put", self.source, "--to", self.address(), *self.arguments, *SLOW, *arguments,
                            "--background").stdout.strip()
        wait_for(lambda: self.app.show(name)["done"] > SIZE // 4, "some of it was sent")
        return name

    def sends(self, start):
        """To a folder that is there, and to one that is not; nothing is replaced unasked."""
        start()
        self.put()
        self.same()
        self.put(address=self.address("in/new/folder/other.bin"))
        self.same(self.inbox / "new" / "folder" / "other.bin")
        self.target.write_bytes(b"kept")
        self.assertIn("name is taken", self.put(code=1).stderr)
        self.assertEqual((self.target.read_bytes(), self.parts()), (b"kept", []))
        self.put("--if-exists", "rename")
        self.same(self.inbox / "a file (1).bin")
        self.put("--if-exists", "overwrite")
        self.same()
        self.assertEqual(len(list(self.inbox.iterdir())), 3)
        self.source.write_bytes(b"")
        self.put(address=self.address("in/empty"))
        self.same(self.inbox / "empty")

    def goes_on_after_the_servers_death(self, start):
        """The file that is to be replaced stays what it was until all of the new one is there."""
        self.target.write_bytes(b"old")
        name = self.begin("--if-exists", "overwrite")
        self.kill()
        wait_for(lambda: self.app.show(name)["state"] == "waiting", "it is cut")
        had = self.there()
        self.assertEqual(self.target.read_bytes(), b"old")
        start()
        after = self.app.wait_state(name, "completed")
        self.assertEqual((after["restarts"], after["done"]), (0, SIZE))
        self.same()
        return had

    def goes_on_after_our_death(self):
        self.target.write_bytes(b"old")
        self.daemon()
        name = self.begin("--if-exists", "overwrite")
        pid = self.app.pid()
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not runs(pid), "the session is gone")
        self.assertEqual(self.target.read_bytes(), b"old")
        had = self.there()
        self.daemon()
        return name, had

    def ends_well(self, name):
        after = self.app.wait_state(name, "completed")
        self.assertEqual((after["restarts"], after["done"], after["verified"]), (0, SIZE, "length"))
        self.same()

    def keeps_nothing_of_what_was_cancelled(self):
        self.target.write_bytes(b"old")
        name = self.begin("--if-exists", "overwrite")
        self.app.run("cancel", name)
        wait_for(lambda: not self.parts(), "nothing is left")
        wait_for(lambda: not self.app.leftovers(), "and that is known")
        self.assertEqual(([entry.name for entry in self.inbox.iterdir()], self.target.read_bytes()),
                         (["a file.bin"], b"old"))


class Vsftpd(Sent):
    login = ()

    def serve(self):
        self.start(*vsftpd(self.folder, self.root, self.port, "write_enable=YES", "anon_upload_enable=YES",
                           "anon_mkdir_write_enable=YES", "anon_other_write_enable=YES", "anon_umask=022", *self.lines))

    lines = ()

    def carried(self):
        """What came with each transfer that came to an end."""
        log = (self.folder / "vsftpd.log").read_text()
        return list(map(int, re.findall(r"UPLOAD: .*, (\d+) bytes", log)))

    def test_vsftpd_takes_files(self):
        self.sends(self.serve)

    def test_vsftpd_keeps_nothing_of_what_was_cancelled(self):
        self.serve()
        self.keeps_nothing_of_what_was_cancelled()

    def test_vsftpd_and_its_death(self):
        self.serve()
        had = self.goes_on_after_the_servers_death(self.serve)
        self.assertGreater(had, 0)
        self.assertLessEqual(self.carried()[-1], SIZE - had + 65_536)

    def test_vsftpd_and_our_death(self):
        self.serve()
        name, had = self.goes_on_after_our_death()
        self.ends_well(name)
        self.assertLessEqual(self.carried()[-1], SIZE - had + 65_536)

    def test_vsftpd_with_tls_before_the_login_and_continued_sessions(self):
        self.encrypted("ftpes", "require_ssl_reuse=YES")

    def test_vsftpd_with_tls_from_the_first_byte(self):
        self.encrypted("ftps", "require_ssl_reuse=YES", "implicit_ssl=YES")

    def encrypted(self, scheme, *lines):
        authority = make_certificates(self.folder)
        self.lines = ("ssl_enable=YES", "allow_anon_ssl=YES", "force_anon_data_ssl=YES", "force_anon_logins_ssl=YES",
                      "ssl_tlsv1=YES", f"rsa_cert_file={self.folder}/good.pem", "ssl_ciphers=HIGH",
                      f"rsa_private_key_file={self.folder}/good.key", *lines)
        self.serve()
        self.arguments += ["--ca-file", authority]
        self.put(address=f"{scheme}://localhost:{self.port}/in/")
        self.same()

    def test_vsftpd_that_may_not_be_written_to_says_so(self):
        self.lines = ("write_enable=NO",)
        self.serve()
        self.assertIn("Permission denied", self.put(code=1).stderr)


class PureFtpd(Sent):
    def serve(self, *options):
        self.start(*pure_ftpd(self.folder, self.root, self.port, *options))

    def test_pure_ftpd_takes_files(self):
        self.sends(self.serve)

    def test_pure_ftpd_and_its_death(self):
        # It keeps nothing of what was cut, so everything is sent again.
        self.serve()
        self.goes_on_after_the_servers_death(self.serve)


class Pyftpd(Sent):
    certificate = ("", "")

    def serve(self):
        self.start(python_program("python"), "-c", PYFTPD, self.port, self.root, *self.certificate)

    def test_pyftpdlib_takes_files(self):
        self.sends(self.serve)

    def test_pyftpdlib_and_its_death(self):
        self.serve()
        self.assertGreater(self.goes_on_after_the_servers_death(self.serve), 0)

    def test_pyftpdlib_and_our_death_needs_the_password_again(self):
        self.serve()
        name, _ = self.goes_on_after_our_death()
        self.assertEqual(self.app.wait_state(name, "paused")["reason"], "needs-login")

    def test_pyftpdlib_with_tls_before_the_login(self):
        authority = make_certificates(self.folder)
        self.certificate = (self.folder / "good.pem", self.folder / "good.key")
        self.serve()
        self.arguments += ["--ca-file", authority]
        self.put(address=f"ftpes://localhost:{self.port}/in/")
        self.same()
        self.target.unlink()
        self.assertIn("certificate is not trusted", self.app.run(
            "put", self.source, "--to", f"ftpes://localhost:{self.port}/in/", *self.login, code=1).stderr)


class Rclone(Sent):
    """A server that destroys what it is asked to go on with."""

    def serve(self):
        self.start(python_program("rclone"), "serve", "ftp", "--addr", f"127.0.0.1:{self.port}", "--user", "me",
                   "--pass", "S3CR3T", "--config", "/dev/null", self.root)

    def test_rclone_takes_files(self):
        self.sends(self.serve)

    def test_rclone_and_its_death(self):
        self.serve()
        self.goes_on_after_the_servers_death(self.serve)


class OpenSsh(Sent):
    login = ()

    def setUp(self):
        super().setUp()
        ssh = self.folder / "home" / ".ssh"
        ssh.mkdir(parents=True, mode=0o700)
        for path in (self.folder / "host_key", ssh / "id_ed25519"):
            new_key(path)
        shutil.copy(ssh / "id_ed25519.pub", self.folder / "authorized")
        self.user = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
        key = subprocess.run(["ssh-keygen", "-lf", self.folder / "host_key.pub"], check=True, capture_output=True, text=True)
        self.arguments = ["--host-key", key.stdout.split()[1]]
        self.line = CountedLine(self.port, 100 * MB)
        self.addCleanup(self.line.close)

    def serve(self):
        self.start(*sshd(self.folder, self.port))

    def address(self, folder="in/"):
        return f"sftp://{self.user}@127.0.0.1:{self.line.near}{self.root}/{folder}"

    def test_openssh_takes_files(self):
        self.sends(self.serve)

    def test_openssh_and_its_death(self):
        self.serve()
        self.goes_on_after_the_servers_death(self.serve)
        # It goes on before the end of what it had, where pieces could be missing.
        self.assertLess(self.line.said, SIZE * 1.05 + 4 * 1024 * 1024)

    def test_openssh_and_our_death(self):
        self.serve()
        name, had = self.goes_on_after_our_death()
        self.assertGreater(had, 0)
        self.ends_well(name)
        self.assertLess(self.line.said, SIZE * 1.05 + 4 * 1024 * 1024)

    def test_openssh_whose_connection_is_cut_again_and_again(self):
        self.serve()
        name = self.begin()
        for part in (2, 3, 4):
            wait_for(lambda: self.app.show(name)["done"] > SIZE * part // 6, "more was sent")
            self.line.cut()
            wait_for(lambda: self.app.show(name)["state"] == "waiting", "it is cut")
        self.ends_well(name)

    def test_openssh_and_a_file_that_changes_meanwhile(self):
        self.serve()
        name = self.begin()
        with open(self.source, "r+b") as file:
            file.write(b"changed")
        self.assertEqual(self.app.wait_state(name, "failed")["error"]["kind"], "file-changed")
        self.assertFalse(self.target.exists())
        self.app.run("restart", name)
        self.app.wait_state(name, "completed")
        self.assertEqual(digest(self.target), digest(self.source))

    def test_openssh_whose_key_is_another_gets_nothing(self):
        self.serve()
        self.arguments = ["--host-key", "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"]
        self.assertIn("key is not trusted", self.put(code=1).stderr)
        self.assertEqual(list(self.inbox.iterdir()), [])

    def test_openssh_and_a_folder_that_is_not_ours(self):
        self.serve()
        address = f"sftp://{self.user}@127.0.0.1:{self.line.near}/proc/nothing/file"
        self.assertTrue(self.put(code=1, address=address).stderr)


if __name__ == "__main__":
    main()
