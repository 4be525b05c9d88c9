# Windows 10 (1903) and newer bring ICU's C interface as one library and one header. The core includes ICU's own headers by name,
# so each one it uses is made here and leads to that header.
include_guard(GLOBAL)

file(GLOB_RECURSE _sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/*.[ch]")
foreach(_source IN LISTS _sources)
  file(STRINGS "${_source}" _lines REGEX "^#include <unicode/[a-z0-9_]+\\.h>")
  foreach(_line IN LISTS _lines)
    string(REGEX REPLACE ".*<(.*)>.*" "\\1" _header "${_line}")
    file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/icu/${_header}" CONTENT "#include <icu.h>\n")
  endforeach()
endforeach()

foreach(_component uc i18n)
  add_library(ICU::${_component} INTERFACE IMPORTED)
  target_include_directories(ICU::${_component} INTERFACE "${CMAKE_BINARY_DIR}/icu")
  target_link_libraries(ICU::${_component} INTERFACE icu)
endforeach()
