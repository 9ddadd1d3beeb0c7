#!/bin/sh
# The nightly clean-up: one run of janitor. Writes to a log; prints something, and so lets cron send
# a mail, only when the exit code is not 0.
#
# JANITOR         the program                                    (janitor)
# JANITOR_POLICY  the policy                                     (/etc/janitor/policy.json5)
# JANITOR_LOG     what the runs said                             (/var/log/janitor/cleanup.log)
# JANITOR_WAIT    how many seconds to wait for another janitor   (3600)
# JANITOR_LOCK    what the scripts of this folder take turns by  (cron.lock beside the log)
set -eu
PATH=/usr/local/bin:/usr/bin:/bin:${PATH:-}
export PATH

janitor=${JANITOR:-janitor}
log=${JANITOR_LOG:-/var/log/janitor/cleanup.log}
wait=${JANITOR_WAIT:-3600}
lock=${JANITOR_LOCK:-$(dirname "$log")/cron.lock}
# The locks of the roots keep janitors of other machines out too; --wait waits for those.
set -- run ${JANITOR_POLICY:+--policy "$JANITOR_POLICY"} --wait "${wait}s"

# A log that cannot be written must not keep the program from its work, nor hide its exit code.
if ! { mkdir -p "$(dirname "$log")" && : >>"$log"; } 2>/dev/null; then
    echo "cannot write the log $log; what janitor says follows"
    exec "$janitor" "$@"
fi

# The report waits for the clean-up and the clean-up for the report: what is planned is what is there.
if command -v flock >/dev/null && { : >>"$lock"; } 2>/dev/null; then
    exec 9>>"$lock"
    if ! flock -w "$wait" 9; then
        echo "janitor run was not started: another script holds $lock for more than $wait seconds"
        exit 5
    fi
fi

start=$(wc -c <"$log")
code=0
{ date -u '+--- %Y-%m-%dT%H:%M:%SZ' && "$janitor" "$@" 9>&-; } >>"$log" 2>&1 || code=$?
if [ "$code" -ne 0 ]; then
    echo "janitor run ended with exit code $code; the last lines of its log $log:"
    tail -c "+$((start + 1))" "$log" | tail -n 200
fi
exit "$code"
