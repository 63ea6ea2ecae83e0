"""Chromium without a screen, with an extension in it, driven through the pipe of its developer tools."""

import collections
import itertools
import json
import os
import queue
import shutil
import subprocess
import threading

from harness import PATIENCE, end, wait_for

# Nothing that would make it call home, or wait for something that is not here.
QUIET = ["--headless=new", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync",
         "--disable-component-update", "--disable-default-apps", "--no-first-run", "--password-store=basic"]


class Chromium:
    """A browser with a profile of its own in `home`. `extension` is the folder of the one that it has."""

    name = "chromium"

    def __init__(self, home, extension, downloads, env):
        self.profile = home / ".config" / "chromium"
        self.extension = extension
        self.downloads = downloads
        self.env = env | {"HOME": str(home)}
        self.process = None

    @staticmethod
    def is_here():
        return shutil.which("chromium") is not None

    def start(self):
        """Starts it, and waits for the extension."""
        (self.profile / "Default").mkdir(parents=True, exist_ok=True)
        preferences = {"download": {"default_directory": str(self.downloads), "prompt_for_download": False}}
        (self.profile / "Default" / "Preferences").write_text(json.dumps(preferences))
        to, self.writer = os.pipe()
        self.reader, back = os.pipe()
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        command = ["chromium", *QUIET, *root, f"--user-data-dir={self.profile}", "--remote-debugging-pipe",
                   f"--load-extension={self.extension}", "about:blank"]
        # It reads and writes exactly there.
        shell = ["sh", "-c", f'exec "$@" 3<&{to} 4>&{back}', "sh", *command]
        self.process = subprocess.Popen(shell, env=self.env, pass_fds=(to, back), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to)
        os.close(back)
        self.answers = collections.defaultdict(queue.Queue)
        self.numbers = itertools.count(1)
        threading.Thread(target=self.hear, daemon=True).start()
        self.worker = self.attach(wait_for(self.background, "the extension starts"))
        wait_for(lambda: self.evaluate("typeof chrome === 'object' && chrome.downloads !== undefined"), "it can work")

    def close(self):
        """Ends it."""
        if self.process is not None:
            end(self.process)
            os.close(self.writer)
            self.process = None

    def hear(self):
        """Hands each answer to whom it is for."""
        rest = b""
        while part := os.read(self.reader, 1 << 16):
            *messages, rest = (rest + part).split(b"\0")
            for message in map(json.loads, messages):
                if "id" in message:
                    self.answers[message["id"]].put(message)
        os.close(self.reader)

    def ask(self, method, session=None, **params):
        """Says something to the browser, or to one of its pages."""
        number = next(self.numbers)
        call = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        os.write(self.writer, json.dumps(call).encode() + b"\0")
        answer = self.answers[number].get(timeout=PATIENCE)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]

    def address(self, path):
        """The address of a page of the extension."""
        return self.evaluate(f"chrome.runtime.getURL({json.dumps(path)})")

    def background(self):
        """The worker of the extension; nothing if it does not run."""
        found = self.ask("Target.getTargets")["targetInfos"]
        workers = (target for target in found if target["type"] == "service_worker")
        return next((worker["targetId"] for worker in workers if worker["url"].endswith("/background.js")), None)

    def attach(self, target):
        return self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def evaluate(self, code, session=None):
        """What `code` gives, in the extension unless said otherwise."""
        answer = self.ask("Runtime.evaluate", session or self.worker, expression=code, awaitPromise=True,
                          returnByValue=True, userGesture=True)
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def visit(self, address):
        """Opens a page, and waits until it is there."""
        page = self.attach(self.ask("Target.createTarget", url=address)["targetId"])
        there = f"location.href === {json.dumps(address)} && document.readyState === 'complete'"
        wait_for(lambda: self.evaluate(there, page), f"{address} is there")
        self.page = page
        return page

    def click(self, selector):
        """Clicks on something in the page that was opened last, as a mouse does."""
        middle = f"(({{x, y, width, height}}) => [x + width / 2, y + height / 2])" \
                 f"(document.querySelector({json.dumps(selector)}).getBoundingClientRect())"
        x, y = self.evaluate(middle, self.page)
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", self.page, type=kind, x=x, y=y, button="left", clickCount=1)

    def choose(self, item, **info):
        """What happens when somebody chooses an item of the context menu, which is not drawn without a screen."""
        tab = "(await chrome.tabs.query({active: true}))[0]"
        info = json.dumps({"menuItemId": item} | info)
        self.evaluate(f"(async () => {{ const tab = {tab}; chrome.contextMenus.onClicked.dispatch("
                      f"{{pageUrl: tab.url, ...{info}}}, tab); }})()")

    def listed(self):
        """The downloads that the browser lists: state and address of each."""
        items = self.evaluate("chrome.downloads.search({})")
        return [(item["state"], item["url"]) for item in items]

    def is_paused(self):
        """Whether a download is held."""
        return any(item["paused"] for item in self.evaluate("chrome.downloads.search({})"))

    def stop(self):
        """Ends the worker of the extension, as the browser may at any time."""
        self.ask("Target.closeTarget", targetId=self.background())
        wait_for(lambda: self.background() is None, "the worker is gone")

    def configure(self, **settings):
        """Sets rules of the extension."""
        self.evaluate(f"chrome.storage.local.set({{settings: {json.dumps(settings)}}})")
