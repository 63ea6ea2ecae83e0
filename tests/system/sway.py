"""The same desktop on Wayland: sway without a screen, `wtype` for the keys, and a mouse of our own."""

import json
import os
import pathlib
import socket
import struct
import subprocess
import time

from desktop import CLASS, Desktop
from eyes import Picture
from harness import PATIENCE, wait_for

CONFIGURATION = """
output HEADLESS-1 resolution {size} position 0,0
default_border none
for_window [title="drop target"] floating enable, move absolute position 1110 690
exec touch {ready}
"""
# It does not run as root, and neither does any part of a desktop.
NOBODY = 65534


class Sway(Desktop):
    """See the module. The window takes the whole screen."""

    def start_screen(self, size):
        place = self.folder / "sway"
        place.mkdir(mode=0o700)
        command, ready = ["sway", "-c", place / "config"], place / "ready"
        (place / "config").write_text(CONFIGURATION.format(size=size, ready=ready))
        if os.geteuid() == 0:
            command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
            os.chown(place, NOBODY, NOBODY)
            # It has to get there.
            for folder in (self.folder, self.folder.parent):
                os.chmod(folder, 0o711)
        for name in ("WAYLAND_DISPLAY", "DISPLAY"):
            self.env.pop(name, None)
        own = {"XDG_RUNTIME_DIR": str(place), "HOME": str(place), "WLR_BACKENDS": "headless",
               "WLR_LIBINPUT_NO_DEVICES": "1", "WLR_RENDERER": "pixman"}
        self.run(*command, env=self.env | own)
        wait_for(ready.exists, "the compositor is there")
        self.env["SWAYSOCK"] = str(next(place.glob("sway-ipc.*.sock")))
        self.env["WAYLAND_DISPLAY"] = str(next(path for path in place.glob("wayland-*") if path.is_socket()))
        self.width, self.height = map(int, size.split("x"))
        self.mouse = Mouse(self.env["WAYLAND_DISPLAY"])
        # A keyboard that stays: without any, no window has it, and none is told what is on the clipboard.
        self.run("wtype", "-k", "Shift_L", "-s", "86400000")

    def close(self):
        mouse = getattr(self, "mouse", None)
        if mouse:
            mouse.close()
        super().close()

    def ask(self, *words):
        """Asks the compositor."""
        said = subprocess.run(["swaymsg", *words], env=self.env, capture_output=True, check=True, text=True)
        return json.loads(said.stdout)

    # Eyes

    def tree(self):
        """Everything on the screen."""
        trees = [self.ask("-r", "-t", "get_tree")]
        while trees:
            tree = trees.pop()
            trees += tree["nodes"] + tree["floating_nodes"]
            yield tree

    def windows(self):
        return [tree for tree in self.tree() if tree.get("app_id") == CLASS and tree["visible"]]

    def other(self, title):
        def places():
            return [tree["rect"] for tree in self.tree() if tree.get("name") == title and tree["visible"]]

        place = wait_for(places, f"“{title}” can be seen")[0]
        return place["x"] + place["width"] // 2, place["y"] + place["height"] // 2

    def place(self):
        place = self.window()["rect"]
        return place["x"], place["y"], place["width"], place["height"]

    def picture(self, left=0, top=0, width=None, height=None):
        x, y, whole_width, whole_height = self.place()
        width, height = width or whole_width - left, height or whole_height - top
        part = f"{x + left},{y + top} {width}x{height}"
        ppm = subprocess.run(["grim", "-t", "ppm", "-g", part, "-"], env=self.env, capture_output=True, check=True)
        return Picture(width, height, ppm.stdout[-width * height * 3:])

    def shot(self, name):
        folder = os.environ.get("WINDLASS_SHOTS")
        if folder:
            pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
            subprocess.run(["grim", pathlib.Path(folder) / f"{name}.png"], env=self.env, check=True)

    # Hands

    def key(self, *keys):
        for stroke in keys:
            *held, key = stroke.split("+")
            before = [word for name in held for word in ("-M", name)]
            after = [word for name in reversed(held) for word in ("-m", name)]
            self.wtype(*before, "-k", key, *after)

    def type(self, text):
        self.wtype("-d", "12", text)

    def wtype(self, *words):
        subprocess.run(["wtype", *words], env=self.env, check=True)

    def click(self, left, top, button=1, times=1):
        x, y, _, _ = self.place()
        for _ in range(times):
            self.mouse.move(x + left, y + top, self.width, self.height)
            self.mouse.press(button, True)
            self.mouse.press(button, False)

    def point(self, x, y):
        for near in (x - 2, x):
            self.mouse.move(near, y, self.width, self.height)
            # No hand is quicker, and what comes in one piece is taken to have happened in one place.
            time.sleep(0.03)

    def hold(self):
        self.mouse.press(1, True)

    def let_go(self):
        self.mouse.press(1, False)

    def activate(self):
        self.ask(f"[app_id={CLASS}]", "focus")

    def copy(self, text):
        subprocess.run(["wl-copy", text], env=self.env, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def focus(self):
        wait_for(lambda: self.window()["focused"], "the window has the keyboard")

    def close_window(self):
        self.ask(f"[app_id={CLASS}]", "kill")
        wait_for(lambda: not self.windows(), "the window is closed")


class Caller:
    """A program of few words on the connection to the compositor."""

    DISPLAY = 1

    def __init__(self, display):
        self.line = socket.socket(socket.AF_UNIX)
        self.line.connect(display)
        self.line.settimeout(PATIENCE)
        self.last = self.DISPLAY

    def bind(self, name):
        """The object of this name that the compositor offers to all."""
        registry = self.new()
        self.say(self.DISPLAY, 1, registry)
        interfaces = [said for sender, opcode, said in self.answers() if (sender, opcode) == (registry, 0)]
        number = next(struct.unpack("=I", said[:4])[0] for said in interfaces if name.encode() in said)
        text = name.encode() + b"\0"
        bound = self.new()
        self.say(registry, 0, number, len(text), text + bytes(-len(text) % 4), 1, bound)
        return bound

    def new(self):
        """The number of one more object: they have to follow each other."""
        self.last += 1
        return self.last

    def say(self, to, opcode, *words):
        body = b"".join(word if isinstance(word, bytes) else struct.pack("=I", word) for word in words)
        self.line.sendall(struct.pack("=II", to, (8 + len(body)) << 16 | opcode) + body)

    def answers(self):
        """What was answered until everything that was said has been done: who, what, and the words."""
        done, answers, heard = self.new(), [], b""
        self.say(self.DISPLAY, 0, done)
        while not any(sender == done for sender, _, _ in answers):
            said = self.line.recv(65536)
            assert said, f"the compositor hung up after {answers}"
            heard += said
            while len(heard) >= 8 and len(heard) >= (size := struct.unpack("=II", heard[:8])[1] >> 16):
                sender, opcode = struct.unpack("=II", heard[:8])
                answers.append((sender, opcode & 0xFFFF, heard[8:size]))
                heard = heard[size:]
        return answers

    def close(self):
        self.line.close()


class Mouse(Caller):
    """A mouse that the compositor takes for a real one (wlr-virtual-pointer-unstable-v1)."""

    BUTTONS = {1: 0x110, 3: 0x111}

    def __init__(self, display):
        super().__init__(display)
        self.begun = time.monotonic()
        manager = self.bind("zwlr_virtual_pointer_manager_v1")
        self.pointer = self.new()
        self.say(manager, 0, 0, self.pointer)
        self.answers()

    def now(self):
        return int((time.monotonic() - self.begun) * 1000)

    def move(self, x, y, width, height):
        """To there on a screen of that size."""
        self.say(self.pointer, 1, self.now(), x, y, width, height)
        self.say(self.pointer, 4)
        self.answers()

    def press(self, button, is_down):
        self.say(self.pointer, 2, self.now(), self.BUTTONS[button], int(is_down))
        self.say(self.pointer, 4)
        self.answers()


def activation_token(display):
    """What a desktop gives a program that it starts for the user (xdg-activation-v1)."""
    caller = Caller(display)
    activation, token = caller.bind("xdg_activation_v1"), caller.new()
    caller.say(activation, 1, token)
    caller.say(token, 3)
    said = next(said for sender, opcode, said in caller.answers() if (sender, opcode) == (token, 0))
    caller.close()
    return said[4:4 + struct.unpack("=I", said[:4])[0] - 1].decode()
