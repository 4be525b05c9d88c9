# The .deb: cpack -G DEB in the build folder leaves it in package/.
include_guard(GLOBAL)
include(package_common)

# libobs refuses a module that was built with a newer one, down to the minor version.
string(REGEX MATCH "^[0-9]+\\.[0-9]+" _libobs_minor "${libobs_VERSION}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION video)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "obs-studio (>= ${_libobs_minor})")
# The secret store behind libsecret's interface.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gnome-keyring | kwalletmanager | keepassxc")
set(
  CPACK_DEBIAN_PACKAGE_DESCRIPTION
  "Chat with one-click moderation, planning, finances and live numbers of a Twitch channel as docks and sources of OBS Studio."
)

install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}" RENAME copyright)
include(CPack)
