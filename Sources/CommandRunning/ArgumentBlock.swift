// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// The strings of a call as the kernel wants them; must outlive the child's execution.
final class ArgumentBlock {
    let path: UnsafeMutablePointer<CChar>
    let directory: UnsafeMutablePointer<CChar>
    let words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    let variables: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let counts: (words: Int, variables: Int)

    init(_ invocation: CommandInvocation) {
        let entries = invocation.environment.entries
        let all = invocation.words
        path = Self.copy(invocation.program.path)
        directory = Self.copy(invocation.workingDirectory)
        words = Self.list(all)
        variables = Self.list(entries)
        counts = (all.count, entries.count)
    }

    deinit {
        for index in 0..<counts.words { words[index]?.deallocate() }
        for index in 0..<counts.variables { variables[index]?.deallocate() }
        words.deallocate()
        variables.deallocate()
        path.deallocate()
        directory.deallocate()
    }

    private static func copy(_ name: ObjectName) -> UnsafeMutablePointer<CChar> {
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: name.bytes.count + 1)
        for (index, byte) in name.bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
        copy[name.bytes.count] = 0
        return copy
    }

    private static func list(
        _ names: [ObjectName]
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
        let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
            .allocate(capacity: names.count + 1)
        for (index, name) in names.enumerated() { list[index] = copy(name) }
        list[names.count] = nil
        return list
    }
}
