// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import Reporting
internal import SnapshotModel
internal import Synchronization

/// How far a command has come.
final class Progress: Sendable {
    /// What takes time.
    enum Phase: Int, CaseIterable {
        /// Looking at what is there.
        case listing
        /// Reading metadata.
        case reading
        /// Taking away.
        case removing
    }

    private struct State {
        var phase: Phase?
        var began: Duration = .zero
        var done = 0
        var bytes: Int64 = 0
        /// Nil where nobody knows.
        var all: Int?
    }

    private let clock: MonotonicClock
    private let state = Mutex(State())

    init(clock: MonotonicClock = .system) {
        self.clock = clock
    }

    /// Says that something begins, or goes on with more to do.
    func begin(_ phase: Phase, adding more: Int? = nil) {
        let now = clock.now
        state.withLock { state in
            if state.phase != phase { state = State(phase: phase, began: now) }
            if let more { state.all = (state.all ?? 0) + more }
        }
    }

    /// Says that so much is done.
    func count(_ phase: Phase, _ number: Int, bytes: Int64) {
        state.withLock { state in
            guard state.phase == phase else { return }
            state.done += number
            state.bytes.add(bytes: bytes)
        }
    }

    /// Says how much of how much is done.
    func tell(_ phase: Phase, _ done: Int, of all: Int, bytes: Int64) {
        begin(phase)
        state.withLock { state in
            (state.done, state.all, state.bytes) = (done, all, bytes)
        }
    }

    /// One line of it; nil before anything began.
    var line: String? {
        let now = clock.now
        let state = state.withLock { $0 }
        guard let phase = state.phase else { return nil }
        let (whole, part) = (now - state.began).components
        let seconds = Double(whole) + Double(part) / 1e18
        let rate = seconds > 0 ? Double(state.done) / seconds : 0
        var parts: [String] = []
        switch phase {
        case .listing:
            parts.append("listing: \(Self.grouped(state.done)) entries")
            if state.bytes > 0 { parts.append(ByteText.text(state.bytes)) }
        case .reading:
            parts.append("reading metadata: \(Self.share(state.done, of: state.all))")
        case .removing:
            parts.append("removing: step \(Self.share(state.done, of: state.all))")
            if state.bytes > 0 { parts.append(ByteText.text(state.bytes)) }
        }
        if state.done > 0, rate >= 1 { parts.append("\(Self.grouped(Int(rate)))/s") }
        if let all = state.all, state.done > 0, all > state.done, rate > 0 {
            parts.append("\(Self.time(Double(all - state.done) / rate)) left")
        } else {
            parts.append(Self.time(seconds))
        }
        return parts.joined(separator: ", ")
    }

    private static func share(_ done: Int, of all: Int?) -> String {
        all.map { "\(grouped(done)) of \(grouped($0))" } ?? grouped(done)
    }

    /// `1,234,567`.
    static func grouped(_ number: Int) -> String {
        var digits = Array("\(number)")
        var position = digits.count - 3
        while position > 0 {
            digits.insert(",", at: position)
            position -= 3
        }
        return String(digits)
    }

    /// `12 s`, `3 min`, `2 h`.
    static func time(_ seconds: Double) -> String {
        switch seconds {
        case ..<100: "\(Int(seconds.rounded(.up))) s"
        case ..<5400: "\(Int((seconds / 60).rounded())) min"
        default: "\(Int((seconds / 3600).rounded())) h"
        }
    }
}
