#!/usr/bin/env bash
# All benchmarks, or those that are named: benchmarks/run.sh [NAME...]. They have an environment of their own, with the
# peers that some compare with; their tables go into docs/performance.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
env=.venv-bench
python=${PYTHON:-python3}

say() { echo "bench: $*" >&2; }

if ! command -v wrk >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing wrk, which asks the servers"
        apt-get update -qq >&2 && apt-get install -qq -y --no-install-recommends wrk >&2
    else
        say "there is no 'wrk', which asks the servers. Install it (Debian, Ubuntu: apt-get install wrk) and try again"
        exit 1
    fi
fi
if [ ! -e $env/stamp ] || [ requirements/bench.txt -nt $env/stamp ]; then
    say "setting up $env (once)"
    "$python" -m venv $env
    $env/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
    $env/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r requirements/fast.txt
    $env/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    touch $env/stamp
fi
# Each alone, for they share the cores with what they measure. What they find is put into docs/performance.md.
all=(
    embedded_log
    replay "replay --profile"
    replay_peers
    http "http --profile"
    latency
    contention "contention --profile"
    memory
    sockets
    dashboard_join "dashboard_join --profile"
)
measure() {
    # shellcheck disable=SC2086 # no option, or one
    $env/bin/python -m "benchmarks.$name" --write $options
}
wanted=" ${*:-${all[*]}} "
for name; do
    [[ " ${all[*]} " == *" $name "* ]] || { say "there is no benchmark '$name': ${all[*]}"; exit 2; }
done
failed=()
$env/bin/python -m benchmarks.page
for one in "${all[@]}"; do
    read -r name options <<<"$one"
    [[ $wanted == *" $name "* ]] || continue
    say "$one"
    measure || { [ -n "$options" ] && measure; } || failed+=("$one") # the profiler may crash what it samples
    say "$one: ended after $SECONDS s in all"
done
[ ${#failed[@]} = 0 ] || { say "failed: ${failed[*]}"; exit 1; }
say "docs/performance.md has the tables"
