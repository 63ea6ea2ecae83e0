#!/usr/bin/env python3
"""The control socket as others use it: a script that writes its own lines, a relay that stands in for ssh -L, another
user, two sessions."""

import contextlib
import json
import os
import re
import socket
import subprocess
import threading

from harness import PATIENCE, REPOSITORY, Case, main, runs, wait_for
from webserver import WebServer, digest

MB = 1_000_000
NOBODY = 65534


class Script:
    """A caller with nothing but a socket and JSON."""

    def __init__(self, path, version=1):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(str(path))
        self.lines = self.socket.makefile("rw", encoding="utf-8")
        self.number = 0
        if version:
            self.ask("hello", version=version)

    def say(self, message):
        # Who hangs up on us may have said why before that.
        with contextlib.suppress(BrokenPipeError):
            self.lines.write(json.dumps(message) + "\n")
            self.lines.flush()

    def hear(self):
        line = self.lines.readline()
        return json.loads(line) if line else None

    def ask(self, method, *listed, **named):
        self.number += 1
        self.say({"jsonrpc": "2.0", "id": self.number, "method": method, "params": listed or named})
        answer = self.hear() or {"id": None}
        if answer["id"] != self.number or "error" in answer:
            raise AssertionError(answer)
        return answer["result"]

    def close(self):
        self.lines.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Relay:
    """Hands on whatever comes to `near` to the socket `far`, both ways, as ssh -L does."""

    def __init__(self, near, far):
        self.far = str(far)
        self.callers = 0
        self.open = set()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(near))
        self.listener.listen()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            self.callers += 1
            far = socket.socket(socket.AF_UNIX)
            # As ssh does: who calls is let in, and hung up on if there is nobody to hand on to.
            try:
                far.connect(self.far)
            except OSError:
                near.close()
                continue
            self.open |= {near, far}
            for one, other in (near, far), (far, near):
                threading.Thread(target=self.pump, args=(one, other), daemon=True).start()

    def pump(self, one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_WR)

    def cut(self):
        """Ends all that goes on."""
        for end in self.open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.open.clear()

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.cut()


class Socket(Case):
    @classmethod
    def setUpClass(cls):
        cls.web = WebServer()
        cls.web.make("a.bin", 3 * MB)
        cls.web.make("long.bin", 20 * MB)

    @classmethod
    def tearDownClass(cls):
        cls.web.close()

    def path(self, app=None):
        return (app or self.app).profile / "run" / "control.sock"

    def start(self, caller, url):
        """A download, as it was added."""
        request = {"url": url, "destination": {"Folder": str(self.folder)}}
        return caller.ask("downloads", {"request": request})["started"][0]["Ok"]

    def script(self, app=None):
        script = Script(self.path(app))
        self.addCleanup(script.close)
        return script


class Scripts(Socket):
    """Programs that speak for themselves."""

    def test_a_script_starts_a_download_and_hears_of_it_until_it_is_complete(self):
        self.daemon()
        listener, caller = self.script(), self.script()
        self.assertEqual(listener.ask("watch"), "done")
        self.assertEqual(listener.hear(), {"jsonrpc": "2.0", "method": "all", "params": []})
        started = self.start(caller, self.web.url("a.bin"))
        name = started["id"]
        known = {}
        while known.get(name, {}).get("state") != "completed":
            update = listener.hear()
            self.assertNotIn("id", update)
            if update["method"] == "event" and "transfer" in update["params"]:
                transfer = update["params"]["transfer"]
                known[transfer["id"]] = transfer
        self.assertEqual(digest(self.folder / "a.bin"), digest(self.web.folder / "files" / "a.bin"))
        self.assertEqual(list(known.values()), caller.ask("list")["transfers"])

    def test_progress_comes_while_somebody_listens(self):
        self.daemon()
        listener, caller = self.script(), self.script()
        self.assertEqual(listener.ask("progress"), "done")
        started = self.start(caller, self.web.url("long.bin", 2 * MB))
        update = listener.hear()
        self.assertEqual(update["method"], "progress")
        self.assertEqual(update["params"][0][0], started["id"])
        self.assertIn("rate", update["params"][0][1])

    def test_the_script_in_the_manual_runs(self):
        self.daemon()
        name = self.app.run("get", self.web.url("a.bin"), "-d", "out", "--background").stdout.strip()
        self.app.wait_state(name, "completed")
        manual = self.app.run("manual", "socket").stdout
        self.assertEqual(manual, (REPOSITORY / "assets" / "protocol.md").read_text())
        script = re.search(r"```python\n(.*?)```", manual, re.DOTALL)[1]
        # It looks for the socket where sessions without --profile have theirs.
        runtime = self.folder / "runtime"
        runtime.mkdir()
        (runtime / "windlass").symlink_to(self.app.profile / "run")
        done = subprocess.run(["/usr/bin/python3", "-c", script], env={"XDG_RUNTIME_DIR": str(runtime)},
                              capture_output=True, text=True, timeout=PATIENCE, check=True)
        self.assertEqual(done.stdout, f"{name} completed a.bin\n")

    def test_whatever_is_said_there_the_session_stays(self):
        self.daemon()
        for words in [b"garbage\n", b"\0" * 1000, b"[" * 200_000 + b"\n", b"x" * 40_000_000, b'{"jsonrpc', b"[]\n"]:
            with self.app.call() as caller, contextlib.suppress(ConnectionError):
                caller.settimeout(PATIENCE)
                caller.sendall(words)
                caller.shutdown(socket.SHUT_WR)
                while caller.recv(65536):
                    pass
        self.assertEqual(self.app.list(), [])

    def test_as_many_callers_as_like_to_are_let_in_or_told_and_leave_room(self):
        self.daemon()
        with contextlib.ExitStack() as callers:
            told = None
            while told is None:
                try:
                    callers.enter_context(Script(self.path()))
                except AssertionError as error:
                    told = str(error)
            self.assertIn("Too many programs", told)
            done = self.app.run("list", code=1)
            self.assertIn("Too many programs", done.stderr)
        wait_for(self.app.answers, "there is room again")


class Others(Socket):
    """Other users, other sessions."""

    def test_another_user_is_refused(self):
        if os.geteuid() != 0:
            self.skipTest("needs root, to become somebody else")
        self.daemon()
        ours = self.app.call()
        self.addCleanup(ours.close)
        # The folder is closed to others.
        as_nobody = ["setpriv", f"--reuid={NOBODY}", "--clear-groups", "/usr/bin/python3", "-c",
                     "import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);"
                     "print(s.makefile().readline())"]
        refused = subprocess.run([*as_nobody, str(self.path())], capture_output=True, text=True, check=False)
        self.assertIn("PermissionError", refused.stderr)
        # And if it were not, the session looks at who calls.
        for folder in [self.folder, self.app.profile, self.path().parent]:
            folder.chmod(0o755)
        self.path().chmod(0o666)
        done = subprocess.run([*as_nobody, str(self.path())], capture_output=True, text=True, check=True)
        self.assertIn("belongs to another user", json.loads(done.stdout)["error"]["message"])
        self.assertEqual(self.app.list(), [])

    def test_a_profile_has_one_session_and_two_profiles_have_two(self):
        first = self.daemon()
        second = self.app.spawn("daemon")
        _, err = second.communicate(timeout=PATIENCE)
        self.assertEqual((second.returncode, len(err.splitlines())), (1, 1), err)
        self.assertEqual(self.app.pid(), first.pid)
        other = self.another("other")
        self.daemon(other)
        name = self.app.run("get", self.web.url("a.bin"), "-d", "out", "--background").stdout.strip()
        self.app.wait_state(name, "completed")
        self.assertEqual(other.list(), [])
        other.run("--socket", self.path(), "remove", name)
        self.assertEqual(self.app.list(), [])


class Elsewhere(Socket):
    """A session behind a relay, as behind ssh -L."""

    def setUp(self):
        super().setUp()
        self.session = self.daemon()
        self.near = self.folder / "near.sock"
        self.relay = Relay(self.near, self.path())
        self.addCleanup(self.relay.close)
        # It knows nothing of the session but that socket.
        self.there = self.another("nothing", {"WINDLASS_SOCKET": str(self.near)})

    def tearDown(self):
        self.assertFalse(self.there.profile.exists(), "a session was started here")

    def test_a_download_is_started_watched_and_the_session_ended(self):
        watch = self.there.spawn("watch")
        wait_for(lambda: self.relay.callers >= 2, "it watches")
        out = self.folder / "out"
        name = self.there.run("get", self.web.url("a.bin"), "-d", out, "--background").stdout.strip()
        self.there.wait_state(name, "completed")
        self.assertEqual(digest(out / "a.bin"), digest(self.web.folder / "files" / "a.bin"))
        self.assertIn(name[:8], self.there.run("list").stdout)
        self.there.run("quit")
        told, _ = watch.communicate(timeout=PATIENCE)
        self.assertIn("completed", told)
        wait_for(lambda: not runs(self.session.pid), "the session ends")
        self.assertIn("does not answer", self.there.run("list", code=3).stderr)

    def test_an_upload_names_a_file_there(self):
        file = self.web.folder / "files" / "a.bin"
        to = self.web.address + "/dav/there.bin"
        name = self.there.run("put", file, "--to", to, "--method", "put", "--background").stdout.strip()
        self.there.wait_state(name, "completed")
        self.assertEqual(digest(self.web.folder / "dav" / "there.bin"), digest(file))
        (self.folder / "here.bin").write_text("x")
        refused = self.there.run("put", "here.bin", "--to", to, "--background", code=2)
        self.assertIn("Give the whole path there", refused.stderr)

    def test_when_the_way_there_is_cut_that_is_told_and_transfers_go_on(self):
        name = self.there.run("get", self.web.url("long.bin", 4 * MB), "-d", self.folder, "--background").stdout.strip()
        watch = self.there.spawn("watch")
        self.assertTrue(watch.stdout.readline())
        self.relay.cut()
        watch.communicate(timeout=PATIENCE)
        self.relay.close()
        self.assertIn("No session answers at", self.there.run("list", code=3).stderr)
        self.app.wait_state(name, "completed")


if __name__ == "__main__":
    main()
