# Written for Visual Studio 2022 17.5 and newer (C11 atomics); not run by our own tests, which are on Linux.
include_guard(GLOBAL)

include(compiler_common)

add_compile_options(
  /W3
  /utf-8
  /permissive-
  /MP
  /Zc:preprocessor
  "$<$<COMPILE_LANGUAGE:C>:/experimental:c11atomics>"
  "$<$<COMPILE_LANGUAGE:CXX>:/Zc:__cplusplus>"
)
add_compile_definitions(UNICODE _UNICODE _CRT_SECURE_NO_WARNINGS _CRT_NONSTDC_NO_WARNINGS)

# Symbols for every configuration, and nothing in the file that changes from build to build.
set(CMAKE_MSVC_DEBUG_INFORMATION_FORMAT ProgramDatabase)
add_compile_options(/Brepro)
add_link_options(/DEBUG /Brepro "$<$<NOT:$<CONFIG:Debug>>:/OPT:REF;/OPT:ICF;/INCREMENTAL:NO>")
