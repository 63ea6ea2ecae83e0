#!/usr/bin/env python3
"""What the desktop says when it starts the program: with that the window comes to the front, and the pointer no longer
shows that something begins. On a real X server and under a real Wayland compositor.
"""

import subprocess

from Xlib import X

from dragging import Target
from harness import end, main, wait_for
from sway import Sway, activation_token
from window import OnScreen


class OnX11(OnScreen):
    def setUp(self):
        super().setUp()
        self.desktop.root.change_attributes(event_mask=X.PropertyChangeMask)
        self.desktop.x.sync()
        self.heard = b""

    def hears(self, words):
        """Whether the desktop was told that."""
        x = self.desktop.x
        while x.pending_events():
            event = x.next_event()
            if event.type == X.ClientMessage and x.get_atom_name(event.client_type).startswith("_NET_STARTUP_INFO"):
                self.heard += bytes(event.data[1])
        return words in self.heard

    def test_the_desktop_hears_that_the_first_start_and_the_second_are_over(self):
        self.app.env["DESKTOP_STARTUP_ID"] = 'first "start"_TIME1'
        self.open()
        wait_for(lambda: self.hears(b'remove: ID="first \\"start\\"_TIME1"\0'), "the first start is over")
        self.app.env["DESKTOP_STARTUP_ID"] = "second_TIME2"
        self.app.run()
        wait_for(lambda: self.hears(b'remove: ID="second_TIME2"\0'), "the second start is over")


class OnWayland(OnScreen):
    screen = Sway

    def test_the_word_of_the_desktop_reaches_the_window_of_the_first_start_and_of_the_second(self):
        self.app.env["WAYLAND_DEBUG"] = "client"
        trace = self.folder / "trace"

        def start():
            token = activation_token(self.desktop.env["WAYLAND_DISPLAY"])
            self.app.env["XDG_ACTIVATION_TOKEN"] = token
            with trace.open("a") as told:
                self.addCleanup(end, self.app.spawn(stdout=subprocess.DEVNULL, stderr=told))
            wait_for(lambda: f'.activate("{token}", wl_surface@' in trace.read_text(), "the desktop hears it")

        start()
        wait_for(self.desktop.drawn, "the window shows something")
        target = Target(self.desktop)
        self.addCleanup(target.close)
        wait_for(lambda: not self.desktop.window()["focused"], "another window has the keyboard")
        start()
        # So this compositor takes it; others put the window in front.
        wait_for(lambda: self.desktop.window()["urgent"], "the window is to be looked at")
        # Of its own it asks for nothing then.
        self.assertNotIn("get_activation_token", trace.read_text())


if __name__ == "__main__":
    main()
