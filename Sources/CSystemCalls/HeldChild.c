// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CSystemCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

// Where the child keeps what is not one of its three standard streams.
enum { GATE = 3, REPORT = 4, FIRST_FREE = 5 };

struct start {
    struct janitor_held_child child;
    int gate, report;
};

static void close_from(int first) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, ~0U, 0) == 0) return;
#endif
    // Kernels before 5.9 lack the call.
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    for (rlim_t number = (rlim_t)first; number < limit.rlim_cur; number++) close((int)number);
}

static _Noreturn void fail(int report, int step) {
    int message[2] = {step, errno};
    if (write(report, message, sizeof message) < 0) _exit(126);
    _exit(127);
}

static void say(int report, int number) {
    if (write(report, &number, sizeof number) != sizeof number) _exit(126);
}

// Runs in the child, which shares its memory with the suspended thread that made it: nothing but
// system calls, and nothing written that the thread would miss.
static _Noreturn void become(const struct start *start) {
    const struct janitor_held_child *child = &start->child;
    int report = start->report;
    say(report, getpid());
    // A session of its own: a group to signal, and no terminal to wait for a password at.
    if (setsid() < 0) fail(report, JANITOR_STEP_DESCRIPTORS);
    int kept[FIRST_FREE] = {child->input, child->output, child->error, start->gate, report};
    // Any of them may have one of the numbers that are wanted; out of the way first.
    for (int number = 0; number < FIRST_FREE; number++) {
        kept[number] = fcntl(kept[number], F_DUPFD_CLOEXEC, 2 * FIRST_FREE);
        if (kept[number] < 0) fail(report, JANITOR_STEP_DESCRIPTORS);
    }
    for (int number = 0; number < FIRST_FREE; number++) {
        int flags = number < GATE ? 0 : O_CLOEXEC;
        if (dup3(kept[number], number, flags) < 0) fail(kept[REPORT], JANITOR_STEP_DESCRIPTORS);
    }
    // Before the wait: no held child may keep another one's gate open.
    close_from(FIRST_FREE);

    char go;
    say(REPORT, JANITOR_STEP_HELD);
    if (read(GATE, &go, 1) != 1) _exit(126);

    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    if (child->directory && chdir(child->directory) != 0) fail(REPORT, JANITOR_STEP_DIRECTORY);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(child->path, child->arguments, child->environment);
    fail(REPORT, JANITOR_STEP_EXECUTE);
}

static void *start_and_wait(void *argument) {
    struct start *start = argument;
    // This thread is suspended until the child has executed or ended; that is why it is one of its
    // own. No handler of ours may run in the child: all signals are blocked here and so there.
    pid_t process = vfork();
    if (process == 0) become(start);
    if (process < 0) {
        int failure = -errno;
        if (write(start->report, &failure, sizeof failure) < 0) abort();
    }
    close(start->report);
    free(start);
    return NULL;
}

int janitor_start_held(const struct janitor_held_child *child, int gate, int report) {
    struct start *start = malloc(sizeof *start);
    if (!start) return ENOMEM;
    // The thread has a descriptor of its own: once the child is gone, nobody holds the pipe open any more.
    report = fcntl(report, F_DUPFD_CLOEXEC, 0);
    if (report < 0) {
        int failure = errno;
        free(start);
        return failure;
    }
    *start = (struct start){.child = *child, .gate = gate, .report = report};

    sigset_t all, before;
    sigfillset(&all);
    pthread_attr_t attributes;
    pthread_t thread;
    int failure = pthread_attr_init(&attributes);
    if (failure == 0) {
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        failure = pthread_create(&thread, &attributes, start_and_wait, start);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        pthread_attr_destroy(&attributes);
    }
    if (failure != 0) {
        close(report);
        free(start);
    }
    return failure;
}
