"""A line to a server on this machine that lets only so many bytes a second through on each connection,
for servers that cannot do that themselves."""

import contextlib
import socket
import threading
import time


class Line:
    """Stands in front of `port`; `address` is where to ask instead, at the port `near`; `carried` counts bytes for clients."""

    def __init__(self, port, rate):
        self.port, self.rate = port, rate
        self.open = set()
        self.carried = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.near = self.listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.near}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        # Ends when the listener is closed.
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.carry, args=[client], daemon=True).start()

    def carry(self, client):
        with client, socket.socket() as server, contextlib.suppress(OSError), self.ending(client):
            # What the server has sent shall not wait here in large numbers.
            server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            server.connect(("127.0.0.1", self.port))
            self.open.add(client)
            threading.Thread(target=self.ask, args=(client, server), daemon=True).start()
            free = time.monotonic()
            while data := server.recv(16384):
                client.sendall(data)
                self.gave(client, len(data))
                free = max(free, time.monotonic()) + len(data) / self.rate
                time.sleep(max(0, free - time.monotonic()))

    def ask(self, client, server):
        """Passes on what the client says, until it goes."""
        with contextlib.suppress(OSError):
            try:
                while data := client.recv(16384):
                    self.asked(client, data)
                    server.sendall(data)
            finally:
                # Also where the client was cut off: a server that has nothing to say would never notice. The way
                # back stays open: what waits there unread turns the closing into a reset, which also reaches
                # a server that waits for room.
                server.shutdown(socket.SHUT_WR)

    def asked(self, client, data):
        """This was said to the server."""

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
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
