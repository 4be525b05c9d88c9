# Packages of the host: which are missing, whether its own OBS will do, installing them.
# shellcheck shell=sh disable=SC2154

package_list=$source_folder/cmake/linux/packages.txt

# Prints the package list, one line for each need, alternatives separated by spaces, without what is optional.
package_lines() {
	sed -e 's/#.*//' -e 's/|/ /g' -e '/^?/d' -e '/^[[:space:]]*$/d' "$package_list"
}

# Prints what is optional.
optional_packages() {
	sed -n 's/^? //p' "$package_list"
}

# Prints the lines of the package list of which nothing is installed.
missing_lines() {
	installed=" $(dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | tr '\n' ' ')"
	package_lines | while read -r line; do
		for name in $line; do
			case $installed in *" $name "*) continue 2 ;; esac
		done
		echo "$line"
	done
}

# Prints the names to install, of alternatives the first that apt knows, of the optional ones those that it knows.
missing_packages() {
	missing_lines | while read -r first others; do
		for name in $first $others; do
			[ -z "$(candidate "$name")" ] || { first=$name && break; }
		done
		printf '%s ' "$first"
	done
	for name in $(optional_packages); do
		[ -z "$(candidate "$name")" ] || printf '%s ' "$name"
	done
}

# Prints the version of a package that apt would install, nothing if there is none.
candidate() {
	LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n -e '/(none)/d' -e 's/^  Candidate: //p'
}

# True if everything in the list is installed here and the installed OBS is 30 or newer.
host_is_complete() {
	command -v dpkg-query >/dev/null || return 1
	version=$(dpkg-query -W -f '${Version}' libobs-dev 2>/dev/null) || return 1
	dpkg --compare-versions "$version" ge 30 && [ -z "$(missing_lines)" ]
}

# True if apt offers OBS 30 or newer, built with Qt 6, and the development files that belong to it.
host_offers_obs() {
	command -v apt-cache >/dev/null || return 1
	version=$(candidate libobs-dev)
	if [ -z "$version" ]; then
		host_is_recent || return 1
		apt_update
		version=$(candidate libobs-dev)
		[ -n "$version" ] || die "apt knows no libobs-dev: it needs a network to fetch its package lists."
	fi
	dpkg --compare-versions "$version" ge 30 || return 1
	# An obs-studio from elsewhere, a PPA say, does not fit the system's libobs-dev.
	studio=$(candidate obs-studio)
	[ "${studio%%[-+~]*}" = "${version%%[-+~]*}" ] || return 1
	apt-cache depends obs-studio 2>/dev/null | grep -q libqt6
}

# True for the releases known to have OBS 30: asked only while apt's package lists are empty.
host_is_recent() (
	# shellcheck disable=SC1091
	. /etc/os-release
	case ${ID-} in
	debian) dpkg --compare-versions "${VERSION_ID:-99}" ge 13 ;;
	ubuntu) dpkg --compare-versions "${VERSION_ID:-0}" ge 24.04 ;;
	*) false ;;
	esac
)

# Runs a command as root; sudo asks for a password only where somebody can answer.
as_root() {
	if is_root; then
		"$@"
	elif [ -t 0 ]; then
		sudo "$@"
	else
		sudo -n "$@"
	fi
}

apt_update() {
	say "Fetching apt's package lists."
	as_root apt-get update >/dev/null 2>&1 || true
}

# apt_install "NAME…": installs packages on the host after saying so.
apt_install() {
	is_root || command -v sudo >/dev/null ||
		die "Some packages are missing, and this user may not install them. As root: apt-get install $1"
	say "Installing with apt (up to a few minutes, once only): $1"
	log=$(mktemp) || die "No temporary file can be made."
	for try in 1 2; do
		# shellcheck disable=SC2086
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends $1 \
			>"$log" 2>&1 && rm -f "$log" && return 0
		[ "$try" -eq 2 ] || apt_update
	done
	reason=$(grep -E '^(E:|sudo:)' "$log" | head -n 1)
	rm -f "$log"
	die "apt could not install what is missing${reason:+ ($reason)}. Try it as root: apt-get install $1"
}
