// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CSystemCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <malloc.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

int janitor_rename_exclusively(int from_directory, const char *from, int to_directory, const char *to) {
    return renameat2(from_directory, from, to_directory, to, RENAME_NOREPLACE);
}

int janitor_rename_exchange(int from_directory, const char *from, int to_directory, const char *to) {
    return renameat2(from_directory, from, to_directory, to, RENAME_EXCHANGE);
}

int janitor_open_directory_here(int directory, const char *name) {
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    struct open_how how = {.flags = flags, .resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS};
    long descriptor = syscall(SYS_openat2, directory, name, &how, sizeof how);
    // Kernels before 5.6 lack the call, and some sandboxes refuse it with EPERM.
    if (descriptor < 0 && (errno == ENOSYS || errno == EPERM)) {
        return openat(directory, name, flags);
    }
    return (int)descriptor;
}

int janitor_reserve(int file, long long length, long long more) {
    return fallocate(file, FALLOC_FL_KEEP_SIZE, length, more);
}

unsigned janitor_file_system(const char *path) {
    struct statfs status;
    return statfs(path, &status) == 0 ? (unsigned)status.f_type : 0;
}

void janitor_keep_freed_memory(void) {
    mallopt(M_TRIM_THRESHOLD, 8 << 20);
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
}
