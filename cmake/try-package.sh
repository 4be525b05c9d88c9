#!/bin/sh
# try-package.sh: before a release. Makes the smallest Debian 13 there is, installs the package there as a user would (apt fetches
# OBS and all else), starts OBS, sees that the plugin is loaded and leaks nothing, and that removing it leaves nothing behind.
# As root; needs a network and takes about two minutes. Not one of ctest's: those run where all of that is installed already.
set -u
# shellcheck source=cmake/linux/environment.sh
. "$(dirname -- "$0")/linux/environment.sh"

is_root || die "Making a clean system is root's work: run this as root."
environment_ready
[ "$environment" != host ] || die "This needs the private Debian 13 root, which is not used where the system's own OBS is new enough."
command -v mmdebstrap >/dev/null || apt_install mmdebstrap
built_run sh -c 'cd "$LIVEXTREM_BUILD_DIR" && cpack -G DEB >livextrem-package.log 2>&1 || { cat livextrem-package.log >&2; exit 1; }' || exit 1
# shellcheck disable=SC2012
package=$(ls -t "$build_folder"/package/livextrem_*.deb | head -n 1)

clean=$(mktemp -d "$cache/clean.XXXXXX") || die "No folder for the clean system can be made in $cache."
screen=
trap '[ -z "$screen" ] || kill "$screen" 2>/dev/null; rm -rf "$clean"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
root=$clean/root

# in_clean COMMAND…: runs a command in the clean system, which sees nothing of this one but devices and the network.
in_clean() {
	bwrap --bind "$root" / --dev-bind /dev /dev --proc /proc --ro-bind /sys /sys --tmpfs /run --ro-bind "$(readlink -f /etc/resolv.conf)" \
		/etc/resolv.conf --bind /tmp/.X11-unix /tmp/.X11-unix --unshare-pid --die-with-parent --clearenv --setenv HOME /root \
		--setenv PATH /usr/sbin:/usr/bin:/sbin:/bin --setenv LANG C.UTF-8 --setenv DISPLAY ":${display-}" --setenv XDG_RUNTIME_DIR /run --chdir /root "$@"
}

say "Making a clean Debian 13."
mkdir -p "$root" "$clean/tmp"
TMPDIR=$clean/tmp mmdebstrap --mode=root --variant=minbase trixie "$root" >"$clean/log" 2>&1 ||
	die "mmdebstrap failed: $(grep '^E: ' "$clean/log" | head -n 1)"
mkdir -p "$root/tmp/.X11-unix"
cp "$package" "$root/root/livextrem.deb"

say "Installing $(basename "$package") with apt."
in_clean sh -c 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y ./livextrem.deb' >"$clean/log" 2>&1 || {
	tail -n 20 "$clean/log" >&2
	die "The package can't be installed on a clean Debian 13."
}

say "Starting OBS there."
mkdir -p "$root/root/.config/obs-studio"
printf '[General]\nFirstRun=true\nLastVersion=536870912\nConfirmOnExit=false\n' >"$root/root/.config/obs-studio/global.ini"
# The screen is no part of the clean system: it is one of the build environment.
mkdir -p /tmp/.X11-unix
mkfifo "$clean/display"
environment_run sh -c "exec Xvfb -displayfd 3 -screen 0 1280x720x24 -nolisten tcp 3>'$clean/display'" >/dev/null 2>&1 &
screen=$!
read -r display <"$clean/display" || die "The invisible screen did not start."
in_clean sh -c 'timeout --kill-after=20 --signal=INT 20 obs --multi --disable-updater; status=$?; [ $status -eq 124 ]' >"$clean/log" 2>&1 ||
	die "OBS did not run: $(tail -n 3 "$clean/log")"
grep -E 'OBS [0-9]|\[liveXtrem\] version|memory leaks' "$clean/log"
grep -q '\[liveXtrem\] version .* loaded' "$clean/log" || die "OBS did not load the plugin."
grep -q 'Number of memory leaks: 0$' "$clean/log" || die "Something leaked."

in_clean apt-get purge -y livextrem >"$clean/log" 2>&1 || die "The package can't be removed: $(tail -n 1 "$clean/log")"
left=$(find "$root/usr" -iname '*livextrem*')
[ -z "$left" ] || die "Removing the package left $left."
say "Installed, loaded, removed."
