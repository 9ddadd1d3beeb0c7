// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Which buckets keep versions, asked once each.
package final class BucketVersions: Sendable {
    private let known = Mutex<[String: Bool]>([:])

    /// Tells whether deleting in a bucket leaves a delete marker, over the object as it was.
    ///
    /// Source: Amazon S3 API reference, GetBucketVersioning: no status where it was never switched on.
    ///
    /// - Throws: `S3Failure` where that cannot be known.
    package func areKept(in bucket: String, _ calls: S3Calls) throws(S3Failure) -> Bool {
        if let known = known.withLock({ $0[bucket] }) { return known }
        let answer = try calls.keepsVersions(bucket)
        known.withLock { $0[bucket] = answer }
        return answer
    }
}
