// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Which buckets keep versions, asked once each, and whether they do as they say.
package final class BucketVersions: Sendable {
    private struct State {
        var answers: [String: Result<Bool, S3Failure>] = [:]
        /// Buckets in which a deletion was seen to leave what can be brought back.
        var proven: Set<String> = []
    }

    private let state = Mutex(State())

    /// Tells whether deleting in a bucket leaves a delete marker, over the object as it was.
    ///
    /// Source: Amazon S3 API reference, GetBucketVersioning: no status where it was never switched on.
    ///
    /// - Throws: `S3Failure` where that cannot be known; the same every time.
    package func areKept(in bucket: String, _ calls: S3Calls) throws(S3Failure) -> Bool {
        if let known = state.withLock({ $0.answers[bucket] }) { return try known.get() }
        let answer = Result { () throws(S3Failure) in try calls.keepsVersions(bucket) }
        state.withLock { $0.answers[bucket] = answer }
        return try answer.get()
    }

    /// Whether a deletion in a bucket has left what can be brought back.
    package func areProven(in bucket: String) -> Bool {
        state.withLock { $0.proven.contains(bucket) }
    }

    /// Notes that a deletion in a bucket has left what can be brought back.
    package func noteProof(in bucket: String) {
        state.withLock { _ = $0.proven.insert(bucket) }
    }

    /// Notes that a bucket does not keep what it says that it keeps: nobody is to rely on it any more.
    ///
    /// Source: MinIO, "Bucket Versioning": objects under `ExcludedPrefixes` are deleted as if versioning
    /// was suspended, in a bucket whose status is `Enabled`.
    ///
    /// - Parameters:
    ///   - bucket: The bucket.
    ///   - what: Of what it kept no version.
    /// - Returns: What is to be said of it.
    package func noteLoss(
        in bucket: String,
        of what: String = "what was deleted"
    ) -> S3Failure {
        let failure = S3Failure(
            "the bucket says that it keeps versions, and kept none of \(what)",
            hint: "look whether prefixes are left out of its versioning, or it was just suspended; "
                + "nothing more goes until it keeps them, or the policy's \"trash\" is \"0d\""
        )
        state.withLock { state in
            state.proven.remove(bucket)
            state.answers[bucket] = .failure(failure)
        }
        return failure
    }
}
