# The build environment: this system where its own OBS is new enough, else a private Debian root entered with bubblewrap.
# Sourced by exec.sh, test.sh and run.sh; plain POSIX sh.
# shellcheck shell=sh disable=SC1091,SC2034

source_folder=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
. "$source_folder/cmake/linux/messages.sh"
. "$source_folder/cmake/linux/packages.sh"
. "$source_folder/cmake/linux/root.sh"

# environment_ready [32]: finds or makes the environment, and sets
#   environment   host, or the folder of the private root
#   build_folder  where its build lives
#   preset        how it is built: with the compiler of the Debian 13 root, warnings are errors
environment_ready() {
	case ${1-} in
	'') build_folder=$source_folder/build ;;
	32) build_folder=$source_folder/build-obs32 ;;
	*) die "There is no environment for OBS $1: leave --obs out, or give --obs 32." ;;
	esac
	[ -n "${XDG_CACHE_HOME-}${HOME-}" ] || die "Neither HOME nor XDG_CACHE_HOME is set, so there is no place for a cache."
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/livextrem
	preset=ubuntu-ci-x86_64

	if [ "${1-}" = 32 ]; then
		# Its compiler and libraries warn of what is still right for the older ones.
		preset=ubuntu-x86_64
		root_ready obs32 testing
	elif host_is_complete; then
		environment=host preset=ubuntu-x86_64
	elif [ -d "$(root_folder obs30)" ]; then
		root_ready obs30 trixie
	elif host_offers_obs; then
		say "This system's own OBS is new enough and will be used."
		apt_install "$(missing_packages)"
		environment=host preset=ubuntu-x86_64
	else
		root_ready obs30 trixie
	fi
}

# options_read ARGUMENT…: takes a leading "--obs VERSION" off; sets obs and the number of arguments taken.
options_read() {
	obs='' taken=0
	if [ "${1-}" = --obs ]; then
		[ $# -ge 2 ] || die "--obs needs a version: --obs 32"
		obs=$2 taken=2
	fi
}

# environment_run COMMAND…: runs a command in the environment and the present folder, with this shell's standard streams.
# Returns its exit status. Signals that end this shell are passed on first, so that the command can end by itself.
environment_run() {
	if [ "$environment" = host ]; then
		"$@"
	else
		root_run "$@"
	fi
}

# built_run COMMAND…: the same with liveXtrem built and its programs on PATH.
built_run() {
	environment_run sh "$source_folder/cmake/linux/inside.sh" "$build_folder" "$preset" "$@"
}
