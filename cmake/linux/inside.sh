# inside.sh BUILD_FOLDER PRESET COMMAND…: runs in the build environment. Builds what is out of date, then becomes the command.
# shellcheck disable=SC1091
set -u

source_folder=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
. "$source_folder/cmake/linux/messages.sh"
. "$source_folder/cmake/linux/build.sh"

build_folder=$1
preset=$2
shift 2
build_quietly "$build_folder" "$preset"

PATH=$build_folder/src/cli:$build_folder/tests/twitchsim:$build_folder/tests/bench:$PATH
LIVEXTREM_BUILD_DIR=$build_folder
export PATH LIVEXTREM_BUILD_DIR
exec "$@"
