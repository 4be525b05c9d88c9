#!/bin/sh
# test.sh [--obs 32] [CTEST_ARGUMENT…]: builds with warnings as errors and runs every test, or those that ctest's arguments choose.
set -u
# shellcheck source=cmake/linux/environment.sh
. "$(dirname -- "$0")/linux/environment.sh"

options_read "$@"
shift "$taken"

environment_ready "$obs"
[ -n "$obs" ] || preset=ubuntu-ci-x86_64
# Most tests wait for others (sockets, OBS) much longer than they work, so two for each core; those that need the machine say so.
built_run ctest --test-dir "$build_folder" --output-on-failure --no-tests=error --no-label-summary --parallel $((2 * $(nproc))) "$@"
