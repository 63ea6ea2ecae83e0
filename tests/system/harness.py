"""What the system tests stand on: waiting for conditions, a folder for each test, and the program.

The tests run the built program as people do, against a real web server on this machine. Whatever a
test starts it ends, by process id; it waits for conditions, never for a time.
"""

import base64
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def program():
    """The built program: WINDLASS_BIN, or what `cargo build` has made."""
    named = os.environ.get("WINDLASS_BIN")
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
    path = pathlib.Path(named) if named else target / "debug" / "windlass"
    if not path.is_file():
        sys.exit(f"{path} is not there; run cargo build first")
    return str(path)


# More than anything here takes on a slow machine; who waits for a condition need not wait longer.
PATIENCE = 90


def forms(secret):
    """How a secret may be written: as it is, for an address, and wherever in something in base64."""
    texts = {secret, urllib.parse.quote(secret, safe=""), urllib.parse.quote(secret), urllib.parse.quote(secret, safe="+=")}
    for before in range(3):
        coded = base64.b64encode(b"?" * before + secret.encode()).decode().rstrip("=")
        # Letters that also tell of what stands beside it are left out.
        inside = coded[-(-before * 8 // 6):(before + len(secret)) * 8 // 6]
        texts |= {inside, inside.replace("+", "-").replace("/", "_")}
    return [text.encode() for text in texts] + [text.encode().lower() for text in texts if "%" in text]


# The password of nearly all tests. Nothing that the program keeps or prints may have it in it.
SECRET = forms("S3CR3T")


def wait_for(condition, what, seconds=PATIENCE, every=0.02):
    """Waits until `condition()` gives something true, and returns that."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(every)


def end(process, seconds=10):
    """Ends a process that we started."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port():
    """A port on loopback that nobody has right now. The system gives none of these to callers, so that none of
    them takes it before the server does."""
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


def listens(port):
    """Whether a server takes callers there."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def written(path):
    """How many bytes of a file were written; room that is only reserved for it does not count."""
    if not path.exists():
        return 0
    total = 0
    with open(path, "rb") as file:
        try:
            end = 0
            while True:
                begin = os.lseek(file.fileno(), end, os.SEEK_DATA)
                end = os.lseek(file.fileno(), begin, os.SEEK_HOLE)
                total += end - begin
        except OSError:  # ENXIO: nothing but a hole from here on
            return total


def mode(path):
    """The permission bits of a file or folder, in octal."""
    return oct(stat.S_IMODE(os.lstat(path).st_mode))


class Windlass:
    """The program with a profile of its own, far from the home of whoever runs the tests."""

    def __init__(self, folder, profile="profile", env=None):
        self.folder = pathlib.Path(folder)
        self.profile = self.folder / profile
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        kept = {name: os.environ[name] for name in ("PATH", "RUST_BACKTRACE") if name in os.environ}
        # What the computer that the tests run on knows of its network and battery is none of their business.
        nobody = f"unix:path={home}/no-bus"
        self.env = kept | {"HOME": str(home), "LANG": "C.UTF-8", "NO_PROXY": "*",
                           "DBUS_SYSTEM_BUS_ADDRESS": nobody} | (env or {})

    def command(self, *arguments):
        """The command line for `arguments`."""
        return [program(), "--profile", str(self.profile), *map(str, arguments)]

    def spawn(self, *arguments, **options):
        """Starts the program; what it prints is kept unless `options` say otherwise."""
        options = {"cwd": self.folder, "env": self.env, "text": True, "stdin": subprocess.DEVNULL} | options
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen(self.command(*arguments), **options)

    def run(self, *arguments, code=0, seconds=PATIENCE, **options):
        """Runs a command to its end and checks its exit code."""
        stdin = options.pop("input", None)
        if stdin is not None:
            options["stdin"] = subprocess.PIPE
        process = self.spawn(*arguments, **options)
        try:
            out, err = process.communicate(stdin, timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise AssertionError(f"windlass {arguments} did not end within {seconds} s") from None
        if any(form in (out + err).encode() for form in SECRET if out is not None):
            raise AssertionError(f"windlass {arguments} tells a secret:\n{out}{err}")
        if process.returncode != code:
            raise AssertionError(f"windlass {arguments} gave {process.returncode}, not {code}:\n{out}{err}")
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def settings(self, **values):
        """Writes the settings by hand; only while no session runs."""
        self.profile.mkdir(mode=0o700, exist_ok=True)
        text = ", ".join(f'"{name}": {json.dumps(value)}' for name, value in values.items())
        (self.profile / "settings.ron").write_text("{ " + text + " }")

    def daemon(self):
        """Starts a session without a window and waits until it answers."""
        process = self.spawn("daemon", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: process.poll() is not None or self.answers(), "the session answers")
        if process.poll() is not None:
            raise AssertionError(f"the session ended with {process.returncode}")
        return process

    def answers(self):
        """Whether a session answers."""
        done = subprocess.run(self.command("list"), env=self.env, capture_output=True, check=False)
        return done.returncode == 0

    def list(self):
        """All transfers, as `list --json` gives them."""
        return [json.loads(line) for line in self.run("list", "--json").stdout.splitlines()]

    def leftovers(self):
        """What is left at servers, as `leftovers --json` gives it."""
        return [json.loads(line) for line in self.run("leftovers", "--json").stdout.splitlines()]

    def show(self, name):
        """One transfer, as `show --json` gives it."""
        return json.loads(self.run("show", name, "--json").stdout)

    def wait_state(self, name, state, seconds=PATIENCE):
        """Waits until a transfer is in `state`, and returns it."""
        last = {}

        def there():
            last.update(self.show(name))
            return last["state"] == state

        try:
            wait_for(there, f"{state}", seconds, 0.05)
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {last}") from None
        return last

    def call(self):
        """A connection to the control socket; nothing if nobody listens."""
        path = self.profile / "run" / "control.sock"
        caller = socket.socket(socket.AF_UNIX)
        try:
            # Long paths do not fit into a socket's address, so the folder becomes a short one.
            folder = os.open(path.parent, os.O_PATH)
            try:
                caller.connect(f"/proc/self/fd/{folder}/{path.name}")
            finally:
                os.close(folder)
        except (FileNotFoundError, ConnectionRefusedError):
            caller.close()
            return None
        return caller

    def pid(self):
        """The process that listens on the control socket; nothing if none does."""
        caller = self.call()
        if caller is None:
            return None
        with caller:
            return struct.unpack("3i", caller.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]

    def ask(self, *requests):
        """Asks the session directly: each request is (method, params); returns the last answer."""
        with self.call() as caller, caller.makefile("rw", encoding="utf-8") as line:
            for number, (method, params) in enumerate([("hello", {"version": 1}), *requests]):
                call = {"jsonrpc": "2.0", "id": number, "method": method}
                line.write(json.dumps(call | ({"params": params} if params is not None else {})) + "\n")
                line.flush()
                answer = json.loads(line.readline())
                if "error" in answer:
                    raise AssertionError(answer["error"]["message"])
        return answer["result"]

    def configure(self, **values):
        """Changes settings of the running session."""
        settings = self.ask(("settings", None))["settings"]
        self.ask(("configure", settings | values))

    def close(self):
        """Ends the session of this profile, if there is one."""
        pid = self.pid()
        if pid is None:
            return
        subprocess.run(self.command("quit"), env=self.env, capture_output=True, timeout=PATIENCE, check=False)
        try:
            wait_for(lambda: not runs(pid), "the session ends")
        except AssertionError:
            os.kill(pid, signal.SIGKILL)
            raise


def runs(pid):
    """Whether a process is there and not just waiting to be collected."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Case(unittest.TestCase):
    """A test with a folder of its own and the program in it."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="windlass-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.profiles = []
        # When every session has ended.
        self.addCleanup(self.find_secrets)
        self.app = self.another()

    def another(self, profile="profile", env=None):
        """The program with one more profile."""
        app = Windlass(self.folder, profile, env)
        self.profiles.append(app.profile)
        self.addCleanup(app.close)
        return app

    def find_secrets(self):
        """Whatever a test was about: it has left no secret in a profile or at home."""
        for path in (path for folder in (*self.profiles, self.folder / "home") for path in folder.rglob("*")):
            if path.is_file() and any(form in path.read_bytes() for form in SECRET):
                raise AssertionError(f"a secret was left in {path}")

    def daemon(self, app=None):
        """A session that ends with the test."""
        process = (app or self.app).daemon()
        self.addCleanup(end, process)
        return process


class Sentences(unittest.TextTestResult):
    """Prints each test as the sentence that is its name."""

    def startTest(self, test):
        unittest.TestResult.startTest(self, test)
        self.began = time.monotonic()

    def sentence(self, word, test):
        name = test.id().rsplit(".", 1)[-1].removeprefix("test_").replace("_", " ")
        name = f"{type(test).__name__}: {name}"
        seconds = time.monotonic() - getattr(self, "began", time.monotonic())
        print(f"{word:>7}  {name} ({seconds:.1f} s)", flush=True)

    def addSuccess(self, test):
        unittest.TestResult.addSuccess(self, test)
        self.passed = getattr(self, "passed", 0) + 1
        self.sentence("ok", test)

    def addFailure(self, test, err):
        unittest.TestResult.addFailure(self, test, err)
        self.sentence("FAILED", test)
        getattr(test, "look", lambda: None)()
        print(self.failures[-1][1], flush=True)

    def addError(self, test, err):
        unittest.TestResult.addError(self, test, err)
        self.sentence("FAILED", test)
        getattr(test, "look", lambda: None)()
        print(self.errors[-1][1], flush=True)

    def addSkip(self, test, reason):
        unittest.TestResult.addSkip(self, test, reason)
        self.sentence("skipped", test)
        print(f"         {reason}", flush=True)


def main():
    """Runs the tests of the calling file; arguments choose those whose names contain them."""
    program()
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{word}*" for word in sys.argv[1:]] or None
    suite = loader.loadTestsFromModule(sys.modules["__main__"])
    result = Sentences(unittest.runner._WritelnDecorator(sys.stdout), False, 0)
    suite.run(result)
    passed, failed = getattr(result, "passed", 0), len(result.failures) + len(result.errors)
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed or not (passed or result.skipped) else 0)
