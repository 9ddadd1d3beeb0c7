// SPDX-License-Identifier: Apache-2.0

import Testing

extension StoreTests {
    /// The built program against a real NameNode, by a client that goes wrong.
    @Suite(.enabled(if: !HDFSService.all.isEmpty, "\(HDFSService.skipMessage)"))
    struct HDFSClientFaultTests {
        @Test(arguments: HDFSService.few)
        func `loses nothing to a client that goes wrong at any call, and goes on afterwards`(
            service: HDFSService
        ) throws {
            try ClientFaultCampaign(name: "answers of hdfs") { command in
                try HDFSSite(faulted: service, trash: command.trash)
            }
            .run()
        }
    }
}
