"""A web server with what browsers download: behind a cookie, behind a form, many at once.

    /                  sets a cookie that scripts cannot see, and links to the files
    /many              links to /file/0 … /file/49; /link/NAME to /file/NAME
    /file/NAME         a file; /private/NAME only with the cookie
    /held/NAME         the same, of which the second half comes when `gate` is opened
    /moved/NAME        leads to /file/NAME
    /form              takes POST, and sends a file back
"""

import http.server
import random
import threading

KEY = "key=S3CR3T"
MANY = 50
LENGTH = 300_000

PAGE = b"""<!doctype html><title>Files</title>
<a id="plain" href="/file/plain.bin">plain</a>
<a id="renamed" href="/file/plain.bin" download="other name.bin">renamed</a>
<a id="private" href="/private/private.bin">private</a>
<a id="held" href="/held/held.bin">held</a>
<a id="moved" href="/moved/moved.bin">moved</a>
<form action="/form" method="post"><input name="a" value="1"><button id="send">send</button></form>
<script>
  const made = URL.createObjectURL(new Blob(["made in the page"]));
  document.write(`<a id="made" href="${made}" download="made.txt">made</a>`);
</script>"""


def content(name):
    """What is in the file of this name."""
    return random.Random(name).randbytes(LENGTH)


class Pages:
    """See the module. `seen` has the method, path and headers of each request."""

    def __init__(self):
        self.seen = []
        self.gate = threading.Event()
        pages = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                pages.seen.append(("GET", self.path, self.headers))
                kind, _, name = self.path[1:].partition("/")
                if kind in ("", "many", "link"):
                    names = range(MANY) if kind == "many" else [name]
                    links = "".join(f'<a href="/file/{name}">{name}</a> ' for name in names).encode()
                    self.reply(links if kind else PAGE, "text/html", ("Set-Cookie", f"{KEY}; HttpOnly; Path=/"))
                elif kind == "file" or (kind == "private" and KEY in self.headers.get("Cookie", "")):
                    self.file(name)
                elif kind == "held":
                    self.file(name, gate=pages.gate)
                elif kind == "moved":
                    self.reply(b"", "text/plain", ("Location", f"/file/{name}"), status=302)
                else:
                    self.reply(b"no", "text/plain", status=403 if kind == "private" else 404)

            def do_POST(self):
                pages.seen.append(("POST", self.path, self.headers))
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.file("form.bin")

            def file(self, name, gate=None):
                self.reply(content(name), "application/octet-stream",
                           ("Content-Disposition", f'attachment; filename="{name}"'), ("ETag", f'"{name}"'), gate=gate)

            def reply(self, body, kind, *headers, status=200, gate=None):
                self.send_response(status)
                for header in (("Content-Type", kind), ("Content-Length", str(len(body))), *headers):
                    self.send_header(*header)
                self.end_headers()
                if gate is not None and not gate.is_set():
                    self.wfile.write(body[:len(body) // 2])
                    gate.wait()
                    body = body[len(body) // 2:]
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                """A browser hangs up on what it does not want any more."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def asked(self, path):
        """The headers of each request for this path."""
        return [headers for _, seen, headers in list(self.seen) if seen == path]

    def close(self):
        self.gate.set()
        self.server.shutdown()
        self.server.server_close()
