// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
public import Storage

/// Writes listings in our own format as they come in.
public struct JanitorListingWriter {
    private let write: (UnsafeRawBufferPointer) -> Void
    private var buffer: [UInt8] = []
    private var count = 0

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - time: When the listing began.
    ///   - write: Gets the bytes, piece by piece.
    public init(at time: Instant, _ write: @escaping (UnsafeRawBufferPointer) -> Void) {
        self.write = write
        buffer += "\(JanitorListing.firstLine)\ntime \(time)\n".utf8
    }

    /// Lists one root into the file.
    ///
    /// - Parameters:
    ///   - root: The root.
    ///   - reader: The reader of its store.
    /// - Returns: How the listing ended, as the file has it too.
    public mutating func list(_ root: StorageURL, with reader: any StorageReader) -> ListingOutcome
    {
        buffer += "root ".utf8
        EscapedName.write(place(root), to: &buffer)
        endLine()
        let outcome = reader.list([root], into: &self).first ?? .incomplete([])
        switch outcome {
        case .complete: buffer += "complete".utf8
        case .absent: buffer += "absent".utf8
        case .incomplete(let errors):
            buffer += "incomplete ".utf8
            EscapedName.write(
                (errors.first?.description ?? "it may be cut short").utf8,
                to: &buffer
            )
        }
        endLine()
        return outcome
    }

    /// Ends the file.
    public mutating func finish() {
        buffer += "end \(count)\n".utf8
        flush()
    }

    /// The bytes of a place: scheme and authority as text, the path as it is stored.
    private func place(_ root: StorageURL) -> [UInt8] {
        Array((root.scheme.map { "\($0)://\(root.authority)" } ?? "").utf8) + root.path.bytes
    }

    private mutating func endLine() {
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count > 1 << 16 { flush() }
    }

    private mutating func flush() {
        buffer.withUnsafeBytes(write)
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ time: Instant) {
        if time.nanoseconds < 0 { buffer.append(UInt8(ascii: "-")) }
        let (seconds, rest) = time.nanoseconds.magnitude.quotientAndRemainder(
            dividingBy: 1_000_000_000
        )
        buffer += "\(seconds)".utf8
        guard rest != 0 else { return }
        let digits = "\(rest)"
        buffer.append(UInt8(ascii: "."))
        buffer += repeatElement(UInt8(ascii: "0"), count: 9 - digits.utf8.count)
        buffer += digits.utf8
    }
}

// MARK: - ListingSink

extension JanitorListingWriter: ListingSink {
    /// Writes one object.
    public mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        switch kind {
        case .file: buffer += "f \(size) ".utf8
        case .directory: buffer += "d ".utf8
        case .symbolicLink: buffer += "l ".utf8
        case .other: buffer += "o ".utf8
        }
        append(modified)
        buffer.append(UInt8(ascii: " "))
        if path.isEmpty {
            buffer.append(UInt8(ascii: "."))
        } else {
            path.withUnsafeBufferPointer { EscapedName.write($0, to: &buffer) }
        }
        count += 1
        endLine()
    }
}
