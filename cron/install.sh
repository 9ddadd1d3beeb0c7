#!/bin/sh
# Installs janitor under a prefix, or takes it away again:
#   cron/install.sh [--prefix DIR] [--program FILE]     builds the static program, unless FILE is it
#   cron/install.sh [--prefix DIR] --uninstall
# What it puts where (DIR is /usr/local by default; DESTDIR, if set, stands in front):
#   DIR/bin/janitor                              the program, stripped
#   DIR/share/man/man1/janitor.1                 the page of the manual
#   DIR/share/bash-completion/completions/, DIR/share/zsh/site-functions/,
#   DIR/share/fish/vendor_completions.d/         what shells complete
#   DIR/share/janitor/                           scripts for cron, units, alerts, sample policies
# Policies in /etc/janitor, the state directory and logs are never touched.
set -eu

prefix=/usr/local
program=
uninstall=
while [ $# -gt 0 ]; do
    case $1 in
    --prefix) prefix=${2:?"--prefix needs a folder"} && shift 2 ;;
    --program) program=${2:?"--program needs a file"} && shift 2 ;;
    --uninstall) uninstall=yes && shift ;;
    *)
        sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
    esac
done
case $prefix in
/*) ;;
*) echo "install.sh: the prefix \"$prefix\" is not a whole path" >&2 && exit 2 ;;
esac
root=${DESTDIR:-}$prefix
bash_folder=$root/share/bash-completion/completions
zsh_folder=$root/share/zsh/site-functions
fish_folder=$root/share/fish/vendor_completions.d

if [ -n "$uninstall" ]; then
    rm -f "$root/bin/janitor" "$root/share/man/man1/janitor.1" "$bash_folder/janitor" \
        "$zsh_folder/_janitor" "$fish_folder/janitor.fish"
    rm -rf "$root/share/janitor"
    # Only what is empty goes: others may have something there.
    for folder in bin share/man/man1 share/man share/bash-completion/completions \
        share/bash-completion share/zsh/site-functions share/zsh \
        share/fish/vendor_completions.d share/fish share; do
        rmdir "$root/$folder" 2>/dev/null || true
    done
    echo "janitor is gone from $root; policies, state and logs are where they were"
    exit 0
fi

checkout=$(cd "$(dirname "$0")/.." && pwd)
if [ -z "$program" ]; then
    command -v swift >/dev/null || {
        echo "install.sh: there is no \"swift\": install the toolchain, or name a built program with --program" >&2
        exit 1
    }
    # What "janitor --version" says; an archive of the sources knows it by itself.
    if [ -e "$checkout/.git" ] && commit=$(git -C "$checkout" describe --match '' --always \
        --abbrev=40 --dirty 2>/dev/null); then
        export JANITOR_COMMIT="$commit"
    fi
    (cd "$checkout" && swift build -c release --static-swift-stdlib --product janitor)
    program=$(cd "$checkout" &&
        swift build -c release --static-swift-stdlib --product janitor --show-bin-path)/janitor
fi

install -d "$root/bin" "$root/share/man/man1" "$bash_folder" "$zsh_folder" "$fish_folder" \
    "$root/share/janitor/policies" "$root/share/janitor/cron/systemd" \
    "$root/share/janitor/cron/kubernetes"
install -m 755 "$program" "$root/bin/janitor"
strip "$root/bin/janitor" 2>/dev/null || true
"$root/bin/janitor" help man >"$root/share/man/man1/janitor.1"
"$root/bin/janitor" help bash >"$bash_folder/janitor"
"$root/bin/janitor" help zsh >"$zsh_folder/_janitor"
"$root/bin/janitor" help fish >"$fish_folder/janitor.fish"
install -m 644 "$checkout"/policies/*.json5 "$root/share/janitor/policies"
for script in nightly-cleanup dry-run-report create-savepoint; do
    install -m 755 "$checkout/cron/$script.sh" "$root/share/janitor/cron"
done
install -m 644 "$checkout/cron/janitor.crontab" "$checkout/cron/janitor.rules.yml" \
    "$root/share/janitor/cron"
install -m 644 "$checkout"/cron/kubernetes/* "$root/share/janitor/cron/kubernetes"
for unit in "$checkout"/cron/systemd/*; do
    sed "s|/usr/local/bin/janitor|$prefix/bin/janitor|" "$unit" \
        >"$root/share/janitor/cron/systemd/$(basename "$unit")"
done
# The scripts run this program, whatever else is on cron's PATH.
sed "s|^JANITOR_CRON=.*|JANITOR_CRON=$prefix/share/janitor/cron\nJANITOR=$prefix/bin/janitor|" \
    "$checkout/cron/janitor.crontab" >"$root/share/janitor/cron/janitor.crontab"
echo "janitor is in $root/bin; next, write a policy; start from $root/share/janitor/policies/guide.json5"
