// SPDX-License-Identifier: Apache-2.0
// A library to be loaded before a program (LD_PRELOAD): it counts the calls that change a file
// system, or those that look, and kills, stops or fails the program at one of them.
//
// FAULT_LOG=FILE     one line for each counted call: its number, its name, its path
// FAULT_AT=N         the number of the call at which something happens, from 1
// FAULT_HOW=WHAT     "before", "within" or "after": the process gets SIGKILL there ("within": after
//                    half of the bytes of a write); "stop": SIGSTOP before it; "half": it reads or
//                    writes half of the bytes; "EIO", "ENOSPC", "EACCES", "ENOENT", "EXDEV", "EROFS",
//                    "ESTALE", "EEXIST": it fails and does nothing
// FAULT_DONE=1       what fails is done all the same, as over a network that lost the answer
// FAULT_LOOKS=1      the calls that look are counted, not those that change something; but for
//                    "opendir", "readdir", "access" and "readlink", which nobody counts
// FAULT_STAYS=1      every counted call from the N-th on fails, not that one alone
// FAULT_UNDER=PATH   only calls on paths that begin so are counted
// FAULT_CALLS=A,B    only calls of these names are counted
// FAULT_CLOCK=S      the clock of the day is S seconds ahead (or behind: a negative number)

#ifndef FAULT_SHIM_H
#define FAULT_SHIM_H

/// The number of calls that were counted so far.
long fault_shim_count(void);

#endif
