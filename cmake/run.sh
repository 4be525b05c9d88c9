#!/bin/sh
# run.sh [--live] [--obs 32]: builds liveXtrem and starts OBS with its dock open, on a simulated Twitch: no account needed.
#
#   --live  Twitch itself, with an OBS profile of its own that is kept (the user's own OBS settings are never touched)
#
# Without a display OBS runs on an invisible one for a minute, and what happened there is told and left as pictures.
set -u
# shellcheck source=cmake/linux/environment.sh
. "$(dirname -- "$0")/linux/environment.sh"

# Started in the background of a script, a shell ignores SIGINT and can't be taught otherwise; it must end OBS in order here.
if grep -q '^SigIgn:.*[2367abef]$' /proc/self/status 2>/dev/null && [ -z "${LIVEXTREM_RUN_AGAIN-}" ]; then
	LIVEXTREM_RUN_AGAIN=1 exec env --default-signal=INT sh "$0" "$@"
fi

live=
obs=
while [ $# -gt 0 ]; do
	case $1 in
	--live) live=--live ;;
	--obs)
		options_read "$@"
		shift
		;;
	*) die "Usage: sh cmake/run.sh [--live] [--obs 32]" ;;
	esac
	shift
done

environment_ready "$obs"
built_run python3 -B "$source_folder/tests/e2e/show.py" $live
