// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Policy

struct NotifyProblemTests {
    private func policy(_ text: String) throws -> JanitorPolicy {
        try decode("{ \(text), jobs: [{ name: \"a\", savepoints: \"/sp/a\" }] }")
    }

    @Test func `takes who is told and where metrics go, and neither changes the fingerprint`()
        throws
    {
        let told = try policy(
            """
            notify: { ping: "https://hc-ping.com/0a1b?create=1", webhook: "http://127.0.0.1:80/x" },
            metrics: "/var/lib/node/janitor.prom"
            """
        )
        #expect(told.notify.ping == "https://hc-ping.com/0a1b?create=1")
        #expect(told.notify.webhook == "http://127.0.0.1:80/x")
        #expect(told.metrics == "/var/lib/node/janitor.prom")
        #expect(told.fingerprint == (try policy("timeZone: \"UTC\"")).fingerprint)
        #expect(try decode(told.json5) == told)
    }

    @Test(arguments: [
        ("notify: { ping: \"hc-ping.com/0a1b\" }", "notify.ping: cannot use this address"),
        ("notify: { ping: \"https:///x\" }", "notify.ping: cannot use this address"),
        ("notify: { webhook: \"https://a b\" }", "notify.webhook: cannot use this address"),
        ("notify: { webhook: \"ftp://a/b\" }", "notify.webhook: cannot use this address"),
        ("notify: { mail: \"x\" }", "notify.mail: cannot use key \"mail\""),
        ("notify: []", "notify: cannot use a list"),
        ("metrics: \"janitor.prom\"", "metrics: cannot use file \"janitor.prom\""),
        ("metrics: \"/var/janitor.txt\"", "metrics: cannot use file \"/var/janitor.txt\""),
        ("metrics: 3", "metrics: cannot use number 3"),
    ])
    func `refuses what cannot be called or written`(text: String, message: String) {
        let errors = #expect(throws: PolicyErrors.self) { try policy(text) }
        #expect(errors?.description.contains(message) == true, "\(errors?.description ?? "")")
    }

    @Test func `does not repeat an address, which may be a secret`() {
        let errors = #expect(throws: PolicyErrors.self) {
            try policy("notify: { webhook: \"hooks.example/s3cr3t\" }")
        }
        #expect(errors?.description.contains("s3cr3t") == false)
    }
}
