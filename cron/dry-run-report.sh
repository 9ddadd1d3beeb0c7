#!/bin/sh
# The dry-run report: what the next clean-up would take, as text for cron to mail. Removes nothing.
#
# JANITOR         the program                (janitor)
# JANITOR_POLICY  the policy                 (/etc/janitor/policy.json5)
# JANITOR_LOG     what the reports said      (/var/log/janitor/report.log)
# JANITOR_MAIL    always: mail every report; trouble: only when the exit code is not 0 (always)
set -u
PATH=/usr/local/bin:/usr/bin:/bin:${PATH:-}
export PATH

janitor=${JANITOR:-janitor}
log=${JANITOR_LOG:-/var/log/janitor/report.log}

mkdir -p "$(dirname "$log")" || exit 1
said=$(mktemp) || exit 1
trap 'rm -f "$said"' EXIT

"$janitor" plan ${JANITOR_POLICY:+--policy "$JANITOR_POLICY"} >"$said" 2>&1
code=$?
{ date -u '+--- %Y-%m-%dT%H:%M:%SZ'; cat "$said"; } >>"$log" || code=1
if [ "$code" -ne 0 ]; then
    echo "janitor plan ended with exit code $code; its log is $log"
fi
if [ "$code" -ne 0 ] || [ "${JANITOR_MAIL:-always}" = always ]; then
    cat "$said"
fi
exit "$code"
