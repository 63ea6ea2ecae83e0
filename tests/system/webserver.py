"""A real web server (nginx) on this machine, with everything that transfers meet.

    /files/NAME          a static file, as fast as it goes
    /slow/RATE/NAME      the same file at RATE bytes a second over each connection
    /dav/NAME            takes PUT
    /small/NAME          takes PUT of at most 1 MB
    /login/NAME          wants me:S3CR3T
    /cookie/NAME         wants the cookie key=C00K1E, and sends slowly
    /gate/NAME           sets that cookie and leads to /cookie/NAME
    /status/CODE         answers 403, 404, 410, 500 or 503
    /moved/NAME          leads to /files/NAME
    /whole/RATE/NAME     like /slow, but cannot continue in the middle
    /lent/KEY/NAME       the same file, slowly, while `lend(KEY)` holds; then 403
    /named/NAME?as=N     calls the file N

Its access log tells, request by request, which bytes were asked for and how many were sent.
"""

import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from harness import end, free_port, wait_for

CONFIGURATION = """
{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  default_type application/octet-stream;
  sendfile on;
  tcp_nodelay on;
  keepalive_requests 100000;
  client_body_temp_path {folder}/tmp; proxy_temp_path {folder}/tmp; fastcgi_temp_path {folder}/tmp;
  uwsgi_temp_path {folder}/tmp; scgi_temp_path {folder}/tmp;
  log_format json escape=json '{{"method":"$request_method","path":"$uri","range":"$http_range",'
    '"if_range":"$http_if_range","status":$status,"sent":$body_bytes_sent,"login":"$http_authorization",'
    '"proxy_login":"$http_proxy_authorization","ended":$msec,"took":$request_time,'
    '"received":"$request_length","agent":"$http_user_agent"}}';
  access_log {folder}/access.log json;
  server {{
    listen 127.0.0.1:{http};
    {places}
  }}
  {tls}
}}
"""

PLACES = r"""
    location /files/ {{ alias {folder}/files/; client_max_body_size 0; }}
    location ~ ^/slow/(\d+)/(.+)$ {{ limit_rate $1; alias {folder}/files/$2; }}
    location /dav/ {{ alias {folder}/dav/; dav_methods PUT; create_full_put_path on; client_max_body_size 0; }}
    location /small/ {{ alias {folder}/dav/; dav_methods PUT; client_max_body_size 1m; }}
    location /login/ {{ alias {folder}/files/; auth_basic "here"; auth_basic_user_file {folder}/users; }}
    location ~ ^/whole/(\d+)/(.+)$ {{ limit_rate $1; max_ranges 0; alias {folder}/files/$2; }}
    location ~ ^/lent/(?<key>\w+)/(?<lent>.+)$ {{
      if (!-e {folder}/lent-$key) {{ return 403; }}
      limit_rate 25k; alias {folder}/files/$lent;
    }}
    location /named/ {{ alias {folder}/files/; add_header Content-Disposition 'attachment; filename="$arg_as"'; }}
    location /cookie/ {{ if ($cookie_key != "C00K1E") {{ return 403; }} limit_rate 500k; alias {folder}/files/; }}
    location /gate/ {{ add_header Set-Cookie "key=C00K1E; Path=/cookie/"; rewrite ^/gate/(.*)$ /cookie/$1 redirect; }}
    location /moved/ {{ rewrite ^/moved/(.*)$ /files/$1 redirect; }}
    location ~ ^/status/(?<code>\d+)$ {{
      if ($code = 403) {{ return 403; }}
      if ($code = 410) {{ return 410; }}
      if ($code = 500) {{ return 500; }}
      if ($code = 503) {{ return 503; }}
      return 404;
    }}
"""

TLS = r"""
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/{name}.pem; ssl_certificate_key {folder}/{name}.key;
    location /files/ {{ alias {folder}/files/; client_max_body_size 0; }}
    location ~ ^/slow/(\d+)/(.+)$ {{ limit_rate $1; alias {folder}/files/$2; }}
    location /dav/ {{ alias {folder}/dav/; dav_methods PUT; client_max_body_size 0; }}
  }}
"""

CERTIFICATES = {
    # Name of the server: who it says it is, and for how many days.
    "good": ("DNS:localhost,IP:127.0.0.1", 30),
    "other": ("DNS:other.example", 30),
    "expired": ("DNS:localhost,IP:127.0.0.1", -1),
}


class WebServer:
    """See the module. `address` is its root; `secure[NAME]` those with the certificates above."""

    def __init__(self, tls=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="windlass-web-"))
        os.chmod(self.folder, 0o755)
        for name in ("files", "dav", "tmp"):
            (self.folder / name).mkdir()
        (self.folder / "users").write_text("me:{PLAIN}S3CR3T\n")
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.secure = {}
        sites = ""
        if tls:
            self.authority = make_certificates(self.folder)
            for name in CERTIFICATES:
                port = free_port()
                self.secure[name] = f"https://localhost:{port}"
                sites += TLS.format(folder=self.folder, name=name, port=port)
        (self.folder / "nginx.conf").write_text(CONFIGURATION.format(
            user="user root;" if os.geteuid() == 0 else "", folder=self.folder, http=self.port,
            places=PLACES.format(folder=self.folder), tls=sites))
        self.process = None
        self.start()

    def start(self):
        """Starts it, on the port that it had before."""
        nginx = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        output = open(self.folder / "output.log", "ab")  # noqa: SIM115 (lives as long as the process)
        self.process = subprocess.Popen([nginx, "-p", self.folder, "-e", self.folder / "error.log",
                                         "-c", self.folder / "nginx.conf"], stderr=output, stdout=output,
                                        start_new_session=True)
        output.close()
        wait_for(lambda: self.process.poll() is not None or (self.folder / "nginx.pid").exists(), "nginx starts")
        if self.process.poll() is not None:
            raise AssertionError((self.folder / "output.log").read_text())

    def stop(self):
        """Ends it; the files stay."""
        end(self.process)
        (self.folder / "nginx.pid").unlink(missing_ok=True)

    def kill(self):
        """Kills it with all its workers; the files stay."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        (self.folder / "nginx.pid").unlink()

    def close(self):
        """Ends it and removes everything."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def make(self, name, size):
        """Makes a file of `size` random bytes; returns its path."""
        path = self.folder / "files" / name
        with open(path, "wb") as file:
            left = size
            while left:
                left -= file.write(os.urandom(min(left, 1 << 20)))
        return path

    def lend(self, key, holds=True):
        """Makes links with this key work, or not any more."""
        lent = self.folder / f"lent-{key}"
        lent.touch() if holds else lent.unlink()

    def url(self, name, rate=None):
        """The address of a file, at `rate` bytes a second over each connection if given."""
        return f"{self.address}/slow/{rate}/{name}" if rate else f"{self.address}/files/{name}"

    def requests(self, name):
        """What the access log says about requests for a file, oldest first. A request is there when
        it is over."""
        with open(self.folder / "access.log", encoding="utf-8") as file:
            lines = [json.loads(line) for line in file if line.endswith("\n")]
        return [line for line in lines if line["path"].endswith("/" + name)]

    def all_requests(self, name):
        """The same, once no request is under way."""
        wait_for(lambda: not talks(self.port), "all requests are over")
        return self.requests(name)


def talks(port):
    """Whether the server that listens there has a connection, or one that it has not closed yet."""
    with open("/proc/net/tcp", encoding="ascii") as file:
        lines = [line.split() for line in file][1:]
    return any(line[1].endswith(f":{port:04X}") and line[3] in ("01", "08") for line in lines)


def digest(path):
    """The SHA-256 of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_certificates(folder):
    """Makes an authority and the certificates above; returns the authority's file."""

    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], cwd=folder, check=True, capture_output=True)

    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-days", 30,
            "-subj", "/CN=Test authority", "-addext", "keyUsage=critical,keyCertSign")
    for name, (alternatives, days) in CERTIFICATES.items():
        (folder / "leaf.ext").write_text(
            f"subjectAltName={alternatives}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n")
        openssl("req", *new, "-keyout", f"{name}.key", "-out", "leaf.csr", "-subj", "/CN=Test server")
        openssl("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-days", days, "-extfile", "leaf.ext", "-out", f"{name}.pem")
    return folder / "ca.pem"
