#!/usr/bin/env python3
"""Downloads that a browser begins and Windlass finishes: real browsers with the real extension, the real program at the
other end of its line, and a real session. Whatever goes wrong on the way, the browser finishes the file itself."""

import json
import os
import subprocess
import sys

from browser_pages import MANY, Pages, content
from chromium import Chromium
from control import Script
from firefox import Firefox
from harness import REPOSITORY, Case, main, program, wait_for

# A program that is not the one that the extension hopes for. What it does when it is asked to add something is below.
STRANGE = """#!/usr/bin/python3
import json, struct, sys
def say(what):
    message = json.dumps(what).encode()
    sys.stdout.buffer.write(struct.pack("=I", len(message)) + message)
    sys.stdout.buffer.flush()
while length := sys.stdin.buffer.read(4):
    call = json.loads(sys.stdin.buffer.read(struct.unpack("=I", length)[0]))
    if "hello" in call["ask"]:
        say({{"id": call["id"], "answer": {{"hello": {{"version": {version}}}}}}})
    else:
        {then}
"""
ACCEPT = 'say({"id": call["id"], "answer": {"accepted": {"ids": ["1"]}}})'
STRANGERS = {
    "older.bin": (0, ACCEPT),
    "newer.bin": (2, ACCEPT),
    "killed.bin": (1, "import os; os.kill(os.getpid(), 9)"),
    "garbled.bin": (1, 'sys.stdout.buffer.write(b"\\0" * 7); sys.stdout.buffer.flush(); break'),
    "refusing.bin": (1, 'say({"id": call["id"], "answer": {"refused": {"message": "No."}}})'),
}


class Browsing(Case):
    """A browser that knows the program, and a session that puts its files into `taken`."""

    kind = Chromium

    def setUp(self):
        super().setUp()
        if not self.kind.is_here():
            self.skipTest(f"{self.kind.name} is not installed")
        self.pages = Pages()
        self.addCleanup(self.pages.close)
        self.taken, self.left, self.home = (self.folder / name for name in ("taken", "left", "people"))
        for folder in (self.taken, self.left, self.home):
            folder.mkdir()
        build = [sys.executable, REPOSITORY / "assets" / "browser" / "build.py", self.folder / "extension"]
        subprocess.run(build, check=True)
        self.app.settings(download_folder=str(self.taken))
        # The cookies of the browser are its own business, so it does not live where secrets are looked for.
        env = self.app.env | {"HOME": str(self.home), "WINDLASS_PROFILE": str(self.app.profile)}
        self.env = env
        self.command("install")
        extension = self.folder / "extension" / self.kind.name
        self.browser = self.kind(self.home, extension, self.left, env)
        self.addCleanup(self.browser.close)

    def command(self, *arguments):
        """`windlass browser` for the browser at hand."""
        command = [program(), "browser", *arguments, "--browser", self.kind.name]
        return subprocess.run(command, env=self.env, check=True, capture_output=True, text=True).stdout

    def manifest(self):
        """The file that tells the browser where the program is."""
        return json.loads(self.command("status", "--json"))["file"]

    def point_at(self, path):
        """Lets the browser find another program."""
        told = json.loads(open(self.manifest(), encoding="utf-8").read())
        with open(self.manifest(), "w", encoding="utf-8") as file:
            json.dump(told | {"path": str(path)}, file)

    def open(self, page="/"):
        self.browser.visit(self.pages.address + page)

    def is_whole(self, folder, name, of=None):
        path = folder / name
        return path.is_file() and path.read_bytes() == content(of or name)

    def wait_taken(self, name):
        """Windlass has finished it, and the browser has let go of it."""
        wait_for(lambda: self.is_whole(self.taken, name), f"Windlass finishes {name}")
        wait_for(lambda: not self.browser.listed(), "the browser forgets it")
        self.assertEqual(os.listdir(self.left), [])

    def check_sameness(self, path):
        """Windlass has asked for it as the browser has."""
        first, *_, last = self.pages.asked(path)
        for name in ("User-Agent", "Referer", "Accept-Language", "Cookie"):
            self.assertIsNotNone(first[name])
            self.assertEqual(first[name], last[name])

    def wait_left(self, name):
        """The browser has finished it."""
        wait_for(lambda: self.is_whole(self.left, name), f"the browser finishes {name}")


class InChromium(Browsing):
    def test_a_clicked_download_is_finished_by_windlass(self):
        self.daemon()
        self.browser.start()
        for name in ("plain", "private", "moved"):
            self.open()
            self.browser.click(f"#{name}")
            self.wait_taken(f"{name}.bin")
        # It says to be who the browser says to be, and where it comes from.
        self.check_sameness("/private/private.bin")

    def test_what_was_sent_or_made_in_a_page_stays_with_the_browser(self):
        self.daemon()
        self.browser.start()
        self.open()
        self.browser.click("#send")
        self.wait_left("form.bin")
        self.open()
        self.browser.click("#made")
        wait_for(lambda: (self.left / "made.txt").exists(), "the browser keeps what the page has made")
        self.assertEqual(self.app.list(), [])

    def test_rules_leave_downloads_to_the_browser(self):
        self.daemon()
        self.browser.start()
        for rule in ({"capture": False}, {"left": ["bin"]}, {"sites": ["127.0.0.1"]}, {"minimum": 10**9}):
            self.browser.configure(**rule)
            self.open()
            self.browser.click("#plain")
            self.wait_left("plain.bin")
            (self.left / "plain.bin").unlink()
        self.assertEqual(self.app.list(), [])

    def test_a_single_download_can_be_left_to_the_browser(self):
        self.daemon()
        self.browser.start()
        self.open()
        self.browser.choose("leave", linkUrl=f"{self.pages.address}/file/chosen.bin")
        self.wait_left("chosen.bin")
        self.browser.choose("spare")
        self.browser.click("#plain")
        self.wait_left("plain.bin")
        self.assertEqual(self.app.list(), [])
        # The next one is taken again.
        self.open()
        self.browser.click("#moved")
        wait_for(lambda: self.is_whole(self.taken, "moved.bin"), "Windlass finishes it")

    def test_links_are_chosen_in_the_menu_one_or_all_of_a_page(self):
        self.daemon()
        self.browser.start()
        self.browser.configure(askMany=False)
        self.open("/many")
        self.browser.choose("link", linkUrl=f"{self.pages.address}/private/one.bin")
        self.wait_taken("one.bin")
        self.browser.choose("page")
        for number in range(MANY):
            self.wait_taken(str(number))
        self.assertEqual(len(self.app.list()), MANY + 1)

    def test_a_window_that_is_to_ask_first_gets_the_link_and_the_browser_lets_go_of_it(self):
        self.daemon()
        # What a window hears, without one.
        with Script(self.app.profile / "run" / "control.sock") as window:
            window.ask("watch", window=True)
            self.browser.start()
            self.browser.configure(ask=True)
            self.open()
            self.browser.click("#plain")
            while (update := window.hear())["method"] != "open-window":
                pass
            self.assertIn(f"{self.pages.address}/file/plain.bin", " ".join(update["params"]["links"]))
            wait_for(lambda: not self.browser.listed(), "the browser forgets it")
            self.assertEqual((self.app.list(), os.listdir(self.left)), ([], []))
        # Nobody can be asked then, so nothing is lost.
        self.open()
        self.browser.click("#plain")
        self.wait_left("plain.bin")

    def test_without_a_session_one_is_started(self):
        self.browser.start()
        self.open()
        self.browser.click("#plain")
        self.wait_taken("plain.bin")
        self.assertIsNotNone(self.app.pid())

    def test_the_browser_finishes_what_a_strange_program_does_not_take(self):
        self.browser.start()
        strange = self.folder / "strange"
        self.point_at(strange)
        for name, (version, then) in STRANGERS.items():
            strange.unlink(missing_ok=True)
            strange.write_text(STRANGE.format(version=version, then=then))
            strange.chmod(0o755)
            self.open(f"/link/{name}")
            self.browser.click("a")
            self.wait_left(name)

    def test_the_browser_goes_on_with_what_a_worker_has_held_that_is_gone(self):
        self.browser.start()
        silent = self.folder / "silent"
        silent.write_text(STRANGE.format(version=1, then="pass"))
        silent.chmod(0o755)
        self.point_at(silent)
        self.open()
        self.browser.click("#held")
        wait_for(self.browser.is_paused, "it is held")
        self.browser.stop()
        self.pages.gate.set()
        self.open("/many")
        self.wait_left("held.bin")

    def test_the_browser_finishes_what_windlass_cannot_take(self):
        # No session can be there.
        (self.app.profile / "state").write_text("in the way")
        self.browser.start()
        self.open("/link/refused.bin")
        self.browser.click("a")
        self.wait_left("refused.bin")
        # The browser was told of it, and it is gone.
        self.point_at(self.folder / "gone")
        self.assertEqual(json.loads(self.command("status", "--json"))["state"], "gone")
        self.open("/link/gone.bin")
        self.browser.click("a")
        self.wait_left("gone.bin")

    def test_the_popup_lists_what_runs_and_pauses_it(self):
        self.daemon()
        self.browser.start()
        self.open()
        self.browser.click("#held")
        wait_for(self.app.list, "Windlass has it")
        popup = self.browser.visit(self.browser.address("popup.html"))
        name = "document.querySelector('.name')?.textContent"
        wait_for(lambda: self.browser.evaluate(name, popup) == "held.bin", "it is listed")
        wait_for(lambda: self.browser.evaluate("document.querySelector('progress').value", popup) > 0, "it goes on")
        self.browser.click("li button")
        wait_for(lambda: self.app.list()[0]["state"] == "paused", "it is paused")
        wait_for(lambda: "Paused" in self.browser.evaluate("document.body.innerText", popup), "the popup says so")
        self.pages.gate.set()
        self.browser.click("li button")
        self.wait_taken("held.bin")
        wait_for(lambda: self.browser.evaluate(name, popup) is None, "it is no longer listed")

    def test_the_popup_says_what_is_wrong(self):
        self.command("uninstall")
        self.browser.start()
        popup = self.browser.visit(self.browser.address("popup.html"))
        said = "document.getElementById('note').innerText"
        wait_for(lambda: "windlass browser install" in self.browser.evaluate(said, popup), "it says what to do")


class InFirefox(Browsing):
    kind = Firefox

    def test_a_clicked_download_is_finished_by_windlass_and_the_rest_by_the_browser(self):
        self.daemon()
        self.browser.start()
        self.open()
        self.browser.click("#held")
        wait_for(lambda: self.app.list() and not self.browser.listed(), "Windlass has it, and the browser has not")
        self.pages.gate.set()
        self.wait_taken("held.bin")
        self.check_sameness("/held/held.bin")
        # What was sent stays with the browser, and so does what cannot be handed over.
        self.open()
        self.browser.click("#send")
        self.wait_left("form.bin")
        self.point_at(self.folder / "gone")
        self.open()
        self.browser.click("#private")
        self.wait_left("private.bin")
        self.assertEqual(len(self.app.list()), 1)


# Only its children are tests.
del Browsing

if __name__ == "__main__":
    main()
