#!/usr/bin/env bash
# The whole system in containers: builds and starts it, goes through it once, and takes it down again.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PORT=${PORT:-8080} COMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME:-foldline-tour} # not the one of `docker compose up`

say() { echo "stack: $*" >&2; }

compose() { # Docker's own plugin where it is there, else the one of the tests
    if docker compose version >/dev/null 2>&1; then docker compose "$@"; else .venv/bin/docker-compose "$@"; fi
}

down() {
    say "taking it down"
    compose --progress quiet --profile '*' down --volumes --timeout 20
    [ -z "${ours:-}" ] || scripts/engine.sh stop
}

scripts/engine.sh status 2>/dev/null || ours=yes
scripts/engine.sh start
trap down EXIT

say "building the image"
scripts/image.sh
say "starting Kafka, two instances of each service, and the balancer on http://127.0.0.1:$PORT"
compose --progress quiet up --detach --wait --wait-timeout 300
.venv/bin/python scripts/tour.py "http://127.0.0.1:$PORT"
say "the same in the shell, in a container of its own:"
compose --progress quiet run --rm --no-TTY client shell -c "print(*Purchase.list(), sep='\n')"
