# check-format.sh: fails if a C or C++ file is not laid out as .clang-format says.
# Other versions of clang-format differ in details, so without this one the check is skipped (status 77).
set -u
command -v clang-format-19 >/dev/null || exit 77
cd "$(dirname -- "$0")/../.." || exit 1
find src ui tests \( -name '*.[ch]' -o -name '*.cpp' -o -name '*.hpp' \) -exec clang-format-19 --dry-run -Werror {} +
