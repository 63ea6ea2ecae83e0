#!/usr/bin/env python3
"""Uploads to stores of objects: S3 at rclone, which checks every signature, and at moto; and Google's resumable
sessions at the emulator of its storage."""

import os
import random
import signal
import subprocess
import time
import urllib.request

from fileservers import program_of
from harness import Case, free_port, listens, main, wait_for
from line import Line
from webserver import digest

MB = 1_000_000
SIZE = int(os.environ.get("UPLOAD_SIZE", 24 * MB))
PART = 8 * 1024 * 1024
CHUNK = 16 * 1024 * 1024
KEYS = "AKEY:S3CR3T/with+signs"
IN_ADDRESS = "AKEY:S3CR3T%2Fwith%2Bsigns"
# Towards a server that shall be cut off in the middle.
RATE = 12 * MB
# Beside the bytes of files: heads, and what lies between two ends of a cut connection.
BESIDE = 3 * MB


class Upwards(Line):
    """A line that is slow towards the server, and counts what it carries there."""

    def asked(self, client, data):
        self.carried += len(data)
        time.sleep(len(data) / self.rate)

    def gave(self, client, count):
        """That is not counted here."""


class Store(Case):
    """A server with a bucket, and a file to send there."""

    def setUp(self):
        super().setUp()
        self.file = self.folder / "large ü+&.bin"
        self.file.write_bytes(random.Random(1).randbytes(SIZE))
        self.port = free_port()
        self.server = None
        self.log = self.folder / "server.log"
        self.start()
        self.addCleanup(self.kill)
        self.line = Upwards(self.port, 100 * MB)
        self.addCleanup(self.line.close)

    def start(self):
        with open(self.log, "ab") as log:
            self.server = subprocess.Popen([str(part) for part in self.command()], stdin=subprocess.DEVNULL,
                                           stdout=log, stderr=log, env=os.environ | {"HOME": str(self.folder)})
        wait_for(lambda: self.server.poll() is not None or listens(self.port), "the server listens", 30)
        self.assertIsNone(self.server.poll(), self.log.read_text(errors="replace"))

    def kill(self):
        self.server.kill()
        self.server.wait()

    def put(self, file, port, *options, code=0):
        return self.app.run("put", file, "--to", self.address(port), *self.options, *options, code=code)

    def later(self, port, *options):
        """Sends the large file in the session; returns what it is called there."""
        return self.put(self.file, port, "--background", *options).stdout.split()[0]

    def check(self, name, verified):
        done = self.app.wait_state(name, "completed", 60)
        self.assertEqual(done["verified"], verified)
        self.assertEqual(digest(self.stored(self.file.name)), digest(self.file))

    def under_way(self, name, most=SIZE):
        """Waits until the server has said that it has something, but not all."""
        def there():
            confirmed = self.app.show(name).get("confirmed", 0)
            return 0 < confirmed < most and self.line.carried > confirmed + MB
        wait_for(there, "some of it is there", 30)

    def goes_up(self, verified):
        small = self.folder / "small.bin"
        small.write_bytes(b"x" * 100_000)
        empty = self.folder / "empty.bin"
        empty.write_bytes(b"")
        self.daemon()
        for file in small, empty:
            self.put(file, self.port)
            self.assertEqual(self.stored(file.name).read_bytes(), file.read_bytes())
        self.check(self.later(self.port), verified)

    def goes_on_after_a_cut(self, lost, verified):
        self.daemon()
        self.line.rate = RATE
        name = self.later(self.line.near)
        self.under_way(name)
        self.line.cut()
        self.check(name, verified)
        self.assertLess(self.line.carried, SIZE + lost + BESIDE)

    def goes_on_after_the_server_was_killed(self, lost, verified):
        self.daemon()
        self.line.rate = RATE
        name = self.later(self.line.near)
        self.under_way(name)
        self.kill()
        self.line.cut()
        self.start()
        self.check(name, verified)
        self.assertLess(self.line.carried, SIZE + lost + BESIDE)

    def goes_on_in_another_session(self, lost, verified):
        session = self.daemon()
        self.line.rate = RATE
        name = self.later(self.line.near)
        self.under_way(name)
        os.kill(session.pid, signal.SIGKILL)
        session.wait()
        self.daemon()
        self.log_in_again(name)
        self.check(name, verified)
        self.assertLess(self.line.carried, SIZE + lost + BESIDE)

    def log_in_again(self, name):
        """Gives the session what no session keeps."""


class S3(Store):
    options = ["--protocol", "s3"]

    def put(self, *arguments, user=KEYS, **options):
        return super().put(*arguments, "--user", user, **options)

    def address(self, port):
        return f"http://127.0.0.1:{port}/bucket/a%20folder/"

    def log_in_again(self, name):
        self.app.wait_state(name, "paused")
        state = b"".join(path.read_bytes() for path in self.app.profile.rglob("*") if path.is_file())
        self.assertNotIn(b"S3CR3T", state)
        self.app.run("set", name, f"url={self.address(self.line.near).replace('://', f'://{IN_ADDRESS}@')}")


class Rclone(S3):
    def command(self):
        (self.folder / "served" / "bucket").mkdir(parents=True, exist_ok=True)
        return [program_of("rclone"), "serve", "s3", "--addr", f"127.0.0.1:{self.port}",
                "--auth-key", KEYS.replace(":", ","), self.folder / "served"]

    def stored(self, name):
        return self.folder / "served" / "bucket" / "a folder" / name

    def test_rclone_takes_what_is_signed(self):
        self.goes_up("md5")

    def test_rclone_takes_nothing_that_is_signed_with_another_key(self):
        self.daemon()
        done = self.put(self.file, self.port, code=1, user="AKEY:S3CR3T")
        self.assertIn("SignatureDoesNotMatch", done.stderr)
        self.assertFalse(self.stored(self.file.name).exists())

    def test_rclone_gets_only_what_it_does_not_have_after_a_cut(self):
        self.goes_on_after_a_cut(PART, "md5")

    def test_rclone_gets_only_what_it_does_not_have_from_another_session(self):
        self.goes_on_in_another_session(PART, "md5")

    def test_rclone_forgets_when_it_is_killed_and_gets_all_of_it_again(self):
        self.goes_on_after_the_server_was_killed(SIZE, "md5")


class Moto(S3):
    def command(self):
        return [program_of("moto_server"), "-H", "127.0.0.1", "-p", self.port]

    def start(self):
        super().start()
        bucket = urllib.request.Request(f"http://127.0.0.1:{self.port}/bucket", method="PUT")
        urllib.request.urlopen(bucket, timeout=20).close()

    def stored(self, name):
        return fetched(self, f"http://127.0.0.1:{self.port}/bucket/a%20folder/{urllib.request.quote(name)}?Signature=any")

    def test_moto_takes_objects_in_parts(self):
        self.goes_up("md5")

    def test_moto_gets_only_what_it_does_not_have_after_a_cut(self):
        self.goes_on_after_a_cut(PART, "md5")

    def uploads(self):
        """The server's own list of what has begun."""
        address = f"http://127.0.0.1:{self.port}/bucket?uploads"
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.read().count(b"<Upload>")

    def test_moto_keeps_nothing_of_what_was_cancelled(self):
        self.daemon()
        self.line.rate = RATE
        name = self.later(self.line.near)
        self.under_way(name)
        self.assertEqual(self.uploads(), 1)
        self.app.run("cancel", name)
        wait_for(lambda: self.uploads() == 0, "nothing is left")
        wait_for(lambda: not self.app.leftovers(), "and that is known")

    def test_moto_replaces_nothing_where_that_is_not_wanted(self):
        self.daemon()
        file = self.folder / "a"
        for content, code in (b"1", 0), (b"2", 1):
            file.write_bytes(content)
            self.put(file, self.port, "--header", "If-None-Match: *", code=code)
        self.assertEqual(self.stored("a").read_bytes(), b"1")


class Google(Store):
    options = ["--protocol", "google"]

    def command(self):
        return [program_of("gcp-storage-emulator"), "--data-dir", self.folder / "kept", "start", "--host=127.0.0.1",
                f"--port={self.port}", "--default-bucket=bucket"]

    def address(self, port):
        return f"http://127.0.0.1:{port}/upload/storage/v1/b/bucket/o"

    def stored(self, name):
        name = urllib.request.quote(name)
        return fetched(self, f"http://127.0.0.1:{self.port}/download/storage/v1/b/bucket/o/{name}?alt=media")

    def test_the_emulator_takes_files_in_sessions(self):
        self.goes_up("length")

    def test_the_emulator_gets_only_what_it_does_not_have_after_a_cut(self):
        self.goes_on_after_a_cut(CHUNK, "length")

    def test_the_emulator_gets_only_what_it_does_not_have_from_another_session(self):
        self.goes_on_in_another_session(CHUNK, "length")


def fetched(test, address):
    """A file with what is there."""
    path = test.folder / "fetched"
    with urllib.request.urlopen(address, timeout=60) as answer:
        path.write_bytes(answer.read())
    return path


if __name__ == "__main__":
    main()
