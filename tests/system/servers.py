#!/usr/bin/env python3
"""Files from the web servers of the world: over several connections where they can send parts, what comes
of it when the server, or the session, is killed in the middle, and what a checksum makes of it."""

import collections
import os
import shutil
import signal
import unittest

from harness import Case, main, wait_for
from others import MB, RATE, SIZE, Apache, Caddy, Lighttpd, Nginx, Python
from sums import verifies
from webserver import digest, talks

# What servers may have put into sockets without anybody reading it: those that allot by the second put
# in a second's worth at once, and about half of the connections end where their slice was halved.
IN_SOCKETS = 10 * MB


class Downloads(Case):
    def begin(self, kind):
        self.server = kind()
        self.addCleanup(self.server.close)
        self.url = self.server.address + "/file.bin"

    def same(self):
        self.assertEqual(digest(self.folder / "x"), digest(self.server.file))
        self.assertEqual([str(path) for path in self.folder.glob("*.part")], [])

    def over(self, earlier, count):
        """The requests behind the first `earlier` ones, when there are at least so many."""
        return wait_for(lambda: self.server.requests()[earlier + count - 1:] and self.server.requests()[earlier:],
                        f"{count} requests are in the log")

    def whole(self, kind):
        self.begin(kind)
        self.app.run("get", self.url, "-o", "x")
        self.same()
        if not self.server.parts:
            self.assertEqual([request["status"] for request in self.over(0, 1)], [200])
            return
        requests = wait_for(self.all_over, "the first request is over")
        self.assertEqual({request["status"] for request in requests}, {206})
        conditions = collections.Counter(request["if_range"] for request in requests)
        self.assertEqual(conditions.pop(""), 1, "only the first one asks for any version")
        self.assertEqual(len(conditions), 1, "all others ask for one version")
        self.assertRegex(next(iter(conditions)), r'^"[^"]+"$')
        self.assertLess(self.server.sent(), SIZE + IN_SOCKETS)

    def verified(self, kind):
        self.begin(kind)
        verifies(self, self.server.address + "/small.bin", self.server.small)

    def all_over(self):
        """All requests of a download, once its first one is over, which is the only one without a condition."""
        requests = self.server.requests()
        return any(not request["if_range"] for request in requests) and len(requests) > 4 and requests

    def until(self, name, done):
        return wait_for(lambda: (shown := self.app.show(name))["done"] > done and shown, f"{done} bytes are here")

    def cut(self, kind):
        """Kills the server, and a while later the session."""
        self.begin(kind)
        session = self.app.daemon()
        name = self.app.run("get", self.url, "-o", "x", "--background").stdout.strip()
        self.until(name, 3 * MB)
        self.server.kill()
        waiting = self.app.wait_state(name, "waiting")
        self.assertEqual(waiting["reason"], "retry")
        earlier = len(self.server.requests())
        self.server.start()
        before = self.until(name, 8 * MB)
        os.kill(session.pid, signal.SIGKILL)
        session.wait()
        wait_for(lambda: not talks(self.server.port), "the server has noticed")
        between, sent = len(self.server.requests()), self.server.sent()
        self.daemon()
        after = self.app.wait_state(name, "completed")
        self.same()
        self.assertEqual(after["restarts"], 0 if self.server.parts else 2)
        if not self.server.parts:
            self.assertEqual(len(self.over(earlier, 2)), 2, "it began again after each cut")
            return
        later = self.over(between, 1)
        self.assertEqual({request["status"] for request in later}, {206})
        self.assertTrue(all(request["if_range"].startswith('"') for request in later), later)
        lost = 2 * (before["rate"] or 16 * RATE)
        self.assertLess(self.server.sent() - sent, SIZE - before["done"] + lost + IN_SOCKETS)


def stories(name, kind):
    """The sentences about one server."""
    program = {"Apache": "apache2", "Python": "python3"}.get(name, name)
    there = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin")
    needs = unittest.skipUnless(there, f"{program} is not installed")
    over = "several connections" if kind.parts else "one connection"
    yield f"a file comes over {over} from {name}", needs(lambda test: test.whole(kind))
    yield f"a file from {name} is what its checksum says or it is none", needs(lambda test: test.verified(kind))
    yield f"{name} is killed and then the session and the file is the same", needs(lambda test: test.cut(kind))


for server in [("nginx", Nginx), ("Apache", Apache), ("caddy", Caddy), ("lighttpd", Lighttpd), ("Python", Python)]:
    for sentence, story in stories(*server):
        setattr(Downloads, "test_" + sentence.replace(" ", "_"), story)


if __name__ == "__main__":
    main()
