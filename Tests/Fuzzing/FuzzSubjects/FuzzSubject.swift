// SPDX-License-Identifier: Apache-2.0

/// A reader of bytes that others wrote, and the laws that hold of whatever it makes of them.
///
/// A reader gives a result or a typed error. It never traps, it takes memory in proportion to its
/// input and not to what the input claims, and what it has read reads back as the same.
public protocol FuzzSubject: SendableMetatype {
    /// What it is called on command lines, and the folder of its inputs.
    static var name: String { get }

    /// Inputs that are sound, from which others are made.
    static func seeds() throws -> [[UInt8]]

    /// Makes one; it keeps what is dear to make.
    init() throws

    /// Reads an input.
    ///
    /// - Parameter input: Any bytes.
    /// - Returns: The law that does not hold, in words; nil where all do.
    mutating func brokenLaw(of input: [UInt8]) -> String?
}

/// Every subject there is.
public enum FuzzSubjects {
    /// In the order in which they are tried.
    public static let all: [any FuzzSubject.Type] = [
        MetadataSubject.self, PolicySubject.self, ListingSubject.self, ShellListingSubject.self,
        ObjectListingSubject.self, HDFSAnswersSubject.self, S3AnswersSubject.self,
        JournalSubject.self, PlanSubject.self, MemorySubject.self, TrashRecordSubject.self,
    ]

    /// The one of a name; nil where none has it.
    public static func named(_ name: String) -> (any FuzzSubject.Type)? {
        all.first { $0.name == name }
    }
}

extension [UInt8] {
    /// A number that depends on the bytes alone, below a limit of 1 or more.
    ///
    /// With it a law takes a place to cut at: the same input is always cut at the same place.
    func number(below limit: Int) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in self { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash >> 17) % UInt64(limit))
    }
}
