#!/usr/bin/env bash
# Builds the shop's image, foldline-shop, and foldline, the runtime alone on which `foldline package` builds.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
facts=(--build-arg "VERSION=$version" --build-arg "REVISION=$(git rev-parse HEAD 2>/dev/null || echo unknown)")

build() { # name arguments
    local name=$1
    shift
    docker build --quiet --tag "$name" --tag "$name:$version" "${facts[@]}" "$@" . >/dev/null
    docker image ls "$name"
}

build foldline --target runtime
build foldline-shop
