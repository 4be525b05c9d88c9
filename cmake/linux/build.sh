# Building without a word unless something is wrong.
# shellcheck shell=sh disable=SC2154

# build_quietly FOLDER PRESET: brings a build up to date; its output is shown only if it fails.
build_quietly() {
	mkdir -p "$1" 2>/dev/null || die "The build folder $1 can't be made."
	(
		flock 9
		# Compiled objects are shared between builds, checkouts and OBS versions, wherever those lie.
		CCACHE_BASEDIR=$source_folder
		CCACHE_NOHASHDIR=1
		export CCACHE_BASEDIR CCACHE_NOHASHDIR
		log=$1/livextrem-build.log
		stamp=$1/livextrem-build.stamp
		tools="$(cmake --version | head -n 1) $(cc -dumpfullversion) libobs $(pkg-config --modversion libobs)"
		# Another compiler, another OBS or another preset: start over. A stricter build than asked for is good, too.
		case $(cat "$stamp" 2>/dev/null) in
		"$2 $tools" | "ubuntu-ci-${2#ubuntu-} $tools") ;;
		*)
			begin=$(date +%s)
			say "Building in $1 (about a minute)."
			rm -f "$stamp"
			(cd "$source_folder" && cmake --fresh --preset "$2" -B "$1") >"$log" 2>&1 </dev/null || build_failed "$log"
			;;
		esac
		cmake --build "$1" >"$log" 2>&1 </dev/null || build_failed "$log"
		if [ ! -e "$stamp" ]; then
			printf '%s\n' "$2 $tools" >"$stamp"
			say "Built in $(($(date +%s) - begin)) s."
		fi
	) 9>"$1/livextrem-build.lock" || exit 1
}

build_failed() {
	cat "$1" >&2
	die "The build failed; its output is above."
}
