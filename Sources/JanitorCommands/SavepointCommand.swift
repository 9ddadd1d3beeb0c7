// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Execution
internal import FlinkClient
internal import Planning
internal import Policy
internal import Reporting
internal import SnapshotModel

/// `janitor savepoint`.
enum SavepointCommand {
    static let spec = CommandSpec(
        name: "savepoint",
        arguments: "",
        argumentCount: 0...0,
        options: [
            .job, .label, .native, .stop, .drain, .detach, .wait, .policy, .state, .json,
        ],
        summary: "let Flink take a savepoint of a running job, check it, and print where it is",
        details: """
            Finds the one running job that the policy's "flink" calls by the name of --job, asks it
            for a savepoint under the job's savepoint root, waits, checks that every file of it is
            there, puts the label of --label on it, and prints its path as Flink writes it. --stop
            stops the job with it, --stop --drain lets every timer fire first.
            A call that ends before the savepoint is there (by a signal, by --wait, by --detach)
            leaves a note in the state directory: the next call waits for that savepoint instead
            of asking for another one, and no run takes what may still be coming. The exit code is
            3 when it is not known what became of it.
            Nothing was asked for, exit code 1: Flink does not list its jobs (it is gone, hangs,
            answers 500 or a page that is not Flink's), or lists no job, or more than one, of that
            name, as another cluster does. Asked for and not known, exit code 3: the answer got
            lost, the JobManager was killed, or --wait was over; call again. A request of which
            Flink knows nothing counts as lost after two minutes, if Flink says that it is taking
            no savepoint of that job and none lies in the savepoint root; asked by Flink's command
            line, which cannot tell, after the policy's waitLimit (20 minutes). A note names one
            cluster: after the policy names another one, wait that long before calling again.
            """,
        never: "cancel a job without a savepoint, or remove anything.",
        run: { context, arguments in try run(context, arguments) }
    )

    private static func run(
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let session = try SavepointSession(context, arguments)
        StopSignals.watch()
        let made: SavepointSession.Made
        do throws(FlinkError) {
            let outcome = try session.make { older in
                do {
                    _ = try prove(older, labels: [older.note.label].compactMap(\.self), session)
                } catch {
                    let why = (error as? CommandFailure)?.message ?? "\(error)"
                    context.console.message("note: \(why)")
                }
            }
            switch outcome {
            case .underWay(let pending):
                if arguments.has(.json) {
                    SnapshotPointer.underWay(
                        job: session.job.name,
                        jobID: pending.jobID,
                        request: pending.request
                    ).writeJSON(context.console.result)
                } else {
                    context.console.write("\(pending.request)\n")
                }
                return .done
            case .made(let result): made = result
            }
        } catch {
            throw CommandFailure(code: code(of: error, context), message: "\(error)")
        }
        return try finish(made, session, context, arguments)
    }

    /// Checks, labels and prints a savepoint that is there.
    ///
    /// Its note goes last: a call that is killed before leaves the rest to the next one.
    private static func finish(
        _ made: SavepointSession.Made,
        _ session: SavepointSession,
        _ context: CommandContext,
        _ arguments: ParsedArguments
    ) throws -> ExitCode {
        let place: StorageURL
        do {
            place = try prove(made, labels: made.labels, session)
        } catch let failure as CommandFailure where failure.code == .failed {
            try session.forget(made)
            throw failure
        }
        if arguments.has(.json) {
            SnapshotPointer.savepoint(
                at: place,
                location: made.location,
                job: session.job.name,
                jobID: made.jobID,
                labels: made.labels,
                isBegunBefore: made.isBegunBefore
            ).writeJSON(context.console.result)
        } else {
            context.console.write("\(made.location)\n")
        }
        try session.forget(made)
        return .done
    }

    /// Proves that a savepoint is closed, and labels it.
    private static func prove(
        _ made: SavepointSession.Made,
        labels: [ObjectName],
        _ session: SavepointSession
    ) throws -> StorageURL {
        let proof = SavepointProof(session)
        guard let place = proof.place(of: made.location) else {
            let message = """
                cannot check the savepoint "\(made.location)": that is not a place in a store
                  hint: it may be whole; "flink run -s" shows it
                """
            throw CommandFailure(code: .failed, message: message)
        }
        let snapshot = proof.snapshot(at: place)
        guard let snapshot, snapshot.state == .complete, snapshot.isClosed == true else {
            let isKnown = snapshot?.isClosed != nil || snapshot == nil
            let fault = proof.fault(of: snapshot)
            let message = """
                the savepoint "\(made.location)" is not proved whole: \(fault)
                  hint: keep the one before it; see: \(session.next.line("verify", place.text))
                """
            throw CommandFailure(code: isKnown ? .failed : .partial, message: message)
        }
        for label in labels {
            do throws(LabelError) {
                try proof.label(place, label)
            } catch {
                // What helps with a label set by hand is another thing here.
                let cause = "\(error)".prefix { $0 != "\n" }
                let message = """
                    the savepoint "\(made.location)" is whole and not labelled: \(cause)
                      hint: label it by hand: \(session.next.line("label", place.text, label))
                    """
                throw CommandFailure(code: .partial, message: message)
            }
        }
        return place
    }

    private static func code(of error: FlinkError, _ context: CommandContext) -> ExitCode {
        guard error.reason == .stillGoingOn else {
            return error.reason == .unsupported ? .usage : .failed
        }
        switch context.shouldStop() {
        case 2: return .interrupted
        case .some: return .terminated
        case nil: return .partial
        }
    }
}
