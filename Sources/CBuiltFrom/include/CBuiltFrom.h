// SPDX-License-Identifier: Apache-2.0

#ifndef JANITOR_BUILT_FROM_H
#define JANITOR_BUILT_FROM_H

/// The commit that the program was built from; empty where nobody said which.
const char *janitor_built_from(void);

#endif
