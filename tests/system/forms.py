#!/usr/bin/env python3
"""Forms, as four real parsers read them: PHP, Werkzeug, Starlette and Django. What they make of a name is their
affair; they shall make the same of it as if a browser had sent it."""

import http.client
import json
import pathlib
import subprocess

import uploads
from fileservers import python
from harness import Case, free_port, listens, main, wait_for
from uploads import Cut
from webserver import digest

HERE = pathlib.Path(__file__).parent / "parsers"
# Whatever a file may be called here.
NAMES = ["plain.txt", "ü 日本.txt", "a \"quoted\" 'name'.txt", "back\\slash.txt", "100%22 %20.txt", "two\nlines\r.txt",
         "semi;colon=x, y.txt", ".hidden", "x" * 200 + ".bin"]
PLAIN = ["plain.txt", "ü 日本.txt", "semi;colon=x, y.txt", ".hidden", "x" * 200 + ".bin"]


def php(port, folder):
    ini = ["upload_max_filesize=2G", "post_max_size=2G", "memory_limit=-1", f"upload_tmp_dir={folder}"]
    return ["php", *[part for line in ini for part in ("-d", line)], "-S", f"127.0.0.1:{port}", HERE / "form.php"]


def as_browsers_do(boundary, fields, files):
    """The body of a form as the HTML standard says."""
    def quoted(name):
        name = name.replace("\r\n", "\n").replace("\r", "\n")
        return name.replace("\n", "%0D%0A").replace('"', "%22")

    body = b""
    for name, value in fields.items():
        value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{quoted(name)}"\r\n\r\n{value}\r\n'.encode()
    for field, name, data in files:
        body += (f'--{boundary}\r\nContent-Disposition: form-data; name="{quoted(field)}"; filename="{quoted(name)}"\r\n'
                 "Content-Type: application/octet-stream\r\n\r\n").encode() + data + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()


class Forms(Case):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.app = self.another()

    def start(self, *command):
        log = open(self.folder / "server.log", "ab")
        self.addCleanup(log.close)
        server = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        wait_for(lambda: server.poll() is not None or listens(self.port), "the server listens")
        self.assertIsNone(server.poll(), (self.folder / "server.log").read_text(errors="replace"))

    def python(self, name):
        self.start(python(), "-B", HERE / "forms.py", name, self.port)

    def reference(self, fields, files):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        kind = {"Content-Type": "multipart/form-data; boundary=----reference"}
        connection.request("POST", "/", as_browsers_do("----reference", fields, files), kind)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def ours(self, path, *arguments, code=0):
        address = f"http://127.0.0.1:{self.port}/"
        done = self.app.run("put", *path, "--to", address, "--protocol", "form", "--json", *arguments, code=code)
        return json.loads(done.stdout.splitlines()[-1])["response"]

    def reads_what_browsers_send(self):
        for name in NAMES:
            with self.subTest(name=name):
                file = self.folder / "files" / name
                file.parent.mkdir(exist_ok=True)
                file.write_bytes(b"content\r\n--x\r\n")
                fields = {"title": "one\ntwo", "ключ": "значение"}
                said = [part for key, value in fields.items() for part in ("--form-field", f"{key}={value}")]
                status, body = self.reference(fields, [("file", name, file.read_bytes())])
                ours = self.ours([file], *said)
                self.assertEqual(ours["status"], status)
                self.assertEqual(json.loads(ours["body"]), json.loads(body))
                read = json.loads(body)
                self.assertEqual(read["files"][0][2], digest(file))
                if name in PLAIN:
                    self.assertEqual(read["files"][0][1], name)

    def takes_several(self):
        files = [self.folder / "one.bin", self.folder / "two.bin"]
        for number, file in enumerate(files):
            file.write_bytes(bytes([number]) * 3_000_000)
        ours = json.loads(self.ours(files, "--together", "--file-field", "files[]")["body"])
        self.assertEqual([file[1:] for file in ours["files"]], [[file.name, digest(file)] for file in files])

    def test_php_reads_our_forms_as_those_of_browsers(self):
        self.start(*php(self.port, self.folder))
        self.reads_what_browsers_send()
        self.takes_several()

    def test_werkzeug_reads_our_forms_as_those_of_browsers(self):
        self.python("werkzeug")
        self.reads_what_browsers_send()
        self.takes_several()

    def test_starlette_reads_our_forms_as_those_of_browsers(self):
        self.python("starlette")
        self.reads_what_browsers_send()
        self.takes_several()

    def test_django_reads_our_forms_as_those_of_browsers(self):
        self.python("django")
        self.reads_what_browsers_send()
        self.takes_several()


class Form(uploads.Upload):
    """What was sent once is not sent again unasked, for that may do something twice."""

    options = ("--protocol", "form")
    verified = "none"

    def address(self, port):
        return f"http://127.0.0.1:{port}/"

    def was_cut(self, name):
        self.assertEqual(self.app.wait_state(name, "paused")["reason"], "restart-needed")
        self.app.run("restart", name)

    def same(self):
        [upload] = self.app.list()
        body = self.app.show(upload["id"])["response"]["body"]
        self.assertEqual([file[2] for file in json.loads(body)["files"]], [digest(self.file)])


class Php(Cut, Form):
    kind = "PHP, by a form"

    def command(self):
        return php(self.port, self.folder)


class Werkzeug(Cut, Form):
    kind = "Werkzeug, by a form"

    def command(self):
        return [python(), "-B", HERE / "forms.py", "werkzeug", self.port]


if __name__ == "__main__":
    main()
