"""Debian packages that tests call programs of, installed where they are missing. Needs root and apt-get."""

import os
import shutil
import subprocess
from collections.abc import Mapping


def path_of(name: str) -> str | None:
    """The path of a program, those for administrators included."""
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


def lacking(packages: Mapping[str, str]) -> list[str]:
    """Packages of which this machine has not the program; packages: program -> package."""
    return [package for name, package in packages.items() if not path_of(name)]


def installable() -> bool:
    """Whether this process may install any."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: Mapping[str, str]) -> None:
    """Install those that are missing; raises CalledProcessError where apt-get cannot."""
    if missing := lacking(packages):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        options = {"check": True, "env": environment, "stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update"], **options)
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", *missing], **options)
