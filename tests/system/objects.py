#!/usr/bin/env python3
"""Uploads to stores of objects: S3 at rclone, which checks every signature, and at moto; and Google's resumable
sessions at the emulator of its storage."""

import shutil
import threading
import time
import urllib.request

import uploads
from fileservers import program_of
from harness import main
from line import Line
from uploads import LONG_ENOUGH, MIB, SIZE, WORDS, Cut, GivenUp

KEYS = "AKEY:S3CR3T/with+signs"
IN_ADDRESS = "AKEY:S3CR3T%2Fwith%2Bsigns"


class Slow(Line):
    """A line that is slow towards the server on each connection, and counts what it carries there, and over how many
    connections at once."""

    def __init__(self, port):
        self.said, self.busy, self.most, self.counting = 0, 0, 0, threading.Lock()
        super().__init__(port, 4 * MIB)

    def asked(self, client, data):
        carries_file = len(data) > 10_000
        with self.counting:
            self.said += len(data)
            self.busy += carries_file
            self.most = max(self.most, self.busy)
        time.sleep(len(data) / self.rate)
        with self.counting:
            self.busy -= carries_file


class Store(uploads.Upload):
    """A server with a bucket."""

    def stored(self):
        return self.kept(self.file.name)

    def fetched(self, address):
        """A file with what is there."""
        path = self.folder / "fetched"
        with urllib.request.urlopen(address, timeout=60) as answer, open(path, "wb") as file:
            shutil.copyfileobj(answer, file, MIB)
        return path


class Stores(Cut):
    """What every server has to do."""

    def test_files_large_and_small_and_empty_go_up(self):
        small, empty = self.folder / "small.bin", self.folder / "empty.bin"
        small.write_bytes(b"x" * 100_000)
        empty.write_bytes(b"")
        self.daemon()
        for file in small, empty:
            self.put(file=file)
            self.assertEqual(self.kept(file.name).read_bytes(), file.read_bytes())
        name = self.put("--background").stdout.split()[0]
        self.assertEqual(self.app.wait_state(name, "completed", LONG_ENOUGH)["verified"], self.verified)
        self.same()


class Lanes:
    """What can be said of stores that take several parts at once."""

    def test_several_parts_go_at_once_and_none_twice(self):
        self.daemon()
        for lanes in "1", "3":
            self.options = ("--protocol", "s3", "--user", KEYS, "--connections", lanes)
            line = Slow(self.port)
            self.addCleanup(line.close)
            name = self.put("--background", to=self.address(line.near)).stdout.split()[0]
            self.assertEqual(self.app.wait_state(name, "completed", LONG_ENOUGH)["verified"], "md5")
            self.same()
            self.assertEqual(line.most, int(lanes))
            self.assertLess(line.said, SIZE + WORDS)


class S3(Store):
    # One part at a time: of so small a file all would be on their way at once, and none there before the others.
    options = ("--protocol", "s3", "--user", KEYS, "--connections", "1")
    verified = "md5"

    def address(self, port):
        return f"http://127.0.0.1:{port}/bucket/a%20folder/"

    def was_forgotten(self, name):
        self.app.wait_state(name, "paused")
        state = b"".join(path.read_bytes() for path in self.app.profile.rglob("*") if path.is_file())
        self.assertNotIn(b"S3CR3T", state)
        self.app.run("set", name, f"url={self.address(self.line.near).replace('://', f'://{IN_ADDRESS}@')}")


class Rclone(Stores, Lanes, S3):
    kind = "rclone, by S3"

    def command(self):
        (self.folder / "served" / "bucket").mkdir(parents=True, exist_ok=True)
        return [program_of("rclone"), "serve", "s3", "--addr", f"127.0.0.1:{self.port}",
                "--auth-key", KEYS.replace(":", ","), self.folder / "served"]

    def kept(self, name):
        return self.folder / "served" / "bucket" / "a folder" / name

    def test_nothing_is_taken_that_is_signed_with_another_key(self):
        self.options = ("--protocol", "s3", "--user", "AKEY:S3CR3T")
        self.assertIn("SignatureDoesNotMatch", self.put(code=1).stderr)
        self.assertFalse(self.stored().exists())


class Moto(Stores, GivenUp, Lanes, S3):
    kind = "moto, by S3"

    def command(self):
        return [program_of("moto_server"), "-H", "127.0.0.1", "-p", self.port]

    def serve(self):
        super().serve()
        bucket = urllib.request.Request(f"http://127.0.0.1:{self.port}/bucket", method="PUT")
        urllib.request.urlopen(bucket, timeout=60).close()

    def kept(self, name):
        return self.fetched(f"http://127.0.0.1:{self.port}/bucket/a%20folder/{urllib.request.quote(name)}?Signature=any")

    def left(self):
        address = f"http://127.0.0.1:{self.port}/bucket?uploads"
        with urllib.request.urlopen(address, timeout=60) as answer:
            return answer.read().count(b"<Upload>")

    def test_nothing_is_replaced_where_that_is_not_wanted(self):
        file = self.folder / "a"
        for content, code in (b"1", 0), (b"2", 1):
            file.write_bytes(content)
            self.put("--header", "If-None-Match: *", file=file, code=code)
        self.assertEqual(self.kept("a").read_bytes(), b"1")


class Google(Stores, Store):
    kind = "Google's emulator"
    options = ("--protocol", "google")

    def command(self):
        return [program_of("gcp-storage-emulator"), "--data-dir", self.folder / "data", "start", "--host=127.0.0.1",
                f"--port={self.port}", "--default-bucket=bucket"]

    def address(self, port):
        return f"http://127.0.0.1:{port}/upload/storage/v1/b/bucket/o"

    def kept(self, name):
        name = urllib.request.quote(name)
        return self.fetched(f"http://127.0.0.1:{self.port}/download/storage/v1/b/bucket/o/{name}?alt=media")


if __name__ == "__main__":
    main()
