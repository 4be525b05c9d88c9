# What the scripts say goes to standard error, so that a command's own output stays clean.
# shellcheck shell=sh

say() {
	printf '%s\n' "$*" >&2
}

die() {
	say "liveXtrem: $*"
	exit 1
}

is_root() {
	[ "$(id -u)" -eq 0 ]
}
