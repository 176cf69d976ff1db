#!/usr/bin/env bash
# Writes the lock files from pyproject.toml. `requirements/lock.sh` keeps what is pinned where it still fits;
# `requirements/lock.sh --upgrade` takes the newest. Needs uv. run.txt comes first: dev.txt has to agree with it.
# uv writes no address of an index into them: tests/test_locks.py looks.
set -euo pipefail
cd "$(dirname "$0")/.."

lock() {
    local file=$1
    shift
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --custom-compile-command requirements/lock.sh --output-file "requirements/$file" "$@"
}

lock run.txt pyproject.toml --group encoder "${@}"
lock dev.txt pyproject.toml --group dev --constraint requirements/run.txt "${@}"
echo uv | lock uv.txt - "${@}"
