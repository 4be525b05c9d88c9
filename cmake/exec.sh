#!/bin/sh
# exec.sh [--obs 32] COMMAND…: runs a command inside the build environment, with liveXtrem built and its programs on PATH.
set -u
# shellcheck source=cmake/linux/environment.sh
. "$(dirname -- "$0")/linux/environment.sh"

options_read "$@"
shift "$taken"
[ $# -gt 0 ] || die "Usage: sh cmake/exec.sh [--obs 32] COMMAND…"

environment_ready "$obs"
built_run "$@"
