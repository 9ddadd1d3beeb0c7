// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

extension S3StoreTests {
    /// The built program and a real store with which, or beside which, something is wrong.
    @Suite(.enabled(if: S3TestService.shared != nil, "\(S3TestService.skipMessage)"))
    struct S3TroubleTests {
        private static let tally = FaultTally(
            "troubles of S3",
            of: S3Trouble.allCases.count,
            planned: S3Trouble.sample.count
        )

        @Test(arguments: S3Trouble.sample)
        func `loses nothing to what goes wrong, names it, and goes on afterwards`(
            trouble: S3Trouble
        ) throws {
            switch trouble {
            case .metadataHeld: try S3ObjectLockTrial().isNamed(held: .metadata)
            case .stateHeld: try S3ObjectLockTrial().isNamed(held: .state)
            case .heldWithoutTrash: try S3ObjectLockTrial().isHidden()
            default: try lose(nothingTo: trouble)
            }
            Self.tally.add()
        }

        private func lose(nothingTo trouble: S3Trouble) throws {
            let service = try #require(S3TestService.shared)
            let proxy =
                trouble.rules.isEmpty
                ? nil : try S3Proxy(before: service.ceph, trouble.rules, of: service)
            let gateway = trouble.stopsServer ? try S3Gateway(of: service) : nil
            // They end with their values.
            defer { withExtendedLifetime((proxy, gateway)) {} }
            let site = try site(trouble, at: proxy?.url ?? gateway?.url)
            if let gateway { try site.hook(hook(trouble, gateway, site)) }
            let before = try site.look()
            try #require(before.files[FaultedTree.neighbour] != nil, "\(before)")
            try #require(before.files == site.content.lengths)
            let laws = ClientFaultLaws(
                content: site.content,
                before: before,
                expected: site.leftByRun
            )
            let end = try site.run("run", environment: clock(trouble))
            if gateway != nil {
                #expect(site.local.exists("stopped"), "nothing was removed")
                try site.hook(nil)
            }
            let look = try site.look()
            var problems = laws.violations(in: look)
            #expect(end.code.map(trouble.codes.contains) ?? false, "\(end.text)")
            #expect(end.text.contains(trouble.word) || trouble.word.isEmpty, "\(end.text)")
            if end.code == 0 {
                problems += look.differences(from: laws.expected)
            } else if !trouble.mayTakeSome {
                // What was refused before anything was removed took nothing.
                problems += look.differences(from: before)
            }
            let next = try mended(site, trouble)
            problems += laws.problemsAfterwards(next, try site.look())
            #expect(problems.isEmpty, "\(trouble)\n\(end.text)\n\(next.text)")
        }

        /// A hook that stops a server before the first removal.
        private func hook(_ trouble: S3Trouble, _ gateway: S3Gateway, _ site: S3Site) -> String {
            let stopped = "'\(site.local.path)/stopped'"
            return """
                [[ "$* " =~ ' run '.*/run- && ! -f \(stopped) ]] || exit 0
                touch \(stopped)
                \(gateway.stopping)
                \(trouble == .restarted ? gateway.starting : "")
                """
        }

        /// A tree that is as the trouble finds it, and something beside it.
        private func site(_ trouble: S3Trouble, at url: String?) throws -> S3Site {
            if trouble == .full { try S3Site.makeRoom() }
            let site = try S3Site(
                trouble.client,
                in: trouble.bucket,
                jobs: ["a"],
                trash: "0d",
                isStranger: trouble == .full
            )
            try site.put(["\(site.prefix)\(FaultedTree.neighbour)"])
            switch trouble {
            case .readOnly: site.isStranger = true
            case .full: site.fillUp()
            case .setBack, .setForward:
                let end = try site.run("run")
                try #require(end.code == 0, "\(end.text)")
                try site.fill()
                if trouble == .setForward { try age(site) }
            default: break
            }
            let options = trouble.client == .s5cmd ? [] : ["--cli-read-timeout=1"]
            try site.write(policy: "0d", at: url, options: options)
            return site
        }

        /// Makes the last run one of 33 days ago.
        private func age(_ site: S3Site) throws {
            let file = "\(site.local.path)/state/memory.json"
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let match = try #require(text.firstMatch(of: /"lastRun":([0-9]+)/))
            let last = try #require(Int64(match.1))
            let old = "\"lastRun\":\(last - 33 * 86_400_000_000_000)"
            let aged = text.replacing(match.0, with: old)
            try site.local.write("state/memory.json", Array(aged.utf8))
        }

        private func clock(_ trouble: S3Trouble) -> [String: String] {
            trouble.ahead == 0 ? [:] : Fault.clock(aheadBySeconds: trouble.ahead)
        }

        /// The next run, with which nothing is wrong any more.
        private func mended(_ site: S3Site, _ trouble: S3Trouble) throws -> BuiltProgram.End {
            try site.write(policy: "0d")
            switch trouble {
            case .readOnly: site.isStranger = false
            case .full: try S3Site.makeRoom()
            case .setForward:
                // Only who looked at a plan goes on after so long.
                let plan = "\(site.local.path)/plan.json"
                let saved = try site.run("plan", "--save", plan)
                try #require(saved.code == 0 || saved.code == 4, "\(saved.text)")
                return try site.run("run", "--approved", plan)
            default: break
            }
            return try site.run("run")
        }
    }
}

extension S3Site {
    /// What a run leaves of its savepoints, what lies beside them, and the locks that it gave back.
    fileprivate var leftByRun: StoreLook {
        StoreLook(
            files: content.lengths.filter { path, _ in
                path == FaultedTree.neighbour || kept.contains { path.hasPrefix("\($0)/") }
            },
            own: Set(jobs.map { "\($0)/.janitor-lock/owner" })
        )
    }

    private static let fillers = "filler/"

    /// Puts objects beside everything until the store takes no more.
    fileprivate func fillUp() {
        #expect(throws: TestServiceError.self) {
            try put((0..<100).map { "\(Self.fillers)\($0)" })
        }
    }

    /// Takes them away again.
    fileprivate static func makeRoom() throws {
        let service = try #require(S3TestService.shared)
        let words = [service.ceph, "delete", "full", fillers]
        _ = try service.order(words, isStranger: true)
    }
}
