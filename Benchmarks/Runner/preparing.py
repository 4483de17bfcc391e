"""Installs what sides need through the system's packages, and compiles those that are written in C."""

import glob
import os
import shutil
import subprocess
import sys

INCLUDES = ("/usr/include", "/usr/local/include")


class Unavailable(Exception):
    """A side cannot be measured here; says why."""


def has(proof):
    """Whether a header, a command or a path that matches a pattern is there."""
    if proof.startswith("/"):
        return bool(glob.glob(proof))
    if proof.endswith(".h"):
        return any(os.path.exists(f"{folder}/{proof}") for folder in INCLUDES)
    return shutil.which(proof) is not None


def install(packages):
    """Installs packages of which the proof is missing: pairs of a proof and a package."""
    missing = [package for proof, package in packages if not has(proof)]
    if not missing:
        return
    if not shutil.which("apt-get"):
        raise Unavailable(f"needs what Debian has in {', '.join(missing)}")
    root = []
    if os.getuid() != 0:
        if not shutil.which("sudo") or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode != 0:
            raise Unavailable(f"needs root for: apt-get install {' '.join(missing)}")
        root = ["sudo", "-n"]
    print(f"==> Installing {' '.join(missing)}", flush=True)
    command = root + ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq"]
    command += ["--no-install-recommends"] + missing
    if subprocess.run(command, capture_output=True).returncode != 0:
        # The list of packages may be older than the packages.
        subprocess.run(root + ["apt-get", "update", "-qq"], capture_output=True)
        if subprocess.run(command, capture_output=True).returncode != 0:
            raise Unavailable(f"apt-get could not install {' '.join(missing)}")


def compile_peer(folder, output, sources, libraries, definitions=(), shared=False):
    """Compiles sources of `Peers` to a program, or to a library that others are run with, and returns its path."""
    compiler = next((name for name in ("cc", "clang", "gcc") if shutil.which(name)), None)
    if not compiler:
        raise Unavailable("there is no C compiler")
    flags = ["-shared", "-fPIC"] if shared else []
    if libraries:
        found = subprocess.run(["pkg-config", "--cflags", "--libs", *libraries], capture_output=True, text=True)
        if found.returncode != 0:
            raise Unavailable(found.stderr.strip())
        flags += found.stdout.split()
    command = [compiler, "-O2", "-std=c17", "-D_GNU_SOURCE", "-Wall", "-Wextra", *(f"-D{name}" for name in definitions)]
    command += ["-o", output] + [f"{folder}/{source}" for source in sources] + flags
    built = subprocess.run(command, capture_output=True, text=True)
    if built.returncode != 0:
        raise Unavailable(f"{os.path.basename(output)} does not compile: {built.stderr.strip()}")
    return output


def python_with(packages, folder):
    """An interpreter in an environment of its own that has some packages."""
    python = f"{folder}/bin/python"
    test = [python, "-c", "import " + ", ".join(packages)]
    if os.path.exists(python) and subprocess.run(test, capture_output=True).returncode == 0:
        return python
    made = subprocess.run([sys.executable, "-m", "venv", folder], capture_output=True)
    if made.returncode != 0:
        install([("/usr/lib/python3*/ensurepip/__init__.py", "python3-venv")])
        made = subprocess.run([sys.executable, "-m", "venv", folder], capture_output=True)
    if made.returncode != 0:
        raise Unavailable("Python cannot make an environment (venv)")
    print(f"==> Installing {' '.join(packages)}", flush=True)
    done = subprocess.run([python, "-m", "pip", "install", "-q", *packages], capture_output=True, text=True)
    if done.returncode != 0:
        raise Unavailable(f"pip could not install {' '.join(packages)}: {done.stderr.strip()[-200:]}")
    return python
