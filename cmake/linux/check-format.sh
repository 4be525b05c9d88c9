# check-format.sh: fails if a C or C++ file is not laid out as .clang-format says.
set -u
cd "$(dirname -- "$0")/../.." || exit 1
find src ui tests \( -name '*.[ch]' -o -name '*.cpp' -o -name '*.hpp' \) -exec clang-format-19 --dry-run -Werror {} +
