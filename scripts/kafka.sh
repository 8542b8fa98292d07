#!/usr/bin/env bash
# A real Kafka broker on this machine, for development and tests: Apache Kafka in KRaft mode, on loopback only.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
files=$root/scripts/kafka
libs=$root/var/kafka/libs
port=9092
dir=$root/var/kafka/broker
settings=()

usage() {
    cat <<'TEXT'
Usage: scripts/kafka.sh run|start|stop|status|fetch [--port PORT] [--dir DIR] [--settings FILE]

  run     start the broker in the foreground; Ctrl-C stops it
  start   start it in the background, and return once it answers
  stop    stop the one that was started with the same --dir
  status  say whether it runs
  fetch   only get what it needs (the others do so by themselves)

  --port  where clients connect on 127.0.0.1 (9092); the port after it is the controller's
  --dir   where its data, settings and output are (var/kafka/broker)
  --settings  settings of yours, which count before those of scripts/kafka/server.properties
TEXT
}

say() { echo "kafka: $*" >&2; }
fail() { say "$*"; exit 1; }

# --- what it needs ---

need() { # command package what-for
    command -v "$1" >/dev/null && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing $2, which is needed $3"
        apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$2" >&2 ||
            fail "could not install $2: see above, or install it by hand"
    else
        fail "there is no '$1', which is needed $3. Install it (Debian, Ubuntu: apt-get install $2) and try again"
    fi
}

fetch() {
    need java default-jre-headless "to run Kafka (Java 17 or later)"
    cmp -s "$files/pom.xml" "$libs/pom.xml" && return
    need mvn maven "to get Kafka's jars, once"
    say "getting the jars of Apache Kafka (45 MB, once) into $libs"
    rm -rf "$libs" # jars of another version beside these would be loaded as well
    mkdir -p "$libs"
    mvn -q -B -ntp -f "$files/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$libs" >&2 ||
        fail "Maven could not get the jars: see above. Behind a proxy, or with a mirror, set it in ~/.m2/settings.xml"
    cp "$files/pom.xml" "$libs/pom.xml" # last: says that all is there
}

# --- the broker ---

java_with_kafka=(java -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1
    "-Dlog4j2.configurationFile=$files/log4j2.xml" -cp "$libs/*")

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
pid() { cat "$dir/pid" 2>/dev/null; }
runs() { # the process may have ended, and its number be another's by now
    kill -0 "$(pid)" 2>/dev/null && { ! command -v ps >/dev/null || ps -ww -o args= -p "$(pid)" | grep -qF "$dir/"; }
}

prepare() {
    runs && fail "a broker runs in $dir already (process $(pid)); stop it with: scripts/kafka.sh stop"
    for taken in "$port" $((port + 1)); do
        ! answers "$taken" || fail "port $taken is in use: choose another with --port"
    done
    fetch
    mkdir -p "$dir"
    sed -e "s|@PORT@|$port|; s|@CONTROLLER@|$((port + 1))|; s|@DATA@|$dir/data|" \
        "$files/server.properties" ${settings[@]+"${settings[@]}"} >"$dir/server.properties"
    if [ ! -e "$dir/data/meta.properties" ]; then
        say "formatting $dir/data"
        "${java_with_kafka[@]}" kafka.tools.StorageTool format --standalone -c "$dir/server.properties" \
            -t "$("${java_with_kafka[@]}" kafka.tools.StorageTool random-uuid)" >"$dir/output" 2>&1 ||
            fail "could not format $dir/data: see $dir/output"
    fi
}

wait_until_ready() { # fails if the broker ends, or takes longer than a minute
    for _ in $(seq 600); do
        answers "$port" && break
        runs || return 1
        sleep 0.1
    done
    answers "$port" && say "ready: FOLDLINE_LOG=kafka://127.0.0.1:$port"
}

run() {
    prepare
    say "starting on 127.0.0.1:$port; Ctrl-C stops it, its data stays in $dir"
    echo $$ >"$dir/pid"
    (wait_until_ready &)
    exec "${java_with_kafka[@]}" kafka.Kafka "$dir/server.properties"
}

start() {
    if runs; then
        say "it runs already: process $(pid)"
        return
    fi
    prepare
    say "starting on 127.0.0.1:$port"
    nohup "${java_with_kafka[@]}" kafka.Kafka "$dir/server.properties" >"$dir/output" 2>&1 </dev/null &
    echo $! >"$dir/pid"
    wait_until_ready || fail "the broker did not start: $(tail -n 5 "$dir/output") (all of it: $dir/output)"
    say "stop it with: scripts/kafka.sh stop"
}

stop() {
    if ! runs; then
        say "no broker runs in $dir"
        return
    fi
    local broker
    broker=$(pid)
    say "stopping process $broker"
    kill "$broker"
    for _ in $(seq 300); do
        kill -0 "$broker" 2>/dev/null || break
        sleep 0.1
    done
    ! kill -0 "$broker" 2>/dev/null || fail "process $broker did not stop within 30 s: kill -9 $broker is safe"
    rm -f "$dir/pid"
    say "stopped; its data stays in $dir"
}

status() {
    runs || { say "no broker runs in $dir"; exit 3; }
    say "process $(pid) runs on $(sed -n 's|^listeners=PLAINTEXT://\([^,]*\).*|\1|p' "$dir/server.properties")"
}

verb=${1:-}
[ $# -gt 0 ] && shift
while [ $# -gt 0 ]; do
    case $1 in
    --port) port=${2:-}; shift $(($# > 1 ? 2 : 1)) ;;
    --dir)
        [ -n "${2:-}" ] || fail "--dir needs a folder"
        dir=$(mkdir -p "$2" && cd "$2" && pwd)
        shift 2
        ;;
    --settings)
        [ -r "${2:-}" ] || fail "--settings needs a file that can be read"
        settings=("$2")
        shift 2
        ;;
    *) usage >&2; exit 2 ;;
    esac
done
[[ $port =~ ^[0-9]+$ ]] && [ "$port" -gt 0 ] && [ "$port" -lt 65535 ] || fail "--port is a number from 1 to 65534, not '$port'"

case $verb in
run | start | stop | status | fetch) "$verb" ;;
-h | --help | help) usage ;;
*) usage >&2; exit 2 ;;
esac
