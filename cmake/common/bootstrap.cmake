# Reads buildspec.json, the single source of the plugin's name and version, before project() is called.
include_guard(GLOBAL)

if("${CMAKE_CURRENT_BINARY_DIR}" STREQUAL "${CMAKE_CURRENT_SOURCE_DIR}")
  message(FATAL_ERROR "Build in a folder of its own: cmake -B build")
endif()

list(APPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_SOURCE_DIR}/cmake/common")
if(WIN32)
  list(APPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_SOURCE_DIR}/cmake/windows")
elseif(APPLE)
  list(APPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_SOURCE_DIR}/cmake/macos")
else()
  list(APPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_SOURCE_DIR}/cmake/linux")
endif()

file(READ "${CMAKE_CURRENT_SOURCE_DIR}/buildspec.json" _buildspec)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS buildspec.json)
foreach(_key name displayName version author website email)
  string(JSON _${_key} GET "${_buildspec}" ${_key})
endforeach()
string(JSON _bundleId GET "${_buildspec}" platformConfig macos bundleId)
