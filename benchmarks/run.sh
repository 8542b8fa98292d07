#!/usr/bin/env bash
# The benchmarks, in an environment of their own: the peers that some compare with are installed there.
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
for name in ${*:-embedded_log replay replay_peers http latency contention memory sockets dashboard_join}; do
    say "$name"
    $env/bin/python -m "benchmarks.$name"
done
