// SPDX-License-Identifier: Apache-2.0

public import CommandRunning

/// Waits for a savepoint that was asked for.
public struct SavepointWait {
    private let cluster: any FlinkCluster
    private let limit: Duration
    private let clock: MonotonicClock
    private let pause: (Duration) -> Void
    private let shouldStop: () -> Bool

    /// Makes a wait.
    ///
    /// - Parameters:
    ///   - cluster: Who is asked.
    ///   - limit: How long to wait in all.
    ///   - clock: What the limit is measured by.
    ///   - pause: Sleeps between two questions; may end early on a signal.
    ///   - shouldStop: Whether somebody asked for an end.
    public init(
        cluster: any FlinkCluster,
        limit: Duration,
        clock: MonotonicClock,
        pause: @escaping (Duration) -> Void,
        shouldStop: @escaping () -> Bool
    ) {
        self.cluster = cluster
        self.limit = limit
        self.clock = clock
        self.pause = pause
        self.shouldStop = shouldStop
    }

    /// Asks until Flink says what became of a savepoint.
    ///
    /// A question without an answer, or with one that is not to the point, is asked again until the
    /// limit: a JobManager may be restarting, and a proxy before it answers for itself.
    ///
    /// - Parameter request: As it was asked for, with Flink's own id of it.
    /// - Returns: Where it is, as Flink writes it.
    /// - Throws: `FlinkError`: `refused` where it will not come, `unknown` where Flink knows nothing
    ///   of it any more, `stillGoingOn` where the wait ended first.
    public func location(of request: SavepointRequest) throws(FlinkError) -> String {
        let deadline = clock.now + limit
        var between = Duration.milliseconds(250)
        while true {
            var failure: String?
            var detail = ""
            do throws(FlinkError) {
                switch try cluster.progress(of: request) {
                case .completed(let location): return location
                case .failed(let why): failure = why
                case .inProgress: detail = "Flink still works on it"
                }
            } catch {
                switch error.reason {
                case .noAnswer, .notFlink, .refused, .stillGoingOn: detail = error.detail
                case .unknown, .unsupported, .ambiguous: throw error
                }
            }
            if let failure { throw error(.refused, request, failure) }
            if shouldStop() {
                throw error(.stillGoingOn, request, "the wait was ended by a signal")
            }
            guard clock.now + between < deadline else {
                throw error(.stillGoingOn, request, detail)
            }
            pause(between)
            between = min(between * 2, .seconds(5))
        }
    }

    private func error(
        _ reason: FlinkError.Reason,
        _ request: SavepointRequest,
        _ detail: String
    ) -> FlinkError {
        FlinkError(
            reason,
            action: "wait for the savepoint of job \(request.job)",
            address: cluster.address,
            detail: detail
        )
    }
}
