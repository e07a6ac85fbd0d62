#!/usr/bin/env bash
# Every manual page renders, and groff has nothing to say about it.
set -uo pipefail
for page in docs/man/*; do
    said=$(LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null) || exit
    [ -z "$said" ] || { echo "$page: $said" >&2; exit 1; }
done
