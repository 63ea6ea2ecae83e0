#!/usr/bin/env python3
"""What happens when all is done: the computer sleeps, if logind can and nothing is added meanwhile."""

import json

from conditions import LOGIND, MB, Surroundings
from harness import main, wait_for

# The time in which it can still be stopped, and some.
MINUTE = 75


class Ending(Surroundings):
    def logind(self, **answers):
        self.system.mock(LOGIND[0], "--system", "--template", "logind", "--parameters", json.dumps(answers))

    def then(self):
        return self.app.run("when-done").stdout.strip()

    def counts_down(self):
        wait_for(lambda: self.then().startswith("suspend in "), "a minute is left")

    def done(self):
        """What the computer was told to do."""
        calls = [str(name) for _, name, _ in self.system.at(LOGIND).GetCalls()]
        return [name for name in calls if name in ("Suspend", "PowerOff")]

    def test_the_computer_sleeps_a_minute_after_the_last_transfer_and_only_this_time(self):
        self.logind()
        name = self.begin()
        self.app.run("when-done", "suspend")
        self.assertEqual(self.then(), "suspend")
        self.app.run("set", name, "limit=none")
        self.completes(name)
        self.counts_down()
        self.assertFalse(self.done())
        wait_for(self.done, "the computer sleeps", MINUTE)
        self.assertEqual((self.done(), self.then()), (["Suspend"], "nothing"))

    def test_what_is_added_stops_it_and_only_what_can_be_done_is_taken(self):
        self.logind(CanPowerOff="challenge")
        name = self.begin()
        self.app.run("when-done", "power-off", code=1)
        self.app.run("when-done", "suspend")
        self.app.run("pause", name)
        self.counts_down()
        self.app.run("get", self.web.url("a.bin", MB), "-o", "b.bin", "--background")
        wait_for(lambda: self.then() == "suspend", "it waits again")
        self.app.run("pause", "--all")
        self.counts_down()
        self.app.run("when-done", "nothing")
        self.assertEqual((self.then(), self.done()), ("nothing", []))


if __name__ == "__main__":
    main()
