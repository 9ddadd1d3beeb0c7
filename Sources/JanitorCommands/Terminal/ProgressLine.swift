// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
internal import Synchronization

/// The last line of a terminal while a command takes more than a second; gone when it is over.
final class ProgressLine: Sendable {
    private struct State {
        var isShown = false
        var isOver = false
    }

    private static let patience: UInt32 = 1_000_000
    private static let pace: UInt32 = 200_000

    private let state = Mutex(State())
    private let descriptor: Int32
    private let progress: Progress

    /// Begins to watch.
    ///
    /// - Parameters:
    ///   - progress: What is shown.
    ///   - descriptor: A terminal.
    init(_ progress: Progress, on descriptor: Int32) {
        self.progress = progress
        self.descriptor = descriptor
        let thread = Thread { [weak self] in
            usleep(Self.patience)
            while let self, self.draw() { usleep(Self.pace) }
        }
        thread.start()
    }

    /// Draws the line over the one that is there; false when it is all over.
    private func draw() -> Bool {
        let line = progress.line
        let columns = Terminal.columns(of: descriptor) ?? 80
        return state.withLock { state in
            if state.isOver { return false }
            guard let line else { return true }
            // The last column is left free: a terminal may begin a new line behind it.
            put("\r\(line.prefix(max(0, columns - 1)))\u{1B}[K")
            state.isShown = true
            return true
        }
    }

    /// Makes room for a message; the line comes back below it.
    func hide() {
        state.withLock { state in
            if state.isShown { put("\r\u{1B}[K") }
            state.isShown = false
        }
    }

    /// Takes the line away for good.
    func finish() {
        state.withLock { state in
            if state.isShown { put("\r\u{1B}[K") }
            state = State(isShown: false, isOver: true)
        }
    }

    private func put(_ text: String) {
        _ = text.withCString { Glibc.write(descriptor, $0, strlen($0)) }
    }
}

/// What a descriptor leads to.
enum Terminal {
    /// How many columns a terminal has; nil for what is none, or does not say.
    static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard isatty(descriptor) == 1, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0,
            size.ws_col > 0
        else { return nil }
        return Int(size.ws_col)
    }

    /// Whether colours may be written: to a terminal that knows them, unless somebody minds.
    ///
    /// Source: no-color.org: `NO_COLOR`, when present and not empty, prevents colour.
    static func takesColours(_ descriptor: Int32, _ environment: [String: String]) -> Bool {
        isatty(descriptor) == 1 && (environment["NO_COLOR"] ?? "").isEmpty
            && environment["TERM"] != "dumb" && environment["TERM"] != nil
    }
}
