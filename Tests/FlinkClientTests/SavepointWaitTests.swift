// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import SnapshotModel
import Synchronization
import Testing

@testable import FlinkClient

/// Answers the questions about one savepoint from a list.
private final class AnswerList: FlinkCluster {
    let address = "http://jm"
    private let answers: Mutex<[Result<SavepointProgress, FlinkError>]>

    init(_ answers: [Result<SavepointProgress, FlinkError>]) {
        self.answers = Mutex(answers)
    }

    func jobs() throws(FlinkError) -> [FlinkJob] { [] }

    func checkpointing(of job: ObjectName) throws(FlinkError) -> FlinkCheckpointing? { nil }

    func trigger(_ request: SavepointRequest) throws(FlinkError) -> SavepointProgress {
        .inProgress(id: request.id)
    }

    func progress(of request: SavepointRequest) throws(FlinkError) -> SavepointProgress {
        let next = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        return try next.get()
    }
}

@Suite struct SavepointWaitTests {
    private static let request = SavepointRequest(
        job: "689afece13b0a3d8a9052ae9a2e08d4a",
        target: "file:/sp",
        format: .canonical,
        stopping: .none,
        id: "0123456789abcdef0123456789abcdef"
    )
    private static let going = Result<SavepointProgress, FlinkError>.success(
        .inProgress(id: request.id)
    )
    private static let silence = Result<SavepointProgress, FlinkError>.failure(
        FlinkError(.noAnswer, action: "ask", address: "x", detail: "refused")
    )

    private func wait(
        _ answers: [Result<SavepointProgress, FlinkError>],
        stopAfter: Int = .max
    ) throws(FlinkError) -> String {
        let time = Mutex(Duration.zero)
        var pauses = 0
        return try SavepointWait(
            cluster: AnswerList(answers),
            limit: .seconds(60),
            clock: MonotonicClock { time.withLock { $0 } },
            pause: { length in
                time.withLock { $0 += length }
                pauses += 1
            },
            shouldStop: { pauses >= stopAfter }
        ).location(of: Self.request)
    }

    @Test(arguments: [FlinkError.Reason.notFlink, .refused, .stillGoingOn])
    func `takes no failed question for the end of a savepoint`(reason: FlinkError.Reason) throws {
        let fault = FlinkError(reason, action: "ask", address: "x", detail: "status 502")
        #expect(try wait([.failure(fault), .success(.completed(location: "x"))]) == "x")
        let error = #expect(throws: FlinkError.self) { try wait([.failure(fault)]) }
        #expect(error?.reason == .stillGoingOn && error?.detail == "status 502")
    }

    @Test func `waits through work and silence until the savepoint is there`() throws {
        let answers = [Self.going, Self.silence, Self.going, .success(.completed(location: "x"))]
        #expect(try wait(answers) == "x")
    }

    @Test func `says what Flink says where it failed`() {
        let error = #expect(throws: FlinkError.self) {
            try wait([Self.going, .success(.failed("no space"))])
        }
        #expect(error?.reason == .refused && error?.detail == "no space")
    }

    @Test func `ends by its limit, and says that it may still come`() {
        for answers in [[Self.going], [Self.silence]] {
            let error = #expect(throws: FlinkError.self) { try wait(answers) }
            #expect(error?.reason == .stillGoingOn)
        }
    }

    @Test func `ends by a signal`() {
        let error = #expect(throws: FlinkError.self) { try wait([Self.going], stopAfter: 2) }
        #expect(error?.reason == .stillGoingOn)
    }

    @Test func `tells at once that Flink knows nothing of it any more`() {
        let gone = FlinkError(.unknown, action: "ask", address: "x", detail: "no such trigger")
        let error = #expect(throws: FlinkError.self) { try wait([.failure(gone)]) }
        #expect(error == gone)
    }

    @Test func `finds the only running job of a name, and lists what there is else`() throws {
        func job(_ digit: Int, _ name: String, _ state: FlinkJobState) -> FlinkJob {
            FlinkJob(
                id: ObjectName(String(repeating: "\(digit)", count: 32)),
                name: name,
                state: state
            )
        }
        let jobs = [
            job(1, "sales", .running), job(2, "sales", .finished), job(3, "stock", .running),
            job(4, "stock", .restarting), job(5, "audit", .restarting),
        ]
        #expect(try JobChoice.running("sales", among: jobs, at: "x").id == jobs[0].id)
        let several = #expect(throws: FlinkError.self) {
            try JobChoice.running("stock", among: jobs, at: "x")
        }
        #expect(several?.reason == .ambiguous)
        for name in ["audit", "none"] {
            let error = #expect(throws: FlinkError.self) {
                try JobChoice.running(name, among: jobs, at: "x")
            }
            #expect(error?.reason == .unknown)
            #expect(error?.detail.contains("\"audit\" (5555") == true)
        }
    }
}
