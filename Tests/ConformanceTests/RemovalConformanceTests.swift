// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import SnapshotModel
import Storage
import StorageRemoval
import Testing

extension StoreTests {
    @Suite struct RemovalConformanceTests {
        /// Names with the decoys that a glob, a shell or an option parser would take for them.
        private static let pairs: [(name: ObjectName, decoys: [ObjectName])] = [
            ("a*b", ["axb", "ab"]), ("a?b", ["axb"]), ("a[bc]d", ["abd", "acd"]),
            ("a{b,c}d", ["abd", "acd"]), ("{x}", ["x"]), ("[z", ["z"]), ("p]q", ["pq"]),
            ("m\\n", ["mn"]), ("w\\*x", ["w*x"]), ("*", ["other"]), ("-rf", ["rf"]),
            ("--", ["-"]), ("$HOME", ["HOME"]), ("~", ["tilde"]), ("a b", ["a", "b"]),
            (" lead", ["lead"]), ("trail ", ["trail"]), ("%41", ["A"]), ("ü", ["u", "??"]),
            ("日本", ["日"]), ("...", ["...."]), ("#h", ["h"]), ("'q'", ["q"]),
        ]

        private func isThere(_ filled: FilledStore, _ path: ObjectName) throws -> Bool {
            let status = filled.reader.status(of: [filled.root.appending(path)])
            return try #require(status.first).get() != nil
        }

        @Test(arguments: StoreUnderTest.few)
        func `takes exactly what is named, beside whatever decoys`(store: StoreUnderTest) throws {
            let tree = try TemporaryDirectory()
            let pairs =
                store.paysPerObject
                ? TestSample.of(Self.pairs, count: 6, name: "odd names by aws") : Self.pairs
            let names = pairs.map(\.name)
            for (name, decoys) in pairs {
                for each in [name] + decoys {
                    try tree.write(ObjectName("plain").appending(each).appending("_metadata"), [1])
                }
            }
            // The same below directories with odd names of their own.
            for parent in ["p*r", "p[a]r", "par", "pxr"] as [ObjectName] {
                try tree.write(parent.appending("victim/f"), [1])
            }
            let filled = try store.fill(tree)
            let before = Set(filled.list("").0.paths)
            let victims: [ObjectName] =
                names.map { ObjectName("plain").appending($0) }
                + ["p*r/victim", "p[a]r/victim"]
            let answers = filled.remover.remove(try filled.items(victims))
            #expect(answers.allSatisfy { $0 == nil }, "\(answers.compactMap { $0 })")
            let expected = before.filter { path in
                !victims.contains { path == $0 || path.bytes.starts(with: $0.bytes + [0x2F]) }
            }
            #expect(Set(filled.list("").0.paths) == expected)
        }

        @Test(arguments: StoreUnderTest.few)
        func `answers for each item of a batch, gone ones and refused ones too`(
            store: StoreUnderTest
        ) throws {
            let tree = try TemporaryDirectory()
            try tree.write("a/f", [1])
            try tree.write("b/f", [1])
            try tree.makeDirectory("void/inner")
            try tree.write("full/f")
            let filled = try store.fill(tree)
            var items = try filled.items(["a", "nowhere", "b"])
            items.append(
                RemovalItem(root: filled.root, path: "", kind: .directory, identity: .none)
            )
            let answers = filled.remover.remove(items)
            #expect(answers.map { $0?.reason } == [nil, .notFound, nil, .unusableName])
            let empty = filled.remover.removeEmptyDirectories(
                try filled.items(["void", "full", "nowhere"])
            )
            #expect(empty.map { $0?.reason } == [nil, .alreadyExists, .notFound])
            #expect(filled.list("").0.paths == ["", "full", "full/f"])
        }

        @Test(arguments: StoreUnderTest.few)
        func `moves to the trash and back`(store: StoreUnderTest) throws {
            let tree = try TemporaryDirectory()
            try tree.write("job/sp [1]/_metadata", [1])
            try tree.write("job/sp [1]/s", [2])
            try tree.write("job/sp 2/_metadata", [3])
            let filled = try store.fill(tree)
            let before = filled.list("job").0.paths
            let run: ObjectName = "20261125T183041Z-0123abcd"
            let items = try filled.items(["job/sp [1]", "job/sp 2"])
            #expect(filled.remover.moveToTrash(items, run: run) == [nil, nil])
            #expect(filled.list("job").0.paths == [""])
            #expect(filled.remover.restoreFromTrash(items, run: run) == [nil, nil])
            #expect(filled.list("job").0.paths == before)
            // A second time there is nothing to do.
            #expect(filled.remover.restoreFromTrash(items, run: run) == [nil, nil])
        }

        @Test(arguments: StoreUnderTest.few)
        func `makes an empty object where none is`(store: StoreUnderTest) throws {
            let tree = try TemporaryDirectory()
            try tree.write("sp/_metadata", [1])
            let filled = try store.fill(tree)
            let directory = try filled.items(["sp"])[0]
            let label = RemovalItem(
                root: filled.root,
                path: "sp/_label.pre-deploy",
                kind: .file,
                identity: directory.identity
            )
            try filled.remover.create(label)
            #expect(try isThere(filled, "sp/_label.pre-deploy"))
            #expect(throws: StorageError.self) { try filled.remover.create(label) }
            let taken = try filled.items(["sp/_label.pre-deploy"], .file)
            #expect(filled.remover.remove(taken) == [nil])
            #expect(try !isThere(filled, "sp/_label.pre-deploy"))
        }
    }
}
