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

#endif
