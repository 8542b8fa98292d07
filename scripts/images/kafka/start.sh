#!/usr/bin/env bash
# Settings come from the environment, as in the public image: KAFKA_NODE_ID is node.id.
set -euo pipefail
settings=/opt/kafka/config/server.properties

: >"$settings"
while IFS='=' read -r -d '' name value; do
    case $name in
    KAFKA_HEAP_OPTS) ;;
    KAFKA_*)
        name=${name#KAFKA_}
        name=${name//_/.}
        printf '%s=%s\n' "${name,,}" "$value" >>"$settings"
        ;;
    esac
done </proc/self/environ
grep -q '^log\.dirs=' "$settings" || echo 'log.dirs=/var/lib/kafka/data' >>"$settings"

# shellcheck disable=SC2206 # KAFKA_HEAP_OPTS is several words
java=(java ${KAFKA_HEAP_OPTS:-} -XX:+UseSerialGC -Dlog4j2.configurationFile=/opt/kafka/log4j2.xml -cp '/opt/kafka/libs/*')
"${java[@]}" kafka.tools.StorageTool format --ignore-formatted -c "$settings" -t "${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}"
exec "${java[@]}" kafka.Kafka "$settings"
