// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import Testing

/// Everything that runs against real stores, one test after the other: some take a server away.
@Suite(.serialized, .besideHDFS) struct StoreTests {}

/// Whatever runs against S3 alone: proxies stand for what is wrong with it, so that others go on.
@Suite(.serialized, .besideS3Programs) struct S3StoreTests {}
