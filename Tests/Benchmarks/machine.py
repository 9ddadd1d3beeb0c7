"""What the benchmark runs on: the commit of the checkout, and what the machine has room for."""

import os
import subprocess

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def commit():
    """The commit of the checkout, with "-dirty" where files differ from it: those with figures, which the
    benchmark writes itself, left out. None where there is no telling."""
    if not os.path.exists(f"{CHECKOUT}/.git"):
        return None
    try:
        changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!Tests/Benchmarks/figures.json")
        return git("rev-parse", "HEAD") + ("-dirty" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def git(*words):
    return subprocess.check_output(["git", "-C", CHECKOUT, *words], text=True).strip()
