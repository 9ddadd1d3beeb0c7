#!/bin/sh
# The dry-run report: what the next clean-up would take, as text for cron to mail. Removes nothing.
#
# JANITOR         the program                (janitor)
# JANITOR_POLICY  the policy                 (/etc/janitor/policy.json5)
# JANITOR_LOG     what the reports said      (/var/log/janitor/report.log)
# JANITOR_MAIL    always: mail every report; trouble: only when the exit code is not 0 (always)
set -eu
PATH=/usr/local/bin:/usr/bin:/bin:${PATH:-}
export PATH

janitor=${JANITOR:-janitor}
log=${JANITOR_LOG:-/var/log/janitor/report.log}
set -- plan ${JANITOR_POLICY:+--policy "$JANITOR_POLICY"}

# A log that cannot be written must not keep the program from its work, nor hide its exit code.
if ! { mkdir -p "$(dirname "$log")" && : >>"$log"; } 2>/dev/null; then
    echo "cannot write the log $log; what janitor says follows"
    exec "$janitor" "$@"
fi

start=$(wc -c <"$log")
code=0
{ date -u '+--- %Y-%m-%dT%H:%M:%SZ' && "$janitor" "$@"; } >>"$log" 2>&1 || code=$?
if [ "$code" -ne 0 ]; then
    echo "janitor plan ended with exit code $code; its log is $log"
fi
if [ "$code" -ne 0 ] || [ "${JANITOR_MAIL:-always}" = always ]; then
    tail -c "+$((start + 1))" "$log"
fi
exit "$code"
