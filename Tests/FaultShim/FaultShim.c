// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "FaultShim.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum how { nothing, before, within, after, stop, fail, half };

/// What a call does; one kind is counted.
enum kind { changing, looking };

static struct {
    int log;
    long at;
    enum how how;
    int error;
    bool stays;
    bool is_done;
    enum kind kind;
    const char *under;
    const char *calls;
    long ahead;
    long pace;
    struct timespec began;
} plan = {.log = -1, .pace = 1};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_long counted;

long fault_shim_count(void) { return counted; }

static void read_plan(void) {
    const char *log = getenv("FAULT_LOG");
    if (log) {
        // Straight to the kernel: our own calls are not to be counted.
        plan.log = (int)syscall(SYS_openat, AT_FDCWD, log,
                                O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    }
    const char *at = getenv("FAULT_AT");
    plan.at = at ? atol(at) : 0;
    plan.stays = getenv("FAULT_STAYS") != NULL;
    plan.is_done = getenv("FAULT_DONE") != NULL;
    plan.kind = getenv("FAULT_LOOKS") ? looking : changing;
    plan.under = getenv("FAULT_UNDER");
    plan.calls = getenv("FAULT_CALLS");
    const char *ahead = getenv("FAULT_CLOCK");
    plan.ahead = ahead ? atol(ahead) : 0;
    const char *pace = getenv("FAULT_PACE");
    plan.pace = pace && atol(pace) > 1 ? atol(pace) : 1;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &plan.began);
    const char *how = getenv("FAULT_HOW");
    if (!how) return;
    static const struct { const char *name; enum how how; int error; } table[] = {
        {"before", before, 0}, {"within", within, 0}, {"after", after, 0}, {"stop", stop, 0},
        {"half", half, 0},
        {"EIO", fail, EIO}, {"ENOSPC", fail, ENOSPC}, {"EACCES", fail, EACCES},
        {"ENOENT", fail, ENOENT}, {"EXDEV", fail, EXDEV}, {"EROFS", fail, EROFS},
        {"ESTALE", fail, ESTALE}, {"EEXIST", fail, EEXIST},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(how, table[i].name) != 0) continue;
        plan.how = table[i].how;
        plan.error = table[i].error;
        return;
    }
    static const char message[] = "fault shim: FAULT_HOW is unknown\n";
    syscall(SYS_write, 2, message, sizeof message - 1);
    _exit(99);
}

/// The path that a call means, as far as it can be told without changing anything.
static void describe(char *path, size_t size, int directory, const char *name) {
    size_t used = 0;
    if (!name || name[0] != '/') {
        char link[64];
        if (directory == AT_FDCWD) {
            snprintf(link, sizeof link, "/proc/self/cwd");
        } else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
        }
        ssize_t length = readlink(link, path, size - 1);
        used = length > 0 ? (size_t)length : 0;
        if (name && used < size - 1) path[used++] = '/';
    }
    path[used] = 0;
    if (name) snprintf(path + used, size - used, "%s", name);
    for (char *c = path; *c; c++) {
        if (*c == '\n') *c = '?';
    }
}

static bool is_counted(const char *call, const char *path) {
    if (plan.under && strncmp(path, plan.under, strlen(plan.under)) != 0) return false;
    if (!plan.calls) return true;
    size_t length = strlen(call);
    for (const char *name = plan.calls; name; name = strchr(name, ',')) {
        if (*name == ',') name++;
        if (strncmp(name, call, length) == 0 && (name[length] == 0 || name[length] == ',')) return true;
    }
    return false;
}

/// What is to become of a call.
struct fate {
    bool fails;
    bool fails_after;
    bool is_half;
    bool dies_after;
};

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static struct fate arrive(enum kind kind, const char *call, int directory, const char *name) {
    pthread_once(&once, read_plan);
    struct fate fate = {0};
    if (kind != plan.kind) return fate;
    int saved = errno;
    char path[PATH_MAX + 256];
    describe(path, sizeof path, directory, name);
    if (is_counted(call, path)) {
        long number = atomic_fetch_add(&counted, 1) + 1;
        if (plan.log >= 0) {
            char line[PATH_MAX + 512];
            int length = snprintf(line, sizeof line, "%ld %s %s\n", number, call, path);
            syscall(SYS_write, plan.log, line, (size_t)length);
        }
        bool isIt = number == plan.at || (plan.stays && plan.at > 0 && number > plan.at);
        if (isIt) {
            if (plan.how == before) die();
            if (plan.how == stop) kill(getpid(), SIGSTOP);
            fate.is_half = plan.how == within || plan.how == half;
            fate.dies_after = plan.how == within || plan.how == after;
            fate.fails = plan.how == fail && !plan.is_done;
            fate.fails_after = plan.how == fail && plan.is_done;
        }
    }
    errno = fate.fails ? plan.error : saved;
    return fate;
}

/// Gives what the program is told of a call that was made.
static ssize_t leave(struct fate fate, ssize_t result) {
    if (fate.dies_after) die();
    if (!fate.fails_after) return result;
    errno = plan.error;
    return -1;
}

/// Defines a counted call: `next` is the C library's own.
#define CALL(kind, result_type, call, parameters, directory, name, arguments)                      \
    result_type call parameters {                                                                  \
        static result_type(*next) parameters;                                                      \
        if (!next) next = (result_type(*) parameters)dlsym(RTLD_NEXT, #call);                      \
        struct fate fate = arrive(kind, #call, directory, name);                                   \
        if (fate.fails) return -1;                                                                 \
        return (result_type)leave(fate, next arguments);                                           \
    }
#define COUNTED(result_type, call, parameters, directory, name, arguments)                         \
    CALL(changing, result_type, call, parameters, directory, name, arguments)

COUNTED(int, rename, (const char *a, const char *b), AT_FDCWD, b, (a, b))
COUNTED(int, renameat, (int d, const char *a, int e, const char *b), e, b, (d, a, e, b))
COUNTED(int, renameat2, (int d, const char *a, int e, const char *b, unsigned f), e, b, (d, a, e, b, f))
COUNTED(int, unlink, (const char *a), AT_FDCWD, a, (a))
COUNTED(int, unlinkat, (int d, const char *a, int f), d, a, (d, a, f))
COUNTED(int, rmdir, (const char *a), AT_FDCWD, a, (a))
COUNTED(int, mkdir, (const char *a, mode_t m), AT_FDCWD, a, (a, m))
COUNTED(int, mkdirat, (int d, const char *a, mode_t m), d, a, (d, a, m))
COUNTED(int, link, (const char *a, const char *b), AT_FDCWD, b, (a, b))
COUNTED(int, linkat, (int d, const char *a, int e, const char *b, int f), e, b, (d, a, e, b, f))
COUNTED(int, symlink, (const char *a, const char *b), AT_FDCWD, b, (a, b))
COUNTED(int, symlinkat, (const char *a, int e, const char *b), e, b, (a, e, b))
COUNTED(int, chmod, (const char *a, mode_t m), AT_FDCWD, a, (a, m))
COUNTED(int, fchmod, (int d, mode_t m), d, NULL, (d, m))
COUNTED(int, fchmodat, (int d, const char *a, mode_t m, int f), d, a, (d, a, m, f))
COUNTED(int, chown, (const char *a, uid_t u, gid_t g), AT_FDCWD, a, (a, u, g))
COUNTED(int, fchown, (int d, uid_t u, gid_t g), d, NULL, (d, u, g))
COUNTED(int, fchownat, (int d, const char *a, uid_t u, gid_t g, int f), d, a, (d, a, u, g, f))
COUNTED(int, futimens, (int d, const struct timespec t[2]), d, NULL, (d, t))
COUNTED(int, utimensat, (int d, const char *a, const struct timespec t[2], int f), d, a, (d, a, t, f))
COUNTED(int, truncate, (const char *a, off_t n), AT_FDCWD, a, (a, n))
COUNTED(int, ftruncate, (int d, off_t n), d, NULL, (d, n))
COUNTED(int, fallocate, (int d, int m, off_t o, off_t n), d, NULL, (d, m, o, n))
COUNTED(int, fsync, (int d), d, NULL, (d))
COUNTED(int, fdatasync, (int d), d, NULL, (d))

static bool is_file(int descriptor) {
    struct stat status;
    return descriptor > 2 && descriptor != plan.log
        && syscall(SYS_fstat, descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

#define WRITING(call, parameters, descriptor, count, arguments)                                    \
    ssize_t call parameters {                                                                      \
        static ssize_t(*next) parameters;                                                          \
        if (!next) next = (ssize_t(*) parameters)dlsym(RTLD_NEXT, #call);                          \
        if (!is_file(descriptor)) return next arguments;                                           \
        struct fate fate = arrive(changing, #call, descriptor, NULL);                              \
        if (fate.fails) return -1;                                                                 \
        if (fate.is_half) count = (count + 1) / 2;                                                 \
        return leave(fate, next arguments);                                                        \
    }

WRITING(write, (int d, const void *b, size_t n), d, n, (d, b, n))
WRITING(pwrite, (int d, const void *b, size_t n, off_t o), d, n, (d, b, n, o))
WRITING(pwrite64, (int d, const void *b, size_t n, off_t o), d, n, (d, b, n, o))

#define READING(call, parameters, descriptor, arguments, moves)                                    \
    ssize_t call parameters {                                                                      \
        static ssize_t(*next) parameters;                                                          \
        if (!next) next = (ssize_t(*) parameters)dlsym(RTLD_NEXT, #call);                          \
        if (!is_file(descriptor)) return next arguments;                                           \
        struct fate fate = arrive(looking, #call, descriptor, NULL);                               \
        if (fate.fails) return -1;                                                                 \
        ssize_t result = next arguments;                                                           \
        if (fate.is_half && result > 1) {                                                          \
            ssize_t half = (result + 1) / 2;                                                       \
            if (moves) lseek(descriptor, half - result, SEEK_CUR);                                 \
            result = half;                                                                         \
        }                                                                                          \
        return leave(fate, result);                                                                \
    }

READING(read, (int d, void *b, size_t n), d, (d, b, n), true)
READING(pread, (int d, void *b, size_t n, off_t o), d, (d, b, n, o), false)
READING(pread64, (int d, void *b, size_t n, off_t o), d, (d, b, n, o), false)

#define OPENING(call, first_parameters, directory, first_arguments)                                \
    int call(first_parameters const char *name, int flags, ...) {                                  \
        static int (*next)(first_parameters const char *, int, ...);                               \
        if (!next) next = (int (*)(first_parameters const char *, int, ...))dlsym(RTLD_NEXT, #call); \
        mode_t mode = 0;                                                                           \
        if (flags & (O_CREAT | O_TMPFILE)) {                                                       \
            va_list more;                                                                          \
            va_start(more, flags);                                                                 \
            mode = va_arg(more, mode_t);                                                           \
            va_end(more);                                                                          \
        }                                                                                          \
        enum kind kind = flags & (O_CREAT | O_TRUNC) ? changing : looking;                         \
        struct fate fate = arrive(kind, #call, directory, name);                                   \
        if (fate.fails) return -1;                                                                 \
        int result = next(first_arguments name, flags, mode);                                      \
        if (fate.fails_after && result >= 0) close(result);                                        \
        return (int)leave(fate, result);                                                           \
    }

#define NONE
#define DIRECTORY_PARAMETER int directory,
#define DIRECTORY_ARGUMENT directory,
OPENING(open, NONE, AT_FDCWD, NONE)
OPENING(open64, NONE, AT_FDCWD, NONE)
OPENING(openat, DIRECTORY_PARAMETER, directory, DIRECTORY_ARGUMENT)
OPENING(openat64, DIRECTORY_PARAMETER, directory, DIRECTORY_ARGUMENT)

// Looking: what the file system says of one object, the names in a directory, where a link leads.

#define LOOKING(result_type, call, parameters, directory, name, arguments)                         \
    CALL(looking, result_type, call, parameters, directory, name, arguments)

LOOKING(int, stat, (const char *a, struct stat *s), AT_FDCWD, a, (a, s))
LOOKING(int, stat64, (const char *a, struct stat64 *s), AT_FDCWD, a, (a, s))
LOOKING(int, lstat, (const char *a, struct stat *s), AT_FDCWD, a, (a, s))
LOOKING(int, lstat64, (const char *a, struct stat64 *s), AT_FDCWD, a, (a, s))
LOOKING(int, fstat, (int d, struct stat *s), d, NULL, (d, s))
LOOKING(int, fstat64, (int d, struct stat64 *s), d, NULL, (d, s))
LOOKING(int, fstatat, (int d, const char *a, struct stat *s, int f), d, a, (d, a, s, f))
LOOKING(int, fstatat64, (int d, const char *a, struct stat64 *s, int f), d, a, (d, a, s, f))
LOOKING(ssize_t, getdents64, (int d, void *b, size_t n), d, NULL, (d, b, n))
LOOKING(ssize_t, readlinkat, (int d, const char *a, char *b, size_t n), d, a, (d, a, b, n))

// The C library has no function for this one: it opens every directory on the way to what is removed.
long syscall(long number, ...) {
    static long (*next)(long, ...);
    if (!next) next = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    long word[6];
    va_list words;
    va_start(words, number);
    for (int i = 0; i < 6; i++) word[i] = va_arg(words, long);
    va_end(words);
    struct fate fate = {0};
    if (number == SYS_openat2) fate = arrive(looking, "openat2", (int)word[0], (const char *)word[1]);
    if (fate.fails) return -1;
    return leave(fate, next(number, word[0], word[1], word[2], word[3], word[4], word[5]));
}

// The first call of a child that shares its parent's memory: counted only where it is asked for, and always.

pid_t setsid(void) {
    pthread_once(&once, read_plan);
    if (plan.how == before && plan.calls && strcmp(plan.calls, "setsid") == 0) {
        syscall(SYS_kill, getpid(), SIGKILL);
    }
    return (pid_t)syscall(SYS_setsid);
}

// The clock of the day may be wrong, and time may pass faster than it does: limits are reached sooner.

static const long second = 1000000000;

static void hurry(struct timespec *time) {
    long passed = (time->tv_sec - plan.began.tv_sec) * second + time->tv_nsec - plan.began.tv_nsec;
    long shown = plan.began.tv_nsec + passed * plan.pace;
    time->tv_sec = plan.began.tv_sec + shown / second;
    time->tv_nsec = shown % second;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    pthread_once(&once, read_plan);
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        time->tv_sec += plan.ahead;
    }
    if (result == 0 && clock == CLOCK_MONOTONIC && plan.pace > 1) hurry(time);
    return result;
}

int poll(struct pollfd *waits, nfds_t count, int milliseconds) {
    static int (*next)(struct pollfd *, nfds_t, int);
    if (!next) next = (int (*)(struct pollfd *, nfds_t, int))dlsym(RTLD_NEXT, "poll");
    pthread_once(&once, read_plan);
    int rounded = milliseconds > 0 ? (int)((milliseconds + plan.pace - 1) / plan.pace) : milliseconds;
    return next(waits, count, rounded);
}

int gettimeofday(struct timeval *time, void *zone) {
    (void)zone;
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}
