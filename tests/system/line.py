"""A line to a server on this machine that lets only so many bytes a second through on each connection,
for servers that cannot do that themselves; and one that stops in the middle of what is sent."""

import contextlib
import math
import re
import socket
import threading
import time


class Line:
    """Stands in front of `port`; `address` is where to ask instead, at the port `near`; `carried` counts bytes for clients."""

    def __init__(self, port, rate):
        self.port, self.rate = port, rate
        self.open = set()
        self.carried = 0
        self.listeners = []
        self.near = self.lead_to(port)
        self.address = f"http://127.0.0.1:{self.near}"

    def lead_to(self, port):
        """A port whose callers are led to that one."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.listeners.append(listener)
        threading.Thread(target=self.accept, args=(listener, port), daemon=True).start()
        return listener.getsockname()[1]

    def accept(self, listener, port):
        # Ends when the listener is closed.
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self.carry, args=(client, port), daemon=True).start()

    def carry(self, client, port):
        with client, socket.socket() as server, contextlib.suppress(OSError), self.ending(client):
            # What was sent shall not wait here in large numbers.
            for side in client, server:
                for buffer in socket.SO_RCVBUF, socket.SO_SNDBUF:
                    side.setsockopt(socket.SOL_SOCKET, buffer, 65536)
            server.connect(("127.0.0.1", port))
            self.open.add(client)
            threading.Thread(target=self.ask, args=(client, server), daemon=True).start()
            free = time.monotonic()
            while data := server.recv(16384):
                client.sendall(self.heard(data))
                self.gave(client, len(data))
                free = max(free, time.monotonic()) + len(data) / self.rate
                time.sleep(max(0, free - time.monotonic()))

    def ask(self, client, server):
        """Passes on what the client says, until it goes."""
        with contextlib.suppress(OSError):
            try:
                while data := client.recv(65536):
                    self.asked(client, data)
                    server.sendall(data)
            finally:
                # Also where the client was cut off: a server that has nothing to say would never notice. The way
                # back stays open: what waits there unread turns the closing into a reset, which also reaches
                # a server that waits for room.
                server.shutdown(socket.SHUT_WR)

    def asked(self, client, data):
        """This was said to the server."""

    def heard(self, data):
        """What the client hears when the server says this."""
        return data

    def gave(self, client, count):
        """So many bytes came from it."""
        self.carried += count

    @contextlib.contextmanager
    def ending(self, client):
        """Tells the client when it is over; closing does not, while another thread waits for it."""
        try:
            yield
        finally:
            self.open.discard(client)
            client.shutdown(socket.SHUT_RDWR)

    def cut(self):
        """Cuts all connections. The system goes on sending what a killed server had handed to it."""
        for client in list(self.open):
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def close(self):
        for listener in self.listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()


class Gate(Line):
    """A line that counts in `said` what goes to the server, over all connections, and shuts itself there
    when so much was said as it was told. Until then it is as fast as can be."""

    def __init__(self, port):
        self.said, self.most = 0, math.inf
        self.gone = set()
        self.moved = threading.Condition()
        super().__init__(port, math.inf)

    def shut_after(self, count):
        """Opens, until so many more bytes have gone through, or a few more."""
        with self.moved:
            self.most = self.said + count
            self.moved.notify_all()

    def is_shut(self):
        return self.said >= self.most

    def asked(self, client, data):
        with self.moved:
            while self.is_shut() and self.is_open(client):
                # It may also be the server that goes.
                self.moved.wait(0.05)
            if not self.is_open(client):
                raise ConnectionAbortedError
            self.said += len(data)

    def is_open(self, client):
        return client in self.open and client not in self.gone

    def cut(self):
        # Clients first: no server answers a request of which it got a half because of the cut.
        super().cut()
        with self.moved:
            self.gone |= self.open
            self.moved.notify_all()


class FtpGate(Gate):
    """The same for FTP, where files go over connections of their own, to ports that the server names."""

    def heard(self, data):
        data = re.sub(rb"^(229 .*\(\|\|\|)(\d+)", self.extended, data)
        return re.sub(rb"^(227 .*,)(\d+),(\d+)", self.passive, data)

    def extended(self, found):
        return found[1] + b"%d" % self.lead_to(int(found[2]))

    def passive(self, found):
        return found[1] + b"%d,%d" % divmod(self.lead_to(int(found[2]) * 256 + int(found[3])), 256)
