// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
public import Storage

/// A text format of listings, one object a line.
///
/// A format's parser is a value that gets the lines of a file in order and says what each one
/// means. It never decides what is missing: a line that it does not understand is a fault, and
/// with a fault nothing in the file proves that anything is absent (law 2). To add the format of a
/// store write a type like `JanitorListing`, and name it in `ListingFormats.all`.
public protocol ListingFormat: SendableMetatype {
    /// What the format is called in messages.
    static var name: String { get }

    /// The step between two times that the format can tell apart, in nanoseconds.
    static var timeResolution: Int64 { get }

    /// Tells by a file's first line, without its end, whether the file is of this format.
    static func isRecognized(by firstLine: UnsafeRawBufferPointer) -> Bool

    /// Makes a parser that has seen nothing yet.
    init()

    /// Reads the next line.
    ///
    /// - Parameters:
    ///   - line: Without its end; good during the call.
    ///   - take: Gets what the line says, in order; nothing for lines that say nothing.
    /// - Throws: `ListingFault` where the line is not of the format, or cannot stand here.
    mutating func read(
        _ line: UnsafeRawBufferPointer,
        _ take: (ListingStatement) -> Void
    ) throws(ListingFault)

    /// Tells that the lines are over.
    ///
    /// - Throws: `ListingFault` where the file was cut short.
    mutating func finish(_ take: (ListingStatement) -> Void) throws(ListingFault)
}

/// What a line of a listing says.
public enum ListingStatement {
    /// What follows lies below this place; without a scheme, below a path of the one HDFS store
    /// that is asked about.
    case root(StorageURL)
    /// An object below the last root: its path there, empty for the root itself, as stored, good
    /// during the call; what it is, its length in bytes, and its time.
    case object(
        path: UnsafeRawBufferPointer,
        kind: ObjectKind,
        size: Int64,
        modified: Instant
    )
    /// How the listing of the last root ended; nothing more of it follows.
    case end(ListingOutcome)
}

/// Why a line is not of its format, lower case.
public struct ListingFault: Error, Hashable, Sendable {
    /// What is wrong.
    public let message: String

    /// Makes a fault.
    public init(_ message: String) {
        self.message = message
    }
}

/// The formats that are known.
enum ListingFormats {
    static let all: [any ListingFormat.Type] = [
        JanitorListing.self, ShellListing.self, ImageListing.self,
    ]

    /// The format of a file that begins with this line; nil where none knows it.
    static func format(of firstLine: UnsafeRawBufferPointer) -> (any ListingFormat.Type)? {
        all.first { $0.isRecognized(by: firstLine) }
    }
}
