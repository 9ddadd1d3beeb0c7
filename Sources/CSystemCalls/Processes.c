// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CSystemCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int janitor_open_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

void janitor_widen_pipe(int descriptor, int bytes) { fcntl(descriptor, F_SETPIPE_SZ, bytes); }

int janitor_open_process(int process) {
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, process, 0);
#else
    errno = ENOSYS;
    return -1;
#endif
}

int janitor_signal_process(int descriptor, int number) {
#ifdef SYS_pidfd_send_signal
    return (int)syscall(SYS_pidfd_send_signal, descriptor, number, NULL, 0);
#else
    errno = ENOSYS;
    return -1;
#endif
}

int janitor_peek_end(int process, int *code, int *signal) {
    siginfo_t information = {0};
    if (waitid(P_PID, (id_t)process, &information, WEXITED | WNOHANG | WNOWAIT) != 0) return -1;
    if (information.si_pid == 0) return 0;
    int exited = information.si_code == CLD_EXITED;
    *code = exited ? information.si_status : 0;
    *signal = exited ? 0 : information.si_status;
    return 1;
}

long janitor_write_quietly(int descriptor, const void *bytes, unsigned long count) {
    sigset_t pipe, pending, before;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    // One that waits already is somebody else's and stays.
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    long written = write(descriptor, bytes, count);
    int failure = errno;
    if (written < 0 && failure == EPIPE && !sigismember(&pending, SIGPIPE)) {
        struct timespec now = {0};
        while (sigtimedwait(&pipe, NULL, &now) < 0 && errno == EINTR) {}
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = failure;
    return written;
}
