# Where things go on Linux, installed and in the build tree. CPack makes the .deb from the install rules.
include_guard(GLOBAL)
include(GNUInstallDirs)

# rundir/ in the build tree has what OBS_PLUGINS_PATH and OBS_PLUGINS_DATA_PATH want: OBS runs the plugin from there, nothing is copied.
function(set_target_properties_plugin target)
  set_target_properties(
    ${target}
    PROPERTIES PREFIX "" OUTPUT_NAME "${_name}" LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/rundir/obs-plugins"
  )
  file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/rundir/data")
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/data" "${CMAKE_BINARY_DIR}/rundir/data/${_name}" SYMBOLIC)

  install(TARGETS ${target} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/obs-plugins")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/data/" DESTINATION "${CMAKE_INSTALL_DATADIR}/obs/obs-plugins/${_name}")
endfunction()
