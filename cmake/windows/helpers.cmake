# Below %ProgramData%\obs-studio\plugins: <name>\bin\64bit\<name>.dll and <name>\data.
include_guard(GLOBAL)

function(set_target_properties_plugin target)
  set_target_properties(
    ${target}
    PROPERTIES PREFIX "" OUTPUT_NAME "${_name}" LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/rundir/${_name}/bin/64bit"
  )
  configure_file("${PROJECT_SOURCE_DIR}/cmake/windows/resources/resource.rc.in" "${CMAKE_BINARY_DIR}/${_name}.rc" @ONLY)
  target_sources(${target} PRIVATE "${CMAKE_BINARY_DIR}/${_name}.rc")
  add_custom_command(
    TARGET ${target}
    POST_BUILD
    COMMAND
      "${CMAKE_COMMAND}" -E copy_directory_if_different "${PROJECT_SOURCE_DIR}/data" "${CMAKE_BINARY_DIR}/rundir/${_name}/data"
  )

  install(TARGETS ${target} LIBRARY DESTINATION "${_name}/bin/64bit" RUNTIME DESTINATION "${_name}/bin/64bit")
  install(FILES "$<TARGET_PDB_FILE:${target}>" DESTINATION "${_name}/bin/64bit" OPTIONAL)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/data/" DESTINATION "${_name}/data")
endfunction()
