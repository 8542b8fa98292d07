#!/usr/bin/env bash
# The browser that the page's tests drive: prints the path of Debian's Chromium, and installs it where it may.
set -euo pipefail

say() { echo "browser: $*" >&2; }
fail() { say "$*"; exit 1; }

if ! command -v chromium >/dev/null; then
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
        fail "there is no 'chromium'. Install it (Debian, Ubuntu: apt-get install chromium) and try again"
    say "installing chromium, which the page's tests drive"
    apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >&2 ||
        fail "could not install chromium: see above, or install it by hand"
fi
command -v chromium
