#!/usr/bin/env python3
"""The program at home on a desktop: started and asked by its name, shown on its icon, in a tray that comes and
goes, at login. Whatever is not there is not missed."""

import shlex
import subprocess
import xml.etree.ElementTree

import dbus

from desktop import CLASS, Desktop, OnDesktop
from harness import PATIENCE, end, main, program, wait_for
from window import MB, OnScreen

APPLICATION = "org.freedesktop.Application"
NO_DATA = dbus.Dictionary(signature="sv")


class Starting(Desktop):
    """A desktop whose bus starts what is installed for it."""

    def start_bus(self):
        super().start_bus()
        configuration = self.folder / "bus.conf"
        services = self.folder / "data/dbus-1/services"
        text = configuration.read_text()
        configuration.write_text(text.replace("</busconfig>", f"<servicedir>{services}</servicedir></busconfig>"))

    def start_screen(self, size):
        super().start_screen(size)
        bus = self.bus()
        driver = dbus.Interface(bus.get_object("org.freedesktop.DBus", "/org/freedesktop/DBus"), "org.freedesktop.DBus")
        driver.ReloadConfig()
        driver.UpdateActivationEnvironment({"DISPLAY": self.env["DISPLAY"],
                                            "DBUS_SESSION_BUS_ADDRESS": self.env["DBUS_SESSION_BUS_ADDRESS"],
                                            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.folder}/no-bus"})
        bus.close()


class OwnProfile(OnDesktop):
    """The program with the user's own profile."""

    def __init__(self, folder, desktop):
        super().__init__(folder, desktop, "own")
        self.env |= {"HOME": desktop.env["HOME"], "XDG_DATA_HOME": str(desktop.folder / "data")}
        self.profile.mkdir()
        (self.profile / "run").symlink_to(desktop.folder / "windlass")

    def command(self, *arguments):
        return [program(), *map(str, arguments)]


class ByName(OnScreen):
    screen = Starting

    def prepare(self):
        self.app = OwnProfile(self.folder, self.desktop)
        self.addCleanup(self.app.close)

    def ask(self, method, *arguments):
        """Asks the program by its name, which starts it where it does not run."""
        bus = self.desktop.bus()
        self.addCleanup(bus.close)
        path = "/" + CLASS.replace(".", "/")
        asked = dbus.Interface(bus.get_object(CLASS, path), APPLICATION)
        return asked.get_dbus_method(method)(*arguments, dbus.Dictionary(signature="sv"))

    def act(self, name):
        self.ask("ActivateAction", name, dbus.Array(signature="v"))

    def test_the_desktop_starts_the_program_and_asks_it_for_what_its_entry_offers(self):
        self.app.run("desktop", "install")
        self.ask("Activate")
        wait_for(self.desktop.drawn, "the window shows something")
        pid = self.app.pid()
        self.act("new-download")
        self.dialog()
        self.desktop.key("Escape")
        name = self.app.run("get", self.web.url("big.bin", MB // 8), "--background", "-d", self.got).stdout.strip()
        self.app.wait_state(name, "running")
        self.act("pause-all")
        self.app.wait_state(name, "paused")
        self.act("resume-all")
        self.app.wait_state(name, "running")
        self.assertRaises(dbus.DBusException, self.act, "format-disk")
        self.desktop.close_window()
        described = self.folder / "small.meta4"
        described.write_text(f"""<metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="described.bin">
            <url>{self.web.url("small.bin")}</url></file></metalink>""")
        self.ask("Open", [described.as_uri()])
        self.desktop.read("can be resumed")
        self.assertEqual(self.app.pid(), pid, "there is one program")
        self.app.run("desktop", "uninstall")
        self.assertEqual(list((self.desktop.folder / "data").iterdir()), [])

    def test_who_starts_by_hand_has_the_name_too_and_a_profile_of_its_own_has_not(self):
        bus = self.desktop.bus()
        self.addCleanup(bus.close)
        another = self.another("another")
        another.env |= {name: self.desktop.env[name] for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS")}
        process = another.spawn("--hidden", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(end, process)
        wait_for(lambda: self.desktop.told("icon"), "its icon is in the tray")
        self.assertFalse(bus.name_has_owner(CLASS))
        self.start("--hidden")
        wait_for(lambda: bus.name_has_owner(CLASS), "the own profile has the name")
        self.assertFalse(self.desktop.windows())
        self.ask("Activate")
        self.desktop.window()

    def test_without_a_display_nothing_is_started_and_whoever_asks_is_told(self):
        self.app.run("desktop", "install")
        bus = self.desktop.bus()
        self.addCleanup(bus.close)
        driver = dbus.Interface(bus.get_object("org.freedesktop.DBus", "/org/freedesktop/DBus"), "org.freedesktop.DBus")
        driver.UpdateActivationEnvironment({"DISPLAY": ""})
        self.assertRaises(dbus.DBusException, self.ask, "Activate")

    def test_it_starts_at_login_if_that_is_wanted(self):
        self.app.run("settings", "autostart=true")
        [entry] = (self.desktop.folder / ".config/autostart").iterdir()
        [line] = [line for line in entry.read_text().splitlines() if line.startswith("Exec=")]
        process = subprocess.Popen(shlex.split(line.removeprefix("Exec=")), env=self.app.env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(end, process)
        wait_for(self.app.answers, "the session answers")
        self.assertFalse(self.desktop.windows())
        self.app.run("settings", "autostart=false")
        self.assertFalse(entry.exists())


def throw_away(test):
    """Gets a file, and removes it with its transfer in the window. Comes back with where it was."""
    test.open()
    test.add_by_typing(test.web.url("small.bin"))
    test.only(state="completed")
    file = test.got / "small.bin"
    test.desktop.read("Done")
    test.desktop.key("ctrl+a", "shift+Delete")
    test.desktop.read("moves to the trash")
    wait_for(lambda: not test.app.list(), "it can be taken back no more")
    return file


class WithoutLibraries(OnScreen):
    services = ()

    def test_what_the_window_needs_and_is_not_there_is_named(self):
        for name in ("libXi.so.6", "libXi.so"):
            (self.folder / name).touch()
        self.app.env["LD_LIBRARY_PATH"] = str(self.folder)
        told = self.app.run(code=1).stderr
        self.assertIn("The window needs libXi, which is not here.", told)
        self.assertEqual(len(told.splitlines()), 1)


class InTrash(OnScreen):
    services = ()

    def test_what_is_removed_with_its_file_lies_in_the_trash(self):
        self.app.env["XDG_DATA_HOME"] = str(self.folder / "data")
        file = throw_away(self)
        trash = self.folder / "data/Trash"
        self.assertFalse(file.exists())
        self.same(trash / "files/small.bin", "small.bin")
        note = (trash / "info/small.bin.trashinfo").read_text().splitlines()
        self.assertEqual(note[:2], ["[Trash Info]", f"Path={file}"])
        self.assertTrue(note[2].startswith("DeletionDate="))


class InSandbox(OnScreen):
    services = ("sandbox",)

    def prepare(self):
        self.app.env["FLATPAK_ID"] = CLASS
        super().prepare()

    def test_in_a_sandbox_the_desktop_is_asked_for_the_start_at_login(self):
        self.app.daemon()
        for wanted in (True, False):
            self.app.run("settings", f"autostart={str(wanted).lower()}")
            asked = self.desktop.told("background")[-1]
            self.assertEqual((asked["autostart"], asked["commandline"]), (wanted, ["windlass", "--hidden"]))
        self.assertFalse((self.folder / "home/.config/autostart").exists())

    def test_in_a_sandbox_the_desktop_moves_a_file_to_the_trash(self):
        file = throw_away(self)
        [asked] = self.desktop.told("trash")
        self.assertEqual(asked["path"], str(file))
        self.assertFalse(file.exists())


class InSandboxAlone(OnScreen):
    services = ()

    def prepare(self):
        self.app.env["FLATPAK_ID"] = CLASS
        super().prepare()

    def test_where_nobody_can_be_asked_the_setting_stays_as_it_was(self):
        self.app.daemon()
        refused = self.app.run("settings", "autostart=true", code=1)
        self.assertIn("as before", refused.stderr)
        self.assertEqual(self.app.run("settings", "autostart").stdout, "false\n")


class OnIcon(OnScreen):
    services = ("dock",)

    def badges(self):
        return self.desktop.told("badge")

    def test_the_icon_shows_how_far_all_that_runs_is_and_nothing_when_nothing_runs(self):
        self.app.daemon()
        name = self.app.run("get", self.web.url("big.bin", 4 * MB), "--background", "-d", self.got).stdout.strip()
        self.app.wait_state(name, "completed")
        last = wait_for(lambda: [b for b in self.badges() if not b["count_shown"]], "the icon shows nothing any more")[-1]
        self.assertFalse(last["progress_shown"] or last["urgent"])
        shown = [badge for badge in self.badges() if badge["count_shown"]]
        self.assertEqual({badge["entry"] for badge in shown}, {f"application://{CLASS}.desktop"})
        self.assertEqual({badge["count"] for badge in shown}, {1})
        steps = [badge["progress"] for badge in shown if badge["progress_shown"]]
        self.assertEqual(steps, sorted(steps))
        self.assertGreater(len(set(steps)), 3)
        # Four times in a second at most.
        self.assertLess((len(shown) - 1) / (shown[-1]["time"] - shown[0]["time"]), 4.5)

    def test_a_failure_wants_a_look_until_it_is_removed(self):
        self.app.daemon()
        name = self.app.run("get", self.web.url("nothing-there"), "--background", "-d", self.got).stdout.strip()
        self.app.wait_state(name, "failed")
        wait_for(lambda: self.badges() and self.badges()[-1]["urgent"], "the icon wants a look")
        self.app.run("remove", name)
        wait_for(lambda: not self.badges()[-1]["urgent"], "that is over")


class AsJob(OnScreen):
    services = ("jobs",)

    def press(self, button):
        path = self.desktop.told("job-begun")[-1]["path"]
        bus = self.desktop.bus()
        dbus.Interface(bus.get_object("org.kde.JobViewServer", path), "org.kde.JobViewV3").Press(button)
        bus.close()

    def test_what_runs_can_be_watched_paused_and_ended_where_the_desktop_collects_it(self):
        self.app.daemon()
        name = self.app.run("get", self.web.url("big.bin", 8 * MB), "--background", "-d", self.got).stdout.strip()
        wait_for(lambda: [job for job in self.desktop.told("job") if job["percent"] > 0], "it is shown how far it is")
        begun = self.desktop.told("job-begun")[0]
        self.assertEqual((begun["entry"], begun["can"]), (CLASS, 3))
        self.assertEqual(self.desktop.told("job")[-1]["about"], "big.bin")
        self.press("suspend")
        self.app.wait_state(name, "paused")
        wait_for(lambda: self.desktop.told("job")[-1]["suspended"], "it is shown that it rests")
        self.press("resume")
        self.app.wait_state(name, "running")
        wait_for(lambda: not self.desktop.told("job")[-1]["suspended"], "it is shown that it goes on")
        self.assertFalse(self.desktop.told("job-over"))
        self.press("cancel")
        self.app.wait_state(name, "cancelled")
        wait_for(lambda: self.desktop.told("job-over"), "the view is over")
        self.assertEqual(len(self.desktop.told("job-begun")), 1)

    def test_a_view_ends_with_what_rests_there_when_that_is_removed(self):
        self.app.daemon()
        name = self.app.run("get", self.web.url("big.bin", 8 * MB), "--background", "-d", self.got).stdout.strip()
        wait_for(lambda: self.desktop.told("job"), "it is shown")
        self.press("suspend")
        self.app.wait_state(name, "paused")
        self.app.run("remove", name)
        wait_for(lambda: self.desktop.told("job-over"), "the view is over")


class TrayThatGoes(OnScreen):
    services = ()

    def test_the_icon_comes_again_whenever_somebody_shows_it(self):
        self.start("--hidden")
        for _ in range(2):
            before = len(self.desktop.told("icon"))
            host = self.desktop.serve("tray")
            wait_for(lambda before=before: len(self.desktop.told("icon")) > before, "the icon is in the tray")
            self.assertTrue(self.desktop.menu()["Quit"][1])
            end(host)

    def test_a_window_does_not_hide_where_the_tray_has_gone(self):
        host = self.desktop.serve("tray")
        process = self.open()
        wait_for(lambda: self.desktop.told("icon"), "the icon is in the tray")
        end(host)
        bus = self.desktop.bus()
        self.addCleanup(bus.close)
        wait_for(lambda: not bus.name_has_owner("org.kde.StatusNotifierWatcher"), "the tray has gone")
        self.desktop.close_window()
        self.assertEqual(process.wait(PATIENCE), 0)


class PlainNotifications(OnScreen):
    services = ("plain-notifications",)

    def test_markup_is_escaped_and_buttons_are_left_out_where_there_are_none(self):
        self.app.daemon()
        self.app.run("get", self.web.url("small.bin"), "-d", self.got, "--background", "--notify", "<b>Tea & cake</b>")
        told = wait_for(lambda: self.desktop.told("notification"), "a notification is shown")[0]
        self.assertEqual((told["body"], told["actions"]), ("&lt;b&gt;Tea &amp; cake&lt;/b&gt;", []))


class Notifications(OnScreen):
    services = ("notifications",)

    def test_many_that_end_one_after_the_other_are_one_notification(self):
        self.app.daemon()
        names = [f"{number}.bin" for number in range(3)]
        for name in names:
            self.web.make(name, MB)
        urls = [self.web.url(name, MB // 2) for name in names]
        self.app.run("get", *urls, "-d", self.got, "--background")
        told = wait_for(lambda: [n for n in self.desktop.told("notification") if n["summary"] == "3 of 3 finished"],
                        "all are told of")
        self.assertEqual({notification["number"] for notification in self.desktop.told("notification")}, {1})
        self.assertIn(told[0]["body"], names)
        self.assertEqual(told[0]["actions"][::2], ["default", "show"])
        # The next one is news of its own.
        self.app.run("get", self.web.url("small.bin"), "-d", self.got, "--background")
        last = wait_for(lambda: self.desktop.told("notification")[3:], "the next one is told of")[0]
        self.assertEqual((last["number"], last["summary"]), (2, "small.bin is here"))


class RecentFiles(OnScreen):
    services = ()

    def test_downloads_are_listed_among_recent_files_only_if_that_is_wanted(self):
        self.app.daemon()
        listed = self.folder / "home/.local/share/recently-used.xbel"
        self.app.run("get", self.web.url("small.bin"), "-o", self.got / "one.bin", "--background")
        self.only(state="completed")
        self.app.run("settings", "recent_files=true")
        self.app.run("get", self.web.url("small.bin"), "-o", self.got / "two & three.bin", "--background")
        wait_for(listed.exists, "there is a list")
        bookmarks = xml.etree.ElementTree.parse(listed).getroot().findall("bookmark")
        self.assertEqual([mark.get("href") for mark in bookmarks], [(self.got / "two & three.bin").as_uri()])


if __name__ == "__main__":
    main()
