# An installer package: cpack -G productbuild in the build folder leaves it in package/.
include_guard(GLOBAL)
include(package_common)

set(CPACK_GENERATOR productbuild)
set(CPACK_PRODUCTBUILD_IDENTIFIER "${_bundleId}")
set(CPACK_PRODUCTBUILD_DOMAINS ON)
set(CPACK_PRODUCTBUILD_DOMAINS_ANYWHERE OFF)
set(CPACK_PRODUCTBUILD_DOMAINS_USER ON)
set(CPACK_PACKAGING_INSTALL_PREFIX "/Library/Application Support/obs-studio/plugins")
include(CPack)
