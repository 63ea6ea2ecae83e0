#!/usr/bin/env python3
"""Finished files dragged out of the window into another program's, on a real X server and under a real Wayland
compositor."""

import json
import sys
import urllib.parse

from desktop import HERE
from harness import end, main, wait_for
from sway import Sway
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
        self.place = desktop.other(TITLE)

    def words(self):
        """All that it has said."""
        return self.said.read_text(encoding="utf-8").split("\n")[:-1]

    def hears(self):
        """The next word."""
        word = wait_for(lambda: self.words()[self.heard:], "the target says something")[0]
        self.heard += 1
        return word

    def hears_until(self, *words):
        """The next word that is one of these, or what was dropped."""
        while (word := self.hears()) not in words and not word.startswith("["):
            pass
        return word

    def enter(self):
        """Moves the pointer into it."""
        def is_over():
            # A drag that begins late is noticed when the mouse moves, and a hand never rests.
            self.desktop.point(*self.place)
            return "over" in self.words()[self.heard:]

        wait_for(is_over, "something is over the target")
        self.hears_until("over")

    def given(self):
        """The paths that were dropped."""
        word = self.hears_until()
        return [urllib.parse.unquote(uri.removeprefix("file://")) for uri in json.loads(word)]

    def close(self):
        end(self.process)


class DragOut:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.web.make("a b#ü.bin", MB)

    def target(self, *how):
        target = Target(self.desktop, *how)
        self.addCleanup(target.close)
        self.desktop.activate()
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
        self.desktop.point(left, top)
        self.desktop.hold()
        for step in range(1, 6):
            self.desktop.point(left - 4 * step, top + step)

    def choose_all(self):
        """Marks the second row as well. A key that comes before the keyboard does is not heard."""
        def ground():
            return self.desktop.pixels(self.desktop.place()[2] // 2, FIRST + ROW - 20, 1, 1)

        def marked():
            self.desktop.key("ctrl+a")
            return ground() != before

        before = ground()
        wait_for(marked, "all are chosen", every=0.3)

    def works(self):
        """The window hears keys, and its mouse presses nothing any more."""
        # Where the pointer is, there some desktops put the keyboard.
        self.desktop.activate()
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
        self.desktop.let_go()
        one = target.given()
        self.assertEqual(len(one), 1)

        self.desktop.activate()
        self.choose_all()
        self.pull(1)
        target.enter()
        self.desktop.let_go()
        both = target.given()
        self.assertEqual(sorted(both), sorted(str(self.got / name) for name in ["small.bin", "a b#ü.bin"]))
        self.assertIn(one[0], both)
        self.works()

    def test_a_drag_that_is_not_welcome_drops_nothing(self):
        self.fill()
        refuses = self.target("refuses")
        self.pull(0)
        refuses.enter()
        self.desktop.let_go()
        self.assertEqual(refuses.hears_until("gone"), "gone")
        self.works()

    def test_over_the_window_itself_it_is_no_drop(self):
        self.fill()
        target = self.target()
        self.pull(0)
        x, y, width, height = self.desktop.place()
        self.desktop.point(x + width // 2, y + height - 100)
        self.assertTrue(self.is_free())
        self.desktop.let_go()
        self.assertEqual(len(self.app.list()), 2)
        # Nothing stayed pressed, and the next one arrives.
        self.pull(1)
        target.enter()
        self.desktop.let_go()
        self.assertEqual(len(target.given()), 1)

    def test_a_program_that_vanishes_with_the_pointer_over_it_ends_nothing_else(self):
        self.fill()
        first = self.target()
        self.pull(0)
        first.enter()
        first.close()
        self.desktop.let_go()
        second = self.target()
        self.pull(0)
        second.enter()
        self.desktop.let_go()
        self.assertEqual(len(second.given()), 1)
        self.works()


class OnX(DragOut, OnScreen):
    # On Wayland the compositor alone has the keyboard then.
    def test_a_drag_that_is_given_up_drops_nothing(self):
        self.fill()
        target = self.target()
        self.pull(0)
        target.enter()
        self.desktop.key("Escape")
        self.assertEqual(target.hears_until("gone"), "gone")
        self.desktop.let_go()
        self.works()


class OnWayland(DragOut, OnScreen):
    screen = Sway


if __name__ == "__main__":
    main()
