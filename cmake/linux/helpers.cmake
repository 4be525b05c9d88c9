# Where things go on Linux. CPack makes the .deb from the install rules below.
include_guard(GLOBAL)
include(GNUInstallDirs)

function(set_target_properties_plugin target)
  set_target_properties(${target} PROPERTIES PREFIX "" OUTPUT_NAME "${_name}" VERSION "" SOVERSION "")
  install(TARGETS ${target} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/obs-plugins")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/data/" DESTINATION "${CMAKE_INSTALL_DATADIR}/obs/obs-plugins/${_name}")
endfunction()
