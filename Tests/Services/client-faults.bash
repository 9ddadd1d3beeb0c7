# usage: bash client-faults.bash DIRECTORY NUMBER PROGRAM WORD...
#
# A call of a store's client that goes wrong. DIRECTORY/fault holds which call it is (its number), what
# happens, and a number by which a place in the output is chosen; DIRECTORY/met is made when it happened,
# and DIRECTORY/started gets the numbers of the processes that would not end by themselves. Every other
# call is the program's own.
directory=$1 number=$2 program=$3
shift 3
read -r at kind place <"$directory/fault"
output=$directory/output-$$
trap 'rm -f "$output"' EXIT

whole() {
    "$program" "$@" >"$output"
    code=$?
    size=$(stat -c %s "$output")
}

if [ "$number" != "$at" ]; then
    [ "$kind" = other ] || exec "$program" "$@"
    # The last answer before is the one that is given to another question.
    whole "$@"
    [ "$number" -gt "$at" ] || cp "$output" "$directory/last"
    cat "$output"
    exit "$code"
fi
touch "$directory/met"
case $kind in
exit)
    echo "client-faults: it did not work" >&2
    exit 1
    ;;
signal)
    trap - EXIT
    kill -SEGV $$
    ;;
hang)
    sleep 100000 &
    echo $$ $! >>"$directory/started"
    wait
    ;;
stubborn)
    # What it starts ignores it as well.
    trap '' TERM
    sleep 100000 &
    echo $$ $! >>"$directory/started"
    wait
    ;;
babble)
    echo $$ >>"$directory/started"
    whole "$@"
    [ -s "$output" ] || echo "INFO retry.RetryInvocationHandler: Trying again" >"$output"
    while cat "$output"; do sleep 0.02; done
    ;;
held)
    whole "$@"
    cat "$output"
    # In the background, or in a session of its own.
    session=
    [ $((place % 2)) = 0 ] || session=setsid
    $session sleep 100000 &
    echo $! >>"$directory/started"
    exit "$code"
    ;;
half)
    whole "$@"
    head -c $((size / 2)) "$output"
    exit 1
    ;;
cut)
    whole "$@"
    head -c $((size > 0 ? place % size : 0)) "$output"
    exit "$code"
    ;;
extra)
    whole "$@"
    echo "WARN util.NativeCodeLoader: Unable to load native-hadoop library for your platform"
    cat "$output"
    echo "There are 3 messages in your mailbox."
    exit "$code"
    ;;
other)
    [ ! -f "$directory/last" ] || cat "$directory/last"
    exit 0
    ;;
nothing) exit 0 ;;
unsaid)
    whole "$@"
    echo "client-faults: the connection was lost" >&2
    exit 1
    ;;
*)
    echo "client-faults: there is no fault \"$kind\"" >&2
    exit 2
    ;;
esac
