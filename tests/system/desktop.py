"""A desktop that nobody sees: an X server, a window manager, a bus of its own, and hands and eyes."""

import json
import os
import pathlib
import subprocess
import sys

import dbus
from Xlib import X, display as xlib
from Xlib.error import XError
from Xlib.protocol import event

from eyes import Picture
from harness import PATIENCE, Windlass, end, wait_for

HERE = pathlib.Path(__file__).resolve().parent
CLASS = "org.windlass.Windlass"
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={path}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""


class Desktop:
    """See the module. `services` are those of services.py; nothing else answers on its bus."""

    def __init__(self, folder, services=("notifications", "tray"), size="1280x800"):
        self.folder = pathlib.Path(folder)
        self.processes = []
        self.env = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
        self.env |= {"HOME": str(self.folder), "LANG": "C.UTF-8", "XDG_RUNTIME_DIR": str(self.folder)}
        os.chmod(self.folder, 0o700)
        try:
            self.start(size, services)
        except BaseException:
            self.close()
            raise

    def start(self, size, services):
        self.start_bus()
        self.start_screen(size)
        self.log = self.folder / "services.log"
        if services:
            self.serve(*services)

    def start_bus(self):
        bus, configuration = self.folder / "bus", self.folder / "bus.conf"
        configuration.write_text(BUS.format(path=bus))
        self.run("dbus-daemon", "--nofork", f"--config-file={configuration}")
        wait_for(bus.exists, "the bus is there")
        self.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={bus}"

    def start_screen(self, size):
        reading, writing = os.pipe()
        self.run("Xvfb", "-displayfd", str(writing), "-screen", "0", size + "x24", "-nolisten", "tcp",
                 pass_fds=[writing])
        os.close(writing)
        with open(reading, encoding="ascii") as number:
            self.env["DISPLAY"] = ":" + number.readline().strip()
        self.x = xlib.Display(self.env["DISPLAY"])
        self.root = self.x.screen().root
        # It says early that it is there, and then forgets windows that open before it has read its fonts.
        ready = self.folder / "window-manager-is-ready"
        self.run("openbox", "--sm-disable", "--startup", f"touch {ready}")
        wait_for(ready.exists, "the window manager is there")

    def serve(self, *services):
        """Starts services of services.py."""
        before = len(self.told("ready"))
        process = self.run(sys.executable, "-B", HERE / "services.py", self.log, *services)
        wait_for(lambda: len(self.told("ready")) > before, "the services are there")
        return process

    def run(self, *command, **options):
        """Starts a process that ends with the desktop."""
        options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": self.env} | options
        process = subprocess.Popen([str(word) for word in command], **options)
        self.processes.append(process)
        return process

    def close(self):
        """Ends everything, the last first."""
        for process in reversed(self.processes):
            end(process)

    def told(self, what):
        """What the services were told: `notification`, `icon`."""
        if not self.log.exists():
            return []
        records = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [record for record in records if record["what"] == what]

    # Eyes

    def windows(self):
        """The program's windows that can be seen."""
        clients = self.root.get_full_property(self.x.intern_atom("_NET_CLIENT_LIST"), X.AnyPropertyType)
        windows = [self.x.create_resource_object("window", number) for number in (clients.value if clients else [])]
        return [window for window in windows if self.is_ours(window)]

    def is_ours(self, window):
        try:
            return CLASS in (window.get_wm_class() or ()) and window.get_attributes().map_state == X.IsViewable
        except XError:  # it has just gone
            return False

    def window(self, seconds=PATIENCE):
        """The program's window, once it can be seen."""
        return wait_for(self.windows, "the window can be seen", seconds)[0]

    def place(self):
        """The window's left, top, width and height on the screen."""
        window = self.window()
        size = window.get_geometry()
        at = window.translate_coords(self.root, 0, 0)
        return -at.x, -at.y, size.width, size.height

    def picture(self, left=0, top=0, width=None, height=None):
        """What the window shows, or a part of it."""
        x, y, whole_width, whole_height = self.place()
        width, height = width or whole_width - left, height or whole_height - top
        image = self.root.get_image(x + left, y + top, width, height, X.ZPixmap, 0xFFFFFFFF).data
        data = bytearray(width * height * 3)
        for at in range(3):
            data[at::3] = image[2 - at::4]
        return Picture(width, height, bytes(data))

    def pixels(self, left, top, width, height):
        """A part of the window, as rows of (red, green, blue)."""
        return list(self.picture(left, top, width, height).rows())

    def drawn(self):
        """Whether the window shows more than one colour."""
        _, _, width, height = self.place()
        return len({pixel for row in self.pixels(0, 0, width, min(height, 80)) for pixel in row}) > 4

    def find(self, colour, wide=24, high=16, lowest=True):
        """The lowest (or highest) box filled with `colour` in the window, words on it aside: left, top, right,
        bottom; or nothing."""
        _, _, width, height = self.place()
        top = bottom = left = right = None
        rows = list(enumerate(self.pixels(0, 0, width, height)))
        for y, row in reversed(rows) if lowest else rows:
            near = [max(abs(a - b) for a, b in zip(pixel, colour)) <= 3 for pixel in row]
            if sum(near) < wide:
                if bottom and max(top - y, y - bottom) > high:
                    break
                continue
            first, last = near.index(True), width - 1 - near[::-1].index(True)
            if bottom is None:
                top, bottom, left, right = y, y, first, last
            top, bottom, left, right = min(top, y), max(bottom, y), min(left, first), max(right, last)
        return (left, top, right, bottom) if bottom and bottom - top >= high else None

    def read(self, phrase, at=0):
        """Where words stand in the window once they can be read there: those that are the `at`-th from above."""
        return wait_for(lambda: self.picture().phrase(phrase)[at:], f"“{phrase}” can be read", every=0.1)[0]

    def shot(self, name):
        """Keeps a picture of the screen for people, if WINDLASS_SHOTS names a folder."""
        folder = os.environ.get("WINDLASS_SHOTS")
        if folder:
            pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
            subprocess.run(["import", "-window", "root", str(pathlib.Path(folder) / f"{name}.png")],
                           env=self.env, check=True)

    # Hands

    def xdotool(self, *arguments):
        subprocess.run(["xdotool", *map(str, arguments)], env=self.env, check=True, stdout=subprocess.DEVNULL)

    def key(self, *keys):
        """Presses keys, one after the other."""
        self.xdotool("key", "--delay", 40, *keys)

    def type(self, text):
        """Types."""
        self.xdotool("type", "--delay", 12, text)

    def click(self, left, top, button=1, times=1):
        """Clicks into the window."""
        x, y, _, _ = self.place()
        self.xdotool("mousemove", x + left, y + top, "click", "--repeat", times, "--delay", 40, button)

    def point(self, x, y):
        """Moves the pointer over the screen as a mouse does: to put it somewhere at once is no motion of a device."""
        self.xdotool("mousemove", "--sync", x - 4, y - 2)
        self.xdotool("mousemove_relative", "--sync", "--", 4, 2)

    def hold(self):
        """Presses the button of the mouse, and keeps it."""
        self.xdotool("mousedown", 1)

    def let_go(self):
        """Lets go of it."""
        self.xdotool("mouseup", 1)

    def activate(self):
        """Gives the window the keyboard."""
        self.xdotool("windowactivate", "--sync", self.window().id)

    def other(self, title):
        """Where the middle of another program's window is."""
        found = subprocess.run(["xdotool", "search", "--sync", "--onlyvisible", "--name", title], env=self.env,
                               check=True, capture_output=True, text=True)
        window = self.x.create_resource_object("window", int(found.stdout))
        at, size = window.translate_coords(self.root, 0, 0), window.get_geometry()
        return size.width // 2 - at.x, size.height // 2 - at.y

    def press(self, phrase, at=0):
        """Clicks words once they can be read."""
        self.click(*self.read(phrase, at).middle)

    def copy(self, text):
        """Puts a text onto the clipboard, as another program does."""
        selection = self.x.intern_atom("CLIPBOARD")
        before = self.x.get_selection_owner(selection)
        xclip = self.run("xclip", "-quiet", "-selection", "clipboard", stdin=subprocess.PIPE)
        xclip.stdin.write(text.encode())
        xclip.stdin.close()
        wait_for(lambda: self.x.get_selection_owner(selection) not in (X.NONE, before), "it is on the clipboard")

    def focus(self):
        """Waits until the window has the keyboard."""
        active = self.x.intern_atom("_NET_ACTIVE_WINDOW")

        def has_it():
            found = self.root.get_full_property(active, X.AnyPropertyType)
            return found and list(found.value)[:1] == [self.window().id]

        wait_for(has_it, "the window has the keyboard")

    def close_window(self):
        """Asks the window manager to close the window, as a click on its cross does."""
        message = event.ClientMessage(window=self.window(), client_type=self.x.intern_atom("_NET_CLOSE_WINDOW"),
                                      data=(32, [X.CurrentTime, 2, 0, 0, 0]))
        mask = X.SubstructureRedirectMask | X.SubstructureNotifyMask
        self.root.send_event(message, event_mask=mask)
        self.x.flush()
        wait_for(lambda: not self.windows(), "the window is closed")

    def drag(self, *addresses):
        """Drags addresses from another program's window and drops them into the window's middle."""
        source = self.run(sys.executable, "-B", HERE / "drag_source.py", *addresses, stdout=subprocess.PIPE, text=True)
        assert source.stdout.readline() == "ready\n"
        x, y, width, height = self.place()
        self.xdotool("search", "--sync", "--name", "Windlass drag source", "windowactivate", "--sync")
        self.xdotool("search", "--name", "Windlass drag source", "mousemove", "--window", "%1", 80, 40)
        self.xdotool("mousedown", 1)
        for step in range(1, 9):
            self.xdotool("mousemove_relative", "--sync", "--", 6, 4)
        for step in (-8, -4, 0):
            self.xdotool("mousemove", "--sync", x + width // 2 + step, y + height // 2 + step)
        return source

    def drop(self, source):
        """Lets go of what is being dragged."""
        self.xdotool("mouseup", 1)
        assert source.stdout.readline() == "ended\n"
        end(source)
        source.stdout.close()

    # The tray

    def bus(self):
        """A connection to the bus."""
        return dbus.bus.BusConnection(self.env["DBUS_SESSION_BUS_ADDRESS"])

    def icon(self):
        """The icon that registered last, once there is one: bus name and path."""
        record = wait_for(lambda: self.told("icon"), "the icon is in the tray")[-1]
        return record["owner"], record["path"]

    def menu(self):
        """The icon's menu: for each label its number and whether it can be chosen."""
        owner, path = self.icon()
        bus = self.bus()
        item = dbus.Interface(bus.get_object(owner, path), "org.freedesktop.DBus.Properties")
        menu = item.Get("org.kde.StatusNotifierItem", "Menu")
        menu = dbus.Interface(bus.get_object(owner, menu), "com.canonical.dbusmenu")
        _, (_, _, children) = menu.GetLayout(0, -1, [])
        bus.close()
        return {str(properties["label"]): (int(number), bool(properties.get("enabled", True)))
                for number, properties, _ in children if "label" in properties}

    def choose(self, label):
        """Chooses a line of the icon's menu once it can be chosen."""
        number = wait_for(lambda: self.menu().get(label, (0, False))[1] and self.menu()[label], f"“{label}” can be chosen")[0]
        owner, path = self.icon()
        bus = self.bus()
        item = dbus.Interface(bus.get_object(owner, path), "org.freedesktop.DBus.Properties")
        menu = dbus.Interface(bus.get_object(owner, item.Get("org.kde.StatusNotifierItem", "Menu")),
                              "com.canonical.dbusmenu")
        menu.Event(dbus.Int32(number), "clicked", dbus.String("", variant_level=1), dbus.UInt32(0))
        bus.close()


class OnDesktop(Windlass):
    """The program on a desktop."""

    def __init__(self, folder, desktop, profile="profile"):
        kept = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")
        super().__init__(folder, profile, {name: desktop.env[name] for name in kept if name in desktop.env})
