#!/usr/bin/env python3
"""A window of another program (GTK 3) from which files and links can be dragged.

    drag_source.py ADDRESS…

Prints `ready` when it is there and `ended` when a drag has ended.
"""

import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402


def show():
    window = Gtk.Window(title="Windlass drag source")
    window.set_default_size(160, 80)
    window.move(10, 10)
    box = Gtk.EventBox()
    box.add(Gtk.Label(label="drag me"))
    window.add(box)
    actions = Gdk.DragAction.COPY | Gdk.DragAction.LINK | Gdk.DragAction.MOVE
    box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], actions)
    box.drag_source_add_uri_targets()
    box.connect("drag-data-get", lambda _box, _drag, data, *_: data.set_uris(sys.argv[1:]))
    box.connect("drag-end", lambda *_: print("ended", flush=True))
    window.connect("map-event", lambda *_: print("ready", flush=True))
    window.connect("destroy", Gtk.main_quit)
    window.show_all()
    Gtk.main()


if __name__ == "__main__":
    show()
