#!/usr/bin/env python3
"""Finished files dragged out of the window into another program's, on a real X server."""

import json
import sys
import urllib.parse

from desktop import HERE
from harness import end, main, wait_for
from window import MB, PRIMARY, OnScreen

# The middle of the first row, below the toolbar and the heads of the columns, and the height of every row.
FIRST, ROW = 56 + 34 + 23, 46
TITLE = "Windlass drop target"


class Target:
    """The other program's window."""

    def __init__(self, desktop, *how):
        self.desktop = desktop
        # What it says goes to a file, where it can be waited for.
        self.said, self.heard = desktop.folder / "drop-target", 0
        with open(self.said, "w", encoding="utf-8") as said:
            self.process = desktop.run(sys.executable, "-B", HERE / "drop_target.py", *how, stdout=said)
        self.hears_until("ready")
        desktop.xdotool("search", "--sync", "--onlyvisible", "--name", TITLE)

    def hears(self):
        """The next word."""
        def new():
            words = self.said.read_text(encoding="utf-8").split("\n")[:-1]
            return words[self.heard:self.heard + 1]

        word = wait_for(new, "the target says something")[0]
        self.heard += 1
        return word

    def hears_until(self, *words):
        """The next word that is one of these, or what was dropped."""
        while (word := self.hears()) not in words and not word.startswith("["):
            pass
        return word

    def enter(self):
        """Moves the pointer into it."""
        self.desktop.xdotool("search", "--name", TITLE, "mousemove", "--window", "%1", 70, 36)
        # As a mouse does: to put the pointer somewhere at once is no motion of a device.
        self.desktop.xdotool("mousemove_relative", "--sync", "--", 4, 2)
        self.hears_until("over")

    def given(self):
        """The paths that were dropped."""
        word = self.hears_until()
        return [urllib.parse.unquote(uri.removeprefix("file://")) for uri in json.loads(word)]

    def close(self):
        end(self.process)


class DragOut(OnScreen):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.web.make("a b#ü.bin", MB)

    def target(self, *how):
        target = Target(self.desktop, *how)
        self.addCleanup(target.close)
        self.desktop.xdotool("windowactivate", "--sync", self.desktop.window().id)
        return target

    def get(self, name):
        address = self.web.address + "/files/" + urllib.parse.quote(name)
        number = self.app.run("get", address, "--background", "-d", self.got).stdout.strip()
        self.app.wait_state(number, "completed")

    def fill(self):
        """The window with two finished files."""
        self.open()
        for name in ["small.bin", "a b#ü.bin"]:
            self.get(name)
        wait_for(lambda: not self.background(FIRST + ROW), "two rows can be seen")

    def background(self, top):
        """Whether nothing stands so far below the top of the window, in the middle."""
        width = self.desktop.place()[2]
        return len({pixel for row in self.desktop.pixels(width // 3, top - 12, width // 3, 24) for pixel in row}) == 1

    def pull(self, row):
        """Presses a row and pulls it a little."""
        x, y, width, _ = self.desktop.place()
        left, top = x + width // 2, y + FIRST + row * ROW
        self.desktop.xdotool("mousemove", "--sync", left, top, "mousedown", 1)
        for _ in range(5):
            self.desktop.xdotool("mousemove_relative", "--sync", "--", -4, 1)

    def let_go(self):
        self.desktop.xdotool("mouseup", 1)

    def works(self):
        """The window hears keys, and its mouse presses nothing any more."""
        self.desktop.key("ctrl+n")
        self.dialog()
        self.desktop.key("Escape")
        wait_for(self.is_free, "the dialog is gone")

    def is_free(self):
        """Whether nothing lies over the toolbar."""
        button = self.desktop.find(PRIMARY)
        return button and button[1] < 100

    def test_one_file_and_then_all_chosen_ones_arrive_elsewhere_and_the_window_goes_on(self):
        self.fill()
        target = self.target()
        self.pull(0)
        target.enter()
        self.desktop.shot("drag-out-over-the-target")
        self.let_go()
        one = target.given()
        self.assertEqual(len(one), 1)

        self.desktop.xdotool("windowactivate", "--sync", self.desktop.window().id)
        self.desktop.key("ctrl+a")
        self.pull(1)
        target.enter()
        self.let_go()
        both = target.given()
        self.assertEqual(sorted(both), sorted(str(self.got / name) for name in ["small.bin", "a b#ü.bin"]))
        self.assertIn(one[0], both)
        self.works()

    def test_a_drag_that_is_given_up_or_not_welcome_drops_nothing(self):
        self.fill()
        target = self.target()
        self.pull(0)
        target.enter()
        self.desktop.key("Escape")
        self.assertEqual(target.hears_until("gone"), "gone")
        self.let_go()
        target.close()

        refuses = self.target("refuses")
        self.pull(0)
        refuses.enter()
        self.let_go()
        self.assertEqual(refuses.hears_until("gone"), "gone")
        self.works()

    def test_over_the_window_itself_it_is_no_drop(self):
        self.fill()
        target = self.target()
        self.pull(0)
        x, y, width, height = self.desktop.place()
        self.desktop.xdotool("mousemove", "--sync", x + width // 2, y + height - 100)
        self.desktop.xdotool("mousemove_relative", "--sync", "--", 4, 2)
        self.assertTrue(self.is_free())
        self.let_go()
        self.assertEqual(len(self.app.list()), 2)
        # Nothing stayed pressed, and the next one arrives.
        self.pull(1)
        target.enter()
        self.let_go()
        self.assertEqual(len(target.given()), 1)

    def test_a_program_that_vanishes_with_the_pointer_over_it_ends_nothing_else(self):
        self.fill()
        first = self.target()
        self.pull(0)
        first.enter()
        first.close()
        self.let_go()
        second = self.target()
        self.pull(0)
        second.enter()
        self.let_go()
        self.assertEqual(len(second.given()), 1)
        self.works()


if __name__ == "__main__":
    main()
