# build-preset.sh FOLDER PRESET: a further build, sanitized or fuzzing, made as part of the tests.
# shellcheck disable=SC1091
set -u

source_folder=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
. "$source_folder/cmake/linux/messages.sh"
. "$source_folder/cmake/linux/build.sh"

build_quietly "$1" "$2"
