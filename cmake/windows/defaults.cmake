include_guard(GLOBAL)

include(buildspec)

if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX "$ENV{ALLUSERSPROFILE}/obs-studio/plugins" CACHE PATH "" FORCE)
endif()
