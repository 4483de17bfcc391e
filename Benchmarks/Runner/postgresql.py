"""A PostgreSQL server in a folder of its own, on a Unix socket there, for as long as it is measured."""

import glob
import os
import shutil
import subprocess

SETTINGS = {
    "listen_addresses": "",
    # Room for what is hot, as the others have; the rest of the memory serves as the system's cache.
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "fsync": "on",
    "synchronous_commit": "on",
}


def programs():
    """The folder of the newest server's programs, or None."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if found:
        return os.path.dirname(max(found, key=lambda path: int(path.split("/")[4])))
    command = shutil.which("initdb")
    return os.path.dirname(command) if command else None


class Cluster:
    """A running server whose socket is in `folder`."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        if os.getuid() == 0:
            # The server refuses to run as root; its package brings a user.
            shutil.chown(self.folder, "postgres")
        self.run("initdb", "-D", f"{self.folder}/data", "-A", "trust", "-U", "postgres", "--no-instructions")
        options = f"-k {self.folder} " + " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-l", f"{self.folder}/log", "-o", options, "start")
        return self

    def __exit__(self, *_):
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-m", "fast", "stop")

    def run(self, program, *arguments):
        command = [f"{programs()}/{program}", *arguments]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        # The server keeps its output: it must not be a pipe that somebody waits for.
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder)
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed; see {self.folder}/log")
