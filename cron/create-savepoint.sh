#!/bin/sh
# The daily savepoint of one job: create-savepoint.sh JOB [OPTION…], with options of "janitor
# savepoint" such as --native or --label pre-deploy. Writes to a log; prints something, and so lets
# cron send a mail, only when the exit code is not 0. Calling it again is safe: a savepoint that is
# still under way is waited for, not taken twice.
#
# JANITOR         the program                (janitor)
# JANITOR_POLICY  the policy                 (/etc/janitor/policy.json5)
# JANITOR_LOG     what the calls said        (/var/log/janitor/savepoint.log)
set -eu
PATH=/usr/local/bin:/usr/bin:/bin:${PATH:-}
export PATH

if [ $# -eq 0 ]; then
    echo "usage: create-savepoint.sh JOB [OPTION…]" >&2
    exit 2
fi
job=$1
shift
janitor=${JANITOR:-janitor}
log=${JANITOR_LOG:-/var/log/janitor/savepoint.log}
set -- savepoint --job "$job" ${JANITOR_POLICY:+--policy "$JANITOR_POLICY"} "$@"

# A log that cannot be written must not keep the program from its work, nor hide its exit code.
if ! { mkdir -p "$(dirname "$log")" && : >>"$log"; } 2>/dev/null; then
    echo "cannot write the log $log; what janitor says follows"
    exec "$janitor" "$@"
fi

start=$(wc -c <"$log")
code=0
{ date -u '+--- %Y-%m-%dT%H:%M:%SZ' && "$janitor" "$@"; } >>"$log" 2>&1 || code=$?
if [ "$code" -ne 0 ]; then
    echo "janitor savepoint --job $job ended with exit code $code; the last lines of its log $log:"
    tail -c "+$((start + 1))" "$log" | tail -n 200
fi
exit "$code"
