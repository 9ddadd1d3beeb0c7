// SPDX-License-Identifier: Apache-2.0

#include "CBuiltFrom.h"

// Who makes an archive of the sources fills this in (see .gitattributes); in a checkout it stays as
// it is, and whoever builds there says it by JANITOR_COMMIT (see Package.swift).
static const char archived[] = "$Format:%H$";

const char *janitor_built_from(void) {
#ifdef JANITOR_COMMIT
    return JANITOR_COMMIT;
#else
    return archived[0] == '$' ? "" : archived;
#endif
}
