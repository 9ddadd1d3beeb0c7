"""Measuring one command: its times, and the peak of its memory."""

import contextlib
import ctypes
import dataclasses
import os
import signal
import statistics
import subprocess
import tempfile
import threading
import time


class Failure(Exception):
    """What went wrong, in words for whoever runs the benchmark."""


@dataclasses.dataclass
class Measure:
    """Seconds of wall clock (None: not measured) and of CPU, peak memory in MiB, processes started
    (None: not counted)."""

    wall: float | None
    cpu: float
    peak: float = 0.0
    processes: int | None = None

    def scaled(self, factor):
        return dataclasses.replace(self, wall=self.wall * factor, cpu=self.cpu * factor)

    def __add__(self, other):
        return Measure(self.wall + other.wall, self.cpu + other.cpu, max(self.peak, other.peak))


def median(measures):
    """The median of each figure by itself."""
    def of(name):
        values = [getattr(each, name) for each in measures if getattr(each, name) is not None]
        return statistics.median(values) if values else None
    processes = of("processes")
    return Measure(of("wall"), of("cpu"), of("peak"), None if processes is None else int(processes))


def run(command, *, accept=(0,), starts_children=False, **options):
    """Runs a command to its end and measures it; another exit code than accepted ones is an error.

    The kernel counts the peak of children that were waited for as the command's own. Of one that
    `starts_children` the peak is read off while it runs, so that it is its alone.
    """
    options.setdefault("stdout", subprocess.DEVNULL)
    with started(command, **options) as (child, go):
        with watched(child) if starts_children else contextlib.nullcontext() as seen:
            start = time.monotonic()
            go()
            _, status, used = os.wait4(child, 0)
            wall = time.monotonic() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in accept:
        raise Failure(f"exit code {code} of {' '.join(command)[:500]}")
    peak = seen.peak if starts_children else used.ru_maxrss
    return Measure(wall, used.ru_utime + used.ru_stime, peak / 1024)


def said(command, **options):
    """What a command prints that measures itself."""
    with tempfile.TemporaryFile("w+") as output:
        run(command, stdout=output, **options)
        output.seek(0)
        return output.read()


# Waits for a line, and becomes the command. The number of the process goes to the descriptor given.
STARTER = """
exec 3>"/dev/fd/$1" 4<&0
shift
{ read -r go <&4 && exec "$@" 3>&- 4<&-; } &
echo "$!" >&3
"""


@contextlib.contextmanager
def started(command, **options):
    """A child of ours that becomes the command when `go` is called: its number, and `go`. Is killed with
    all that it started where the block ends by an error.

    The peak that the kernel gives of a process begins with what was resident when it became another
    program. Python has 15 MiB, and it is the same by `vfork` and `posix_spawn`, which share its memory
    until then. So the child comes from a shell, which has one. The shell ends before the command starts,
    and we, who are then its parent, get the figures from the kernel. It is a session of its own, for which
    Ctrl-C at a terminal is not meant: we are who ends it.
    """
    reading, writing = os.pipe()
    with adopting(), open(reading) as numbers:
        shell = subprocess.Popen(
            ["/bin/sh", "-c", STARTER, "sh", str(writing), *command], pass_fds=[writing],
            stdin=subprocess.PIPE, start_new_session=True, **options
        )
        os.close(writing)
        child = int(numbers.readline())
        shell.wait()

    def go():
        with shell.stdin as line:
            line.write(b"go\n")

    try:
        yield child, go
    except BaseException:
        with contextlib.suppress(OSError):
            os.killpg(shell.pid, signal.SIGKILL)
            os.wait4(child, 0)
        raise


@contextlib.contextmanager
def adopting():
    """Makes children of children that have lost their parent ours."""
    PR_SET_CHILD_SUBREAPER = 36
    change = ctypes.CDLL(None, use_errno=True).prctl
    if change(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise Failure(f"prctl: {os.strerror(ctypes.get_errno())}")
    try:
        yield
    finally:
        change(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


class Watcher(threading.Thread):
    """Reads the peak of a process, in KiB, off /proc as long as it runs."""

    def __init__(self, child):
        super().__init__(daemon=True)
        self.file = f"/proc/{child}/status"
        self.peak = 0
        self.done = threading.Event()

    def run(self):
        while not self.done.is_set():
            with contextlib.suppress(OSError, ValueError), open(self.file) as status:
                for line in status:
                    if line.startswith("VmHWM"):
                        self.peak = max(self.peak, int(line.split()[1]))
            self.done.wait(0.02)


@contextlib.contextmanager
def watched(child):
    watcher = Watcher(child)
    watcher.start()
    try:
        yield watcher
    finally:
        watcher.done.set()
        watcher.join()
