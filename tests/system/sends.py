#!/usr/bin/env python3
"""Uploads to real servers of FTP and SFTP: vsftpd, proftpd, pure-ftpd, pyftpdlib, rclone and OpenSSH's."""

import math
import shutil
import subprocess

import uploads
from fileservers import new_key, proftpd, program_of, pure_ftpd, python, sshd, vsftpd
from harness import main, wait_for
from line import FtpGate, Gate
from uploads import SIZE, Cut, GivenUp
from webserver import digest, make_certificates

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


class Sent(uploads.Upload):
    """A folder on a server into which a file is sent."""

    gate = FtpGate
    login = "me:S3CR3T"
    overwrites = True

    def prepare(self):
        self.root = self.folder / "served"
        self.inbox = self.root / "in"
        self.inbox.mkdir(parents=True)
        self.inbox.chmod(0o777)
        self.options = ("--user", self.login) if self.login else ()

    def address(self, port, place="in/", login=""):
        return f"ftp://{login}127.0.0.1:{port}/{place}"

    def stored(self):
        return self.inbox / self.file.name

    def same(self, path=None):
        """That the file is there as it should be, and no part of it beside."""
        path = path or self.stored()
        self.assertEqual(digest(path), digest(self.file))
        self.assertEqual([entry.name for entry in path.parent.iterdir() if entry.name.endswith(".part")], [])

    def left(self):
        return list(self.inbox.iterdir())

    def was_forgotten(self, name):
        if self.login:
            self.assertEqual(self.app.wait_state(name, "paused")["reason"], "needs-login")
            self.app.run("set", name, f"url={self.address(self.line.near, login=self.login + '@')}")


class Sends(Cut, GivenUp):
    """What every server has to do."""

    def test_files_go_to_folders_old_and_new_and_replace_nothing_unasked(self):
        self.put()
        self.same()
        self.put(to=self.address(self.line.near, "in/new/folder/other.bin"))
        self.same(self.inbox / "new" / "folder" / "other.bin")
        self.stored().write_bytes(b"kept")
        self.assertIn("name is taken", self.put(code=1).stderr)
        self.assertEqual(self.stored().read_bytes(), b"kept")
        self.put("--if-exists", "rename")
        self.same(self.inbox / f"{self.file.stem} (1).bin")
        self.put("--if-exists", "overwrite")
        self.same()
        self.assertEqual(len(list(self.inbox.iterdir())), 3)
        self.file.write_bytes(b"")
        self.put(to=self.address(self.line.near, "in/empty"))
        self.same(self.inbox / "empty")


class VsftpdServer(Sent):
    kind = "vsftpd"
    login = None
    lines = ()

    def command(self):
        return vsftpd(self.folder, self.root, self.port, "write_enable=YES", "anon_upload_enable=YES",
                      "anon_mkdir_write_enable=YES", "anon_other_write_enable=YES", "anon_umask=022", *self.lines)


class Vsftpd(Sends, VsftpdServer):
    def test_with_tls_before_the_login_and_continued_sessions(self):
        self.encrypted("ftpes", "require_ssl_reuse=YES")

    def test_with_tls_from_the_first_byte(self):
        self.encrypted("ftps", "require_ssl_reuse=YES", "implicit_ssl=YES")

    def encrypted(self, scheme, *lines):
        authority = make_certificates(self.folder)
        self.kill()
        self.lines = ("ssl_enable=YES", "allow_anon_ssl=YES", "force_anon_data_ssl=YES", "force_anon_logins_ssl=YES",
                      "ssl_tlsv1=YES", f"rsa_cert_file={self.folder}/good.pem", "ssl_ciphers=HIGH",
                      f"rsa_private_key_file={self.folder}/good.key", *lines)
        self.serve()
        self.put("--ca-file", authority, to=f"{scheme}://localhost:{self.port}/in/")
        self.same()

    def test_where_nothing_may_be_written_that_is_said(self):
        self.kill()
        self.lines = ("write_enable=NO",)
        self.serve()
        self.assertIn("Permission denied", self.put(code=1).stderr)


class Proftpd(Sends, Sent):
    kind = "proftpd"

    def command(self):
        return proftpd(self.folder, self.root, self.port)


class PureFtpd(Sends, Sent):
    kind = "pure-ftpd"

    def command(self):
        return pure_ftpd(self.folder, self.root, self.port)


class Pyftpd(Sends, Sent):
    kind = "pyftpdlib"
    certificate = ("", "")

    def command(self):
        return [python(), "-c", PYFTPD, self.port, self.root, *self.certificate]

    def test_with_tls_before_the_login(self):
        authority = make_certificates(self.folder)
        self.kill()
        self.certificate = (self.folder / "good.pem", self.folder / "good.key")
        self.serve()
        to = f"ftpes://localhost:{self.port}/in/"
        self.put("--ca-file", authority, to=to)
        self.same()
        self.stored().unlink()
        self.assertIn("certificate is not trusted", self.put(to=to, code=1).stderr)


class Rclone(Sends, Sent):
    """A server that destroys what it is asked to go on with."""

    kind = "rclone, by FTP"

    def command(self):
        return [program_of("rclone"), "serve", "ftp", "--addr", f"127.0.0.1:{self.port}", "--user", "me",
                "--pass", "S3CR3T", "--config", "/dev/null", self.root]


class OpenSshServer(Sent):
    kind = "OpenSSH"
    gate = Gate
    login = None

    def prepare(self):
        super().prepare()
        ssh = self.folder / "home" / ".ssh"
        ssh.mkdir(parents=True, mode=0o700)
        for path in (self.folder / "host_key", ssh / "id_ed25519"):
            new_key(path)
        shutil.copy(ssh / "id_ed25519.pub", self.folder / "authorized")
        self.user = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
        key = subprocess.run(["ssh-keygen", "-lf", self.folder / "host_key.pub"], check=True, capture_output=True, text=True)
        self.options = ("--host-key", key.stdout.split()[1])

    def command(self):
        return sshd(self.folder, self.port)

    def address(self, port, place="in/"):
        return f"sftp://{self.user}@127.0.0.1:{port}{self.root}/{place}"


class OpenSsh(Sends, OpenSshServer):
    def test_a_file_that_changes_meanwhile_is_not_mixed(self):
        self.line.shut_after(SIZE // 4)
        name = self.put("--background").stdout.strip()
        wait_for(self.line.is_shut, "some of it was sent")
        with open(self.file, "r+b") as file:
            file.write(b"changed")
        self.line.shut_after(math.inf)
        self.assertEqual(self.app.wait_state(name, "failed")["error"]["kind"], "file-changed")
        self.assertFalse(self.stored().exists())
        self.app.run("restart", name)
        self.app.wait_state(name, "completed")
        self.assertEqual(digest(self.stored()), digest(self.file))

    def test_a_server_whose_key_is_another_gets_nothing(self):
        self.options = ("--host-key", "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU")
        self.assertIn("key is not trusted", self.put(code=1).stderr)
        self.assertEqual(list(self.inbox.iterdir()), [])

    def test_a_folder_that_is_not_ours_is_refused(self):
        to = f"sftp://{self.user}@127.0.0.1:{self.line.near}/proc/nothing/file"
        self.assertTrue(self.put(code=1, to=to).stderr)


if __name__ == "__main__":
    main()
