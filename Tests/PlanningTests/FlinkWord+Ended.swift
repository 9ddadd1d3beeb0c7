// SPDX-License-Identifier: Apache-2.0

import Planning
import SnapshotModel

extension FlinkWord {
    /// A word in which each job's Flink shows some job ids in a terminal state, and no other.
    init(ended jobIDs: [String: Set<ObjectName>]) {
        self.init()
        for (job, ids) in jobIDs {
            var answer = Answer(address: "http://\(job):8081")
            answer.ended = ids
            sayings[job] = .answered(answer)
        }
    }
}
