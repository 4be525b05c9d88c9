# The private Debian root: made once with mmdebstrap in the user's cache, entered with bubblewrap.
# shellcheck shell=sh disable=SC2154

# Prints the folder of the root NAME. A changed package list gives another folder, so a root is never half up to date.
root_folder() {
	printf '%s/%s-%s\n' "$cache" "$1" "$(cat "$package_list" "$source_folder/cmake/linux/make-root.sh" | sha256sum | cut -c 1-12)"
}

# root_ready NAME SUITE: makes the root if it is not there, and holds it against removal while this shell lives.
root_ready() {
	environment=$(root_folder "$1")
	root_tools
	if [ ! -d "$environment" ]; then
		mkdir -p "$cache" 2>/dev/null || die "The cache folder $cache can't be made."
		exec 9>"$cache/lock"
		if ! flock -n 9; then
			say "Waiting for another run that is making the environment."
			flock 9
		fi
		[ -d "$environment" ] || sh "$source_folder/cmake/linux/make-root.sh" "$environment" "$2" || exit 1
		exec 9>&-
	fi
	exec 8<"$environment"
	flock -s 8
}

# Installs what making and entering a root needs on the host.
root_tools() {
	tools=
	command -v bwrap >/dev/null || tools=bubblewrap
	if [ ! -d "$environment" ]; then
		command -v mmdebstrap >/dev/null || tools="$tools mmdebstrap"
		is_root || command -v newuidmap >/dev/null || tools="$tools uidmap"
		set -- /usr/share/keyrings/debian-archive-keyring.*
		[ -e "$1" ] || tools="$tools debian-archive-keyring"
	fi
	tools=${tools# }
	if [ -n "$tools" ]; then
		command -v apt-get >/dev/null ||
			die "This distribution has no apt. liveXtrem builds anywhere once these are installed by hand: $tools"
		apt_install "$tools"
	fi
	bwrap --ro-bind / / --dev-bind /dev /dev true 2>/dev/null ||
		die "bubblewrap can't make a namespace: user namespaces are switched off here (sysctl kernel.apparmor_restrict_unprivileged_userns, kernel.unprivileged_userns_clone, or the container's settings)."
}

# The root's system folders, everything else of the host in its place: a path means the same on both sides, and what the
# user has on screen and in the loudspeakers (sockets in /tmp and XDG_RUNTIME_DIR) is there too.
root_run() {
	case $(pwd -P)/ in
	/var/tmp/*) ;;
	/bin/* | /boot/* | /dev/* | /etc/* | /lib* | /proc/* | /run/* | /sbin/* | /sys/* | /usr/* | /var/*)
		die "The folder $(pwd -P) belongs to the system and is not there in the environment: run this from another one."
		;;
	esac
	set -- -- env --default-signal=INT,TERM,HUP "$@"
	if [ -n "${XDG_RUNTIME_DIR-}" ] && [ -d "$XDG_RUNTIME_DIR" ]; then
		set -- --bind "$XDG_RUNTIME_DIR" "$XDG_RUNTIME_DIR" "$@"
	fi
	for entry in /run/dbus /run/user; do
		[ ! -d "$entry" ] || set -- --bind "$entry" "$entry" "$@"
	done
	for entry in /etc/resolv.conf /etc/hosts /etc/passwd /etc/group; do
		[ ! -e "$entry" ] || set -- --ro-bind "$(readlink -f "$entry")" "$entry" "$@"
	done
	for entry in /*; do
		case $entry in
		/bin | /boot | /dev | /etc | /lib* | /lost+found | /proc | /run | /sbin | /sys | /usr | /var) ;;
		*) [ ! -d "$entry" ] || [ ! -x "$entry" ] || set -- --bind "$entry" "$entry" "$@" ;;
		esac
	done
	zone=$(readlink -f /etc/localtime)
	case ${TZ-}:$zone in
	:*/zoneinfo/*) set -- --setenv TZ "${zone#*/zoneinfo/}" "$@" ;;
	esac
	for entry in LD_LIBRARY_PATH LD_PRELOAD PYTHONHOME PYTHONPATH; do
		set -- --unsetenv $entry "$@"
	done
	set -- --ro-bind "$environment/usr" /usr --ro-bind "$environment/etc" /etc --ro-bind "$environment/var" /var \
		--bind /var/tmp /var/tmp --symlink usr/bin /bin --symlink usr/sbin /sbin --symlink usr/lib /lib --symlink usr/lib64 /lib64 \
		--dev-bind /dev /dev --proc /proc --ro-bind /sys /sys --dir /run \
		--setenv PATH /usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin --setenv LANG C.UTF-8 --setenv LC_ALL C.UTF-8 \
		--unshare-pid --die-with-parent --chdir "$(pwd -P)" "$@"

	# bubblewrap would die of a signal and take the command along. So it ignores them, and the command, two processes
	# further down (bubblewrap, its reaper, the command), is told by hand.
	exec 7<&0
	(
		trap '' INT TERM HUP
		exec bwrap "$@" <&7 7<&-
	) &
	inner=$!
	exec 7<&-
	trap 'root_signal INT' INT
	trap 'root_signal TERM' TERM
	trap 'root_signal HUP' HUP
	while :; do
		wait "$inner"
		status=$?
		kill -0 "$inner" 2>/dev/null || break
	done
	trap - INT TERM HUP
	return "$status"
}

# Sends a signal to the command that runs in the root.
root_signal() {
	process=$inner
	for _ in 1 2; do
		process=$(cat "/proc/$process/task/$process/children" 2>/dev/null)
		process=${process%% *}
	done
	[ -z "$process" ] || kill -"$1" "$process" 2>/dev/null
}
