# Everything the project links with, found once, under one target name each.
include_guard(GLOBAL)

find_package(Threads REQUIRED)
find_package(libobs REQUIRED)
find_package(CURL REQUIRED)
find_package(cJSON REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(PkgConfig)

if(NOT TARGET SQLite3::SQLite3)
  add_library(SQLite3::SQLite3 ALIAS SQLite::SQLite3)
endif()

pkg_check_modules(microhttpd REQUIRED IMPORTED_TARGET libmicrohttpd)
if(UNIX AND NOT APPLE)
  pkg_check_modules(libsecret REQUIRED IMPORTED_TARGET libsecret-1)
endif()

if(ENABLE_PLUGIN)
  find_package(obs-frontend-api REQUIRED)
  find_package(Qt6 REQUIRED COMPONENTS Core Gui Widgets)
  pkg_check_modules(qrencode REQUIRED IMPORTED_TARGET libqrencode)
endif()

if(ENABLE_TESTS)
  find_package(cmocka REQUIRED)
  pkg_check_modules(websockets REQUIRED IMPORTED_TARGET libwebsockets)
  pkg_check_modules(openssl REQUIRED IMPORTED_TARGET openssl)
  if(ENABLE_PLUGIN)
    find_package(Qt6 REQUIRED COMPONENTS Test)
  endif()
endif()
