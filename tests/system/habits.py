#!/usr/bin/env python3
"""What people do without thinking, because they do it everywhere: see tasks.py.

WINDLASS_SHOTS=FOLDER keeps a picture of what a failure looks like.
"""

import tasks
from harness import main, wait_for
from window import PRIMARY


class Habits(tasks.Hands, tasks.Newcomer):
    def test_a_link_that_was_taken_from_the_clipboard_can_be_pasted_all_the_same(self):
        self.desktop.copy(self.web.url("small.bin"))
        left, top, right, bottom = self.desktop.find(PRIMARY, lowest=False)
        self.desktop.click((left + right) // 2, (top + bottom) // 2)
        self.desktop.read("1 link")
        self.desktop.key("ctrl+v")
        self.desktop.key("ctrl+Return")
        wait_for(self.app.list, "the link is in the list")
        self.assertEqual([t["url"] for t in self.app.list()], [self.web.url("small.bin")])

    def test_a_field_of_the_preferences_keeps_the_keyboard_when_its_value_is_taken(self):
        self.preferences("total speed")
        self.desktop.key("shift+Tab")
        self.desktop.type("50k")
        wait_for(lambda: self.setting("speed_limit") == 50_000, "it is taken")
        self.desktop.key("BackSpace")
        self.desktop.type("0k")
        wait_for(lambda: self.setting("speed_limit") == 500_000, "more was written")


if __name__ == "__main__":
    main()
