#!/usr/bin/env python3
"""The tasks of a newcomer (tasks.py) on Wayland, where windows, keys and the mouse are other ones: under sway. And what
is copied there, in the window and outside.

WINDLASS_SHOTS=FOLDER keeps a picture of what a failure looks like.
"""

import subprocess

import tasks
from harness import end, main, wait_for
from sway import Sway
from window import OnScreen


class WithTheMouse(tasks.Mouse, tasks.Newcomer):
    screen = Sway


class WithKeysAlone(tasks.Keys, tasks.Newcomer):
    screen = Sway


class Clipboard(OnScreen):
    screen = Sway

    def pasted(self):
        """What another program gets that pastes."""
        got = subprocess.run(["wl-paste", "-n"], env=self.desktop.env, capture_output=True, check=False, text=True)
        return got.stdout

    def test_what_is_copied_in_the_window_is_pasted_elsewhere_and_in_it(self):
        self.open()
        link = self.web.url("small.bin")
        self.add_by_typing(link)
        self.only(state="completed")
        self.desktop.click(*self.desktop.read("Done").middle)
        self.desktop.key("ctrl+c")
        wait_for(lambda: self.pasted().strip() == link, "the link is on the clipboard")
        self.desktop.key("ctrl+f", "ctrl+v")
        # By its link it is found.
        self.desktop.read("small.bin")
        for text, answer in (("zebra\r\n", "Nothing found for"), ("small", "small.bin")):
            self.desktop.copy(text)
            self.desktop.key("ctrl+f", "ctrl+v")
            self.desktop.read(answer)

    def test_there_is_one_data_device_and_it_is_given_back(self):
        self.app.env["WAYLAND_DEBUG"] = "client"
        trace = self.folder / "trace"
        with trace.open("w") as told:
            process = self.app.spawn(stdout=subprocess.DEVNULL, stderr=told)
        self.addCleanup(end, process)
        wait_for(self.desktop.drawn, "the window shows something")
        self.desktop.focus()
        self.desktop.copy("something")
        # Each device would be told.
        wait_for(lambda: ".selection(wl_data_offer" in trace.read_text(), "the window knows of it")
        self.desktop.close_window()
        wait_for(lambda: "wl_data_device" in trace.read_text() and ".release()" in trace.read_text(), "it is given back")
        self.assertEqual(trace.read_text().count(".get_data_device("), 1)


if __name__ == "__main__":
    main()
