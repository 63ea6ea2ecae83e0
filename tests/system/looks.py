#!/usr/bin/env python3
"""Pictures of the window, light and dark, in every language, for people to look at (WINDLASS_SHOTS);
and the little about them that a program can check."""

import collections

from harness import main, wait_for
from window import MB, OnScreen

LANGUAGES = ["en", "zh-CN", "ja"]


class Looks(OnScreen):
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
        runs = self.app.run("get", self.web.url("big.bin", MB // 4), *background).stdout.strip()
        wait_for(lambda: self.app.show(runs)["eta"], "it is known how long it takes")

    def ground(self):
        """The colour that most of the window has."""
        _, _, width, height = self.desktop.place()
        pixels = collections.Counter(p for row in self.desktop.pixels(0, 0, width, height) for p in row)
        return pixels.most_common(1)[0][0]

    def look(self, appearance, language):
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
                           (["Home", "Down", "ctrl+i"], "details"), (["ctrl+q"], "quit")]:
            self.desktop.key(*keys)
            wait_for(lambda: self.corner() != plain, f"{page} can be seen")
            self.desktop.shot(f"{name}-{page}")
            self.desktop.key("Escape")
            wait_for(lambda: self.corner() == plain, f"{page} is left")
        self.app.run("quit")

    def corner(self):
        """The colour of the window's corner; whatever lies over the list changes it."""
        return self.desktop.pixels(2, 2, 1, 1)


def case(appearance, language):
    def test(self):
        session = self.app.daemon()
        self.fill()
        self.look(appearance, language)
        session.wait(10)

    return test


for appearance in ("light", "dark"):
    for language in LANGUAGES:
        name = f"test_it_is_{appearance}_and_speaks_{language.replace('-', '_')}"
        setattr(Looks, name, case(appearance, language))


if __name__ == "__main__":
    main()
