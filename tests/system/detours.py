#!/usr/bin/env python3
"""Uploads to real servers through real proxies, which are killed in the middle: HTTP, the connections of FTP
and SFTP, through Squid, Tinyproxy, Dante and Microsocks."""

import types

import sends
import tus
from harness import main
from proxies import Proxy
from uploads import Cut
from webserver import make_certificates


class Detour(Cut):
    """A proxy before the line. It is the one that dies, and not the server."""

    def serve(self):
        if hasattr(self, "proxy"):
            return self.proxy.start()
        super().serve()
        make_certificates(self.folder)
        self.proxy = Proxy(self.through, types.SimpleNamespace(folder=self.folder))
        self.addCleanup(self.proxy.close)
        self.way = f" through {self.through}"
        self.options = (*self.options, "--proxy", self.proxy.address)

    def kill(self):
        self.proxy.stop()


class TusThroughSquid(Detour, tus.Node):
    through = "squid"


class TusThroughMicrosocks(Detour, tus.Node):
    through = "microsocks"


class FtpThroughSquid(Detour, sends.VsftpdServer):
    through = "squid"


class FtpThroughDante(Detour, sends.VsftpdServer):
    through = "dante"


class SftpThroughTinyproxy(Detour, sends.OpenSshServer):
    through = "tinyproxy"


class SftpThroughMicrosocks(Detour, sends.OpenSshServer):
    through = "microsocks"


if __name__ == "__main__":
    main()
