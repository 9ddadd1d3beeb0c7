// SPDX-License-Identifier: Apache-2.0
// System calls that the toolchain's C library module does not offer to Swift.

#ifndef C_SYSTEM_CALLS_H
#define C_SYSTEM_CALLS_H

/// Renames without replacing: fails with EEXIST where the new name is taken.
/// Returns 0, or -1 with errno set.
int janitor_rename_exclusively(int from_directory, const char *from, int to_directory, const char *to);

#endif
