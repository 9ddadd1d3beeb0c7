// SPDX-License-Identifier: Apache-2.0

/// Metadata files as Flink 1.11 to 1.15 wrote them, with the least that a snapshot needs.
///
/// For the demonstration tree and for tests; nothing else makes metadata.
///
/// Source: `MetadataV3Serializer` (Flink 1.15): format version 3.
public enum SampleMetadata {
    /// A file that metadata name, and its length in bytes.
    public struct File: Hashable, Sendable {
        /// Absolute path with scheme, or a base name in the snapshot's own directory.
        public var path: String
        /// Length in bytes.
        public var size: Int64

        /// Names a file.
        public init(_ path: String, _ size: Int64) {
            self.path = path
            self.size = size
        }

        var isRelative: Bool { !path.contains("/") }
    }

    /// The last half of an operator's id, where nobody asks for another.
    public static let usualOperator: UInt64 = 0xA61F_CB26_1937_92BE

    /// An incremental checkpoint.
    ///
    /// - Parameters:
    ///   - id: The checkpoint id.
    ///   - shared: Files that it shares with others.
    ///   - own: Files in its own directory.
    ///   - operator: The last half of the id of its one operator.
    /// - Returns: The bytes of `_metadata`.
    public static func checkpoint(
        id: Int64,
        shared: [File],
        own: [File],
        operator: UInt64 = usualOperator
    ) -> [UInt8] {
        var bytes = Bytes()
        bytes.header(id: id, operator: `operator`)
        bytes.add(UInt8(5))
        bytes.add(id)
        bytes.add("a3e0f3a0-0000-4000-8000-000000000001")
        bytes.add(Int32(0))
        bytes.add(Int32(128))
        // The handle's own meta file: inlined, empty.
        bytes.add(UInt8(1))
        bytes.add("meta")
        bytes.add(Int32(0))
        bytes.list(shared)
        bytes.list(own)
        bytes.footer()
        return bytes.all
    }

    /// A checkpoint of nothing but the state of an operator.
    ///
    /// - Parameters:
    ///   - id: The checkpoint id.
    ///   - file: The one file of its state.
    /// - Returns: The bytes of `_metadata`.
    public static func operatorState(id: Int64, file: File) -> [UInt8] {
        var bytes = Bytes()
        bytes.header(id: id) { bytes in
            // A plain handle without named states.
            bytes.add(UInt8(4))
            bytes.add(Int32(0))
            bytes.handle(file)
        }
        bytes.add(UInt8(0))
        bytes.footer()
        return bytes.all
    }

    /// A checkpoint of nothing but the state of an operator, inlined.
    ///
    /// - Parameters:
    ///   - id: The checkpoint id.
    ///   - inlined: The state.
    /// - Returns: The bytes of `_metadata`.
    public static func operatorState(id: Int64, inlined: [UInt8]) -> [UInt8] {
        var bytes = Bytes()
        bytes.header(id: id) { bytes in
            bytes.add(UInt8(4))
            bytes.add(Int32(0))
            bytes.add(UInt8(1))
            bytes.add("state")
            bytes.add(Int32(inlined.count))
            bytes.all += inlined
        }
        bytes.add(UInt8(0))
        bytes.footer()
        return bytes.all
    }

    /// A checkpoint of file merging in which nothing was written, and that pins two directories.
    ///
    /// - Parameters:
    ///   - id: The checkpoint id.
    ///   - taskOwned: Absolute path of the directory in `taskowned/`.
    ///   - shared: Absolute path of the directory in `shared/`.
    /// - Returns: The bytes of `_metadata`.
    public static func merging(id: Int64, taskOwned: String, shared: String) -> [UInt8] {
        var bytes = Bytes()
        bytes.header(id: id) { bytes in
            // No named states, the directories, empty, and an empty segment.
            bytes.add(UInt8(17))
            bytes.add(Int32(0))
            bytes.add(taskOwned)
            bytes.add(shared)
            bytes.add(UInt8(1))
            bytes.add(UInt8(16))
        }
        bytes.add(UInt8(0))
        bytes.footer()
        return bytes.all
    }

    /// A canonical savepoint.
    ///
    /// - Parameters:
    ///   - id: The checkpoint id that it took from the job's counter.
    ///   - file: The one file of its state.
    ///   - operator: The last half of the id of its one operator.
    /// - Returns: The bytes of `_metadata`.
    public static func savepoint(
        id: Int64,
        file: File,
        operator: UInt64 = usualOperator
    ) -> [UInt8] {
        var bytes = Bytes()
        bytes.header(id: id, operator: `operator`)
        bytes.add(UInt8(7))
        bytes.add(Int32(0))
        bytes.add(Int32(0))
        bytes.handle(file)
        bytes.footer()
        return bytes.all
    }
}

/// Big-endian bytes as Java's `DataOutputStream` writes them.
private struct Bytes {
    var all: [UInt8] = []

    mutating func add<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.bigEndian) { all += $0 }
    }

    mutating func add(_ text: String) {
        add(UInt16(truncatingIfNeeded: text.utf8.count))
        all += text.utf8
    }

    /// Everything up to the managed keyed state of the one subtask.
    ///
    /// The closure adds the handle of managed operator state, where there is one.
    mutating func header(
        id: Int64,
        operator: UInt64 = 0xA61F_CB26_1937_92BE,
        _ operatorState: ((inout Bytes) -> Void)? = nil
    ) {
        add(UInt32(0x4960_672D))
        add(Int32(3))
        add(id)
        add(Int32(0))
        add(Int32(1))
        add(UInt64(0x1F2B_5DF5_A661_54AC))
        add(`operator`)
        add(Int32(1))
        add(Int32(128))
        add(UInt8(0))
        add(Int32(1))
        add(Int32(0))
        add(Int32(operatorState == nil ? 0 : 1))
        operatorState?(&self)
        add(Int32(0))
    }

    mutating func footer() {
        add(UInt8(0))
        add(Int32(0))
        add(Int32(0))
    }

    mutating func list(_ files: [SampleMetadata.File]) {
        add(Int32(files.count))
        for (number, file) in files.enumerated() {
            add("00000\(number).sst")
            handle(file)
        }
    }

    mutating func handle(_ file: SampleMetadata.File) {
        if file.isRelative {
            add(UInt8(6))
            add(file.path)
            add(file.size)
        } else {
            add(UInt8(2))
            add(file.size)
            add(file.path)
        }
    }
}
