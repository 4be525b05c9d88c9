# What packages of all platforms say about themselves.
include_guard(GLOBAL)

set(CPACK_PACKAGE_NAME "${_name}")
set(CPACK_PACKAGE_VENDOR "${_author}")
set(CPACK_PACKAGE_CONTACT "${_author} <${_email}>")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_HOMEPAGE_URL "${_website}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Twitch stream manager for OBS Studio")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGE_DIRECTORY "${CMAKE_BINARY_DIR}/package")
set(CPACK_VERBATIM_VARIABLES ON)
