#!/usr/bin/env python3
"""Pictures of the window, light and dark, in every language, for people to look at (WINDLASS_SHOTS);
and the little about them that a program can check."""

import collections

import dbus
from harness import PATIENCE, main, wait_for
from window import MB, PRIMARY, OnScreen

LANGUAGES = ["en", "zh-CN", "ja"]


class Seen(OnScreen):
    def ground(self):
        """The colour that most of the window has."""
        _, _, width, height = self.desktop.place()
        pixels = collections.Counter(p for row in self.desktop.pixels(0, 0, width, height) for p in row)
        return pixels.most_common(1)[0][0]


class Looks(Seen):
    def fill(self):
        """One of each state."""
        background = ["--background", "-d", str(self.got)]
        done = self.app.run("get", self.web.url("small.bin"), *background).stdout.strip()
        self.app.wait_state(done, "completed")
        failed = self.app.run("get", self.web.url("none.bin"), *background).stdout.strip()
        self.app.wait_state(failed, "failed")
        login = self.app.run("get", self.web.address + "/login/small.bin", *background).stdout.strip()
        self.app.wait_state(login, "paused")
        self.app.run("put", self.web.folder / "files" / "small.bin", "--to", self.web.address + "/dav/",
                     "--method", "put", "--background")
        held = self.app.run("get", self.web.url("big.bin", MB // 2), *background).stdout.strip()
        wait_for(lambda: self.done(held) > MB, "bytes come")
        self.app.run("pause", held)
        runs = self.app.run("get", self.web.url("big.bin", MB // 16), *background).stdout.strip()
        wait_for(lambda: self.app.show(runs)["eta"], "it is known how long it takes")

    def draw(self, appearance, language):
        self.app.configure(appearance=appearance, language=language)
        # A session reads its settings at the start; so does a window.
        self.app.run("quit")
        wait_for(lambda: self.app.pid() is None, "the session ends")
        self.open()
        wait_for(lambda: any(t["state"] == "running" and t["rate"] for t in self.app.list()), "one runs")
        bright = sum(self.ground()) > 384
        self.assertEqual(bright, appearance == "light")
        name = f"look-{appearance}-{language}"
        self.desktop.shot(f"{name}-list")
        plain = self.corner()
        for keys, page in [(["ctrl+n"], "download"), (["ctrl+shift+n"], "upload"), (["ctrl+comma"], "preferences"),
                           (["ctrl+q"], "quit")]:
            self.desktop.key(*keys)
            wait_for(lambda: self.corner() != plain, f"{page} can be seen")
            self.desktop.shot(f"{name}-{page}")
            self.desktop.key("Escape")
            wait_for(lambda: self.corner() == plain, f"{page} is left")
        # They lie beside the rows, or below them, and over nothing.
        empty = self.below()
        self.desktop.key("Home", "Down", "ctrl+i")
        wait_for(lambda: self.below() != empty, "details can be seen")
        self.desktop.shot(f"{name}-details")
        self.desktop.key("Escape")
        wait_for(lambda: self.below() == empty, "details are left")
        self.app.run("quit")

    def below(self):
        """What is below a few rows."""
        _, _, width, height = self.desktop.place()
        return self.desktop.pixels(width // 2, height - 180, width // 3, 100)

    def corner(self):
        """The colour of the window's corner; whatever lies over the list changes it."""
        return self.desktop.pixels(2, 2, 1, 1)


def case(appearance, language):
    def test(self):
        session = self.app.daemon()
        self.fill()
        self.draw(appearance, language)
        session.wait(PATIENCE)

    return test


for appearance in ("light", "dark"):
    for language in LANGUAGES:
        name = f"test_it_is_{appearance}_and_speaks_{language.replace('-', '_')}"
        setattr(Looks, name, case(appearance, language))


class Settings(Seen):
    """What a command sets while a window of another process is open."""

    def test_an_open_window_follows_at_once(self):
        session = self.app.daemon()
        self.app.configure(appearance="light")
        self.open()
        wait_for(lambda: sum(self.ground()) > 384, "it is light")
        self.app.run("settings", "appearance=dark", "language=ja")
        wait_for(lambda: sum(self.ground()) < 384, "it is dark")
        self.desktop.shot("settings-from-elsewhere")
        self.app.run("quit")
        session.wait(PATIENCE)


class Wishes(Seen):
    """What the desktop wants, while the window is open."""

    services = ("notifications", "tray", "settings")

    def setUp(self):
        super().setUp()
        self.bus = self.desktop.bus()
        self.addCleanup(self.bus.close)

    def wish(self, key, value, namespace="org.freedesktop.appearance"):
        portal = self.bus.get_object("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop")
        portal.Set(namespace, key, value, dbus_interface="org.freedesktop.portal.Settings")

    def grounds(self, ground, why):
        wait_for(lambda: self.ground() == ground, why)
        self.desktop.shot("wish-" + why.replace(" ", "-"))

    def test_the_window_follows_at_once(self):
        self.wish("color-scheme", dbus.UInt32(1))
        self.open()
        self.grounds((0x1C, 0x20, 0x26), "it is dark from the beginning")
        self.wish("contrast", dbus.UInt32(1))
        self.grounds((0, 0, 0), "everything stands out")
        self.wish("color-scheme", dbus.UInt32(2))
        self.grounds((255, 255, 255), "it is light")
        self.wish("contrast", dbus.UInt32(0))
        purple = (0x6D, 0x2C, 0x91)
        self.wish("accent-color", dbus.Struct([part / 255 for part in purple], signature="ddd"))
        wait_for(lambda: self.desktop.find(purple), "the button to press next has the accent")
        self.desktop.shot("wish-accent")

    def test_everything_becomes_larger_and_smaller(self):
        self.open()
        usual = self.desktop.find(PRIMARY, lowest=False)
        self.desktop.key("ctrl+plus", "ctrl+plus", "ctrl+plus")

        def wide():
            box = self.desktop.find(PRIMARY, lowest=False)
            return box and box[2] - box[0]

        wait_for(lambda: wide() and wide() > 1.2 * (usual[2] - usual[0]), "the button is larger")
        self.desktop.shot("larger")
        self.desktop.key("ctrl+0")
        wait_for(lambda: wide() == usual[2] - usual[0], "the button is as large as before")

    def test_everything_is_as_large_as_the_desktop_wants_letters(self):
        gnome = "org.gnome.desktop.interface"
        self.wish("text-scaling-factor", dbus.Double(1.0), gnome)
        self.open()
        usual = self.wide()
        self.wish("text-scaling-factor", dbus.Double(1.5), gnome)
        wait_for(lambda: self.wide() > 1.3 * usual, "the button is larger")
        self.desktop.shot("wish-larger-letters")
        self.wish("text-scaling-factor", dbus.Double(1.0), gnome)
        wait_for(lambda: self.wide() == usual, "the button is as large as before")

    def wide(self):
        """How wide the button to press next is, which stands at the top."""
        box = self.desktop.find(PRIMARY, lowest=False)
        return box[2] - box[0] if box else 0


class Left(Seen):
    def test_the_window_comes_back_as_it_was_left(self):
        process = self.open()
        window = self.desktop.window().id
        self.desktop.xdotool("windowsize", "--sync", window, 1111, 666)
        self.desktop.key("F9")
        kept = self.app.profile / "state" / "window.ron"
        wait_for(lambda: kept.exists() and "1111" in kept.read_text() and "sidebar: false" in kept.read_text(),
                 "it is kept while the window is open")
        self.desktop.key("F9", "ctrl+q")
        self.assertEqual(process.wait(PATIENCE), 0)
        self.assertIn("sidebar: true", kept.read_text(), "and when it closes")
        process = self.open()
        self.assertEqual(self.desktop.place()[2:], (1111, 666))
        self.desktop.key("ctrl+q")
        self.assertEqual(process.wait(PATIENCE), 0)
        kept.write_text("(list: ")
        self.open()
        self.assertEqual(self.desktop.place()[2:], (960, 640))


if __name__ == "__main__":
    main()
