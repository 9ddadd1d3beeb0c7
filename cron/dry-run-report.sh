#!/bin/sh
# The dry-run report: what the next clean-up would take, what goes when, and whose the bytes are, as
# text for cron to mail and, where JANITOR_HTML names a file, as a page. Removes nothing.
#
# JANITOR         the program                                    (janitor)
# JANITOR_POLICY  the policy                                     (/etc/janitor/policy.json5)
# JANITOR_LOG     what the reports said                          (/var/log/janitor/report.log)
# JANITOR_HTML    a page of the same for browsers                (none)
# JANITOR_MAIL    always: mail every report; trouble: only when the exit code is not 0 (always)
# JANITOR_WAIT    how many seconds to wait for the clean-up      (3600)
# JANITOR_LOCK    what the scripts of this folder take turns by  (cron.lock beside the log)
set -eu
PATH=/usr/local/bin:/usr/bin:/bin:${PATH:-}
export PATH

janitor=${JANITOR:-janitor}
log=${JANITOR_LOG:-/var/log/janitor/report.log}
wait=${JANITOR_WAIT:-3600}
lock=${JANITOR_LOCK:-$(dirname "$log")/cron.lock}
set -- report ${JANITOR_POLICY:+--policy "$JANITOR_POLICY"} ${JANITOR_HTML:+--html "$JANITOR_HTML"}

# A log that cannot be written must not keep the program from its work, nor hide its exit code.
if ! { mkdir -p "$(dirname "$log")" && : >>"$log"; } 2>/dev/null; then
    echo "cannot write the log $log; what janitor says follows"
    exec "$janitor" "$@"
fi

# A report takes no locks, and one made while a run is at work tells of what is going already.
if command -v flock >/dev/null && { : >>"$lock"; } 2>/dev/null; then
    exec 9>>"$lock"
    if ! flock -w "$wait" 9; then
        echo "janitor report was not started: another script holds $lock for more than $wait seconds"
        exit 5
    fi
fi

start=$(wc -c <"$log")
code=0
{ date -u '+--- %Y-%m-%dT%H:%M:%SZ' && "$janitor" "$@" 9>&-; } >>"$log" 2>&1 || code=$?
if [ "$code" -ne 0 ]; then
    echo "janitor report ended with exit code $code; its log is $log"
fi
if [ "$code" -ne 0 ] || [ "${JANITOR_MAIL:-always}" = always ]; then
    tail -c "+$((start + 1))" "$log"
fi
exit "$code"
