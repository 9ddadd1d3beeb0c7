// SPDX-License-Identifier: Apache-2.0

extension ReportPage {
    /// Shown by the script only: without one there is nothing that could filter.
    static let filterForm: StaticString = """
        <form id=filter hidden><input type=search name=text aria-label="Filter" \
        placeholder="Filter by job, path, rule or reason" autocomplete=off>\
        <label><input type=checkbox name=condemn checked>goes</label>\
        <label><input type=checkbox name=leave checked>left alone</label>\
        <label><input type=checkbox name=keep checked>stays</label>\
        <output aria-live=polite></output></form>

        """

    /// Hides the rows that do not hold all words.
    ///
    /// Groups without a row left go too; those with one
    /// are opened while there are words, and as they were afterwards.
    static let script: StaticString = """

        (() => {
        const form = document.getElementById("filter"), out = form.querySelector("output");
        form.hidden = false;
        let jobs, filtered = false;
        const read = () => [...document.querySelectorAll(".job")].map(job => ({
          job, name: job.querySelector("h2").textContent.toLowerCase(),
          groups: [...job.querySelectorAll(".group")].map(group => {
            let above = "";
            return { group, verdict: group.dataset.verdict, open: group.open,
              why: group.querySelector("summary").textContent.toLowerCase(),
              rows: [...group.querySelectorAll("tbody tr")].map(row => {
                const text = row.textContent.toLowerCase();
                if (row.className) above = text;
                return { row, text: row.className ? "" : above + text, head: !!row.className };
              }) };
          }) }));
        const apply = () => {
          jobs = jobs || read();
          const words = form.elements.text.value.toLowerCase().split(/\\s+/).filter(word => word);
          let all = 0, shown = 0;
          for (const { job, name, groups } of jobs) {
            let some = false;
            for (const { group, verdict, open, why, rows } of groups) {
              const wanted = form.elements[verdict].checked;
              const rest = words.filter(word => !name.includes(word) && !why.includes(word));
              let hits = 0;
              for (const { row, text, head } of rows) {
                const hit = !head && wanted && rest.every(word => text.includes(word));
                if (!head) all += 1;
                if (hit) hits += 1;
                const hide = head ? rest.length > 0 : !hit;
                if (row.hidden !== hide) row.hidden = hide;
              }
              shown += hits;
              some = some || hits > 0;
              if (group.hidden !== (hits === 0)) group.hidden = hits === 0;
              const wish = words.length ? hits > 0 && hits <= 200 : open;
              if ((words.length || filtered) && group.open !== wish) group.open = wish;
            }
            const none = groups.length ? !some : words.some(word => !name.includes(word));
            if (job.hidden !== none) job.hidden = none;
          }
          filtered = words.length > 0;
          out.textContent = shown === all ? "" : shown + " of " + all;
        };
        let due = 0;
        form.addEventListener("input", () => { clearTimeout(due); due = setTimeout(apply, 80); });
        form.addEventListener("submit", event => event.preventDefault());
        })();

        """

    /// What lets the script run: a test compares it with the script.
    static let scriptHash = "sha256-VPinRkmyybEkrUFgpqjg3eFwK4MoJthHcc3N2n/MiJI="
}
