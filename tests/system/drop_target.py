#!/usr/bin/env python3
"""A window of another program (GTK 3) into which files can be dropped.

    drop_target.py [refuses]

Prints `ready` when it is there, `over` and `gone` as something comes over it and leaves, and what was dropped, as a
JSON list.
"""

import json
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402

def say(word):
    print(word, flush=True)


def refuse(_box, drag, _x, _y, time):
    Gdk.drag_status(drag, Gdk.DragAction(0), time)
    say("over")
    return True


def show():
    window = Gtk.Window(title="Windlass drop target")
    window.set_default_size(160, 80)
    window.move(10, 10)
    window.set_keep_above(True)
    box = Gtk.EventBox()
    box.add(Gtk.Label(label="drop here"))
    window.add(box)
    refuses = "refuses" in sys.argv
    box.drag_dest_set(Gtk.DestDefaults(0) if refuses else Gtk.DestDefaults.ALL, [], Gdk.DragAction.COPY)
    box.drag_dest_add_uri_targets()
    box.connect("drag-motion", refuse if refuses else lambda *_: say("over"))
    box.connect("drag-leave", lambda *_: say("gone"))
    box.connect("drag-data-received", lambda _box, _drag, _x, _y, data, *_: say(json.dumps(data.get_uris())))
    window.connect("map-event", lambda *_: say("ready"))
    window.connect("destroy", Gtk.main_quit)
    window.show_all()
    Gtk.main()


if __name__ == "__main__":
    show()
