#!/usr/bin/env python3
"""Pictures of the window in looks, languages and sizes that few have in front of them, for people to look at
(WINDLASS_SHOTS); without that, that the window draws all of it and goes on."""

import os

import looks
from desktop import Desktop
from harness import end, main, wait_for
from window import OnScreen

LANGUAGES = ["en", "zh-CN", "ja", "de", "ar"]
LOOKS = {
    "light": {"appearance": "light", "contrast": "normal"},
    "dark": {"appearance": "dark", "contrast": "normal"},
    "contrast": {"appearance": "light", "contrast": "high"},
    "contrast-dark": {"appearance": "dark", "contrast": "high"},
}
PAGES = {
    "adding": ["ctrl+n"],
    "details": ["Home", "ctrl+i"],
    "settings": ["ctrl+comma"],
}


class Gallery(OnScreen):
    size = "1280x800"
    # How many pixels of the screen one of the program is.
    scale = 1
    # The whole screen, or width and height of the window.
    window = None

    def screen(self, folder, services):
        return Desktop(folder, services, self.size)

    def setUp(self):
        super().setUp()
        self.app.env["WINIT_X11_SCALE_FACTOR"] = str(self.scale)
        self.session = self.daemon()
        looks.Looks.fill(self)
        # One shall still run at the end.
        self.app.configure(download_limit=400_000)

    def visit(self, name, languages, kinds=tuple(LOOKS), **settings):
        """Goes through all pages in these languages and looks; where nobody looks, to the first of each."""
        kinds = kinds if os.environ.get("WINDLASS_SHOTS") else kinds[:1]
        for language in languages:
            for kind in kinds:
                # A window reads them when it opens.
                self.app.configure(language=language, **LOOKS[kind], **settings)
                window = self.app.spawn()
                self.addCleanup(end, window)
                wait_for(self.desktop.drawn, "the window shows something")
                self.desktop.focus()
                self.resize()
                self.pages(f"{name}-{kind}-{language}")
                self.assertIsNone(window.poll(), "the window goes on")
                end(window)
                wait_for(lambda: not self.desktop.windows(), "the window is gone")

    def resize(self):
        if self.window:
            self.desktop.xdotool("windowsize", self.desktop.window().id, *self.window)
            wait_for(lambda: self.desktop.place()[2:] == self.window, "the window has its size")
            wait_for(self.desktop.drawn, "the window is drawn anew")

    def corner(self):
        """The ends of the toolbar, which change only when a page lies over them."""
        _, _, width, _ = self.desktop.place()
        part = int(200 * self.scale)
        return [self.desktop.picture(left, 0, part, int(50 * self.scale)).data for left in (0, width - part)]

    def pages(self, name):
        self.assertTrue(self.desktop.drawn())
        self.desktop.shot(f"{name}-main")
        if not os.environ.get("WINDLASS_SHOTS"):
            return
        plain = self.corner()
        for page, keys in PAGES.items():
            for key in keys:
                before = self.desktop.picture().data
                self.desktop.key(key)
                wait_for(lambda before=before: self.differs(before), f"{key} for {page} is seen")
            self.desktop.shot(f"{name}-{page}")
            for key in keys:
                self.desktop.key("Escape")
            wait_for(lambda: self.corner() == plain, f"{page} is left")

    def differs(self, before):
        """Whether more than a speed or a bar has changed."""
        now = self.desktop.picture().data
        return sum(a != b for a, b in zip(before[::97], now[::97])) > len(now) // 97 // 200


class Languages(Gallery):
    def test_every_look_is_drawn_in_letters_of_every_kind(self):
        self.visit("usual", LANGUAGES)


class Fine(Gallery):
    size, scale = "2560x1600", 2

    def test_every_look_is_drawn_with_two_pixels_for_one(self):
        self.visit("fine", LANGUAGES)


class Small(Gallery):
    window = (640, 480)

    def test_letters_twice_as_large_have_room_in_a_small_window(self):
        self.visit("small", LANGUAGES, ("light",), text_scale=200)


def large(scale):
    class Large(Gallery):
        size, window = "3840x2160", (3800, 2100)

        def test_a_large_screen_is_filled(self):
            self.visit(f"large-{scale}", ["en", "ar"], ("light",))

    Large.scale = scale
    Large.__name__ = Large.__qualname__ = f"Large{scale}"
    return Large


for number in (1, 2, 3):
    globals()[f"Large{number}"] = large(number)


if __name__ == "__main__":
    main()
