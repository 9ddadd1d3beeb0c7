#!/bin/sh
# The nightly clean-up: one run of janitor. Writes to a log; prints something, and so lets cron send
# a mail, only when the exit code is not 0.
#
# JANITOR         the program                (janitor)
# JANITOR_POLICY  the policy                 (/etc/janitor/policy.json5)
# JANITOR_LOG     what the runs said         (/var/log/janitor/cleanup.log)
set -u
PATH=/usr/local/bin:/usr/bin:/bin:${PATH:-}
export PATH

janitor=${JANITOR:-janitor}
log=${JANITOR_LOG:-/var/log/janitor/cleanup.log}

mkdir -p "$(dirname "$log")" || exit 1
said=$(mktemp) || exit 1
trap 'rm -f "$said"' EXIT

"$janitor" run ${JANITOR_POLICY:+--policy "$JANITOR_POLICY"} >"$said" 2>&1
code=$?
{ date -u '+--- %Y-%m-%dT%H:%M:%SZ'; cat "$said"; } >>"$log" || code=1
if [ "$code" -ne 0 ]; then
    echo "janitor run ended with exit code $code; its log is $log"
    cat "$said"
fi
exit "$code"
