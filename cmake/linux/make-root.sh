# make-root.sh FOLDER SUITE: makes a Debian root with all packages of packages.txt, whole or not at all.
# The caller holds the cache's lock, so whatever else lies there unfinished is a leftover.
# shellcheck disable=SC1091
set -u

source_folder=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
. "$source_folder/cmake/linux/messages.sh"
. "$source_folder/cmake/linux/packages.sh"

folder=$1
suite=$2
cache=$(dirname "$folder")
name=$(basename "$folder")
name=${name%-*}

need_mb=4000
# An ordinary user's root is first made where its users, who are other ones outside, can go.
scratch=/var/tmp
is_root && scratch=$cache

remove() {
	[ ! -d "$1" ] || chmod -R u+rwX "$1" 2>/dev/null
	rm -rf "$1"
}

# Prints mmdebstrap's answer to "which mirror": the one this system's own apt uses, if it is one of Debian's archive.
system_mirror() {
	codename=$(. /etc/os-release && echo "${ID-} ${VERSION_CODENAME-}")
	case $codename in
	'debian '?*)
		# shellcheck disable=SC2016
		apt-get indextargets --no-release-info --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
			sed -n "s/^\\(\\(https*\\|mirror+[a-z]*\\):[^ ]*\\) ${codename#debian } main\$/\\1/p" | head -n 1
		;;
	esac
}

# mmdebstrap's words, turned into a sentence about what to do.
reason() {
	if grep -q 'No space left' "$1"; then
		echo "The disk is full: about 4 GB are needed below $scratch and $cache."
	elif grep -qE 'Could not resolve|Temporary failure|Could not connect|Unable to connect|Connection (failed|refused|timed out)|Network is unreachable' "$1"; then
		echo "The package mirror can't be reached: a network is needed once, for the first set-up."
	elif grep -qiE 'newuidmap|newgidmap|subuid|subgid' "$1"; then
		echo "This user has no range of subordinate ids: as root, usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $(id -un)"
	elif grep -qiE 'unshare|user namespace' "$1"; then
		echo "User namespaces are switched off here (sysctl kernel.unprivileged_userns_clone or user.max_user_namespaces)."
	else
		echo "mmdebstrap failed: $(grep '^E: ' "$1" | head -n 1)"
	fi
}

for place in "$cache" "$scratch"; do
	free_mb=$(df -Pm "$place" | awk 'NR == 2 { print $4 }')
	[ "${free_mb:-0}" -ge "$need_mb" ] || die "Not enough room below $place: $need_mb MB are needed for the build environment, $free_mb MB are free."
done

# Leftovers of interrupted runs, and roots of earlier package lists that nobody uses any more.
rm -f "$cache/$name"-*.log
for old in "$cache/$name"-????????????*; do
	if [ -d "$old" ] && flock -n "$old" true; then
		remove "$old"
	fi
done

# All that is unfinished lies in one folder.
new=$folder.new
root=$new/root
log=$new/log
trap 'remove "$new"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
mkdir -p "$root" "$new/tmp" || die "The folder $new can't be made."
is_root && scratch=$new/tmp

case $suite in
trixie) what="Debian 13 with OBS 30" ;;
*) what="Debian $suite with the newest OBS" ;;
esac
say "Making a private $what in $cache (about 2 GB, one to three minutes, once only)."
begin=$(date +%s)

set -- --variant=apt --format=directory --include="$(package_lines | cut -d ' ' -f 1 | paste -sd , -)"
[ "$suite" = testing ] || set -- "$@" --include="$(optional_packages | paste -sd , -)"
# apt keeps its package lists, so that the tests can ask whether our own package could be installed.
set -- "$@" --skip=cleanup/apt/lists
for path in man doc info locale; do
	set -- "$@" --dpkgopt="path-exclude=/usr/share/$path/*"
done
# The archive's signatures are checked; only the date up to which they promise to be fresh may have passed.
[ "$suite" != testing ] || set -- "$@" --aptopt='Acquire::Check-Valid-Until "false"'
apt-config dump 2>/dev/null | grep -E '^Acquire::[a-z]+::Proxy' >"$new/apt.conf"
[ ! -s "$new/apt.conf" ] || set -- "$@" --aptopt="$new/apt.conf"

mirror=$(system_mirror)
if is_root; then
	TMPDIR=$scratch mmdebstrap --mode=root "$@" "$suite" "$root" ${mirror:+"$mirror"} >"$log" 2>&1
	status=$?
else
	# The users of the new root would own its folder and be the only ones able to remove it, so it comes as an archive.
	{
		TMPDIR=$scratch mmdebstrap --mode=unshare "$@" --format=tar "$suite" - ${mirror:+"$mirror"} 2>"$log"
		echo $? >"$new/status"
	} | tar -x -C "$root" --no-same-owner --exclude='./dev/*' 2>"$new/tar.log"
	status=$?
	[ "$status" -ne 0 ] || status=$(cat "$new/status")
	cat "$new/tar.log" >>"$log"
fi

if [ "$status" -ne 0 ]; then
	mv "$log" "$folder.log"
	die "$(reason "$folder.log") (All it said: $folder.log)"
fi
# The host's own are laid over these when the root is entered, which a symbolic link would hinder.
for file in resolv.conf hosts passwd group; do
	rm -f "$root/etc/$file"
	: >"$root/etc/$file"
done
# Programs look for their session bus by it.
tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
mv "$root" "$folder" || die "The new root can't be put in its place, $folder."
say "Done in $(($(date +%s) - begin)) s."
