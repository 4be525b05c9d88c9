# An archive to unpack into %ProgramData%\obs-studio\plugins: cpack -G ZIP in the build folder leaves it in package/.
include_guard(GLOBAL)
include(package_common)

set(CPACK_GENERATOR ZIP)
set(CPACK_PACKAGE_FILE_NAME "${_name}-${PROJECT_VERSION}-windows-x64")
set(CPACK_INCLUDE_TOPLEVEL_DIRECTORY OFF)
include(CPack)
