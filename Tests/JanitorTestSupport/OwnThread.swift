// SPDX-License-Identifier: Apache-2.0

import Dispatch
public import Testing

/// Runs a suite on a thread of its own, beside the tests that compute.
///
/// Most of the time such a suite waits for a service; on the threads of all others it would begin
/// when they are done, and keep one of them from working.
public struct OwnThread: SuiteTrait, TestScoping {
    private let executor: QueueExecutor

    /// Runs all tests of a suite there, one after the other.
    public func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(executor) { try await function() }
    }

    /// That of the suites which need HDFS.
    fileprivate static let besideHDFS = OwnThread(executor: QueueExecutor("hdfs"))
    /// That of the suites which need S3.
    fileprivate static let besideS3 = OwnThread(executor: QueueExecutor("s3"))
    /// That of the suites which let the built program work on S3.
    fileprivate static let besideS3Programs = OwnThread(executor: QueueExecutor("s3-programs"))
    /// That of the suites which need Flink or another program that acts by itself.
    fileprivate static let besideFlink = OwnThread(executor: QueueExecutor("flink"))

    private final class QueueExecutor: TaskExecutor {
        private let queue: DispatchQueue

        init(_ name: String) {
            queue = DispatchQueue(label: "tests.\(name)")
        }

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }
}

extension Trait where Self == OwnThread {
    /// On the thread of the suites which need HDFS.
    public static var besideHDFS: Self { OwnThread.besideHDFS }
    /// On the thread of the suites which need S3.
    public static var besideS3: Self { OwnThread.besideS3 }
    /// On the thread of the suites which let the built program work on S3.
    public static var besideS3Programs: Self { OwnThread.besideS3Programs }
    /// On the thread of the suites which need Flink or another program that acts by itself.
    public static var besideFlink: Self { OwnThread.besideFlink }
}
