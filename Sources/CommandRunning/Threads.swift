// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Synchronization

/// Runs a closure on a thread of its own that nobody waits for.
func detachThread(_ body: @escaping @Sendable () -> Void) {
    Thread.detachNewThread(body)
}

/// Does something for each of a number of items, several at a time.
///
/// For work that waits: each at a time has a thread of its own, however many cores there are.
///
/// - Parameters:
///   - items: What to work on.
///   - bound: How many at a time; at least 1.
///   - body: Works on one item; runs on any thread.
/// - Returns: What `body` returned, in the order of `items`.
public func concurrentMap<Item: Sendable, Value: Sendable>(
    _ items: [Item],
    atMost bound: Int,
    _ body: @escaping @Sendable (Item) -> Value
) -> [Value] {
    let workers = max(1, min(bound, items.count))
    guard workers > 1 else { return items.map(body) }
    let board = Board<Value>(count: items.count)
    let group = DispatchGroup()
    for _ in 0..<workers {
        group.enter()
        detachThread {
            while let index = board.take() { board.put(body(items[index]), at: index) }
            group.leave()
        }
    }
    group.wait()
    return board.values()
}

/// What is still to be done, and what came of the rest.
private final class Board<Value: Sendable>: Sendable {
    private struct State {
        var next = 0
        var values: [Value?]
    }

    private let count: Int
    private let state: Mutex<State>

    init(count: Int) {
        self.count = count
        state = Mutex(State(values: Array(repeating: nil, count: count)))
    }

    func take() -> Int? {
        state.withLock { state in
            guard state.next < count else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    func put(_ value: Value, at index: Int) {
        state.withLock { $0.values[index] = value }
    }

    func values() -> [Value] {
        state.withLock { $0.values.compactMap(\.self) }
    }
}
