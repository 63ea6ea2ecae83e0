"""Real servers that are not installed: where their programs are, and what starts those of FTP and SFTP."""

import os
import pathlib
import signal
import subprocess
import sys

from harness import REPOSITORY, runs, wait_for

# They cannot be installed beside each other, and shall not start by themselves: .ci/run unpacks them.
SERVERS = pathlib.Path(os.environ.get("WINDLASS_SERVERS", REPOSITORY / "target" / "servers"))


def program_of(name):
    for folder in ("usr/sbin", "usr/bin", "python/bin", "davserver/debug"):
        if (path := SERVERS / folder / name).is_file():
            return str(path)
    sys.exit(f"{name} is not in {SERVERS}; .ci/run puts it there")


def python():
    """A Python that has the servers and parsers which are written in it."""
    return program_of("python")


def kill(server):
    """Ends a server and everything it has started, at once."""
    if server.poll() is not None:
        return
    # It starts nothing more while those that it has started are counted.
    server.send_signal(signal.SIGSTOP)
    processes = [server.pid, *children(server.pid)]
    for pid in processes:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    server.wait()
    wait_for(lambda: not any(map(runs, processes)), "the server is gone")


def vsftpd(folder, root, port, *lines):
    """The command for vsftpd, which gives `root` to everybody; its files are in `folder`."""
    configuration = folder / "vsftpd.conf"
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    configuration.write_text("\n".join([
        "listen=YES", "listen_address=127.0.0.1", f"listen_port={port}", "background=NO",
        "anonymous_enable=YES", "local_enable=NO", f"anon_root={root}", "ftp_username=www-data",
        "nopriv_user=nobody", f"secure_chroot_dir={empty}", "seccomp_sandbox=NO", "isolate=NO",
        "isolate_network=NO", "xferlog_enable=YES", f"vsftpd_log_file={folder}/vsftpd.log", *lines]) + "\n")
    return [program_of("vsftpd"), configuration]


def pure_ftpd(folder, root, port, *options):
    """The command for pure-ftpd, which knows `me` with the password S3CR3T, whose home is `root`."""
    users, database = folder / "users", folder / "users.pdb"
    password = subprocess.run(["openssl", "passwd", "-6", "S3CR3T"], check=True, capture_output=True, text=True)
    users.write_text(f"me:{password.stdout.strip()}:33:33::{root}/./::::::::::::\n")
    subprocess.run([program_of("pure-pw"), "mkdb", database, "-f", users], check=True)
    return [program_of("pure-ftpd"), "-S", f"127.0.0.1,{port}", "-l", f"puredb:{database}", "-E", "-H", "-u", "1",
            "-g", folder / "pure.pid", *options]


def proftpd(folder, root, port):
    """The command for proftpd, which knows `me` with the password S3CR3T, whose home is `root`."""
    users, configuration = folder / "users", folder / "proftpd.conf"
    password = subprocess.run(["openssl", "passwd", "-6", "S3CR3T"], check=True, capture_output=True, text=True)
    users.write_text(f"me:{password.stdout.strip()}:{os.getuid() or 33}:{os.getgid() or 33}::{root}:/bin/sh\n")
    users.chmod(0o600)
    configuration.write_text(f"""
        ServerType standalone
        DefaultAddress 127.0.0.1
        Port {port}
        UseIPv6 off
        UseReverseDNS off
        {"User www-data" if os.getuid() == 0 else ""}
        {"Group www-data" if os.getuid() == 0 else ""}
        AuthOrder mod_auth_file.c
        AuthUserFile {users}
        RequireValidShell off
        DefaultRoot {root}
        Umask 022
        AllowOverwrite on
        AllowStoreRestart on
        PidFile {folder}/proftpd.pid
        ScoreboardFile {folder}/scoreboard
        DelayTable {folder}/delays
        SystemLog {folder}/proftpd.log
        TransferLog none
        WtmpLog off
    """)
    return [program_of("proftpd"), "-n", "-c", configuration]


def sshd(folder, port):
    """The command for OpenSSH's, for whoever has a key that is in `folder`/authorized."""
    configuration = folder / "sshd.conf"
    configuration.write_text(f"""
        ListenAddress 127.0.0.1:{port}
        HostKey {folder}/host_key
        AuthorizedKeysFile {folder}/authorized
        StrictModes no
        UsePAM no
        PidFile none
        PermitRootLogin yes
        PasswordAuthentication no
        MaxStartups 500
        Subsystem sftp internal-sftp
    """)
    command = [program_of("sshd"), "-D", "-e", "-f", configuration]
    if os.getuid() == 0:
        # It wants a user and a folder of its own, which only it shall see.
        users = folder / "passwd"
        users.write_text(pathlib.Path("/etc/passwd").read_text() + "sshd:x:65533:65534::/run/sshd:/bin/false\n")
        script = f"mount --bind {users} /etc/passwd && mount -t tmpfs none /run && mkdir /run/sshd && exec \"$@\""
        command = ["unshare", "-m", "sh", "-c", script, "sh", *command]
    return command


def new_key(path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)


def children(pid):
    """All processes below one."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text(errors="replace").rsplit(")", 1)[1].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid:
            child = int(path.parent.name)
            found += [child, *children(child)]
    return found
