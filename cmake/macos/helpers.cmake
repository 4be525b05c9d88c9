# A plugin of OBS on macOS is a bundle that carries its own data.
include_guard(GLOBAL)

function(set_target_properties_plugin target)
  set_target_properties(
    ${target}
    PROPERTIES
      OUTPUT_NAME "${_name}"
      BUNDLE TRUE
      BUNDLE_EXTENSION plugin
      LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/rundir/$<CONFIG>"
      XCODE_ATTRIBUTE_PRODUCT_NAME "${_name}"
      XCODE_ATTRIBUTE_PRODUCT_BUNDLE_IDENTIFIER "${_bundleId}"
      XCODE_ATTRIBUTE_MARKETING_VERSION "${PROJECT_VERSION}"
      XCODE_ATTRIBUTE_CURRENT_PROJECT_VERSION "${PROJECT_VERSION}"
      XCODE_ATTRIBUTE_GENERATE_INFOPLIST_FILE YES
      XCODE_ATTRIBUTE_INFOPLIST_KEY_CFBundleDisplayName "${_displayName}"
      XCODE_ATTRIBUTE_INFOPLIST_KEY_NSHumanReadableCopyright "${_author}"
  )

  file(GLOB_RECURSE files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/data/*")
  foreach(file IN LISTS files)
    cmake_path(GET file PARENT_PATH folder)
    cmake_path(RELATIVE_PATH folder BASE_DIRECTORY "${PROJECT_SOURCE_DIR}/data")
    target_sources(${target} PRIVATE "${file}")
    set_source_files_properties(
      "${file}"
      TARGET_DIRECTORY ${target}
      PROPERTIES MACOSX_PACKAGE_LOCATION "Resources/${folder}" HEADER_FILE_ONLY ON
    )
  endforeach()

  install(TARGETS ${target} LIBRARY DESTINATION .)
endfunction()
