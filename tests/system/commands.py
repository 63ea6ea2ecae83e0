#!/usr/bin/env python3
"""The commands, as people type them, against a real web server: results, exit codes, JSON, files."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import termios

from harness import PATIENCE, Case, main, mode, runs, wait_for, written
from webserver import WebServer, digest

FIELDS = {"id", "kind", "url", "path", "state", "reason", "done", "total", "rate", "eta", "connections",
          "resumable", "verified", "restarts", "attempts", "priority", "group", "cost_policy", "added",
          "started", "finished", "error"}
UPLOAD_FIELDS = FIELDS | {"files", "protocol", "response"}
MB = 1_000_000
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class Commands(Case):
    @classmethod
    def setUpClass(cls):
        cls.web = WebServer()
        for name, size in [("a.bin", 3 * MB), ("b.bin", MB), ("empty.bin", 0), ("long.bin", 20 * MB)]:
            cls.web.make(name, size)

    @classmethod
    def tearDownClass(cls):
        cls.web.close()

    def background(self, *arguments):
        """Hands over a transfer to the session; returns its id."""
        return self.app.run(*arguments, "--background").stdout.strip()

    def same(self, path, name):
        self.assertEqual(digest(path), digest(self.web.folder / "files" / name))


class Here(Commands):
    """`get` and `put` in their own process."""

    def test_get_prints_the_path_and_the_file_is_the_same(self):
        done = self.app.run("get", self.web.url("a.bin"), "-d", "out")
        self.assertEqual(done.stdout.strip(), str(self.folder / "out" / "a.bin"))
        self.same(self.folder / "out" / "a.bin", "a.bin")
        self.assertEqual(os.listdir(self.folder / "out"), ["a.bin"])

    def test_several_files_and_an_empty_one(self):
        self.app.run("get", *map(self.web.url, ["a.bin", "b.bin", "empty.bin"]))
        for name in ["a.bin", "b.bin", "empty.bin"]:
            self.same(self.folder / name, name)

    def test_a_name_that_is_taken_gets_a_number_unless_something_else_is_said(self):
        for expected in ["b.bin", "b (1).bin"]:
            done = self.app.run("get", self.web.url("b.bin"))
            self.assertEqual(done.stdout.strip(), str(self.folder / expected))
        (self.folder / "x").write_text("old")
        done = self.app.run("get", self.web.url("b.bin"), "-o", "x", "--if-exists", "fail", code=1)
        self.assertIn("The name is taken", done.stderr)
        self.assertEqual((self.folder / "x").read_text(), "old")
        self.app.run("get", self.web.url("b.bin"), "-o", "x", "--if-exists", "overwrite")
        self.same(self.folder / "x", "b.bin")

    def test_refusals_are_told_with_exit_code_1(self):
        for address, word in [("/status/403", "refuses access"), ("/status/404", "no such file"),
                              ("/status/410", "no longer there"), ("/login/a.bin", "wants a login")]:
            done = self.app.run("get", self.web.address + address, code=1)
            self.assertIn(word, done.stderr)
        done = self.app.run("get", self.web.address + "/status/500", "--retries", "1", code=1)
        self.assertIn("The server has a problem", done.stderr)
        self.assertFalse([name for name in os.listdir(self.folder) if name.endswith(".part")])

    def test_one_that_fails_among_others_gives_exit_code_1(self):
        self.app.run("get", self.web.url("b.bin"), self.web.url("none.bin"), code=1)
        self.same(self.folder / "b.bin", "b.bin")

    def test_wrong_usage_gives_exit_code_2(self):
        for arguments in [["get"], ["get", "not an address"], ["get", "gopher://example.org/"],
                          ["get", self.web.url("a.bin"), "--no-such-option"], ["pause"],
                          ["get", self.web.url("a.bin"), self.web.url("b.bin"), "-o", "x"],
                          ["get", self.web.url("a.bin"), "-H", "no header"],
                          ["put", "a", "b", "--to", self.web.address + "/dav/one", "--method", "put"],
                          ["get", "x", "-o", "a", "-d", "b"]]:
            self.app.run(*arguments, code=2)
        done = self.app.run("put", "none.bin", "--to", self.web.address + "/dav/", code=1)
        self.assertIn("none.bin", done.stderr)

    def test_a_login_and_a_redirect(self):
        self.app.run("get", self.web.address + "/login/b.bin", "--user", "me:S3CR3T", "-o", "one")
        self.app.run("get", self.web.address + "/login/b.bin", "--user", "me", "-o", "two", input="S3CR3T\n")
        self.app.run("get", self.web.address + "/moved/b.bin", "-o", "three")
        for name in ["one", "two", "three"]:
            self.same(self.folder / name, "b.bin")
        self.app.run("get", self.web.address + "/login/b.bin", "--user", "me:wrong", code=1)

    def at_a_terminal(self, *arguments, typed):
        """Runs a command at a terminal and types when it asks; gives what was to be seen there, and whether typing
        can be seen in the end, and the exit code."""
        ours, theirs = pty.openpty()
        try:
            process = self.app.spawn(*arguments, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
            seen, typed = b"", list(typed)
            while typed or process.poll() is None:
                if select.select([ours], [], [], 0.05)[0]:
                    seen += os.read(ours, 4096)
                if typed and seen.endswith(typed[0][0]):
                    os.write(ours, typed.pop(0)[1])
            return seen, bool(termios.tcgetattr(theirs)[3] & termios.ECHO), process.returncode
        finally:
            os.close(ours)
            os.close(theirs)

    def test_a_password_that_is_typed_is_not_to_be_seen(self):
        address = self.web.address + "/login/b.bin"
        asked = b"Password for me: "
        for typed, code in ((b"S3CR3T\n", 0), (b"S3CR3T\x03", 130)):
            seen, shows, ended = self.at_a_terminal("get", address, "--user", "me", "-o", f"seen-{code}", typed=[(asked, typed)])
            self.assertEqual((ended, shows), (code, True), seen)
            self.assertNotIn(b"S3CR3T", seen)
        self.same(self.folder / "seen-0", "b.bin")

    def test_a_script_can_insist_on_a_password(self):
        address, insist = self.web.address + "/login/b.bin", ["--user", "me", "--password-stdin"]
        self.app.run("get", address, *insist, "-o", "four", input="S3CR3T\n")
        self.same(self.folder / "four", "b.bin")
        proxied = ["--proxy", "http://127.0.0.1:9", "--proxy-user", "me"]
        for arguments, typed, code in ((insist, "", 1), (["--user", "me:S3CR3T", "--password-stdin"], "S3CR3T\n", 2),
                                       (["--password-stdin"], "S3CR3T\n", 2), ([*insist, *proxied], "S3CR3T\n", 1)):
            done = self.app.run("get", address, *arguments, "-o", "five", input=typed, code=code)
            self.assertIn("password", done.stderr)

    def test_an_interrupted_get_goes_on_where_it_was_when_typed_again(self):
        self.web.make("cut.bin", 20 * MB)
        command = ["get", self.web.url("cut.bin", 5 * MB), "-o", "cut.bin", "--connections", "1"]
        process = self.app.spawn(*command)
        part = self.folder / "cut.bin.part"
        wait_for(lambda: written(part) > 4 * MB, "4 MB have come")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 130)
        self.assertTrue(part.exists())
        earlier = len(self.web.all_requests("cut.bin"))
        self.app.run(*command)
        self.same(self.folder / "cut.bin", "cut.bin")
        self.assertFalse(part.exists())
        later = self.web.all_requests("cut.bin")[earlier:]
        self.assertEqual({request["status"] for request in later}, {206})
        self.assertTrue(all(request["if_range"] for request in later), later)
        self.assertLess(sum(request["sent"] for request in later), 17 * MB)

    def test_progress_off_a_terminal_is_one_line_for_each_state(self):
        done = self.app.run("get", self.web.url("b.bin"))
        lines = done.stderr.splitlines()
        self.assertRegex(lines[-1], r"^b\.bin: completed 1\.0 MB$")
        self.assertLessEqual(len(lines), 5, lines)
        self.assertNotIn("\x1b", done.stderr)
        self.assertEqual(self.app.run("-q", "get", self.web.url("b.bin")).stderr, "")

    def test_progress_on_a_terminal_is_a_bar_that_moves(self):
        ours, theirs = pty.openpty()
        process = self.app.spawn("get", "--limit", "8M", self.web.url("long.bin"), stderr=theirs, env=self.app.env
                                 | {"TERM": "xterm", "COLUMNS": "120"})
        os.close(theirs)
        shown = b""
        while select.select([ours], [], [], 30)[0]:
            try:
                shown += os.read(ours, 65536)
            except OSError:
                break
        process.communicate(timeout=PATIENCE)
        os.close(ours)
        self.assertEqual(process.returncode, 0)
        amounts = set(re.findall(r"([\d.]+ MB) of", shown.decode()))
        self.assertGreater(len(amounts), 3, shown)
        self.assertIn("━", shown.decode())
        self.assertIn("/s", shown.decode())

    def test_json_of_a_get_is_one_object(self):
        done = self.app.run("get", self.web.url("b.bin"), "--json")
        transfer = json.loads(done.stdout)
        self.assertLessEqual(FIELDS, set(transfer))
        self.assertEqual((transfer["state"], transfer["done"], transfer["total"]), ("completed", MB, MB))

    def test_put_sends_the_file_and_refusals_are_told(self):
        source = self.web.folder / "files" / "a.bin"
        self.app.run("put", source, "--to", self.web.address + "/dav/", "--method", "put")
        self.assertEqual(digest(self.web.folder / "dav" / "a.bin"), digest(source))
        done = self.app.run("-v", "put", source, "--to", self.web.address + "/dav/b.bin", "--method", "put")
        self.assertIn("201", done.stdout)
        done = self.app.run("put", source, "--to", self.web.address + "/files/a.bin", code=1)
        self.assertIn("405", done.stderr)
        done = self.app.run("put", source, "--to", self.web.address + "/small/a.bin", "--method", "put", code=1)
        self.assertIn("too large", done.stderr)
        self.assertIn("413", done.stderr)
        self.app.run("put", "nowhere.bin", "--to", self.web.address + "/dav/", "--method", "put", code=1)


class Background(Commands):
    """Commands to a session."""

    def test_without_a_session_commands_give_exit_code_3(self):
        for arguments in [["list"], ["show", "x"], ["pause", "--all"], ["watch"]]:
            done = self.app.run(*arguments, code=3)
            self.assertIn("No session is running", done.stderr)
        self.app.run("quit")

    def test_background_starts_a_session_that_outlives_the_command(self):
        name = self.background("get", self.web.url("a.bin"), "-o", "x")
        self.assertRegex(name, r"^[0-9a-f-]{36}$")
        transfer = self.app.wait_state(name, "completed")
        self.same(transfer["path"], "a.bin")
        pid = self.app.pid()
        self.app.run("quit")
        wait_for(lambda: not runs(pid), "the session ends")
        self.daemon()
        self.assertEqual(self.app.show(name)["state"], "completed")

    def test_json_has_the_fields_of_the_contract(self):
        self.daemon()
        down = self.background("get", self.web.url("long.bin", MB // 4), "-o", "x")
        up = self.background("put", self.web.folder / "files" / "b.bin", "--to",
                             self.web.address + "/dav/json.bin", "--method", "put")
        upload = self.app.wait_state(up, "completed")
        wait_for(lambda: self.app.show(down)["rate"], "a rate is known")
        download = self.app.show(down)
        self.assertLessEqual(FIELDS, set(download))
        self.assertLessEqual(UPLOAD_FIELDS, set(upload))
        self.assertEqual(set(upload["response"]), {"status", "headers", "body"})
        self.assertEqual((download["kind"], upload["kind"]), ("download", "upload"))
        self.assertEqual(download["state"], "running")
        self.assertEqual(download["path"], str(self.folder / "x"))
        self.assertEqual(download["total"], 20 * MB)
        self.assertTrue(0 < download["rate"] < 20 * MB and 0 < download["eta"] < 120, download)
        self.assertTrue(1 <= download["connections"] <= 32, download)
        self.assertTrue(download["resumable"])
        self.assertIsNone(download["verified"])
        self.assertEqual((download["priority"], download["group"]), (0.5, None))
        self.assertEqual((download["restarts"], download["attempts"]), (0, 1))
        self.assertRegex(download["added"], TIME)
        self.assertIsNone(download["finished"])
        failed = self.background("get", self.web.address + "/status/404")
        error = self.app.wait_state(failed, "failed")["error"]
        self.assertEqual((error["kind"], error["status"]), ("not-found", 404))
        self.assertTrue(error["message"])

    def test_pause_resume_cancel_restart_remove(self):
        self.daemon()
        name = self.background("get", self.web.url("long.bin", MB // 2), "-o", "x")
        wait_for(lambda: self.app.show(name)["done"] > MB, "a megabyte has come")
        self.app.run("pause", name)
        paused = self.app.wait_state(name, "paused")
        self.assertEqual(paused["reason"], "user")
        wait_for(lambda: self.app.show(name)["done"] > MB, "what came is kept")
        self.app.run("resume", name[:30])
        self.app.wait_state(name, "running")
        self.app.run("cancel", name)
        self.app.wait_state(name, "cancelled")
        self.app.run("restart", name)
        restarted = self.app.wait_state(name, "running")
        self.assertEqual(restarted["restarts"], 1)
        self.assertIsNone(restarted["error"])
        self.app.run("remove", name)
        self.assertEqual(self.app.list(), [])
        self.assertEqual(list(self.folder.glob("x*")), [])

    def test_remove_keeps_a_completed_file_unless_asked(self):
        self.daemon()
        kept, gone = (self.background("get", self.web.url("b.bin"), "-o", to) for to in ("kept", "gone"))
        for name in kept, gone:
            self.app.wait_state(name, "completed")
        self.app.run("remove", kept)
        self.app.run("remove", gone, "--delete-file")
        self.assertTrue((self.folder / "kept").exists())
        self.assertFalse((self.folder / "gone").exists())

    def test_all_stands_for_all_for_which_it_makes_sense(self):
        self.daemon()
        done = self.background("get", self.web.url("b.bin"), "-o", "done")
        self.app.wait_state(done, "completed")
        names = [self.background("get", self.web.url("long.bin", MB // 4), "-o", f"x{n}") for n in range(3)]
        self.app.run("pause", "--all")
        self.assertEqual({t["state"] for t in self.app.list()}, {"completed", "paused"})
        self.app.run("resume", "--all")
        for name in names:
            self.app.wait_state(name, "running")
        self.app.run("cancel", "--all")
        self.assertEqual({t["state"] for t in self.app.list()}, {"completed", "cancelled"})

    def test_a_wrong_id_is_told_and_an_illegal_move_refused(self):
        self.daemon()
        name = self.background("get", self.web.url("b.bin"), "-o", "x")
        self.app.wait_state(name, "completed")
        self.assertIn("There is no transfer", self.app.run("show", "ffffffff", code=1).stderr)
        self.assertTrue(self.app.run("pause", name, code=1).stderr.strip())

    def test_list_and_show_are_for_people_too(self):
        self.daemon()
        name = self.background("get", self.web.url("b.bin"), "-o", "x")
        self.app.wait_state(name, "completed")
        self.assertIn("completed", self.app.run("list").stdout)
        self.assertIn(str(self.folder / "x"), self.app.run("show", name).stdout)

    def test_watch_tells_what_happens_until_it_is_interrupted(self):
        self.daemon()
        with open(self.folder / "watched", "w+", encoding="utf-8") as told:
            watching = self.app.spawn("watch", stdout=told)
            name = self.background("get", self.web.url("b.bin"), "-o", "x")
            self.app.wait_state(name, "completed")
            wait_for(lambda: "completed" in (self.folder / "watched").read_text(), "watch tells the end")
            watching.send_signal(signal.SIGINT)
            self.assertEqual(watching.wait(PATIENCE), 0)
            watching.stderr.close()

    def test_a_server_that_is_gone_for_a_while_is_waited_for(self):
        self.daemon()
        name = self.background("get", self.web.url("long.bin", MB // 2), "-o", "x")
        wait_for(lambda: self.app.show(name)["done"] > MB, "a megabyte has come")
        self.web.stop()
        waiting = self.app.wait_state(name, "waiting")
        self.assertEqual(waiting["reason"], "retry")
        self.web.start()
        self.app.wait_state(name, "completed")
        self.same(self.folder / "x", "long.bin")

    def test_sigterm_ends_a_session_in_good_order(self):
        session = self.daemon()
        name = self.background("get", self.web.url("long.bin", MB // 2), "-o", "x")
        wait_for(lambda: self.app.show(name)["done"] > MB, "a megabyte has come")
        session.send_signal(signal.SIGTERM)
        self.assertEqual(session.wait(PATIENCE), 0)
        self.daemon()
        self.assertGreater(self.app.show(name)["done"], MB)
        self.app.wait_state(name, "completed")
        self.same(self.folder / "x", "long.bin")


class Profiles(Commands):
    """One session for each profile, and who may look into it."""

    def test_a_second_session_on_one_profile_is_refused(self):
        self.daemon()
        done = self.app.run("daemon", code=1)
        self.assertIn("already running", done.stderr)
        self.assertEqual(self.app.list(), [])

    def test_two_profiles_stand_side_by_side(self):
        other = self.another("other")
        self.daemon()
        self.daemon(other)
        name = self.background("get", self.web.url("b.bin"), "-o", "x")
        self.app.wait_state(name, "completed")
        self.assertEqual((len(self.app.list()), len(other.list())), (1, 0))

    def test_a_socket_that_a_kill_left_behind_is_no_obstacle(self):
        session = self.daemon()
        os.kill(session.pid, signal.SIGKILL)
        session.wait()
        self.assertTrue((self.app.profile / "run" / "control.sock").exists())
        self.app.run("list", code=3)
        self.daemon()
        self.assertEqual(self.app.list(), [])

    def test_nobody_else_can_look_into_a_profile(self):
        self.daemon()
        self.background("get", self.web.url("b.bin"), "-o", "x")
        self.assertEqual({mode(self.app.profile / name) for name in ("state", "run", "log")}, {"0o700"})
        folders = [self.app.profile / name for name in ("state", "run")]
        files = [path for folder in folders for path in folder.rglob("*") if not path.is_dir()]
        for path in files:
            self.assertEqual(mode(path), "0o600", path)
        self.assertIn(self.app.profile / "run" / "control.sock", files)

    def test_standard_folders_are_those_of_the_desktop(self):
        home = self.folder / "home"
        env = self.app.env | {"XDG_RUNTIME_DIR": str(self.folder / "runtime")}
        (self.folder / "runtime").mkdir(mode=0o700)
        command = self.app.command()[:1]
        session = subprocess.Popen([*command, "daemon"], env=env, stdout=subprocess.DEVNULL)
        try:
            socket = self.folder / "runtime" / "windlass" / "control.sock"
            wait_for(socket.exists, "the socket is there")
            wait_for((home / ".local/state/windlass/lock").exists, "the state is there")
            subprocess.run([*command, "quit"], env=env, check=True)
            self.assertEqual(session.wait(PATIENCE), 0)
        finally:
            session.kill()
            session.wait()


if __name__ == "__main__":
    main()
