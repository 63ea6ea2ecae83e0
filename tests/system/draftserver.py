#!/usr/bin/env python3
"""A server of resumable uploads of HTTP (draft-ietf-httpbis-resumable-upload), as no package has one.

    draftserver.py PORT FOLDER VERSION [silent] [LIMITS]

It keeps each upload in FOLDER: `ID` is what has come of it, `ID.length` how long it shall be, `ID.complete` says
that the target has it. So it goes on where it was when it was killed. VERSION is the interoperability version
that it speaks (8 or 6) and no other. `silent` sends no interim answers. LIMITS go into Upload-Limit, and what
comes is held to max-append-size. Every request is a line in FOLDER/requests."""

import os
import pathlib
import socket
import sys
import threading
import uuid

PIECE = 64 * 1024
# How often it says what it has while bytes come.
EVERY = 1024 * 1024


class Caller:
    """One connection, from request to request."""

    def __init__(self, wire, server):
        self.wire, self.server = wire, server
        self.reader = wire.makefile("rb")

    def serve(self):
        with self.wire:
            try:
                while self.request():
                    pass
            except OSError:
                pass

    def request(self):
        line = self.reader.readline(PIECE).split()
        if len(line) != 3:
            return False
        self.method, self.path = line[0].decode(), line[1].decode()
        self.headers = {}
        while (header := self.reader.readline(PIECE).strip()):
            name, value = header.decode("latin-1").split(":", 1)
            self.headers[name.lower()] = value.strip()
        self.length = int(self.headers.get("content-length", 0))
        self.speaks = self.headers.get("upload-draft-interop-version") == self.server.version
        self.server.note(self.method, self.path, self.headers)
        if self.path.startswith("/uploads/"):
            return self.about_upload(self.path.removeprefix("/uploads/"))
        if self.method == "OPTIONS":
            return self.answer("204 No Content", *([self.limits()] if self.speaks else []))
        if self.method in ("POST", "PUT") and self.speaks and "upload-complete" in self.headers:
            return self.make()
        # What knows nothing of the draft would take it for the file.
        self.continues()
        return self.skip() and self.answer("200 OK", body=b"taken as a file")

    def about_upload(self, name):
        here = self.server.folder / name
        if not self.speaks:
            return self.refuse("400 Bad Request", body=b"another version")
        if not here.is_file():
            return self.refuse("404 Not Found")
        if self.method == "DELETE":
            here.unlink()
            return self.answer("204 No Content")
        with self.server.turn(name, self):
            if self.method == "HEAD":
                return self.answer("204 No Content", *self.has(here), self.limits(), "Cache-Control: no-store")
            if self.method == "PATCH":
                return self.append(here)
        return self.refuse("405 Method Not Allowed")

    def make(self):
        name = uuid.uuid4().hex
        here = self.server.folder / name
        here.touch()
        complete = self.headers["upload-complete"] == "?1"
        length = self.headers.get("upload-length", self.length if complete else None)
        if length is not None:
            (self.server.folder / f"{name}.length").write_text(str(length))
        place = f"Location: /uploads/{name}"
        self.interim(place, self.limits())
        with self.server.turn(name, self):
            if not self.take(here):
                return False
            if complete:
                return self.finish(here)
            return self.answer("201 Created", place, "Upload-Complete: ?0", self.limits())

    def append(self, here):
        if self.headers.get("content-type") != "application/partial-upload":
            return self.refuse("415 Unsupported Media Type")
        if self.length > self.server.most_at_once:
            return self.refuse("413 Content Too Large", self.limits())
        if self.headers.get("upload-offset") != str(here.stat().st_size):
            problem = b'{"type":"https://iana.org/assignments/http-problem-types#mismatching-upload-offset"}'
            return self.refuse("409 Conflict", *self.has(here), "Content-Type: application/problem+json", body=problem)
        if not self.take(here):
            return False
        if self.headers.get("upload-complete") == "?1":
            return self.finish(here)
        return self.answer("204 No Content", "Upload-Complete: ?0")

    def take(self, here):
        """Keeps what comes of a body, also if not all of it comes."""
        self.continues()
        left, told = self.length, 0
        with open(here, "ab", buffering=0) as file:
            while left:
                piece = self.reader.read1(min(left, PIECE))
                if not piece:
                    return False
                file.write(piece)
                left -= len(piece)
                if (told := told + len(piece)) >= EVERY:
                    told = 0
                    self.interim(f"Upload-Offset: {file.tell()}")
        return True

    def finish(self, here):
        length = here.with_suffix(".length")
        if length.exists() and int(length.read_text()) != here.stat().st_size:
            return self.answer("400 Bad Request", body=b"that is not the length that was announced")
        here.with_suffix(".complete").touch()
        return self.answer("200 OK", "Upload-Complete: ?1", "Content-Type: text/plain", body=b"stored")

    def has(self, here):
        complete = int(here.with_suffix(".complete").exists())
        yield f"Upload-Offset: {here.stat().st_size}"
        yield f"Upload-Complete: ?{complete}"
        if (length := here.with_suffix(".length")).exists():
            yield f"Upload-Length: {length.read_text()}"

    def limits(self):
        return f"Upload-Limit: {self.server.limits}"

    def continues(self):
        if "expect" in self.headers:
            self.wire.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    def interim(self, *headers):
        if self.speaks and not self.server.silent:
            self.say("104 Upload Resumption Supported", f"Upload-Draft-Interop-Version: {self.server.version}", *headers)

    def skip(self):
        left = self.length
        while left and (piece := self.reader.read1(min(left, PIECE))):
            left -= len(piece)
        return left == 0

    def refuse(self, status, *headers, body=b""):
        """Answers before the body has come, and closes once the client has had time to hear it."""
        self.answer(status, "Connection: close", *headers, body=body)
        self.wire.shutdown(socket.SHUT_WR)
        self.skip()
        return False

    def answer(self, status, *headers, body=b""):
        # A 204 has no body, and says nothing about its length.
        length = [] if status.startswith("204") else [f"Content-Length: {len(body)}"]
        self.say(status, *headers, *length, body=body)
        return True

    def say(self, status, *headers, body=b""):
        head = "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""])
        self.wire.sendall(head.encode("latin-1") + body)


class Server:
    def __init__(self, port, folder, version, *words):
        self.folder, self.version = pathlib.Path(folder), version
        self.silent = "silent" in words
        self.limits = next((word for word in words if "=" in word), "min-size=0")
        most = dict(limit.strip().split("=") for limit in self.limits.split(",")).get("max-append-size")
        self.most_at_once = int(most) if most else 2**63
        self.turns, self.lock = {}, threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", int(port)))

    def turn(self, name, caller):
        """One caller has an upload at a time; whoever comes next ends what the one before was sending."""
        with self.lock:
            lock, before = self.turns.get(name, (threading.Lock(), None))
            self.turns[name] = lock, caller
        if before is not None and before is not caller and lock.locked():
            try:
                before.wire.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        return lock

    def note(self, method, path, headers):
        said = [method, path, headers.get("upload-complete", "-"), headers.get("upload-offset", "-"),
                headers.get("content-length", "0")]
        with self.lock, open(self.folder / "requests", "a", encoding="utf-8") as log:
            log.write(" ".join(said) + "\n")

    def run(self):
        while True:
            wire, _ = self.listener.accept()
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=Caller(wire, self).serve, daemon=True).start()


if __name__ == "__main__":
    # Nothing that is left of it shall outlive whoever started it.
    os.umask(0o077)
    Server(*sys.argv[1:]).run()
