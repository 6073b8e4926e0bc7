#!/bin/sh
# Fetches the engine library once for this user: fetch.sh VERSION TARGET-FOLDER
# Several builds may run this at once: one fetches, the others wait. The library appears by rename, whole or not at all.
# Exit codes: 0 the library is there, 3 npm is missing, 4 it could not be fetched. The build goes on without it in any case.
set -u
version=$1
target=$2
here=$(cd "$(dirname "$0")" && pwd)
parent=$(dirname "$target")

say() {
    echo "$1"
    # dotnet run shows no build output: a person at a terminal is told all the same.
    { [ -t 2 ] || printf '%s\n' "$1" >/dev/tty; } 2>/dev/null || :
}

[ -e "$target/libchdb.so" ] && exit 0
if ! command -v npm >/dev/null 2>&1; then
    say "npm is missing, so the embedded ClickHouse engine cannot be fetched. Install npm and build again, or set HEARTH_ENGINE_LIBRARY to a libchdb.so, or run with --clickhouse URL against a ClickHouse server."
    exit 3
fi

mkdir -p "$parent" || exit 4
exec 9>"$parent/.fetch.lock"
if command -v flock >/dev/null 2>&1; then
    flock 9
fi
[ -e "$target/libchdb.so" ] && exit 0

say "Hearth: fetching the ClickHouse engine $version once with npm (178 MB, 570 MB unpacked) into $target"
work=$(mktemp -d "$parent/.fetch.XXXXXX") || exit 4
trap 'rm -rf "$work"; [ -z "${watch:-}" ] || kill "$watch" 2>/dev/null' EXIT
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$work/" || exit 4
# It ends with the folder too: a signal that comes before the new process has let go of this one's traps is lost on it.
{
    while sleep 5 >/dev/null 2>&1 && [ -d "$work" ]; do
        say "Hearth: fetching the engine: $(du -sm "$work" 2>/dev/null | cut -f1) of 570 MB unpacked"
    done
} 9>&- &
watch=$!
trap 'exit 4' INT TERM
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund 9>&-) >"$work/npm.log" 2>&1
code=$?
kill "$watch" 2>/dev/null
watch=
library=$(find "$work/node_modules/@chdb" -name libchdb.so 2>/dev/null | head -n 1)
if [ "$code" -ne 0 ] || [ -z "$library" ]; then
    tail -n 5 "$work/npm.log"
    say "npm could not fetch the embedded ClickHouse engine (its last lines are above). Build again when the package registry is reachable, or set HEARTH_ENGINE_LIBRARY to a libchdb.so, or run with --clickhouse URL against a ClickHouse server."
    exit 4
fi

mkdir "$work/ready" && mv "$library" "$work/ready/libchdb.so" && chmod 0644 "$work/ready/libchdb.so" || exit 4
sync -f "$work/ready/libchdb.so" 2>/dev/null || :
rm -rf "$target"
mv "$work/ready" "$target" || exit 4
say "Hearth: the engine is in $target"
