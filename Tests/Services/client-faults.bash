# usage: bash client-faults.bash DIRECTORY NUMBER PROGRAM WORD...
#
# A call of a store's client that goes wrong. DIRECTORY/fault holds which call it is (its number), what
# happens, and a number by which a place in the output is chosen; DIRECTORY/met is made by the one call
# that it happens to and holds its words, DIRECTORY/void where that call could not go wrong so and was
# made as it is. DIRECTORY/started gets the numbers of the processes that would not end by themselves.
# Every other call is the program's own. $janitor is the process that makes the calls.
directory=$1 number=$2 program=$3
shift 3
read -r at kind place <"$directory/fault"
output=$directory/output-$$
trap 'rm -f "$output"' EXIT

# Makes the call and keeps what it prints.
whole() {
    "$program" "$@" >"$output"
    code=$?
    size=$(stat -c %s "$output")
    lines=$(wc -l <"$output")
}

# Makes the call as it is, and says so: there is nothing that could go wrong in this way.
void() {
    mkdir -p "$directory/void"
    [ -f "$output" ] || whole "$@"
    cat "$output"
    exit "$code"
}

# Kills who makes the calls, never anything else.
kill_janitor() { [ "${janitor:-0}" -gt 1 ] && kill -9 "$janitor"; }

# Prints what would be printed if all that is to be removed went; fails where nothing is to be.
claim() {
    local words=" $* " word store=
    case $words in
    *" delete-objects "*)
        for word; do
            [[ $word != --delete=file://* ]] ||
                grep -o '"Key":"[^"]*"' "${word#--delete=file://}" | sed 's/^"Key":\(.*\)$/[\1,null]/'
        done
        echo None
        ;;
    *" --json run "*)
        word=${*: -1}
        grep -q '^rm ' "$word" || return 1
        grep -o "s3://[^']*" "$word" |
            sed 's/.*/{"operation":"rm","success":true,"source":"&"}/'
        ;;
    *" -rm "*)
        while [ "$1" != -rm ]; do
            [ "$1" != -fs ] || store=$2
            shift
        done
        for word; do
            case $word in
            -*) continue ;;
            esac
            if [[ $words == *" -skipTrash "* ]]; then
                echo "Deleted $word"
            else
                echo "Moved: '$store$word' to trash at:" \
                    "$store/user/${HADOOP_USER_NAME:-$(id -un)}/.Trash/Current$word"
            fi
        done
        ;;
    *) return 1 ;;
    esac
}

if [ "$number" != "$at" ]; then
    [ "$kind" = other ] && [ "$number" -lt "$at" ] || exec "$program" "$@"
    # The last answer before is the one that is given to another question. Calls may be made at the
    # same time: whoever reads it finds it whole.
    whole "$@"
    if [ "$size" -gt 0 ]; then
        cp "$output" "$directory/last-$$"
        mv -f "$directory/last-$$" "$directory/last"
    fi
    cat "$output"
    exit "$code"
fi
# Only one call meets it, whatever the numbers are.
mkdir "$directory/met" 2>/dev/null || exec "$program" "$@"
echo "$*" >"$directory/met/words"
case $kind in
exit)
    echo "client-faults: it did not work" >&2
    codes=(1 2 254 255)
    exit "${codes[place % 4]}"
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
    [ "$size" -gt 0 ] || void "$@"
    # Nothing of it, all but the last byte, or as much as it happens to be.
    case $((place % 4)) in
    0) bytes=0 ;;
    1) bytes=$((size - 1)) ;;
    *) bytes=$((place / 4 % size)) ;;
    esac
    head -c "$bytes" "$output"
    exit "$code"
    ;;
cutLine)
    whole "$@"
    [ "$lines" -gt 0 ] || void "$@"
    head -n $((place % lines)) "$output"
    exit "$code"
    ;;
extra)
    whole "$@"
    front=$((place % (lines + 1)))
    echo "WARN util.NativeCodeLoader: Unable to load native-hadoop library for your platform"
    head -n "$front" "$output"
    echo "There are 3 messages in your mailbox."
    tail -n +$((front + 1)) "$output"
    exit "$code"
    ;;
other)
    # Where nothing was printed yet, this would be the same as "nothing".
    [ -s "$directory/last" ] || void "$@"
    cat "$directory/last"
    exit 0
    ;;
nothing) exit 0 ;;
claimed)
    claim "$@" >"$output.claim" || {
        rm -f "$output.claim"
        void "$@"
    }
    cat "$output.claim"
    rm -f "$output.claim"
    exit 0
    ;;
unsaid)
    whole "$@"
    echo "client-faults: the connection was lost" >&2
    exit 1
    ;;
killBefore)
    kill_janitor
    exit 1
    ;;
killAfter)
    whole "$@"
    cat "$output"
    kill_janitor
    exit "$code"
    ;;
killAmid)
    # Whoever comes next meets it at work, and may end it.
    echo $$ >>"$directory/started"
    kill_janitor
    sleep 2
    exec "$program" "$@"
    ;;
*)
    echo "client-faults: there is no fault \"$kind\"" >&2
    exit 2
    ;;
esac
