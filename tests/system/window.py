#!/usr/bin/env python3
"""The window on a real X server, with a real window manager, bus, web server and other programs.

WINDLASS_SHOTS=FOLDER keeps pictures of every step for people to look at.
"""

import os
import shutil
import subprocess
import tempfile

from desktop import Desktop, OnDesktop
from harness import PATIENCE, Case, end, main, wait_for
from webserver import WebServer, digest

MB = 1_000_000
# Of the light appearance: the button to press next, and one of several choices that was chosen.
PRIMARY, CHOSEN = (0x1A, 0x6A, 0xA3), (0xE6, 0xF0, 0xF9)


class OnScreen(Case):
    """A test with a desktop, a web server and the program, whose downloads go to `got`."""

    services = ("notifications", "tray")
    screen = Desktop

    @classmethod
    def setUpClass(cls):
        cls.web = WebServer()
        cls.web.make("big.bin", 200 * MB)
        cls.web.make("small.bin", 3 * MB)

    @classmethod
    def tearDownClass(cls):
        cls.web.close()

    def setUp(self):
        super().setUp()
        runtime = self.folder / "runtime"
        runtime.mkdir()
        self.desktop = self.screen(runtime, self.services)
        self.addCleanup(self.desktop.close)
        self.app = OnDesktop(self.folder, self.desktop)
        self.addCleanup(self.app.close)
        self.got = self.folder / "got"
        self.prepare()

    def prepare(self):
        """What the profile has in it before the program starts."""
        self.app.settings(download_folder=str(self.got))

    def look(self):
        """Keeps a picture of what a failure looks like."""
        folder = os.environ.setdefault("WINDLASS_SHOTS", tempfile.mkdtemp(prefix="windlass-failed-"))
        self.desktop.shot("failed-" + ".".join(self.id().rsplit(".", 2)[-2:]))
        print(f"         see {folder}")

    def open(self, *arguments):
        """Starts the program with its window, and waits until there is something in it."""
        process = self.start(*arguments)
        wait_for(self.desktop.drawn, "the window shows something")
        self.desktop.focus()
        return process

    def start(self, *arguments):
        """Starts the program as the one that holds the session."""
        process = self.app.spawn(*arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(end, process)
        wait_for(lambda: process.poll() is not None or self.app.answers(), "the session answers")
        self.assertIsNone(process.poll(), "the program ended")
        return process

    def only(self, **wanted):
        """The only transfer in the list that is as wanted, once it is there."""
        def found():
            return [t for t in self.app.list() if all(t[key] == value for key, value in wanted.items())]

        return wait_for(found, f"a transfer with {wanted}", every=0.05)[0]

    def add_by_typing(self, link):
        """Types a link into the download dialog and starts it."""
        before = len(self.app.list())
        self.desktop.key("ctrl+n")
        self.dialog()
        self.desktop.type(link)
        self.desktop.key("ctrl+Return")
        wait_for(lambda: len(self.app.list()) > before, "the typed link is in the list")

    def find(self, colour):
        """Where something of this colour is in the window: left, top, right, bottom."""
        return wait_for(lambda: self.desktop.find(colour), "something of that colour can be seen")

    def is_dimmed(self):
        """Whether something lies over the toolbar, so that its buttons have another colour."""
        box = self.desktop.find(PRIMARY)
        return box is None or box[1] > 100

    def dimmed(self, why):
        wait_for(self.is_dimmed, why)

    def dialog(self):
        self.dimmed("a dialog can be seen")

    def chosen_way(self):
        """Where the way stands that is chosen: above all else that can be chosen there."""
        return self.desktop.find(CHOSEN, lowest=False)

    def choose_put(self):
        """Shows more, and presses PUT: it stands right of POST, which stands right of what is chosen at first."""
        self.desktop.key("ctrl+i")
        for name in ["POST", "PUT"]:
            _, top, right, bottom = wait_for(self.chosen_way, "a way is chosen")
            self.desktop.click(right + 30, (top + bottom) // 2)
            wait_for(lambda right=right: self.chosen_way()[2] != right, f"{name} is chosen")

    def press_primary(self):
        """Presses the button to press next."""
        left, top, right, bottom = self.find(PRIMARY)
        self.desktop.click((left + right) // 2, (top + bottom) // 2)

    def press_beside_primary(self):
        """Presses the button left of the one to press next."""
        left, top, _, bottom = self.find(PRIMARY)
        self.desktop.click(left - 40, (top + bottom) // 2)

    def told_of(self, name):
        """The notification about a transfer, once it has come."""
        def told():
            return [n for n in self.desktop.told("notification") if name in n["summary"] + n["body"]]

        return wait_for(told, f"a notification tells of {name}")[0]

    def done(self, name):
        return self.app.show(name)["done"]

    def row(self):
        """What the first row looks like right now."""
        _, _, width, _ = self.desktop.place()
        return self.desktop.pixels(0, 60, width, 68)

    def same(self, path, name="big.bin"):
        self.assertEqual(digest(path), digest(self.web.folder / "files" / name))


class Story(OnScreen):
    """One long story, as somebody would live it."""

    def test_a_big_download_and_an_upload_from_the_first_click_to_the_last_byte(self):
        process = self.open()
        self.desktop.shot("story-1-empty")
        self.add_by_typing(self.web.url("big.bin", MB // 2))
        name = self.only(state="running")["id"]
        self.moves_and_can_be_held(name)
        self.goes_on_without_a_window(name)
        self.takes_a_dropped_link()
        self.takes_a_dropped_file()
        self.quits(process, name)
        self.open()
        listed = {t["url"].rsplit("/", 1)[1]: t for t in self.app.list()}
        self.assertEqual(set(listed), {"big.bin", "small.bin", "dropped.bin"})
        self.assertGreater(listed["big.bin"]["done"], 0)
        self.app.wait_state(name, "completed")
        self.desktop.shot("story-9-completed")
        self.same(self.got / "big.bin")
        self.same(self.got / "small.bin", "small.bin")
        self.assertFalse(list(self.got.glob("*.part")))
        self.assertIn("Open", self.told_of("big.bin")["actions"])
        self.desktop.key("ctrl+q")
        wait_for(lambda: self.app.pid() is None, "it ends without a question when nothing runs")

    def moves_and_can_be_held(self, name):
        wait_for(lambda: self.done(name) > 2 * MB, "bytes come")
        before, done = self.row(), self.done(name)
        wait_for(lambda: self.row() != before, "the bar moves")
        wait_for(lambda: self.done(name) > done, "the number grows")
        self.desktop.shot("story-2-running")
        self.desktop.key("Down", "space")
        self.app.wait_state(name, "paused")
        self.desktop.shot("story-3-paused")
        self.desktop.key("space")
        self.app.wait_state(name, "running")

    def goes_on_without_a_window(self, name):
        self.desktop.close_window()
        done = self.done(name)
        wait_for(lambda: self.done(name) > done + 4 * MB, "it goes on without a window")
        self.app.run()
        self.desktop.window()
        self.assertEqual(len(self.desktop.windows()), 1)
        self.desktop.focus()
        wait_for(self.desktop.drawn, "the window shows something")
        self.desktop.shot("story-4-back")

    def drag_and_drop(self, address, picture="story-over-the-window"):
        source = self.desktop.drag(address)
        # A source that was not told yet that it is welcome takes what is let go of back.
        self.dimmed("the window says that it can be dropped")
        self.desktop.shot(picture)
        self.desktop.drop(source)

    def takes_a_dropped_link(self):
        self.drag_and_drop(self.web.url("small.bin"), "story-5-link-over-the-window")
        self.desktop.xdotool("windowactivate", "--sync", self.desktop.window().id)
        self.desktop.focus()
        wait_for(lambda: (self.desktop.find(PRIMARY) or [0, 0])[1] > 100, "the link can be started")
        self.desktop.shot("story-6-link-dropped")
        self.desktop.key("ctrl+Return")
        self.only(state="completed", kind="download")

    def takes_a_dropped_file(self):
        dropped = self.folder / "dropped.bin"
        shutil.copy(self.web.folder / "files" / "small.bin", dropped)
        self.drag_and_drop(dropped.as_uri())
        self.desktop.xdotool("windowactivate", "--sync", self.desktop.window().id)
        self.desktop.focus()
        self.dialog()
        self.desktop.type(f"{self.web.address}/dav/dropped.bin")
        self.choose_put()
        self.desktop.shot("story-7-upload")
        self.press_primary()
        upload = self.only(kind="upload", state="completed")
        self.assertEqual(upload["response"]["status"], 201)
        self.same(self.web.folder / "dav" / "dropped.bin", "small.bin")

    def quits(self, process, name):
        if self.app.show(name)["state"] == "completed":  # as on a busy computer; then nothing would be asked
            self.app.run("restart", name)
        self.desktop.key("ctrl+q")
        self.find(PRIMARY)
        self.desktop.shot("story-8-quit")
        self.press_beside_primary()
        self.assertEqual(process.wait(PATIENCE), 0)


class Keys(OnScreen):
    def test_escape_leaves_the_dialog_and_nothing_is_added(self):
        self.open()
        self.desktop.key("ctrl+n")
        self.dialog()
        self.desktop.type("http://127.0.0.1/")
        self.desktop.key("Escape")
        self.desktop.key("ctrl+n")
        self.dialog()
        self.desktop.shot("keys-dialog-again")
        self.desktop.key("Escape")
        self.assertEqual(self.app.list(), [])

    def test_several_links_in_one_dialog_become_several_downloads(self):
        self.open()
        self.desktop.key("ctrl+n")
        self.dialog()
        self.desktop.type(self.web.url("small.bin"))
        self.desktop.key("Return")
        self.desktop.type(self.web.url("big.bin", MB // 8))
        self.desktop.key("ctrl+Return")
        wait_for(lambda: len(self.app.list()) == 2, "both are in the list")
        self.only(state="completed")
        self.desktop.key("ctrl+shift+p")
        self.only(state="paused")
        self.desktop.key("ctrl+shift+r")
        self.only(state="running")

    def test_a_second_start_hands_its_links_over(self):
        self.open()
        self.app.run(self.web.url("small.bin"))
        self.desktop.focus()
        self.find(PRIMARY)
        self.desktop.shot("keys-handed-over")
        self.desktop.key("ctrl+Return")
        self.only(state="completed")
        self.same(self.got / "small.bin", "small.bin")


class Sessions(OnScreen):
    def test_a_window_joins_the_session_of_a_daemon_and_leaves_it_alone(self):
        self.daemon()
        name = self.app.run("get", self.web.url("big.bin", MB // 8), "-o", "x", "--background").stdout.strip()
        window = self.app.spawn(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(end, window)
        wait_for(self.desktop.drawn, "the window shows something")
        self.desktop.focus()
        wait_for(lambda: self.done(name) > 0, "bytes come")
        self.desktop.shot("sessions-joined")
        self.desktop.key("Down", "space")
        self.app.wait_state(name, "paused")
        end(window)
        self.assertEqual(self.app.show(name)["state"], "paused")

    def test_a_killed_window_loses_nothing(self):
        process = self.open()
        self.add_by_typing(self.web.url("big.bin", 3 * MB))
        name = self.only(state="running")["id"]
        wait_for(lambda: self.done(name) > 60 * MB, "a part has come")
        process.kill()
        process.wait()
        self.open()
        self.assertGreater(self.done(name), 0)
        self.app.wait_state(name, "completed")
        self.same(self.got / "big.bin")

    def test_a_double_click_that_starts_it_twice_opens_one_window(self):
        begun = [self.app.spawn(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
        for process in begun:
            self.addCleanup(end, process)
        wait_for(lambda: [process.poll() for process in begun].count(0) == 1, "one of them has raised the other")
        wait_for(self.desktop.drawn, "the window shows something")
        self.assertEqual(len(self.desktop.windows()), 1)
        self.desktop.focus()
        self.add_by_typing(self.web.url("small.bin"))
        self.only(state="completed")

    def test_a_list_it_cannot_read_is_explained_in_a_window_that_return_closes(self):
        state = self.app.profile / "state"
        state.mkdir(mode=0o700)
        newer = "// windlass transfers, version 9, generation 1, records 0\n"
        (state / "transfers-000001.ron").write_text(newer)
        process = self.app.spawn(stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(end, process)
        self.find(PRIMARY)
        self.desktop.focus()
        self.desktop.shot("cannot-start")
        self.desktop.key("Return")
        _, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 1)
        self.assertIn("newer Windlass", err)
        self.assertEqual((state / "transfers-000001.ron").read_text(), newer)

    def test_without_a_display_the_reason_is_told(self):
        del self.app.env["DISPLAY"]
        done = self.app.run(code=1)
        self.assertIn("no display", done.stderr)


class Tray(OnScreen):
    def test_the_icon_opens_pauses_and_quits(self):
        process = self.start("--hidden")
        menu = wait_for(self.desktop.menu, "the icon has a menu")
        self.assertFalse(self.desktop.windows(), "no window was asked for")
        self.assertFalse(menu["Pause all"][1], "there is nothing to pause")
        name = self.app.run("get", self.web.url("big.bin", MB // 8), "-o", "x", "--background").stdout.strip()
        self.desktop.choose("Pause all")
        self.app.wait_state(name, "paused")
        self.desktop.choose("Resume all")
        self.app.wait_state(name, "running")
        self.desktop.choose("Open Windlass")
        self.desktop.window()
        self.desktop.close_window()
        self.desktop.choose("Pause all")
        self.app.wait_state(name, "paused")
        self.desktop.choose("Quit")
        self.assertEqual(process.wait(PATIENCE), 0)
        self.assertIsNone(self.app.pid())


class Alone(OnScreen):
    """A desktop without a tray and without notifications."""

    services = ()

    def test_without_a_tray_a_closed_window_goes_on_only_while_something_runs(self):
        process = self.open()
        self.add_by_typing(self.web.url("big.bin", 3 * MB))
        name = self.only(state="running")["id"]
        self.desktop.close_window()
        done = self.done(name)
        wait_for(lambda: self.done(name) > done, "it goes on without a window")
        self.app.run()
        self.desktop.window()
        self.app.wait_state(name, "completed")
        self.desktop.close_window()
        self.assertEqual(process.wait(PATIENCE), 0)


class Dunst(OnScreen):
    """With the notification service that people use."""

    services = ("tray",)

    def test_a_notification_is_shown(self):
        self.desktop.run("dunst")
        bus = self.desktop.bus()
        self.addCleanup(bus.close)
        wait_for(lambda: bus.name_has_owner("org.freedesktop.Notifications"), "dunst is there")
        self.start("--hidden")
        self.app.run("get", self.web.url("small.bin"), "-o", "x", "--background")
        self.only(state="completed")

        def shown():
            counted = subprocess.run(["dunstctl", "count", "displayed"], env=self.desktop.env, text=True,
                                     capture_output=True, check=True)
            return int(counted.stdout)

        wait_for(shown, "dunst shows it")
        self.desktop.shot("notification-dunst")


if __name__ == "__main__":
    main()
