"""What somebody does who has just got the program and has read nothing, beginning with an empty profile. Which
hands they have, a mouse or keys alone, says who inherits from this; the same is done with either."""

import os
import subprocess
import time

from fileservers import program_of
from harness import end, free_port, listens, wait_for
from webserver import digest
from window import MB, PRIMARY, OnScreen

# A film at this rate over each connection is not there before slow hands, on a slow machine, have held it.
SLOWLY = MB // 64

CHOOSER = "org.freedesktop.portal.FileChooser"


class Newcomer(OnScreen):
    """Somebody in front of an empty window."""

    services = ("notifications", "tray", "chooser", "files")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.web.make("film.mp4", 40 * MB)

    def prepare(self):
        self.got = self.folder / "home" / "Downloads"
        # A program for files of every kind, which only writes down what it was to open.
        programs, self.opened = self.folder / "programs", self.folder / "opened"
        programs.mkdir()
        (programs / "xdg-open").write_text(f'#!/bin/sh\necho "$1" >> {self.opened}\n')
        (programs / "xdg-open").chmod(0o755)
        self.app.env["PATH"] = f"{programs}:{os.environ['PATH']}"

    def setUp(self):
        super().setUp()
        self.open()

    def will_choose(self, path):
        """What will be chosen in the desktop's dialog for files."""
        bus = self.desktop.bus()
        portal = bus.get_object("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop")
        portal.WillChoose([path.as_uri()], dbus_interface=CHOOSER)
        bus.close()

    def moves(self, name, by=MB // 4):
        """Waits until bytes come."""
        before = self.done(name)
        wait_for(lambda: self.done(name) > before + by, "bytes come")

    def setting(self, name):
        return self.app.ask(("settings", None))["settings"][name]


class Hands:
    """What takes more than one key."""

    def pick(self, words):
        """Goes through a menu to a line of it, and chooses that."""
        line = self.desktop.read(words)
        left, y = int(line.left) - 6, line.middle[1]
        _, _, _, height = self.desktop.place()

        def seen():
            return [row[0] for row in self.desktop.pixels(left, 0, 1, height)]

        start = before = seen()
        while True:
            self.desktop.key("Down")
            wait_for(lambda before=before: seen() != before, "another line is marked")
            after = seen()
            if after[y] != before[y]:
                break
            self.assertNotEqual(after, start, f"“{words}” was not marked")
            before = after
        self.desktop.key("Return")

    def preferences(self, searched):
        self.desktop.key("F10")
        self.pick("Preferences")
        self.desktop.read("Appearance")
        self.desktop.type(searched)
        self.desktop.read("Search results")


class Tasks:
    """The tasks, each of them a test."""

    def test_a_pasted_link_becomes_a_file(self):
        self.add(self.web.url("small.bin"))
        self.only(state="completed")
        self.same(self.got / "small.bin", "small.bin")
        self.desktop.read("Done")

    def test_a_file_gets_to_a_server_that_nobody_has_described(self):
        port, root = free_port(), self.folder / "served"
        (root / "in").mkdir(parents=True)
        server = subprocess.Popen([program_of("davserver"), str(port), root], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        self.addCleanup(end, server)
        wait_for(lambda: listens(port), "the server takes callers")
        report = self.folder / "report.pdf"
        report.write_bytes(os.urandom(MB))
        self.send(report, f"http://127.0.0.1:{port}/in/")
        self.only(kind="upload", state="completed")
        self.assertEqual(digest(root / "in" / "report.pdf"), digest(report))

    def test_a_download_is_held_and_goes_on_where_it_was(self):
        self.add(self.web.url("film.mp4", SLOWLY))
        name = self.only(state="running")["id"]
        self.moves(name)
        self.hold("film.mp4")
        held = self.app.wait_state(name, "paused")["done"]
        self.go_on("film.mp4")
        self.app.wait_state(name, "running")
        self.moves(name)
        self.assertGreater(self.done(name), held)

    def test_the_finished_file_is_opened_and_shown_in_its_folder(self):
        self.add(self.web.url("film.mp4"))
        self.only(state="completed")
        self.show("film.mp4")
        wait_for(lambda: self.desktop.told("shown"), "the file manager shows it")
        self.assertEqual(self.desktop.told("shown")[0]["addresses"], [(self.got / "film.mp4").as_uri()])
        self.launch("film.mp4")
        wait_for(self.opened.exists, "it is opened")
        self.assertEqual(self.opened.read_text().strip(), str(self.got / "film.mp4"))

    def test_downloads_go_to_another_folder_from_then_on(self):
        films = self.folder / "home" / "films"
        films.mkdir()
        self.change_folder(films)
        wait_for(lambda: self.setting("download_folder") == str(films), "the folder is another")
        self.desktop.read("Downloads go to ~/films")
        self.add(self.web.url("small.bin"))
        self.only(state="completed")
        self.same(films / "small.bin", "small.bin")

    def test_a_limit_is_set_and_holds(self):
        self.add(self.web.url("big.bin", MB // 12))
        name = self.only(state="running")["id"]
        limit = self.limit()
        # What had been asked for before comes all the same.
        self.moves(name, limit)
        before, began = self.done(name), time.monotonic()
        wait_for(lambda: self.done(name) > before + 3 * limit, "bytes come")
        came, took = self.done(name) - before, time.monotonic() - began
        self.assertLess(came / took, 1.15 * limit)

    def test_another_link_is_given_for_one_that_has_expired(self):
        self.web.lend("first")
        self.addCleanup(self.web.lend, "first")
        self.add(f"{self.web.address}/lent/first/film.mp4")
        name = self.only(state="running")["id"]
        # More in each part of it than is compared before something is believed to go on.
        self.moves(name, 3 * MB)
        self.hold("film.mp4")
        self.app.wait_state(name, "paused")
        self.web.lend("first", holds=False)
        self.go_on("film.mp4")
        wait_for(lambda: self.app.show(name)["reason"] == "needs-link", "it is found out that the link has expired")
        self.desktop.read("Stopped: the link")
        self.renew("film.mp4", self.web.url("film.mp4"))
        done = self.app.wait_state(name, "completed")
        self.same(self.got / "film.mp4", "film.mp4")
        self.assertEqual(done["restarts"], 0)
        again = [asked["range"] for asked in self.web.all_requests("film.mp4") if asked["path"].startswith("/files/")]
        self.assertFalse([asked for asked in again if not asked or asked.startswith("bytes=0-")],
                         "it goes on where it was")


class Mouse(Tasks):
    """With the mouse, and the keyboard only to write and to paste."""

    def finish(self):
        """Presses the main button of a dialog. What is under it can be read and pressed once it has gone."""
        self.press_primary()
        wait_for(lambda: not self.is_dimmed(), "the dialog has gone")

    def add(self, link):
        self.desktop.copy(link)
        left, top, right, bottom = self.desktop.find(PRIMARY, lowest=False)
        self.desktop.click((left + right) // 2, (top + bottom) // 2)
        # It has taken the link from the clipboard.
        self.desktop.read("1 link")
        self.finish()

    def send(self, path, address):
        self.will_choose(path)
        self.desktop.press("Add upload")
        self.desktop.press("Choose files")

        def is_there():
            # It stands at the end of a path, whose random letters are not always read.
            picture = self.desktop.picture()
            return picture.phrase(path.name) or picture.phrase(path.suffix)

        wait_for(is_there, f"{path.name} can be seen", every=0.1)
        field = self.desktop.read("Address")
        self.desktop.click(int(field.left) + 60, int(field.bottom) + 24)
        self.desktop.type(address)
        self.finish()

    def sign(self, name):
        """Presses what stands at the end of a row."""
        _, _, width, _ = self.desktop.place()
        self.desktop.click(width - 20, self.desktop.read(name).middle[1])

    hold = go_on = sign

    def show(self, name):
        self.desktop.click(*self.desktop.read(name).middle, button=3)
        self.desktop.press("Show in folder")

    def launch(self, name):
        self.desktop.click(*self.desktop.read(name).middle, times=2)

    def change_folder(self, path):
        self.will_choose(path)
        self.desktop.press("Change")
        wait_for(lambda: self.desktop.told("chooser"), "the desktop is asked for a folder")

    def limit(self):
        self.desktop.press("No limit")
        return wait_for(lambda: self.setting("speed_limit"), "there is a limit")

    def renew(self, name, link):
        self.desktop.copy(link)
        self.sign(name)
        self.desktop.read("The link has expired")
        self.desktop.key("ctrl+v")
        self.finish()


class Keys(Hands, Tasks):
    """With keys alone."""

    def add(self, link):
        self.desktop.copy(link)
        self.desktop.key("ctrl+v")
        self.desktop.read("1 link")
        self.desktop.key("Tab", "Return")

    def send(self, path, address):
        self.desktop.key("ctrl+shift+n")
        self.dialog()
        self.desktop.type(address)
        # Past the buttons that choose, to where a path can be written, and back.
        self.desktop.key("shift+Tab", "shift+Tab", "shift+Tab")
        self.desktop.type(str(path))
        self.desktop.key("Return")
        self.desktop.read(path.name)
        self.desktop.key("Tab", "Tab", "Tab", "Return")

    def toggle(self, _):
        self.desktop.key("Home", "space")

    hold = go_on = toggle

    def show(self, _):
        self.desktop.key("Home", "shift+F10")
        self.pick("Show in folder")

    def launch(self, _):
        self.desktop.key("Return")

    def leave(self):
        """Leaves the search, and the preferences."""
        self.desktop.key("Escape", "Escape")

    def change_folder(self, path):
        self.preferences("folder for downloads")
        self.desktop.key("shift+Tab", "shift+Tab")
        self.desktop.type(str(path))
        self.desktop.key("Return")
        self.leave()

    def limit(self):
        self.preferences("total speed")
        self.desktop.key("shift+Tab")
        self.desktop.type("500k")
        self.desktop.key("Return")
        self.leave()
        return wait_for(lambda: self.setting("speed_limit"), "there is a limit")

    def renew(self, _, link):
        self.desktop.copy(link)
        self.desktop.key("Home", "shift+F10")
        self.pick("New link")
        self.desktop.read("The link has expired")
        self.desktop.key("ctrl+v")
        # It can be pressed once there is a link.
        self.find(PRIMARY)
        self.desktop.key("Return")
