#!/usr/bin/env python3
"""Destinations whose secrets are in a real keyring, on a bus of its own: they are found there after a kill, also by
another process, and are nowhere else."""

import base64
import http.server
import json
import pathlib
import signal
import threading
import time

from harness import end, main, wait_for
from sessionbus import OnBus

PASSWORD = "CANARY-password"
KEY = "CANARY-key"
LOGIN = "Basic " + base64.b64encode(f"me:{PASSWORD}".encode()).decode()


class Handler(http.server.BaseHTTPRequestHandler):
    """Takes forms with the right key, as soon as it may, and says where they are."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.seen.append((self.headers, b""))
        self.send_response(200)
        self.send_header("Content-Length", "1")
        self.end_headers()
        self.wfile.write(b"1")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.headers, body))
        self.server.open.wait(20)
        right = self.headers["X-Api-Key"] == KEY and self.headers["Authorization"] == LOGIN
        said = json.dumps({"data": {"link": [f"http://127.0.0.1:{self.server.server_port}/f/1"]}}).encode()
        try:
            self.send_response(200 if right else 401)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)
        except ConnectionError:
            pass  # whoever was killed hears nothing

    def log_message(self, *_):
        pass


class Destinations(OnBus):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "photo.jpg"
        self.file.write_bytes(b"\xff\xd8" + bytes(50_000))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.seen, self.server.open = [], threading.Event()
        self.server.open.set()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def add(self, *more):
        done = self.app.run("destinations", "add", "Photos", "--to", f"{self.url}/up", "--form-field", "name={filename}",
                            "--user", "me", "-H", f"X-Api-Key: {KEY}", "--link", "{json:data.link[0]}", *more,
                            input=PASSWORD + "\n")
        return done.stderr

    def assert_nowhere(self):
        """The secrets are in no file, whatever its owner."""
        for path in self.folder.rglob("*"):
            if path.is_file():
                for secret in (PASSWORD, KEY, LOGIN[6:]):
                    self.assertNotIn(secret.encode(), path.read_bytes(), path)

    def test_what_waits_for_its_turn_goes_on_after_a_kill_with_the_secrets_from_the_keyring(self):
        self.keyring()
        self.assertEqual(self.add(), "")
        done = self.app.run("put", self.file, "--to", "Photos")
        self.assertEqual(done.stdout, f"{self.url}/f/1\n")
        self.assertIn(b'name="name"\r\n\r\nphoto.jpg\r\n', self.server.seen[-1][1])

        self.app.settings(max_running=1)
        self.server.open.clear()
        session = self.daemon()
        ids = [self.app.run("put", self.file, "--to", "Photos", "--background").stdout.strip() for _ in range(2)]
        wait_for(lambda: len(self.server.seen) == 2, "the first is being sent")
        session.send_signal(signal.SIGKILL)
        session.wait()
        self.server.open.set()
        self.daemon()
        # A form that was cut off is sent again only if somebody says so.
        self.app.wait_state(ids[0], "paused")
        self.assertEqual(self.app.wait_state(ids[1], "completed")["link"], f"{self.url}/f/1")
        self.app.run("restart", ids[0])
        self.assertEqual(self.app.wait_state(ids[0], "completed")["destination"], "Photos")
        self.assertEqual({headers["Authorization"] for headers, _ in self.server.seen}, {LOGIN})
        self.assert_nowhere()

    def test_a_login_that_was_said_once_is_found_after_a_kill_and_goes_with_the_last_transfer_that_needs_it(self):
        self.keyring()
        self.app.settings(max_running=1)
        self.server.open.clear()
        session = self.daemon()
        send = ["put", self.file, "--to", f"{self.url}/up", "--protocol", "form", "--user", "me", "--password-stdin",
                "-H", f"X-Api-Key: {KEY}", "--background"]
        ids = [self.app.run(*send, input=PASSWORD + "\n").stdout.strip() for _ in range(3)]
        wait_for(lambda: len(self.server.seen) == 1, "the first is being sent")
        wait_for(lambda: self.secrets_of_transfers() == 1, "the keyring has what they share")
        session.send_signal(signal.SIGKILL)
        session.wait()
        self.server.open.set()
        self.daemon()
        for name in ids[1:]:
            self.app.wait_state(name, "completed")
        self.assertEqual(self.secrets_of_transfers(), 1, "the first still asks whether to begin again")
        self.app.run("restart", ids[0])
        self.app.wait_state(ids[0], "completed")
        wait_for(lambda: self.secrets_of_transfers() == 0, "nobody needs it any more")
        self.assertEqual({headers["Authorization"] for headers, _ in self.server.seen}, {LOGIN})
        self.assert_nowhere()

    def test_the_login_of_a_site_is_kept_once_and_serves_whoever_goes_there_also_after_a_kill(self):
        self.keyring()
        self.app.run("sites", "set", self.url, "--user", "me", "--password-stdin", "-H", f"X-Api-Key: {KEY}",
                     input=PASSWORD + "\n")
        self.app.settings(max_running=1)
        self.server.open.clear()
        session = self.daemon()
        send = ["put", self.file, "--to", f"{self.url}/up", "--protocol", "form", "--background"]
        ids = [self.app.run(*send).stdout.strip() for _ in range(2)]
        wait_for(lambda: len(self.server.seen) == 1, "the first is being sent")
        self.assertEqual(self.secrets_of_transfers(), 0, "they have none of their own")
        session.send_signal(signal.SIGKILL)
        session.wait()
        self.server.open.set()
        self.daemon()
        self.app.wait_state(ids[1], "completed")
        self.assertEqual({headers["Authorization"] for headers, _ in self.server.seen}, {LOGIN})
        self.assertEqual({headers["X-Api-Key"] for headers, _ in self.server.seen}, {KEY})
        # A command that does the work itself finds it too, and keeps nothing that it is told.
        self.assertIn("completed", self.app.run(*send[:-1]).stderr)
        self.app.run("get", f"{self.url}/down", "-d", self.folder / "got", "-H", "X-Api-Key: another")
        self.assertEqual(self.server.seen[-1][0]["Authorization"], LOGIN)
        self.assertEqual(self.secrets_of_transfers(), 0)
        self.app.run("sites", "remove", self.url)
        self.app.run("restart", ids[0])
        self.assertEqual(self.app.wait_state(ids[0], "paused")["error"]["kind"], "secret-not-found")
        self.assert_nowhere()

    def test_a_keyring_that_is_locked_or_gone_is_said_and_nothing_hangs(self):
        keyring = self.keyring()
        self.add()
        end(keyring)
        wait_for(lambda: not self.is_kept(), "the keyring is gone")
        keyring = self.keyring(unlocked=False)
        began = time.monotonic()
        self.assertIn("The keyring is locked", self.app.run("put", self.file, "--to", "Photos", code=1).stderr)
        self.daemon()
        name = self.app.run("put", self.file, "--to", "Photos", "--background").stdout.strip()
        waiting = self.app.wait_state(name, "paused")
        self.assertEqual((waiting["reason"], waiting["error"]["kind"]), ("needs-login", "secret-not-found"))
        self.assertLess(time.monotonic() - began, 15)
        end(keyring)
        wait_for(lambda: not self.is_kept(), "the keyring is gone")
        self.assertIn("no keyring here", self.app.run("put", self.file, "--to", "Photos", code=1).stderr)
        self.assertEqual(self.server.seen, [])
        said = self.app.run("put", self.file, "--to", "Photos", "--user", "me", "-H", f"X-Api-Key: {KEY}", input=PASSWORD + "\n")
        self.assertEqual(said.stdout, f"{self.url}/f/1\n")
        self.keyring()
        self.app.run("resume", name)
        self.app.wait_state(name, "completed")
        self.app.run("destinations", "remove", "Photos")
        self.assert_nowhere()

    def test_an_uploader_of_sharex_works_with_its_key_from_the_keyring(self):
        self.keyring()
        uploader = {"Version": "15.0.0", "Name": "Theirs", "DestinationType": "ImageUploader", "RequestMethod": "POST",
                    "RequestURL": f"{self.url}/up", "Headers": {"X-Api-Key": KEY, "Authorization": LOGIN},
                    "Body": "MultipartFormData", "Arguments": {"token": PASSWORD}, "FileFormName": "image", "URL": "{json:data.link[0]}"}
        written = pathlib.Path(self.folder / "theirs.sxcu")
        written.write_text(json.dumps(uploader))
        self.assertEqual(self.app.run("destinations", "import", written).stdout, "Theirs\n")
        written.unlink()
        self.assertEqual(self.app.run("put", self.file, "--to", "Theirs").stdout, f"{self.url}/f/1\n")
        self.assertIn(f'name="token"\r\n\r\n{PASSWORD}\r\n'.encode(), self.server.seen[-1][1])
        self.assertIn(b'name="image"; filename="photo.jpg"', self.server.seen[-1][1])
        self.assert_nowhere()


if __name__ == "__main__":
    main()
