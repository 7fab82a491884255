"""Finds the browser for the tests, or installs one: `python tests/browser.py`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

SHELL = "chromium-headless-shell"  # the same engine without the window's machinery: a page opens in a third of the time
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
MAC = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip


def find(shell: bool = True) -> str | None:
    """The path of a Chrome or Chromium: $CHROME, the system's (first its `shell`, unless what is measured is the whole browser), Playwright's own."""
    for path in (os.environ.get("CHROME"), *map(shutil.which, (*[SHELL] * shell, *NAMES)), *MAC):
        if path and Path(path).exists():
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Playwright's own download where the network allows it, else the system's package manager."""
    root = [] if os.name == "nt" or os.geteuid() == 0 else ["sudo", "--non-interactive"]
    attempts = [
        [[sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]],
        [[*root, "apt-get", "update"], [*root, "apt-get", "install", "--yes", SHELL]],
        [[*root, "apt-get", "install", "--yes", "chromium"]],
        [[*root, "dnf", "install", "--assumeyes", "chromium"]],
    ]
    for commands in attempts:
        for command in commands:
            if shutil.which(command[0]) is None:
                break
            try:
                if subprocess.run(command, timeout=600, stdin=subprocess.DEVNULL).returncode:
                    break
            except subprocess.TimeoutExpired:
                break
        if find():
            return


if __name__ == "__main__":
    if not find():
        install()
    path = find()
    if not path:
        sys.exit("No Chrome or Chromium was found, and none could be installed: install one, or set CHROME to its path.")
    sys.stdout.write(f"Browser: {path}\n")
