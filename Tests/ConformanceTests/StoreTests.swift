// SPDX-License-Identifier: Apache-2.0

import Testing

/// Everything that runs against real stores, one test after the other: some take a server away.
@Suite(.serialized) struct StoreTests {}
