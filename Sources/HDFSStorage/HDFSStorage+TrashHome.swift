// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
package import SnapshotModel

/// Where the user's own trash lies, for clients that say nothing of their moves.
///
/// Source: `DistributedFileSystem.getHomeDirectory` and `ViewFileSystem.getHomeDirectory`, 2.7.4 and
/// 3.4.2: `/user/<name>`, unless a configuration says otherwise.
extension HDFSStorage {
    /// Where the client would have said that it moved things which were found in the trash.
    ///
    /// The shell calls what lies in the user's own trash `.Trash/…` and no more. Its owner tells whose
    /// that is, which is believed only where what was found lies there too, the same by all that a
    /// listing shows.
    ///
    /// - Parameter found: Where each thing was, and what the shell calls it now.
    /// - Returns: Places as a journal has them; nil where that is not known.
    package func placesToTell(
        of found: [(place: StorageURL, printed: ObjectName)]
    ) -> [StorageURL?] {
        let sample = found.first { TrashDirectory.own.split($0.printed) != nil }
        let home = sample.flatMap { self.home(showing: $0.printed) }
        return found.map { place, printed in
            guard TrashDirectory.own.split(printed) != nil else {
                return target(of: place, at: printed)
            }
            return home.flatMap { target(of: place, at: $0.appending(printed)) }
        }
    }

    /// Where something went that lies in a trash by now, whatever `Current` was renamed to since.
    private func target(of place: StorageURL, at path: ObjectName) -> StorageURL? {
        for count in [0, 13] {
            let front = path.bytes.dropLast(count)
            guard front.suffix(place.path.bytes.count).elementsEqual(place.path.bytes) else {
                continue
            }
            let above = front.dropLast(place.path.bytes.count)
            guard let slash = above.lastIndex(of: UInt8(ascii: "/")) else { return nil }
            let tail = Array("/Current".utf8) + place.path.bytes + path.bytes.suffix(count)
            let target = StorageURL(
                scheme: place.scheme,
                authority: place.authority,
                path: ObjectName(above[..<slash] + tail)
            )
            if believes(target, of: place) { return target }
        }
        return nil
    }

    /// The user's home directory, in which something that was found in the trash lies; nil where that
    /// is not known.
    private func home(showing printed: ObjectName) -> ObjectName? {
        if let known = trashNames.home { return known }
        let trash = TrashDirectory.own.name
        guard let shown = fields(of: [trash])?[trash], shown.count > 2 else { return nil }
        let home = ObjectName(Array("/user/".utf8) + shown[2].bytes)
        let there = home.appending(printed)
        guard let found = fields(of: [printed, there]), let own = found[printed],
            own == found[there]
        else { return nil }
        trashNames.note(home: home)
        return home
    }

    /// What `-ls -d` shows of paths in front of each; nil where it does not show all of it.
    private func fields(of paths: [ObjectName]) -> [ObjectName: [ObjectName]]? {
        do {
            let invocation = try shell.invocation(["-ls", "-d"])
            let looked = try look(invocation, paths.map(ShellPath.escaped)[...])
            guard looked.answer.isClean, looked.spool.endsWhole else { return nil }
            var shown: [ObjectName: [ObjectName]] = [:]
            let isRead = looked.spool.eachLine { bytes in
                guard let line = ShellListingLine(inTrash: bytes) else { return }
                let words = bytes[..<line.pathStart].split(separator: UInt8(ascii: " "))
                shown[ObjectName(bytes[line.pathStart...])] = words.map { ObjectName($0) }
            }
            return isRead ? shown : nil
        } catch {
            return nil
        }
    }
}
