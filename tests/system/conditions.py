#!/usr/bin/env python3
"""What the computer and its desktop know, as transfers get to feel it: network, battery, sleep.

On a system bus of its own stand-ins (python-dbusmock) for NetworkManager, ModemManager, UPower, the power
profiles and logind say what a test wants; the program and its download are real.
"""

import json
import os
import re
import subprocess
import sys
import time

import dbus

from desktop import BUS
from harness import PATIENCE, Case, end, main, wait_for, written
from webserver import WebServer, digest

MB = 1_000_000
SIZE = 20 * MB
# Bytes a second while something is still to be looked at.
RATE = MB
# Within this the program has to have seen what has changed.
SOON = 1

MOCK = "org.freedesktop.DBus.Mock"
NETWORK = ("org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager")
MODEMS = ("org.freedesktop.ModemManager1", "/org/freedesktop/ModemManager1")
UPOWER = ("org.freedesktop.UPower", "/org/freedesktop/UPower")
LOGIND = ("org.freedesktop.login1", "/org/freedesktop/login1")
PORTAL = ("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop")
NONE, CAPTIVE, FULL = 1, 2, 4
DISCONNECTED, UNMANAGED = 30, 10


class Bus:
    """A bus with stand-ins on it."""

    def __init__(self, folder, name):
        self.path = folder / name
        self.address = f"unix:path={self.path}"
        self.configuration = folder / f"{name}.conf"
        self.configuration.write_text(BUS.format(path=self.path))
        self.mocks = []
        self.start()

    def start(self):
        command = ["dbus-daemon", "--nofork", f"--config-file={self.configuration}"]
        self.daemon = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.path.exists, "the bus is there")
        self.caller = dbus.bus.BusConnection(self.address)

    def close(self):
        """Ends it; it can be started again."""
        self.caller.close()
        for process in [*self.mocks, self.daemon]:
            end(process)
        self.mocks.clear()
        self.path.unlink(missing_ok=True)

    def mock(self, name, *arguments):
        """Starts a stand-in that takes this name."""
        env = os.environ | {"DBUS_SYSTEM_BUS_ADDRESS": self.address, "DBUS_SESSION_BUS_ADDRESS": self.address}
        command = [sys.executable, "-m", "dbusmock", *map(str, arguments)]
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.mocks.append(process)
        wait_for(lambda: self.caller.name_has_owner(name), f"{name} is there")
        return process

    def monitor(self, method):
        """Listens for calls of a method from now on, to say who makes them."""
        line = ["dbus-monitor", "--address", self.address, f"type='method_call',member='{method}'"]
        monitor = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
        self.mocks.append(monitor)
        # It is one once it has lost its own name.
        next(line for line in monitor.stdout if "member=NameLost" in line)
        return (re.search(r"sender=(\S+)", line)[1] for line in monitor.stdout if f"member={method}" in line)

    def at(self, service, interface=MOCK, path=None):
        """An interface of a stand-in."""
        name, usual = service
        return dbus.Interface(self.caller.get_object(name, path or usual, introspect=False), interface)

    # Those that tests need

    def network(self, device=DISCONNECTED):
        """A network that leads out."""
        process = self.mock(NETWORK[0], "--system", "--template", "networkmanager")
        manager = self.at(NETWORK)
        for name, value in (("Metered", dbus.UInt32(4)), ("PrimaryConnectionType", "802-3-ethernet")):
            manager.AddProperty(NETWORK[0], name, value)
        self.at(NETWORK, path="/org/freedesktop").AddEthernetDevice("wired", "wired0", device)
        return process

    def reaches(self, how_far):
        self.at(NETWORK).UpdateProperties(NETWORK[0], {"Connectivity": dbus.UInt32(how_far)})

    def costs(self, metered, kind="802-3-ethernet"):
        properties = {"Metered": dbus.UInt32(metered), "PrimaryConnectionType": kind}
        self.at(NETWORK).UpdateProperties(NETWORK[0], dbus.Dictionary(properties, signature="sv"))

    def modem(self, registration):
        """There is no template of this one."""
        interface, modem = MODEMS[0] + ".Modem.Modem3gpp", MODEMS[1] + "/Modem/0"
        process = self.mock(MODEMS[0], "--system", "--is-object-manager", *MODEMS, MODEMS[0])
        properties = dbus.Dictionary({"RegistrationState": dbus.UInt32(registration)}, signature="sv")
        self.at(MODEMS).AddObject(modem, interface, properties, dbus.Array([], signature="(ssss)"))
        added = dbus.Array([dbus.ObjectPath(modem), dbus.Dictionary({interface: properties}, signature="sa{sv}")],
                           signature="v")
        self.at(MODEMS).EmitSignal("org.freedesktop.DBus.ObjectManager", "InterfacesAdded", "oa{sa{sv}}", added)
        return process

    def registers(self, registration):
        modem = self.at(MODEMS, path=MODEMS[1] + "/Modem/0")
        modem.UpdateProperties(MODEMS[0] + ".Modem.Modem3gpp", {"RegistrationState": dbus.UInt32(registration)})

    def power(self):
        """A computer with a battery, on the mains."""
        process = self.mock(UPOWER[0], "--system", "--template", "upower")
        self.battery(100)
        return process

    def battery(self, percent):
        properties = dbus.Dictionary({"IsPresent": True, "Percentage": float(percent)}, signature="sv")
        path = UPOWER[1] + "/devices/DisplayDevice"
        self.at(UPOWER, path=path).UpdateProperties(UPOWER[0] + ".Device", properties)

    def on_battery(self, is_so):
        self.at(UPOWER).UpdateProperties(UPOWER[0], {"OnBattery": is_so})

    def profiles(self, service, path):
        process = self.mock(service, "--system", service, path, service)
        self.at((service, path)).AddProperty(service, "ActiveProfile", "balanced")
        return process

    def logind(self):
        return self.mock(LOGIND[0], "--system", "--template", "logind")

    def sleep(self, is_near):
        manager = LOGIND[0] + ".Manager"
        self.at(LOGIND).EmitSignal(manager, "PrepareForSleep", "b", [is_near])

    def locks(self, mode):
        """What is locked in this mode."""
        held = self.at(LOGIND, LOGIND[0] + ".Manager").ListInhibitors()
        return [str(what) for what, who, _, how, _, _ in held if (str(who), str(how)) == ("Windlass", mode)]


class Surroundings(Case):
    @classmethod
    def setUpClass(cls):
        cls.web = WebServer()
        cls.web.make("a.bin", SIZE)
        # An address that leads here without saying so, as what stays here needs no network.
        cls.near, cls.web.address = cls.web.address, cls.web.address.replace("127.0.0.1", "0.0.0.0")

    @classmethod
    def tearDownClass(cls):
        cls.web.close()

    def setUp(self):
        super().setUp()
        self.system, self.session = Bus(self.folder, "system"), Bus(self.folder, "session")
        self.addCleanup(self.system.close)
        self.addCleanup(self.session.close)
        buses = {"DBUS_SYSTEM_BUS_ADDRESS": self.system.address, "DBUS_SESSION_BUS_ADDRESS": self.session.address}
        self.app = self.another(env=buses)
        # A try that is counted is one too many.
        self.set(retries=0, silence_timeout=5)

    def set(self, **values):
        self.app.settings(**values)

    def begin(self, *options):
        """A download that has begun to come."""
        self.daemon()
        name = self.app.run("get", self.web.url("a.bin"), "-o", "a.bin", "--background", "--limit", RATE,
                            *options).stdout.strip()
        wait_for(lambda: self.now(name)["done"] > 0, "bytes have come")
        return name

    def now(self, name):
        return self.app.ask(("show", {"id": name}))["transfer"]

    def becomes(self, name, state, reason=None, seconds=SOON):
        """Waits until the download is so."""
        last = {}

        def there():
            last.update(self.now(name))
            return (last["state"], last["reason"]) == (state, reason)

        began = time.monotonic()
        try:
            wait_for(there, f"{state} {reason}", seconds, 0.01)
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {last}") from None
        print(f"         {state} {reason or ''} after {time.monotonic() - began:.3f} s", flush=True)
        return last

    def holds(self, name, reason, change, back):
        """What `change` does holds the download up until `back`."""
        change()
        self.becomes(name, "waiting", reason)
        back()
        self.becomes(name, "running")

    def completes(self, name):
        self.app.run("set", name, "limit=none")
        done = self.app.wait_state(name, "completed")
        self.assertEqual(digest(self.folder / "a.bin"), digest(self.web.folder / "files" / "a.bin"))
        self.assertEqual(done["restarts"], 0)
        return done


class Network(Surroundings):
    def test_without_a_network_a_download_waits_and_then_goes_on_by_itself(self):
        self.system.network()
        name = self.begin()
        for _ in range(3):
            self.holds(name, "network", lambda: self.system.reaches(NONE), lambda: self.system.reaches(FULL))
        self.completes(name)

    def test_a_page_that_wants_to_be_dealt_with_first_is_no_network(self):
        self.system.network()
        name = self.begin()
        self.holds(name, "network", lambda: self.system.reaches(CAPTIVE), lambda: self.system.reaches(FULL))
        self.completes(name)

    def test_what_is_added_without_a_network_starts_when_there_is_one(self):
        self.system.network()
        self.system.reaches(NONE)
        self.daemon()
        name = self.app.run("get", self.web.url("a.bin"), "-o", "a.bin", "--background").stdout.strip()
        self.assertEqual(self.becomes(name, "waiting", "network")["attempts"], 0)
        self.system.reaches(FULL)
        self.completes(name)

    def test_what_stays_on_this_computer_needs_no_network(self):
        self.system.network()
        self.system.reaches(NONE)
        self.app.run("get", f"{self.near}/files/a.bin", "-o", "a.bin", "-q")
        self.assertEqual(digest(self.folder / "a.bin"), digest(self.web.folder / "files" / "a.bin"))

    def test_a_manager_that_goes_takes_its_word_along_and_one_that_comes_is_heard(self):
        manager = self.system.network()
        name = self.begin()
        self.system.reaches(NONE)
        self.becomes(name, "waiting", "network")
        end(manager)
        self.becomes(name, "running")
        self.system.network()
        self.system.reaches(NONE)
        self.becomes(name, "waiting", "network")
        self.system.reaches(FULL)
        self.completes(name)

    def test_a_manager_that_leaves_a_device_alone_does_not_know_that_there_is_no_network(self):
        self.system.network(UNMANAGED)
        self.system.reaches(NONE)
        name = self.begin()
        self.completes(name)

    def test_a_bus_that_is_started_anew_is_found_again(self):
        self.system.network()
        name = self.begin()
        self.system.reaches(NONE)
        self.becomes(name, "waiting", "network")
        self.system.close()
        self.becomes(name, "running")
        self.system.start()
        self.system.network()
        self.system.reaches(NONE)
        self.becomes(name, "waiting", "network", 10)
        self.system.reaches(FULL)
        self.completes(name)

    def test_where_nobody_knows_anything_all_is_well_and_that_is_said_once(self):
        for buses in (True, False):
            app = self.app if buses else self.another("other")
            process = app.spawn("daemon", "-v", stdout=subprocess.DEVNULL)
            self.addCleanup(end, process)
            wait_for(app.answers, "the session answers")
            app.run("get", self.web.url("a.bin"), "-o", f"{buses}.bin", "--background")
            name = app.list()[0]["id"]
            app.wait_state(name, "completed")
            app.close()
            said = process.communicate()[1]
            self.assertEqual(said.count("nobody here knows"), 1, said)

    def test_the_portal_is_asked_where_there_is_no_manager(self):
        interface = "org.freedesktop.portal.NetworkMonitor"
        self.session.mock(PORTAL[0], "--session", *PORTAL, interface)
        portal = self.session.at(PORTAL)

        def says(connectivity):
            status = f'ret = {{"available": True, "metered": False, "connectivity": dbus.UInt32({connectivity})}}'
            portal.AddMethod(interface, "GetStatus", "", "a{sv}", status)
            portal.EmitSignal(interface, "changed", "", dbus.Array([], signature="v"))

        says(4)
        name = self.begin()
        self.holds(name, "network", lambda: says(3), lambda: says(4))
        self.completes(name)


class Costs(Surroundings):
    def test_a_metered_network_is_for_those_who_want_it(self):
        self.system.network()
        name = self.begin("--cost-policy", "unrestricted-only")
        self.holds(name, "metered", lambda: self.system.costs(1), lambda: self.system.costs(2))
        # Rather yes, and rather no.
        self.holds(name, "metered", lambda: self.system.costs(3), lambda: self.system.costs(4))
        self.system.costs(1)
        self.becomes(name, "waiting", "metered")
        self.app.run("set", name, "cost-policy=default")
        self.becomes(name, "running")
        self.completes(name)

    def test_roaming_counts_while_the_modem_is_what_leads_out(self):
        self.system.network()
        modem = self.system.modem(1)
        name = self.begin()
        self.system.costs(1, "gsm")
        self.holds(name, "roaming", lambda: self.system.registers(5), lambda: self.system.registers(1))
        self.system.registers(5)
        self.becomes(name, "waiting", "roaming")
        self.system.costs(1, "802-11-wireless")
        self.becomes(name, "running")
        self.system.costs(1, "gsm")
        self.becomes(name, "waiting", "roaming")
        # A modem that is pulled out roams no more.
        end(modem)
        self.becomes(name, "running")
        self.completes(name)


class Power(Surroundings):
    def test_on_the_battery_nothing_runs_if_somebody_wants_that(self):
        self.set(retries=0, pause_on_battery=True)
        self.system.power()
        name = self.begin()
        self.holds(name, "battery", lambda: self.system.on_battery(True), lambda: self.system.on_battery(False))
        self.completes(name)

    def test_on_a_battery_that_is_low_nothing_runs_if_somebody_wants_that(self):
        self.set(retries=0, pause_below_percent=30)
        self.system.power()
        self.system.on_battery(True)
        name = self.begin()
        self.holds(name, "battery", lambda: self.system.battery(29), lambda: self.system.battery(31))
        self.completes(name)

    def test_while_power_is_saved_nothing_runs_if_somebody_wants_that(self):
        self.set(retries=0, pause_in_power_saver=True)
        services = [("org.freedesktop.UPower.PowerProfiles", "/org/freedesktop/UPower/PowerProfiles"),
                    ("net.hadess.PowerProfiles", "/net/hadess/PowerProfiles")]
        mocks = [self.system.profiles(*service) for service in services]
        name = self.begin()
        for service in services:
            profile = lambda word: self.system.at(service).UpdateProperties(service[0], {"ActiveProfile": word})
            self.holds(name, "battery", lambda: profile("power-saver"), lambda: profile("performance"))
        profile("power-saver")
        self.becomes(name, "waiting", "battery")
        end(mocks[1])
        self.becomes(name, "running")
        self.completes(name)


class Sleep(Surroundings):
    def kept(self):
        """How many bytes the state on the disk knows of."""
        text = (self.app.profile / "state" / "transfers-000001.ron").read_text()
        known = re.findall(r"\(0,(\d+)\)", text)
        return int(known[-1]) if known else 0

    def test_the_computer_sleeps_only_after_everything_is_written_down_and_then_it_goes_on(self):
        self.system.logind()
        name = self.begin()
        wait_for(lambda: "sleep" in self.system.locks("delay"), "a sleep would wait")
        wait_for(lambda: self.now(name)["done"] > MB, "more has come")
        self.system.sleep(True)
        wait_for(lambda: not self.system.locks("delay"), "the computer may sleep", 4)
        came, kept = self.now(name), self.kept()
        self.assertEqual(came["state"], "queued")
        self.assertGreater(came["done"], MB)
        self.assertEqual(kept, came["done"])
        # What would come now would be seen in a moment.
        time.sleep(0.5)
        self.assertEqual(self.now(name)["done"], came["done"])
        self.system.sleep(False)
        self.becomes(name, "running")
        wait_for(lambda: "sleep" in self.system.locks("delay"), "the next sleep would wait, too")
        self.assertEqual(self.completes(name)["attempts"], 2)

    def test_where_nobody_can_say_any_more_that_the_sleep_is_over_it_is(self):
        logind = self.system.logind()
        name = self.begin()
        wait_for(lambda: "sleep" in self.system.locks("delay"), "a sleep would wait")
        self.system.sleep(True)
        self.becomes(name, "queued")
        end(logind)
        self.becomes(name, "running")
        self.system.logind()
        wait_for(lambda: "sleep" in self.system.locks("delay"), "a sleep would wait again")
        self.completes(name)

    def test_without_a_desktop_logind_keeps_the_computer_awake_while_something_runs(self):
        self.system.logind()
        name = self.begin()
        wait_for(lambda: self.system.locks("block") == ["idle"], "it is kept awake")
        self.app.run("pause", name)
        wait_for(lambda: not self.system.locks("block"), "it is no longer kept awake")
        self.app.run("resume", name)
        wait_for(lambda: self.system.locks("block") == ["idle"], "it is kept awake again")
        self.completes(name)
        wait_for(lambda: not self.system.locks("block"), "it may sleep in the end")
        self.assertEqual(self.system.locks("delay"), ["sleep"])

    def test_nobody_is_kept_awake_who_does_not_want_that(self):
        self.set(inhibit_sleep=False)
        self.system.logind()
        self.completes(self.begin())
        self.assertFalse(self.system.locks("block"))
        self.assertEqual(self.system.locks("delay"), ["sleep"])

    def test_a_desktop_is_asked_in_its_own_way_and_let_go_of(self):
        desktops = [("org.gnome.SessionManager", "/org/gnome/SessionManager", "org.gnome.SessionManager", "susu", "u"),
                    ("org.freedesktop.PowerManagement", "/org/freedesktop/PowerManagement/Inhibit",
                     "org.freedesktop.PowerManagement.Inhibit", "ss", "u"),
                    (*PORTAL, "org.freedesktop.portal.Inhibit", "sua{sv}", "o")]
        self.system.logind()
        for number, (service, path, interface, takes, gives) in enumerate(desktops):
            mock = self.session.mock(service, "--session", service, path, interface)
            answer = 'ret = "/org/freedesktop/portal/desktop/request/1"' if gives == "o" else "ret = 7"
            self.session.at((service, path)).AddMethod(interface, "Inhibit", takes, gives, answer)
            app = self.another(f"desktop-{number}", self.app.env)
            self.daemon(app)
            askers = self.session.monitor("Inhibit")
            app.run("get", self.web.url("a.bin", 4 * MB), "-o", f"{number}.bin", "--background")
            calls = wait_for(lambda: self.session.at((service, path)).GetCalls(), f"{service} is asked")
            print(f"         {json.dumps(calls[0][2])}", flush=True)
            self.assertEqual(len(calls), 1)
            self.assertFalse(self.system.locks("block"), "the screen may go dark")
            who = next(askers)
            self.assertTrue(self.session.caller.name_has_owner(who))
            app.wait_state(app.list()[0]["id"], "completed")
            wait_for(lambda: not self.session.caller.name_has_owner(who), "whoever asked has left")
            app.close()
            end(mock)


class ByItself(Surroundings):
    """A command that gets its file without a session."""

    def get(self, *options):
        process = self.app.spawn("get", self.web.url("a.bin"), "-o", "a.bin", *options)
        self.addCleanup(end, process)
        return process

    def ends_well(self, process):
        said = process.communicate(timeout=PATIENCE)[1]
        self.assertEqual(process.returncode, 0, said)
        self.assertEqual(digest(self.folder / "a.bin"), digest(self.web.folder / "files" / "a.bin"))

    def test_it_waits_for_a_network_that_costs_nothing(self):
        self.system.network()
        self.system.costs(1)
        process = self.get("--cost-policy", "unrestricted-only")
        print("        ", next(line for line in process.stderr if "waiting" in line).strip(), flush=True)
        self.assertFalse(self.web.requests("a.bin"))
        self.system.costs(2)
        self.ends_well(process)

    def test_the_computer_stays_awake_for_it_and_a_sleep_all_the_same_is_waited_for(self):
        self.system.logind()
        process = self.get("--limit", 2 * MB)
        wait_for(lambda: self.system.locks("block") == ["idle"], "it is kept awake")
        wait_for(lambda: "sleep" in self.system.locks("delay"), "a sleep would wait")
        part = self.folder / "a.bin.part"
        wait_for(lambda: written(part) > MB, "something has come")
        self.system.sleep(True)
        wait_for(lambda: not self.system.locks("delay"), "the computer may sleep", 4)
        came = written(part)
        # What would come now would be seen in a moment.
        time.sleep(0.5)
        self.assertEqual(written(part), came)
        self.assertIsNone(process.poll())
        self.system.sleep(False)
        self.ends_well(process)
        wait_for(lambda: not self.system.locks("block"), "nothing is left of it")
        self.assertFalse(self.system.locks("delay"))


if __name__ == "__main__":
    main()
