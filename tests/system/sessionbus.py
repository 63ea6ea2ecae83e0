"""A bus of a test's own, and a real keyring on it."""

import os
import subprocess

from desktop import BUS
from harness import Case, end, wait_for


class OnBus(Case):
    """A test whose program finds a bus that nobody else is on."""

    def setUp(self):
        super().setUp()
        bus, configuration = self.folder / "bus", self.folder / "bus.conf"
        configuration.write_text(BUS.format(path=bus))
        (self.folder / "runtime").mkdir(mode=0o700)
        self.env = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={bus}", "XDG_RUNTIME_DIR": str(self.folder / "runtime")}
        self.start("dbus-daemon", "--nofork", f"--config-file={configuration}")
        wait_for(bus.exists, "the bus is there")
        self.app = self.another(env=self.env)

    def start(self, *command, stdin=subprocess.DEVNULL):
        """Starts something on the bus that ends with the test."""
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), "LANG": "C.UTF-8"} | self.env
        process = subprocess.Popen(command, env=env, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(end, process)
        return process

    def keyring(self, unlocked=True):
        """Starts a keyring; locked, it knows what one knew that was not."""
        command = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
        process = self.start(*command, *(["--unlock"] if unlocked else []), stdin=subprocess.PIPE)
        process.stdin.write(b"of the keyring")
        process.stdin.close()
        wait_for(self.is_kept, "the keyring is there")
        return process

    def is_kept(self):
        asking = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/",
                  "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]
        return b"true" in subprocess.run(asking, env=os.environ | self.env, capture_output=True, check=False).stdout

    def secrets_of_transfers(self):
        """How many secrets the keyring has for transfers that have not ended."""
        asking = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets",
                  "org.freedesktop.Secret.Service.SearchItems", "dict:string:string:application,windlass,purpose,transfer"]
        said = subprocess.run(asking, env=os.environ | self.env, capture_output=True, check=False, text=True).stdout
        return said.count("object path")
