// SPDX-License-Identifier: Apache-2.0

import Testing

/// What is said about wrong policies, to the letter: time zones.
struct TimeZoneProblemTests {
    @Test(arguments: table) func `says what is wrong and what to write instead`(
        _ wrong: WrongPolicy
    ) {
        #expect(complaints(wrong.policy) == wrong.complaint)
    }

    static let table: [WrongPolicy] = [
        WrongPolicy(
            "time zone Europe/Berln",
            beside(#"timeZone: "Europe/Berln""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "Europe/Berln": it is not a known time zone
              hint: write "Europe/Berlin"
            """
        ),
        WrongPolicy(
            "time zone europe/berlin",
            beside(#"timeZone: "europe/berlin""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "europe/berlin": it is not a known time zone
              hint: write "Europe/Berlin"
            """
        ),
        WrongPolicy(
            "time zone Berlin",
            beside(#"timeZone: "Berlin""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "Berlin": it is not a known time zone
              hint: write "Europe/Berlin"
            """
        ),
        WrongPolicy(
            "time zone new york",
            beside(#"timeZone: "new york""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "new york": it is not a known time zone
              hint: write "America/New_York"
            """
        ),
        WrongPolicy(
            "time zone CEST",
            beside(#"timeZone: "CEST""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "CEST": it is not an Area/City name
              hint: write an Area/City name such as "Europe/Berlin", or "UTC"
            """
        ),
        WrongPolicy(
            "time zone CET",
            beside(#"timeZone: "CET""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "CET": it is not an Area/City name
              hint: write an Area/City name such as "Europe/Berlin", or "UTC"
            """
        ),
        WrongPolicy(
            "time zone EST",
            beside(#"timeZone: "EST""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "EST": it is not an Area/City name
              hint: write an Area/City name such as "Europe/Berlin", or "UTC"
            """
        ),
        WrongPolicy(
            "time zone GMT",
            beside(#"timeZone: "GMT""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "GMT": it is not an Area/City name
              hint: write an Area/City name such as "Europe/Berlin", or "UTC"
            """
        ),
        WrongPolicy(
            "time zone GMT+3",
            beside(#"timeZone: "GMT+3""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "GMT+3": it is not an Area/City name
              hint: write an Area/City name such as "Europe/Berlin", or "UTC"
            """
        ),
        WrongPolicy(
            "time zone +02:00",
            beside(#"timeZone: "+02:00""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "+02:00": it is not an Area/City name
              hint: write an Area/City name such as "Europe/Berlin", or "UTC"
            """
        ),
        WrongPolicy(
            "time zone utc",
            beside(#"timeZone: "utc""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "utc": it is not a known time zone
              hint: write "UTC"
            """
        ),
        WrongPolicy(
            "time zone Zulu",
            beside(#"timeZone: "Zulu""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "Zulu": it is not an Area/City name
              hint: write an Area/City name such as "Europe/Berlin", or "UTC"
            """
        ),
        WrongPolicy(
            "time zone Etc/GMT+99",
            beside(#"timeZone: "Etc/GMT+99""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "Etc/GMT+99": it is not a known time zone
              hint: write an Area/City name such as "Europe/Berlin", or "UTC"
            """
        ),
        WrongPolicy(
            "time zone Mars/Olympus",
            beside(#"timeZone: "Mars/Olympus""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "Mars/Olympus": it is not a known time zone
              hint: write an Area/City name such as "Europe/Berlin", or "UTC"
            """
        ),
        WrongPolicy(
            "time zone ",
            beside(#"timeZone: """#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "": it is not an Area/City name
              hint: write an Area/City name such as "Europe/Berlin", or "UTC"
            """
        ),
        WrongPolicy(
            "time zone ../Europe/Berlin",
            beside(#"timeZone: "../Europe/Berlin""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "../Europe/Berlin": it is not a known time zone
              hint: write "Europe/Berlin"
            """
        ),
        WrongPolicy(
            "time zone Europe/",
            beside(#"timeZone: "Europe/""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "Europe/": it is not a known time zone
              hint: write an Area/City name such as "Europe/Berlin", or "UTC"
            """
        ),
        WrongPolicy(
            "time zone SystemV/EST5",
            beside(#"timeZone: "SystemV/EST5""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "SystemV/EST5": it is not a known time zone
              hint: write an Area/City name such as "Europe/Berlin", or "UTC"
            """
        ),
        WrongPolicy(
            "time zone EST5EDT",
            beside(#"timeZone: "EST5EDT""#),
            """
            policy.json5:2:13: timeZone: cannot use time zone "EST5EDT": it is not an Area/City name
              hint: write an Area/City name such as "Europe/Berlin", or "UTC"
            """
        ),
    ]
}
