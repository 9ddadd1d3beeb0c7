// SPDX-License-Identifier: Apache-2.0

/// A file with a listing, of one of the known formats.
struct ListingFile {
    private let path: String

    init(_ path: String) {
        self.path = path
    }

    /// The file's format; nil where it does not read or none knows it.
    var format: (any ListingFormat.Type)? {
        guard var lines = try? LineReader(path), let first = try? lines.next() else { return nil }
        return ListingFormats.format(of: first)
    }

    /// Reads the file to its end.
    ///
    /// - Parameter take: Gets what it says, in order.
    /// - Returns: Why it is not whole; nil where it is.
    func read(_ take: (ListingStatement) -> Void) -> ListingFault? {
        guard let format else {
            do throws(ListingFault) {
                var lines = try LineReader(path)
                _ = try lines.next()
                return ListingFault("it is of no known format")
            } catch {
                return error
            }
        }
        return Self.read(path, as: format, take)
    }

    private static func read<Format: ListingFormat>(
        _ path: String,
        as format: Format.Type,
        _ take: (ListingStatement) -> Void
    ) -> ListingFault? {
        var number = 0
        do throws(ListingFault) {
            var lines = try LineReader(path)
            var parser = Format()
            while let line = try lines.next() {
                number += 1
                try parser.read(line, take)
            }
            number += 1
            try parser.finish(take)
            return nil
        } catch {
            return ListingFault("line \(number): \(error.message)")
        }
    }
}
