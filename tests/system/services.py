#!/usr/bin/env python3
"""The services of a desktop that the program talks to, as small as they can be. They write down, one
JSON object a line, what they are told: notifications (org.freedesktop.Notifications) and icons for the
tray (org.kde.StatusNotifierWatcher), and files to show in their folder (org.freedesktop.FileManager1).
The portal's settings (org.freedesktop.portal.Settings) are what a test says, and what is chosen in its
dialog for files (org.freedesktop.portal.FileChooser) is what a test has said before; it shows nothing.
A dock hears what the icon is to show (com.canonical.Unity.LauncherEntry), and views of what runs can be had
(org.kde.JobViewServer). Who lives in a sandbox can ask to be started at login and to move a file to the trash
(org.freedesktop.portal.Background, .Trash). Notifications that are plain know markup and no buttons.

    services.py LOG notifications plain-notifications tray settings chooser sandbox files dock jobs
"""

import json
import os
import sys
import time

import dbus
import dbus.lowlevel
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NOTIFICATIONS = "org.freedesktop.Notifications"
WATCHER = "org.kde.StatusNotifierWatcher"
PORTAL = "org.freedesktop.portal.Desktop"
SETTINGS = "org.freedesktop.portal.Settings"
CHOOSER = "org.freedesktop.portal.FileChooser"
BACKGROUND = "org.freedesktop.portal.Background"
TRASH = "org.freedesktop.portal.Trash"
MANAGER = "org.freedesktop.FileManager1"
JOBS = "org.kde.JobViewServer"
JOB = "org.kde.JobViewV3"
PROPERTIES = "org.freedesktop.DBus.Properties"


def write_down(**record):
    with open(sys.argv[1], "a", encoding="utf-8") as log:
        log.write(json.dumps(record) + "\n")


class Notifications(dbus.service.Object):
    """Keeps every notification and shows none."""

    number = 0
    can = ["actions", "body"]

    @dbus.service.method(NOTIFICATIONS, in_signature="", out_signature="as")
    def GetCapabilities(self):
        return self.can

    @dbus.service.method(NOTIFICATIONS, in_signature="", out_signature="ssss")
    def GetServerInformation(self):
        return "recorder", "windlass", "1", "1.2"

    @dbus.service.method(NOTIFICATIONS, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, app, replaces, icon, summary, body, actions, hints, timeout):
        self.number = int(replaces) or self.number + 1
        write_down(what="notification", number=self.number, app=app, summary=summary, body=body,
                   actions=[str(action) for action in actions])
        return dbus.UInt32(self.number)

    @dbus.service.method(NOTIFICATIONS, in_signature="u", out_signature="")
    def CloseNotification(self, number):
        self.NotificationClosed(number, 3)

    # Only for tests: presses a button of a notification.
    @dbus.service.method(NOTIFICATIONS, in_signature="us", out_signature="")
    def Press(self, number, action):
        self.ActionInvoked(number, action)
        self.NotificationClosed(number, 2)

    @dbus.service.signal(NOTIFICATIONS, signature="us")
    def ActionInvoked(self, number, action):
        pass

    @dbus.service.signal(NOTIFICATIONS, signature="uu")
    def NotificationClosed(self, number, reason):
        pass


class PlainNotifications(Notifications):
    can = ["body", "body-markup"]


class Watcher(dbus.service.Object):
    """Knows the icons, and says that somebody shows them."""

    items = dbus.Array([], signature="s")

    @dbus.service.method(WATCHER, in_signature="s", out_signature="", sender_keyword="sender")
    def RegisterStatusNotifierItem(self, service, sender):
        # A path means: at whoever calls.
        owner, path = (sender, service) if service.startswith("/") else (service, "/StatusNotifierItem")
        self.items.append(owner + path)
        write_down(what="icon", owner=owner, path=path)
        self.StatusNotifierItemRegistered(owner + path)

    @dbus.service.method(WATCHER, in_signature="s", out_signature="")
    def RegisterStatusNotifierHost(self, service):
        self.StatusNotifierHostRegistered()

    @dbus.service.method(PROPERTIES, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        return self.GetAll(interface)[name]

    @dbus.service.method(PROPERTIES, in_signature="s", out_signature="a{sv}")
    def GetAll(self, interface):
        return {"RegisteredStatusNotifierItems": self.items, "IsStatusNotifierHostRegistered": True,
                "ProtocolVersion": dbus.Int32(0)}

    @dbus.service.signal(WATCHER, signature="s")
    def StatusNotifierItemRegistered(self, service):
        pass

    @dbus.service.signal(WATCHER, signature="")
    def StatusNotifierHostRegistered(self):
        pass


class Settings(dbus.service.Object):
    """How the user wants all programs to look."""

    kept = {}

    @dbus.service.method(SETTINGS, in_signature="as", out_signature="a{sa{sv}}")
    def ReadAll(self, namespaces):
        return {name: values for name, values in self.kept.items() if name in namespaces}

    # Only for tests: sets one.
    @dbus.service.method(SETTINGS, in_signature="ssv", out_signature="")
    def Set(self, namespace, key, value):
        self.kept.setdefault(namespace, {})[key] = value
        self.SettingChanged(namespace, key, value)

    @dbus.service.signal(SETTINGS, signature="ssv")
    def SettingChanged(self, namespace, key, value):
        pass


class Chooser(dbus.service.Object):
    """A person who knows which file they want."""

    chosen = ()

    # Only for tests: what will be chosen, as addresses.
    @dbus.service.method(CHOOSER, in_signature="as", out_signature="")
    def WillChoose(self, addresses):
        self.chosen = addresses

    @dbus.service.method(CHOOSER, in_signature="ssa{sv}", out_signature="o", sender_keyword="sender",
                         connection_keyword="connection")
    def OpenFile(self, window, title, options, sender, connection):
        write_down(what="chooser", title=title, directory=bool(options.get("directory", False)))
        asker = sender.removeprefix(":").replace(".", "_")
        request = f"/org/freedesktop/portal/desktop/request/{asker}/{options['handle_token']}"
        response = dbus.lowlevel.SignalMessage(request, "org.freedesktop.portal.Request", "Response")
        response.set_destination(sender)
        chosen = {"uris": dbus.Array(self.chosen, signature="s")}
        response.append(dbus.UInt32(0 if self.chosen else 1), chosen, signature="ua{sv}")
        # Nobody chooses faster, and who asks does not listen before.
        GLib.timeout_add(400, lambda: connection.send_message(response) and False)
        return dbus.ObjectPath(request)

    @dbus.service.method(PROPERTIES, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        return dbus.UInt32(4)

    @dbus.service.method(PROPERTIES, in_signature="s", out_signature="a{sv}")
    def GetAll(self, interface):
        return {"version": dbus.UInt32(4)}


class Job(dbus.service.Object):
    """A view of what goes on, and a person who presses its buttons."""

    @dbus.service.method(JOB, in_signature="a{sv}", out_signature="")
    def update(self, properties):
        write_down(what="job", suspended=bool(properties["suspended"]), percent=int(properties.get("percent", -1)),
                   about=str(properties["infoMessage"]))

    @dbus.service.method(JOB, in_signature="usa{sv}", out_signature="")
    def terminate(self, error, message, hints):
        write_down(what="job-over", error=int(error))
        self.remove_from_connection()

    # Only for tests: presses a button.
    @dbus.service.method(JOB, in_signature="s", out_signature="")
    def Press(self, button):
        {"suspend": self.suspendRequested, "resume": self.resumeRequested, "cancel": self.cancelRequested}[button]()

    @dbus.service.signal(JOB, signature="")
    def suspendRequested(self):
        pass

    @dbus.service.signal(JOB, signature="")
    def resumeRequested(self):
        pass

    @dbus.service.signal(JOB, signature="")
    def cancelRequested(self):
        pass


class Jobs(dbus.service.Object):
    """Makes such views."""

    views = []

    @dbus.service.method("org.kde.JobViewServerV2", in_signature="sia{sv}", out_signature="o")
    def requestView(self, entry, can, hints):
        path = f"/JobViewServer/JobView_{len(self.views)}"
        self.views.append(Job(self.connection, path))
        write_down(what="job-begun", entry=str(entry), can=int(can), title=str(hints["title"]), path=path)
        return dbus.ObjectPath(path)


class Sandbox(dbus.service.Object):
    """Keeps who wants to start at login, and takes files away."""

    @dbus.service.method(BACKGROUND, in_signature="sa{sv}", out_signature="o")
    def RequestBackground(self, window, options):
        write_down(what="background", autostart=bool(options["autostart"]), reason=str(options["reason"]),
                   commandline=[str(word) for word in options["commandline"]])
        return dbus.ObjectPath("/org/freedesktop/portal/desktop/request/1/1")

    @dbus.service.method(TRASH, in_signature="h", out_signature="u")
    def TrashFile(self, file):
        file = file.take()
        path = os.readlink(f"/proc/self/fd/{file}")
        os.close(file)
        write_down(what="trash", path=path)
        os.unlink(path)
        return dbus.UInt32(1)


class Manager(dbus.service.Object):
    """Keeps what it was asked to show."""

    @dbus.service.method(MANAGER, in_signature="ass", out_signature="")
    def ShowItems(self, addresses, start):
        write_down(what="shown", addresses=[str(address) for address in addresses])


def hear(entry, properties):
    write_down(what="badge", entry=str(entry), count=int(properties["count"]),
               count_shown=bool(properties["count-visible"]), progress=float(properties["progress"]),
               progress_shown=bool(properties["progress-visible"]), urgent=bool(properties["urgent"]),
               time=time.monotonic())


def serve():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.SessionBus()
    kept = []
    if "notifications" in sys.argv[2:]:
        kept.append(Notifications(dbus.service.BusName(NOTIFICATIONS, bus), "/org/freedesktop/Notifications"))
    if "plain-notifications" in sys.argv[2:]:
        kept.append(PlainNotifications(dbus.service.BusName(NOTIFICATIONS, bus), "/org/freedesktop/Notifications"))
    if "dock" in sys.argv[2:]:
        bus.add_signal_receiver(hear, "Update", "com.canonical.Unity.LauncherEntry")
    if "tray" in sys.argv[2:]:
        kept.append(Watcher(dbus.service.BusName(WATCHER, bus), "/StatusNotifierWatcher"))
    if "settings" in sys.argv[2:]:
        kept.append(Settings(dbus.service.BusName(PORTAL, bus), "/org/freedesktop/portal/desktop"))
    elif "chooser" in sys.argv[2:]:
        kept.append(Chooser(dbus.service.BusName(PORTAL, bus), "/org/freedesktop/portal/desktop"))
    elif "sandbox" in sys.argv[2:]:
        kept.append(Sandbox(dbus.service.BusName(PORTAL, bus), "/org/freedesktop/portal/desktop"))
    if "files" in sys.argv[2:]:
        kept.append(Manager(dbus.service.BusName(MANAGER, bus), "/org/freedesktop/FileManager1"))
    if "jobs" in sys.argv[2:]:
        kept.append(Jobs(dbus.service.BusName(JOBS, bus), "/JobViewServer"))
    write_down(what="ready")
    GLib.MainLoop().run()


if __name__ == "__main__":
    serve()
