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


def lacking(place, memory=0, disk=0, files=0):
    """What is free less than needed, in words: memory and disk in MiB, and how many files can be made in a
    place. Nothing where there is enough."""
    found = os.statvfs(place)
    # Some file systems give no numbers of files.
    free_files = found.f_favail if found.f_files else files
    free = {
        "MiB of memory": (free_memory(), memory),
        f"MiB in {place}": (found.f_bavail * found.f_frsize >> 20, disk),
        f"files in {place}": (free_files, files),
    }
    return ", ".join(
        f"{has:,} {what} are free, and {wanted:,} are needed"
        for what, (has, wanted) in free.items() if has < wanted
    )


def free_memory():
    """In MiB, of the machine or of the container that we are in."""
    with open("/proc/meminfo") as file:
        [free] = [int(line.split()[1]) >> 10 for line in file if line.startswith("MemAvailable")]
    for path in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]:
        if os.path.exists(path):
            with open(path) as file:
                limit = file.read().strip()
            free = free if limit == "max" else min(free, int(limit) >> 20)
    return free


def is_memory(place):
    """Whether what is written there stays in memory."""
    kind = subprocess.check_output(["stat", "-f", "-c", "%T", place], text=True).strip()
    return kind in ["tmpfs", "ramfs"]
