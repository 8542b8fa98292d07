#!/usr/bin/env bash
# A container engine for the tests, on a Linux machine that has none: Debian's Docker, started by root and undone again.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
files=$root/scripts/images
run=/run/foldline-engine
kafka=apache/kafka:$(sed -n '/kafka_2.13/{n;s|.*<version>\(.*\)</version>.*|\1|p}' "$root/scripts/kafka/pom.xml")
bases=(python:3.11-slim-bookworm haproxy:2.6-bookworm "$kafka")
export DOCKER_BUILDKIT=0 # the builder that every client has

usage() {
    cat <<'TEXT'
Usage: scripts/engine.sh start|stop|status|images

  start   start an engine, where none answers, and get the base images; where one answers, touch nothing
  stop    stop the engine that this script started, and undo what it did to the machine's network; its images stay
  status  say which engine answers
  images  get the base images: by pulling, and where no registry is reachable by making stand-ins of Debian's packages
TEXT
}

say() { echo "engine: $*" >&2; }
fail() { say "$*"; exit 1; }

answers() { docker version --format '{{.Server.Version}}' 2>/dev/null; }
is_ours() { [ -e "$run/dockerd.pid" ]; }
have() { docker image inspect "$1" >/dev/null 2>&1; }

# --- the engine ---

install() { # what of these packages is missing
    local missing=() package
    for package; do dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package"); done
    [ ${#missing[@]} = 0 ] && return
    say "installing ${missing[*]}"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"; } \
        >"$run/apt.log" 2>&1 || fail "could not install ${missing[*]}: see $run/apt.log"
}

start() {
    if answers >/dev/null; then
        is_ours || { say "one answers already: $(answers). It is left as it is"; return; }
    else
        start_engine
    fi
    images
}

start_engine() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
        fail "no engine answers, and only root on Debian or Ubuntu may start one here. Start Docker, and try again"
    mkdir -p "$run"
    install docker.io iptables
    remember_network
    setsid nohup dockerd --exec-root "$run/exec" --pidfile "$run/dockerd.pid" --shutdown-timeout 10 \
        >>"$run/dockerd.log" 2>&1 </dev/null &
    for _ in $(seq 300); do
        answers >/dev/null && { say "started: $(answers). Stop it with: scripts/engine.sh stop"; return; }
        sleep 0.1
    done
    fail "it did not start within 30 s: $(tail -n 3 "$run/dockerd.log") (all of it: $run/dockerd.log)"
}

stop() {
    is_ours || { say "none runs that this script started"; return; }
    kill -TERM "$(cat "$run/dockerd.pid")" 2>/dev/null || rm -f "$run/dockerd.pid"
    for _ in $(seq 300); do
        [ -e "$run/dockerd.pid" ] || break
        sleep 0.1
    done
    ! is_ours || fail "it did not stop within 30 s: see $run/dockerd.log"
    restore_network
    umount "$run"/exec/netns/* 2>/dev/null || true
    rm -rf "$run"
    say "stopped; its images stay in /var/lib/docker"
}

status() {
    local version
    version=$(answers) || { say "none answers"; exit 3; }
    if is_ours; then say "$version answers, started by this script"; else say "$version answers, started by others"; fi
}

# --- the machine's network, which the engine changes for good ---

remember_network() {
    cp /proc/sys/net/ipv4/ip_forward "$run/ip_forward"
    iptables -S FORWARD | grep '^-P' >"$run/forward_policy"
}

restore_network() {
    ip link delete docker0 2>/dev/null || true
    iptables-save | grep -v -e DOCKER -e docker0 | iptables-restore # leaves the rules of others
    # shellcheck disable=SC2046 # the policy is several words: -P FORWARD ACCEPT
    iptables $(cat "$run/forward_policy")
    cat "$run/ip_forward" >/proc/sys/net/ipv4/ip_forward
}

# --- base images ---

images() {
    answers >/dev/null || fail "no engine answers; start one with: scripts/engine.sh start"
    local base why
    mkdir -p "$run"
    for base in "${bases[@]}"; do
        have "$base" && continue
        why=$(timeout 20 docker pull -q "$base" 2>&1 >/dev/null) && { say "pulled $base"; continue; }
        say "NO REGISTRY gave $base ($(tail -n 1 <<<"${why:-no answer within 20 s}"))"
        say "making a STAND-IN for $base of Debian's packages: for tests on this machine only, never push it"
        stand_in "$base"
    done
}

stand_in() {
    debian
    case $1 in
    python:*) build "$1" "$files/python" ;;
    haproxy:*) build "$1" "$files/haproxy" ;;
    apache/kafka:*)
        "$root/scripts/kafka.sh" fetch
        tar -c -C "$files/kafka" . -C "$root/var/kafka" libs | build "$1" -
        ;;
    esac
}

build() { # tag context
    docker build -q -t "$1" "$2" >"$run/build.log" 2>&1 || fail "could not build $1: $(tail -n 3 "$run/build.log")"
}

debian() { # with the certificate authorities of this machine, so that builds work behind a proxy that has one of its own
    have debian:bookworm-slim && return
    install mmdebstrap
    local certificate hooks=()
    for certificate in /usr/local/share/ca-certificates/*.crt; do
        [ -e "$certificate" ] && hooks+=("--customize-hook=upload $certificate $certificate")
    done
    TMPDIR=/dev/shm mmdebstrap -q --variant=minbase --include=usr-is-merged,ca-certificates \
        --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr --dpkgopt=force-unsafe-io \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
        "${hooks[@]}" --customize-hook='chroot "$1" update-ca-certificates' \
        --customize-hook="upload $files/apt.conf /etc/apt/apt.conf.d/docker-clean" \
        --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin' \
        bookworm - 2>"$run/debian.log" |
        docker import -c 'CMD ["bash"]' -c 'LABEL foldline.stand-in=true' - debian:bookworm-slim >/dev/null ||
        fail "could not make debian:bookworm-slim: see $run/debian.log"
}

case ${1:-} in
start | stop | status | images) "$1" ;;
-h | --help | help) usage ;;
*) usage >&2; exit 2 ;;
esac
