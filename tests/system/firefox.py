"""Firefox without a screen, with an extension in it, driven through Marionette: messages of JSON, each with its length
before it."""

import itertools
import json
import os
import shutil
import socket
import subprocess

from harness import PATIENCE, end, wait_for

PREFERENCES = {
    "marionette.port": 0,
    "browser.download.folderList": 2,
    "browser.download.always_ask_before_handling_new_types": False,
    "browser.download.alwaysOpenPanel": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "browser.aboutwelcome.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "app.update.enabled": False,
    "app.normandy.enabled": False,
    "extensions.update.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
}

LISTED = """
const done = arguments[arguments.length - 1];
const {Downloads} = ChromeUtils.importESModule("resource://gre/modules/Downloads.sys.mjs");
(async () => {
  const all = await (await Downloads.getList(Downloads.ALL)).getAll();
  const state = (one) => one.succeeded ? "complete" : one.stopped ? "interrupted" : "in_progress";
  done(all.map((one) => [state(one), one.source.url]));
})();
"""


class Firefox:
    """A browser with a profile of its own in `home`. `extension` is the folder of the one that it has."""

    name = "firefox"

    def __init__(self, home, extension, downloads, env):
        self.profile = home / "firefox-profile"
        self.extension = extension
        self.downloads = downloads
        self.env = env | {"HOME": str(home), "MOZ_HEADLESS": "1", "MOZ_CRASHREPORTER_DISABLE": "1"}
        self.process = self.socket = None

    @staticmethod
    def is_here():
        return shutil.which("firefox-esr") is not None

    def start(self):
        """Starts it, and brings in the extension."""
        self.profile.mkdir(parents=True, exist_ok=True)
        wanted = PREFERENCES | {"browser.download.dir": str(self.downloads)}
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in wanted.items())
        (self.profile / "user.js").write_text("".join(lines))
        port = self.profile / "MarionetteActivePort"
        port.unlink(missing_ok=True)
        command = ["firefox-esr", "--marionette", "--remote-allow-system-access", "--no-remote",
                   "--profile", str(self.profile)]
        self.process = subprocess.Popen(command, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        wait_for(lambda: port.exists() and port.read_text(), "Firefox listens")
        self.socket = socket.create_connection(("127.0.0.1", int(port.read_text())))
        self.socket.settimeout(PATIENCE)
        self.numbers = itertools.count(1)
        self.hear()
        self.ask("WebDriver:NewSession", capabilities={"alwaysMatch": {"pageLoadStrategy": "none"}})
        self.ask("Addon:Install", path=str(self.extension), temporary=True)

    def close(self):
        """Ends it."""
        if self.socket is not None:
            self.socket.close()
        if self.process is not None:
            end(self.process)
        self.process = self.socket = None

    def hear(self):
        """The next message."""
        length = b""
        while not length.endswith(b":"):
            length += self.some(1)
        rest = int(length[:-1])
        message = b""
        while len(message) < rest:
            message += self.some(rest - len(message))
        return json.loads(message)

    def some(self, most):
        part = self.socket.recv(most)
        if not part:
            raise AssertionError("Firefox has hung up")
        return part

    def ask(self, command, **params):
        """Says something to the browser."""
        number = next(self.numbers)
        message = json.dumps([0, number, command, params]).encode()
        self.socket.sendall(str(len(message)).encode() + b":" + message)
        kind, heard, error, result = self.hear()
        if (kind, heard) != (1, number) or error:
            raise AssertionError(f"{command}: {error}")
        return result

    def inside(self, script):
        """What a script in the browser itself, not in a page, hands to its last argument."""
        self.ask("Marionette:SetContext", value="chrome")
        try:
            return self.ask("WebDriver:ExecuteAsyncScript", script=script, args=[])["value"]
        finally:
            self.ask("Marionette:SetContext", value="content")

    def visit(self, address):
        """Opens a page, and waits until it is there."""
        self.ask("WebDriver:Navigate", url=address)
        there = f"return location.href === {json.dumps(address)} && document.readyState === 'complete'"
        wait_for(lambda: self.ask("WebDriver:ExecuteScript", script=there, args=[])["value"], f"{address} is there")

    def click(self, selector):
        """Clicks on something in the page that was opened last, as a mouse does. (What there is for clicks waits for a
        page to come, which a download is not.)"""
        found = self.ask("WebDriver:FindElement", using="css selector", value=selector)["value"]
        acts = [{"type": "pointerMove", "origin": found, "x": 0, "y": 0}]
        acts += [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": acts}
        self.ask("WebDriver:PerformActions", actions=[mouse])

    def listed(self):
        """The downloads that the browser lists: state and address of each."""
        return [tuple(one) for one in self.inside(LISTED)]
