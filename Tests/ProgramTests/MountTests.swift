// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// Another file system below a root, in a name space of mounts that ends with the process.
struct MountTests {
    private static let script = """
        cp -a "$PLACE" "$COPY" && mount -t tmpfs none "$PLACE" && cp -a "$COPY/." "$PLACE" || exit 99
        "$@"
        code=$?
        find "$PLACE" -name _metadata
        exit "$code"
        """

    private static let canMount = {
        let probe = "mount -t tmpfs none /mnt"
        let end = try? BuiltProgram(behind: ["unshare", "-m", "sh", "-c", probe]).run([])
        return end?.code == 0
    }()

    @Test(
        .enabled(if: canMount, "this machine does not allow mounts of one's own"),
        arguments: FaultSite.Way.allCases
    )
    func `what lies on another file system is left and named`(way: FaultSite.Way) throws {
        let site = try FaultSite(way)
        let place = "\(site.tree)/sp/\(FaultSite.job)/native"
        let copy = "\(site.directory.path)/copy"
        let run = try site.start(
            ["run"],
            environment: ["PLACE": place, "COPY": copy],
            behind: ["unshare", "-m", "sh", "-c", Self.script, "sh"]
        )
        let end = run.wait()
        #expect(end.code == 3, "\(end)")
        #expect(end.text.contains("another file system"), "\(end)")
        #expect(end.text.contains("native/savepoint-5a1e5a-000000000002/_metadata"))
        // The others went.
        #expect(try JournalText(state: site.state).gone.count == 4)
    }
}
