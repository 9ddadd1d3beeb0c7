// SPDX-License-Identifier: Apache-2.0

import Foundation

extension PolicyReading {
    /// Reads the zone in which calendar periods are cut.
    ///
    /// Foundation takes `EST` and `GMT+3` for zones, and not `CEST`; none of them says where its
    /// clocks change. A policy names a place, or `UTC`, or `Etc/…`; nothing falls back to UTC.
    mutating func timeZone(_ field: Field) -> TimeZone? {
        guard let name = text(field, example: "\"Europe/Berlin\"") else { return nil }
        if let zone = Self.zone(named: name) { return zone }
        let known = TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") }.sorted()
        var nearest = NearestName.of(name, among: known + ["UTC", "Etc/UTC"])
        if nearest == nil {
            // `Berlin` or `new york` for the city of an Area/City name.
            let city = "/" + name.lowercased().replacing(" ", with: "_")
            nearest = known.first { $0.lowercased().hasSuffix(city) }
        }
        let isAbbreviation = !name.contains("/") && nearest == nil
        report(
            .timeZone(
                TimeZoneProblem(name: name, isAbbreviation: isAbbreviation, nearest: nearest)
            ),
            at: field.place
        )
        return nil
    }

    private static func zone(named name: String) -> TimeZone? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = name.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"),
                UInt8(ascii: "+"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isPlain, !parts.contains(""), parts.first != "SystemV",
            name == "UTC" || parts.count > 1
        else { return nil }
        return TimeZone(identifier: name)
    }
}
