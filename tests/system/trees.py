#!/usr/bin/env python3
"""Folders that are sent to real servers: WebDAV (Apache, rclone), SFTP (OpenSSH), FTP (pyftpdlib), S3 (rclone) and a
plain web server that takes PUT (nginx). What arrives is compared with what was sent, file by file."""

import os
import random
import shutil
import signal
import socket
import subprocess

import davs
import objects
import sends
from fileservers import kill, new_key, python, sshd
from harness import Case, free_port, listens, main, wait_for
from webserver import digest, talks

SMALL = 300
NAMES = ["with space.txt", "größe 日本語.txt", "it's \"quoted\"", "#hash?query%20&100%", "-dash;a+b=c", "deep/er/and/er/f",
         "..three", "~tilde", "x.part", ".hidden"]


def content(folder):
    """The sum of each file below a folder, by its path there."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): digest(path) for path in files}


class Trees:
    """What every server has to do; each says how it is started, its address, and where it keeps what it gets."""

    options = ()

    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o755)
        self.root = self.folder / "served"
        (self.root / "in").mkdir(parents=True)
        for folder in (self.root, self.root / "in"):
            os.chmod(folder, 0o777)
        self.port = free_port()
        self.tree = self.folder / "a tree #1"
        self.fill()
        self.start()

    def fill(self):
        some = random.Random(5)
        for name in [*NAMES, *(f"many/{number:03} ä.bin" for number in range(SMALL))]:
            path = self.tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(some.randbytes(some.randrange(1, 3000)))
        (self.tree / "empty").touch()
        (self.tree / "large").write_bytes(some.randbytes(3_000_000))

    def start(self):
        with open(self.folder / "server.log", "ab") as log:
            self.server = subprocess.Popen([str(part) for part in self.command()], stdin=subprocess.DEVNULL, stdout=log,
                                           stderr=log, cwd=self.folder, env=os.environ | {"HOME": str(self.folder)})
        self.addCleanup(kill, self.server)
        wait_for(lambda: self.server.poll() is not None or listens(self.port), "the server listens")
        self.assertIsNone(self.server.poll(), (self.folder / "server.log").read_text(errors="replace"))

    def arguments(self, *what):
        return ["put", *what, "--to", self.address(), *self.options]

    def place(self):
        """Where the server keeps what it gets."""
        return self.root / "in"

    def test_a_tree_arrives_as_it_is_also_after_our_death(self):
        sent = content(self.tree)
        process = self.app.spawn(*self.arguments(self.tree))
        arrived = self.place() / self.tree.name
        wait_for(lambda: len(list(arrived.glob("many/*.bin"))) > SMALL // 10, "some of it is there")
        process.send_signal(signal.SIGKILL)
        process.communicate()
        # A request of the dead that is still being worked on would make its file once more, after us.
        wait_for(lambda: not talks(self.port), "the server has noticed")
        had = content(arrived)
        self.assertLess(len(had), len(sent), "it was not killed in the middle")
        said = self.app.run(*self.arguments(self.tree), seconds=120).stderr
        self.assertIn(f"{len(sent)} files in 6 folders", said)
        self.assertEqual(content(arrived), sent)


class Named(Trees):
    """Where it can be seen that a name is taken."""

    def test_what_is_there_already_is_not_replaced_and_the_rest_arrives(self):
        small = self.folder / "small"
        for name in ("a", "sub/b", "sub/c"):
            (small / name).parent.mkdir(parents=True, exist_ok=True)
            (small / name).write_text(name)
        (self.place() / "sub").mkdir()
        (self.place() / "sub" / "b").write_text("kept")
        for path in self.place().rglob("*"):
            os.chmod(path, 0o777)
        said = self.app.run(*self.arguments(f"{small}/"), code=1).stderr
        self.assertIn("sub/b: The name is taken", said)
        texts = {str(path.relative_to(self.place())): path.read_text() for path in self.place().rglob("*") if path.is_file()}
        self.assertEqual(texts, {"a": "a", "sub/b": "kept", "sub/c": "sub/c"})


class Dav(Named):
    def address(self):
        return f"http://127.0.0.1:{self.port}/in"


class Apache(Dav, Case):
    def command(self):
        return davs.Apache.command(self)


class Rclone(Dav, Case):
    def command(self):
        return davs.Rclone.command(self)


class OpenSsh(Named, Case):
    def setUp(self):
        super().setUp()
        key = subprocess.run(["ssh-keygen", "-lf", self.folder / "host_key.pub"], check=True, capture_output=True, text=True)
        self.options = ["--host-key", key.stdout.split()[1]]

    def command(self):
        ssh = self.folder / "home" / ".ssh"
        ssh.mkdir(parents=True, mode=0o700)
        for path in (self.folder / "host_key", ssh / "id_ed25519"):
            new_key(path)
        shutil.copy(ssh / "id_ed25519.pub", self.folder / "authorized")
        self.user = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
        return sshd(self.folder, self.port)

    def address(self):
        return f"sftp://{self.user}@127.0.0.1:{self.port}{self.root}/in"

    def test_names_that_are_no_text_arrive_too_and_what_is_no_file_is_told(self):
        odd = self.folder / "odd"
        odd.mkdir()
        name = os.fsencode(odd) + b"/\xff\xfe.bin"
        with open(name, "wb") as file:
            file.write(b"bytes")
        os.symlink("/etc/passwd", odd / "outside")
        os.symlink("..", odd / "up")
        (odd / "void").mkdir()
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(odd / "socket"))
            said = self.app.run(*self.arguments(odd), "--json")
        self.assertEqual(os.listdir(os.fsencode(self.place() / "odd")), [b"\xff\xfe.bin"])
        for line in ("outside: not sent, as it is a link to something outside", "up: not sent, as it is a link to a folder",
                     "void: not sent, as there is nothing", "socket: not sent, as it is no ordinary file"):
            self.assertIn(line, said.stderr)


class Pyftpdlib(Named, Case):
    options = ("--user", "me:S3CR3T")

    def command(self):
        return [python(), "-c", sends.PYFTPD, self.port, self.root, "", ""]

    def address(self):
        return f"ftp://127.0.0.1:{self.port}/in"


class Bucket(Trees, Case):
    options = ("--protocol", "s3", "--user", objects.KEYS)

    def command(self):
        return objects.Rclone.command(self)

    def address(self):
        return f"http://127.0.0.1:{self.port}/bucket"

    def place(self):
        return self.root / "bucket"


class Nginx(Trees, Case):
    options = ("--method", "put")

    def command(self):
        command = davs.Nginx.command(self)
        configuration = command[-1]
        text = configuration.read_text().replace("dav_methods", "create_full_put_path on; dav_methods")
        configuration.write_text(text)
        return command

    def address(self):
        return f"http://127.0.0.1:{self.port}/in/"


if __name__ == "__main__":
    main()
