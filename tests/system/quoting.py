"""Servers of our own that write down every word they are told, and say it back: a web server and an HTTP proxy."""

import base64
import binascii
import http.client
import http.server
import threading
import urllib.parse

from harness import PATIENCE

SIZE = 400_000


def quoted(headers):
    """What a server that likes to talk says: every header, and every login as the user typed it."""
    words = [f"{name}: {value}" for name, value in headers.items()]
    for name in ("Authorization", "Proxy-Authorization"):
        kind, _, coded = headers.get(name, "").partition(" ")
        if kind == "Basic":
            try:
                words.append("you are " + base64.b64decode(coded).decode())
            except (binascii.Error, UnicodeDecodeError):
                pass
    return " | ".join(words)


class Talker(http.server.BaseHTTPRequestHandler):
    """Writes down what it is asked, in `server.seen`."""

    protocol_version = "HTTP/1.1"

    def parse_request(self):
        said = self.raw_requestline
        fine = super().parse_request()
        if fine:
            length = int(self.headers.get("Content-Length", 0))
            self.body = self.rfile.read(length)
            self.server.seen.append(said + bytes(self.headers) + self.body)
        return fine

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass  # whoever was killed hears nothing


class Web(Talker):
    """/give a file, /slow one whose second half comes when `server.open` is set, /away leads to `server.other`,
    /say/STATUS answers with that and quotes the request."""

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path).path
        if path.startswith("/say/"):
            return self.say(int(path.split("/")[2]))
        if path.startswith("/away"):
            return self.answer(302, b"", Location=f"{self.server.other}/give/x")
        self.send_response(200)
        self.send_header("Content-Length", str(SIZE))
        self.send_header("ETag", '"1"')
        self.end_headers()
        self.wfile.write(bytes(SIZE // 2))
        if path.startswith("/slow"):
            self.server.open.wait(PATIENCE)
        return self.wfile.write(bytes(SIZE // 2))

    do_HEAD = do_GET

    def do_POST(self):
        path = urllib.parse.urlsplit(self.path).path
        if path.startswith("/slow"):
            self.server.open.wait(PATIENCE)
        self.say(int(path.split("/")[2]) if path.startswith("/say/") else 201)

    do_PUT = do_POST

    def do_OPTIONS(self):
        self.answer(204, b"")

    def say(self, status):
        words = quoted(self.headers) + " | " + self.body.decode(errors="replace") + " | " + self.path
        line = " ".join(words.split())
        more = {"WWW_Authenticate": 'Basic realm="' + line.replace('"', "'") + '"'} if status == 401 else {}
        self.answer(status, line.encode(), Content_Type="text/plain", X_Said=line, **more)


class Relay(Talker):
    """Passes requests on, but quotes those for /say/STATUS itself."""

    def do_GET(self):
        there = urllib.parse.urlsplit(self.path)
        if "Proxy-Authorization" not in self.headers:
            return self.answer(407, b"", Proxy_Authenticate='Basic realm="here"')
        if there.path.startswith("/say/"):
            return self.answer(int(there.path.split("/")[2]), quoted(self.headers).encode(), Content_Type="text/plain")
        headers = {name: value for name, value in self.headers.items() if not name.lower().startswith("proxy-")}
        server = http.client.HTTPConnection(there.netloc, timeout=PATIENCE)
        server.request(self.command, there.path, self.body or None, headers)
        answer = server.getresponse()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            self.send_header(name, value)
        self.end_headers()
        while piece := answer.read1(65536):
            self.wfile.write(piece)
        server.close()
        return None

    do_POST = do_PUT = do_OPTIONS = do_HEAD = do_GET


def serve(case, handler, host="127.0.0.1"):
    """Starts one of these; it ends with the test."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.seen, server.open, server.other = [], threading.Event(), ""
    server.address = f"http://{host}:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    case.addCleanup(server.server_close)
    case.addCleanup(server.shutdown)
    case.addCleanup(server.open.set)
    return server
