#!/usr/bin/env python3
"""Each way in which a secret can be given takes it to its own server, or its proxy, and nowhere else: not into the
profile or a log, not to another server, not into anything printed, told to the desktop or given to a child. And that
though the servers quote what they are told in everything they say."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.parse

from fileservers import new_key, program_of
from harness import end, forms, free_port, listens, main, mode, wait_for
from sessionbus import OnBus
from quoting import Relay, Web, serve

HERE = pathlib.Path(__file__).resolve().parent
REFUSALS = (400, 401, 403, 404, 410, 413, 500)


def canary(name):
    """A secret that looks like no other, and that is written otherwise in an address than in a header."""
    return f"C4N4RY-{name}+x/y=z"


class Secrets(OnBus):
    def setUp(self):
        super().setUp()
        self.told = []
        # What has to hold secrets, as a file of cookies, is not among what is looked at.
        self.apart = pathlib.Path(tempfile.mkdtemp(prefix="windlass-apart-"))
        self.addCleanup(shutil.rmtree, self.apart, ignore_errors=True)
        # Cookies know no ports, so the other server needs another name.
        self.home, self.other = serve(self, Web), serve(self, Web, host="localhost")
        self.home.other, self.relay = self.other.address, serve(self, Relay)
        self.file = self.folder / "photo.jpg"
        self.file.write_bytes(b"photo")

    def ways(self):
        """Each way: its secret, who is to get that, what stands before the host, options, and a line to type."""
        at_proxy = ["--proxy", self.relay.address]
        in_proxy = self.relay.address.replace("://", f"://me:{urllib.parse.quote(canary('proxy-url'), safe='')}@")
        jar = self.apart / "cookies.txt"
        jar.write_text(f"127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\t{canary('jar')}\n")
        return {
            "user": (self.home, "", ["--user", f"me:{canary('user')}"], None),
            "typed": (self.home, "", ["--user", "me"], canary("typed")),
            "url": (self.home, f"me:{urllib.parse.quote(canary('url'), safe='')}@", [], None),
            "bearer": (self.home, "", ["-H", f"Authorization: Bearer {canary('bearer')}"], None),
            "key": (self.home, "", ["-H", f"X-Api-Key: {canary('key')}"], None),
            "cookie": (self.home, "", ["--cookie", f"a=b; session={canary('cookie')}"], None),
            "jar": (self.home, "", ["--cookie-file", jar], None),
            "proxy-user": (self.relay, "", [*at_proxy, "--proxy-user", f"me:{canary('proxy-user')}"], None),
            "proxy-typed": (self.relay, "", [*at_proxy, "--proxy-user", "me"], canary("proxy-typed")),
            "proxy-url": (self.relay, "", ["--proxy", in_proxy], None),
        }

    def run_it(self, *arguments, line=None, codes=(0,)):
        """Runs a command; everything that it prints is looked at in the end."""
        process = self.app.spawn(*arguments, stdin=subprocess.PIPE)
        out, err = process.communicate((line or "") + "\n", timeout=90)
        self.told.append((arguments[:3], (out + err).encode()))
        self.assertIn(process.returncode, codes, f"{arguments}: {out}{err}")
        return out

    def at(self, before, path):
        return self.home.address.replace("://", f"://{before}") + path

    def came(self, secret, server):
        """Whether a server was told a secret, in whatever form."""
        return any(form in said for form in forms(secret) for said in list(server.seen))

    def places(self):
        """Everything that is to be free of secrets: all files, what was printed, and processes."""
        for path in self.folder.rglob("*"):
            if path.is_file():
                yield path, path.read_bytes()
        yield from self.told
        if pid := self.app.pid():
            for name in ("cmdline", "environ"):
                yield f"the session's {name}", pathlib.Path(f"/proc/{pid}/{name}").read_bytes()

    def search(self, secrets, but=lambda _: False):
        """No secret is where it should not be. All places are told at once."""
        found = []
        for where, data in self.places():
            for secret in secrets:
                if any(form in data for form in forms(secret)) and not but(where):
                    at = min(data.find(form) for form in forms(secret) if form in data)
                    found.append(f"{secret} is in {where}: …{data[max(0, at - 120):at + 60]!r}")
        self.assertEqual(found, [])

    def apart_from(self, name, owner):
        """A secret came to its owner, and to no other server."""
        self.assertTrue(self.came(canary(name), owner), f"{name} never came to where it should")
        for server in (self.home, self.other, self.relay):
            # What goes in the open through a proxy is seen there.
            if server is not owner:
                self.assertFalse(self.came(canary(name), server), f"{name} came to somebody else")

    def dump(self):
        """A command that writes down what it is given, and what can be seen of whoever has begun it."""
        script = self.folder / "dump"
        if not script.exists():  # A file that is being run is not open for writing.
            self.write_command(script)
        return ["--on-success", str(script), "--on-failure", str(script)]

    def write_command(self, script):
        script.write_text(f'#!/bin/sh\ncat /proc/$$/environ /proc/$$/cmdline /proc/$PPID/cmdline /proc/$PPID/environ '
                          f'> "{self.folder}/dumped-$WINDLASS_ID"\n')
        script.chmod(0o755)

    def session(self):
        """A session that says all it can say."""
        with open(self.folder / "session.log", "ab") as log:
            process = self.app.spawn("-v", "-v", "daemon", stdout=log, stderr=log)
        self.addCleanup(end, process)
        wait_for(self.app.answers, "the session answers")
        return process


class Given(Secrets):
    def test_what_is_given_to_a_get_goes_to_its_own_server_alone_and_nothing_tells_it(self):
        for name, (owner, before, options, line) in self.ways().items():
            options = [*options, "-v", "-v", "--if-exists", "overwrite", "--retries", "0"]
            # A proxy has to let us through before anybody else is asked.
            self.run_it("get", self.at(before, "/give/x"), *options, line=line)
            self.run_it("get", self.at(before, "/away"), *options, "--json", line=line)
            for status in REFUSALS:
                self.run_it("get", self.at(before, f"/say/{status}/x"), *options, "--json", line=line, codes=(1,))
            self.apart_from(name, owner)
        self.assertGreater(len(self.other.seen), 5)
        self.search(map(canary, self.ways()))

    def test_what_is_given_to_a_put_goes_to_its_own_server_alone_and_nothing_tells_it(self):
        for name, (owner, before, options, line) in self.ways().items():
            for how in (["--method", "put"], ["--form-field", "a=b"], ["--protocol", "tus"]):
                options_here = [*options, "-v", "-v", "--retries", "0", *how]
                for status in (201, *REFUSALS):
                    codes = (0,) if status == 201 and how[1] != "tus" else (0, 1)
                    to = self.at(before, f"/say/{status}/x")
                    self.run_it("put", self.file, "--to", to, *options_here, line=line, codes=codes)
                    self.run_it("put", self.file, "--to", to, *options_here, "--json", line=line, codes=codes)
            self.apart_from(name, owner)
        self.search(map(canary, self.ways()))

    def test_a_secret_field_of_a_form_is_kept_like_a_secret_header(self):
        secret, field = canary("field"), ["--form-field", f"api_token={canary('field')}", "--form-field", "a=b"]
        self.session()
        for path in ("/up", "/say/403/x", "/slow"):
            self.run_it("put", self.file, "--to", self.home.address + path, *field, "--background", "--retries", "0")
        wait_for(lambda: len(self.home.seen) == 3, "all are under way")
        self.assertTrue(self.came(secret, self.home))
        self.run_it("list", "--json")
        self.search([secret])


class Kept(Secrets):
    def test_a_session_has_them_in_memory_alone_whatever_happens(self):
        log = self.folder / "notifications.log"
        self.start(sys.executable, "-B", HERE / "services.py", log, "notifications")
        wait_for(log.exists, "the desktop listens")
        session, ways, slow = self.session(), self.ways(), {}
        watching = self.app.spawn("watch")
        self.addCleanup(end, watching)
        for name, (_, before, options, line) in ways.items():
            options = [*options, "--background", "--retries", "0", *self.dump()]
            for path in ("/give/a", "/away/b", "/say/403/c", "/say/404/d"):
                self.run_it("get", self.at(before, path), "-d", self.folder / name, *options, line=line)
            self.run_it("put", self.file, "--to", self.at(before, "/say/201/x"), "--method", "put", *options, line=line)
            self.run_it("put", self.file, "--to", self.at(before, "/say/413/x"), "--method", "put", *options, line=line)
            others = lambda: [transfer for transfer in self.app.list() if transfer["id"] not in slow.values()]
            wait_for(lambda: all(t["state"] in ("completed", "failed", "paused") for t in others()), f"{name} has ended")
            slow[name] = self.run_it("get", self.at(before, f"/slow/{name}"), "-d", self.folder / name, *options,
                                     line=line).strip()
            wait_for(lambda: self.app.show(slow[name])["done"] > 0, "bytes have come")
            if len(slow) % 4 == 0:
                self.run_it("pause", *slow.values())
        self.see(slow)
        self.run_it("save-resume-data", slow.pop("user"), self.folder / "user.resume")
        self.search(map(canary, ways))
        session.send_signal(signal.SIGKILL)
        session.wait()
        self.search(map(canary, ways))
        self.session()
        self.see(slow)
        again, later = canary("again"), canary("later")
        login = self.at(f"me:{urllib.parse.quote(again, safe='')}@", "/slow/bearer")
        self.app.wait_state(slow["bearer"], "paused")
        self.home.open.set()
        self.app.wait_state(slow["typed"], "paused")
        self.run_it("set", slow["bearer"], f"url={login}")
        self.run_it("set", slow["typed"], "login=me", line=later)
        for name in ("bearer", "typed"):
            self.run_it("resume", slow[name], codes=(0, 1))
            self.app.wait_state(slow[name], "completed")
        self.assertTrue(self.came(again, self.home) and self.came(later, self.home))
        self.run_it("quit")
        watching.send_signal(signal.SIGINT)
        self.told.append(("watch", "".join(watching.communicate(timeout=90)).encode()))
        for name, way in ways.items():
            self.apart_from(name, way[0])
        self.assertGreater(log.read_text().count('"notification"'), 20)
        self.assertGreater(len(list(self.folder.glob("dumped-*"))), 20)
        self.search([again, later, *map(canary, ways)])

    def see(self, names):
        """Everything that can be shown is printed."""
        for what in ("list", "leftovers"):
            self.run_it(what)
            self.run_it(what, "--json")
        for transfer in self.app.list():
            self.run_it("show", transfer["id"])
            self.run_it("show", transfer["id"], "--json")

    def test_the_session_that_a_command_starts_hears_nothing_of_it_on_its_command_line(self):
        secret = canary("started")
        self.run_it("-v", "-v", "get", self.home.address + "/slow/x", "--background", "--user", f"me:{secret}")
        wait_for(lambda: self.came(secret, self.home), "it is asked for")
        self.assertIsNotNone(self.app.pid())
        self.search([secret])

    def test_the_query_of_an_address_is_in_the_state_alone_which_nobody_else_can_read(self):
        secret = canary("token")
        self.session()
        log = self.folder / "notifications.log"
        self.start(sys.executable, "-B", HERE / "services.py", log, "notifications")
        wait_for(log.exists, "the desktop listens")
        for path in ("/give/a", "/away/b", "/say/403/c", "/slow/d"):
            address = f"{self.home.address}{path}?token={urllib.parse.quote(secret, safe='')}"
            self.run_it("get", address, "-d", self.folder / "down", "--background", "--retries", "0", *self.dump())
            if "slow" not in path:
                self.run_it("-v", "-v", "get", address, "-d", self.folder / "here", "--retries", "0", codes=(0, 1))
            self.run_it("put", self.file, "--to", address, "--method", "put", "--background", *self.dump())
        wait_for(lambda: len(list(self.folder.glob("dumped-*"))) > 3, "commands were run")
        for what in ("list", "leftovers", *(("show", transfer["id"]) for transfer in self.app.list())):
            self.run_it(*([what] if isinstance(what, str) else what))
        self.assertTrue(self.came(secret, self.home))
        self.assertFalse(self.came(secret, self.other))
        state = [self.app.profile / "state", self.app.profile / "run"]
        is_state = lambda where: isinstance(where, pathlib.Path) and any(folder in where.parents for folder in state)
        self.search([secret], but=is_state)
        holders = [where for where, data in self.places() if is_state(where) and any(form in data for form in forms(secret))]
        self.assertTrue(holders)
        for path in holders:
            self.assertEqual((mode(path), mode(path.parent)), ("0o600", "0o700"), path)

    def test_the_secrets_of_a_destination_are_in_the_keyring_alone_though_its_server_quotes_them(self):
        self.keyring()
        password, key, field = map(canary, ("place", "place-key", "place-field"))
        self.run_it("destinations", "add", "Work", "--to", f"{self.home.address}/say/201/x", "--user", "me",
                    "-H", f"X-Api-Key: {key}", "--form-field", f"token={field}", line=password)
        self.run_it("destinations")
        self.run_it("destinations", "--json")
        self.run_it("-v", "-v", "put", self.file, "--to", "Work", "-v", "--json")
        session = self.session()
        name = self.run_it("put", self.file, "--to", "Work", "--background", *self.dump()).strip()
        self.app.wait_state(name, "completed")
        self.see([name])
        session.send_signal(signal.SIGKILL)
        session.wait()
        self.session()
        self.see([name])
        for secret in (password, key, field):
            self.assertTrue(self.came(secret, self.home))
        self.search([password, key, field])


class Stored(Secrets):
    """Servers of other kinds, that let nobody in without the secret."""

    def rclone(self, kind, *options):
        port = free_port()
        command = [program_of("rclone"), "serve", kind, "--addr", f"127.0.0.1:{port}", *options, self.apart / "served"]
        (self.apart / "served" / "bucket").mkdir(parents=True, exist_ok=True)
        (self.apart / "served" / "bucket" / "a").write_bytes(b"there")
        with open(self.apart / "log", "ab") as log:
            process = subprocess.Popen(command, env={"HOME": str(self.apart), "PATH": os.environ["PATH"]}, stdout=log, stderr=log)
        self.addCleanup(end, process)
        wait_for(lambda: listens(port), f"the {kind} server listens")
        return port

    def there_and_back(self, secret, address, *options, user="me"):
        """With the secret files come and go, and with another one they do not."""
        self.session()
        wrong = canary("wrong")
        coded = [urllib.parse.quote(text, safe="") for text in (secret, wrong)]
        for word, code in zip(coded, (0, 1)):
            to = address.replace("://", f"://{user}:{word}@") + "/bucket/"
            for more in (["-v", "-v", "--json", "--retries", "0"], ["--background"]):
                codes = (0 if "--background" in more else code,)
                if "--protocol" in options:
                    self.run_it("put", self.file, "--to", to, *options, *more, codes=codes)
                    continue
                self.run_it("put", self.file, "--to", to, "--if-exists", "overwrite", *options, *more, codes=codes)
                self.run_it("get", to + "a", "-d", self.folder / "down", *options, *more, codes=codes)
        wait_for(lambda: all(t["state"] in ("completed", "paused", "failed") for t in self.app.list()), "all have ended")
        states = [transfer["state"] for transfer in self.app.list()]
        self.assertEqual(states.count("completed"), len(states) // 2, states)
        self.search([secret, wrong])

    def test_the_secret_key_of_s3_is_told_to_nobody(self):
        secret = canary("s3")
        port = self.rclone("s3", "--auth-key", f"AKEY,{secret}")
        self.there_and_back(secret, f"http://127.0.0.1:{port}", "--protocol", "s3", user="AKEY")
        # It only signs.
        for status in (201, 403):
            self.run_it("-v", "-v", "put", self.file, "--to", f"{self.home.address}/say/{status}/x", "--protocol", "s3",
                        "--user", f"AKEY:{secret}", "--json", "--retries", "0", codes=(0, 1))
        self.assertTrue(any(b"X-Amz-Signature=" in said for said in self.home.seen))
        self.assertFalse(self.came(secret, self.home))
        self.search([secret])

    def test_the_password_of_ftp(self):
        port = self.rclone("ftp", "--user", "me", "--pass", canary("ftp"))
        self.there_and_back(canary("ftp"), f"ftp://127.0.0.1:{port}")

    def test_the_password_of_sftp(self):
        key = self.apart / "host"
        new_key(key)
        shown = subprocess.run(["ssh-keygen", "-lf", f"{key}.pub"], check=True, capture_output=True, text=True).stdout
        port = self.rclone("sftp", "--user", "me", "--pass", canary("sftp"), "--key", key)
        self.there_and_back(canary("sftp"), f"sftp://127.0.0.1:{port}", "--host-key", shown.split()[1])


if __name__ == "__main__":
    main()
