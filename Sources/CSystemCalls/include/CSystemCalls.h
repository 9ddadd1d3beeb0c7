// SPDX-License-Identifier: Apache-2.0
// System calls that the toolchain's C library module does not offer to Swift.

#ifndef C_SYSTEM_CALLS_H
#define C_SYSTEM_CALLS_H

/// Renames without replacing: fails with EEXIST where the new name is taken.
/// Returns 0, or -1 with errno set.
int janitor_rename_exclusively(int from_directory, const char *from, int to_directory, const char *to);

/// Exchanges two names in one atomic step: fails with ENOENT where one of them is not there.
/// Returns 0, or -1 with errno set.
int janitor_rename_exchange(int from_directory, const char *from, int to_directory, const char *to);

/// Opens a directory for reading its entries, never through a symbolic link, and fails with EXDEV
/// at a mount point, bind mounts of the same file system included where the kernel can tell.
/// Returns a descriptor, or -1 with errno set.
int janitor_open_directory_here(int directory, const char *name);

/// Keeps room behind the end of a file, whose length stays as it is.
/// Fails with EOPNOTSUPP where the file system cannot. Returns 0, or -1 with errno set.
int janitor_reserve(int file, long long length, long long more);

/// The number that `statfs` gives for the kind of file system that a path lies on; 0 where it fails.
unsigned janitor_file_system(const char *path);

/// What a held child is to become; everything stays the caller's and must outlive the start.
struct janitor_held_child {
    /// The executable, never looked for.
    const char *path;
    /// Ends with NULL; the first is what the program is called.
    char *const *arguments;
    /// `NAME=value`, ends with NULL.
    char *const *environment;
    /// The working directory; NULL for the caller's own.
    const char *directory;
    /// Descriptors that become 0, 1 and 2.
    int input, output, error;
};

/// Which step of a start failed.
enum janitor_start_step {
    JANITOR_STEP_HELD = 0,
    JANITOR_STEP_DESCRIPTORS = 1,
    JANITOR_STEP_DIRECTORY = 2,
    JANITOR_STEP_EXECUTE = 3,
};

/// Starts a child in a session of its own that waits at `gate` before it executes anything.
///
/// What `posix_spawn` does, which has no way to hold its child. `gate` and the three streams are
/// ends that the child reads or writes. `report` gets `int`s: the process id, or a negative `errno`
/// where there is no child; then `JANITOR_STEP_HELD`, when the child leads its session and waits for
/// one byte from `gate`. With it, it executes, and `report` ends; with the end of `gate` (its owner
/// may have been killed) it exits. Instead of either, where a step fails, come its number and
/// `errno`, and the child exits.
/// A child that is killed before it is held ends `report` as well.
/// Signals have their default actions in it and none is blocked; no other descriptor is open.
///
/// Returns 0, or an error number where nothing was started. `report` is the caller's to close at
/// once, what `child` points to the caller's to keep until `report` ends.
int janitor_start_held(const struct janitor_held_child *child, int gate, int report);

/// Opens a pipe, reading end first, that no other program inherits.
/// Returns 0, or -1 with errno set.
int janitor_open_pipe(int ends[2]);

/// Asks for more room in a pipe; it stays as it is where the system refuses.
void janitor_widen_pipe(int descriptor, int bytes);

/// Opens a descriptor that becomes readable when a process ends; fails with ENOSYS before Linux 5.3.
/// Returns a descriptor, or -1 with errno set.
int janitor_open_process(int process);

/// Sends a signal to the process that a descriptor of `janitor_open_process` stands for.
/// Returns 0, or -1 with errno set.
int janitor_signal_process(int descriptor, int number);

/// Looks whether a child has ended, and leaves it to be reaped: its number stays its own.
/// Returns 1 with its exit code or, where a signal ended it, that signal; 0 while it runs;
/// -1 with errno set.
int janitor_peek_end(int process, int *code, int *signal);

/// Writes as `write` does, but a reader that is gone is EPIPE alone: no SIGPIPE comes of it.
/// Returns the count, or -1 with errno set.
long janitor_write_quietly(int descriptor, const void *bytes, unsigned long count);

/// Lets a few MiB of what was given back stay with the process, for whoever asks next; before the first
/// thread.
///
/// Each of a hundred thousand metadata files needs some hundred KiB, in pieces that grow. By default the
/// kernel gets them back after each file, and has to clear their pages for the next one: half the time of
/// reading.
///
/// Source: mallopt(3): the limits from which on memory goes back are 128 KiB.
void janitor_keep_freed_memory(void);

#endif
