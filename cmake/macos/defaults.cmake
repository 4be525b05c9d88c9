include_guard(GLOBAL)

if(NOT CODESIGN_IDENTITY)
  set(CODESIGN_IDENTITY "-" CACHE STRING "Identity to sign with, - for none" FORCE)
endif()

include(buildspec)

if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX "$ENV{HOME}/Library/Application Support/obs-studio/plugins" CACHE PATH "" FORCE)
endif()
