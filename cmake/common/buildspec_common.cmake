# Windows and macOS have no packages of libobs: its sources, its prebuilt libraries and Qt are fetched into .deps, as pinned in
# buildspec.json, checked by SHA-256, and libobs and obs-frontend-api are built there once.
include_guard(GLOBAL)

set(_deps_dir "${CMAKE_SOURCE_DIR}/.deps")

# Fetches and unpacks `dependency`. ARCHIVE is its file name with @VERSION@; FOLDER the one below .deps that it ends in, with WRAP where the
# archive has no folder of its own. Sets <dependency>_FOLDER, <dependency>_VERSION and <dependency>_CHANGED in the caller.
function(_fetch_dependency dependency platform)
  cmake_parse_arguments(PARSE_ARGV 2 _arg "WRAP" "ARCHIVE;FOLDER" "")
  foreach(key version baseUrl label)
    string(JSON ${key} GET "${_buildspec}" dependencies ${dependency} ${key})
  endforeach()
  string(JSON hash GET "${_buildspec}" dependencies ${dependency} hashes ${platform})
  string(REPLACE "@VERSION@" "${version}" archive "${_arg_ARCHIVE}")
  string(REPLACE "@VERSION@" "${version}" folder "${_deps_dir}/${_arg_FOLDER}")
  set(stamp "${folder}.sha256")
  set(changed FALSE)

  set(present "")
  if(EXISTS "${stamp}")
    file(READ "${stamp}" present)
  endif()
  if(NOT present STREQUAL hash)
    set(changed TRUE)
    set(url "${baseUrl}/${archive}")
    if(_arg_WRAP)
      set(url "${baseUrl}/${version}/${archive}")
    endif()
    message(STATUS "Fetching ${label} ${version}")
    file(DOWNLOAD "${url}" "${_deps_dir}/${archive}" EXPECTED_HASH SHA256=${hash} STATUS status)
    list(POP_FRONT status code)
    if(code)
      file(REMOVE "${_deps_dir}/${archive}")
      message(FATAL_ERROR "${label} can't be fetched from ${url}: ${status}")
    endif()
    file(REMOVE_RECURSE "${folder}")
    if(_arg_WRAP)
      file(ARCHIVE_EXTRACT INPUT "${_deps_dir}/${archive}" DESTINATION "${folder}")
    else()
      file(ARCHIVE_EXTRACT INPUT "${_deps_dir}/${archive}" DESTINATION "${_deps_dir}")
    endif()
    file(WRITE "${stamp}" "${hash}")
  endif()

  set(${dependency}_FOLDER "${folder}" PARENT_SCOPE)
  set(${dependency}_VERSION "${version}" PARENT_SCOPE)
  set(${dependency}_CHANGED ${changed} PARENT_SCOPE)
endfunction()

# Builds libobs and obs-frontend-api, with the given options of CMake, and installs what a plugin needs into .deps.
function(_build_obs folder version)
  set(build "${folder}/build")
  if(EXISTS "${build}/livextrem.stamp")
    return()
  endif()
  message(STATUS "Building libobs ${version}")
  # ENABLE_UI until OBS 30, ENABLE_FRONTEND from 31.
  execute_process(
    COMMAND
      "${CMAKE_COMMAND}" --fresh -S "${folder}" -B "${build}" -G "${CMAKE_GENERATOR}" ${ARGN} -DOBS_CMAKE_VERSION=3.0.0
      -DENABLE_PLUGINS=OFF -DENABLE_UI=OFF -DENABLE_FRONTEND=OFF -DENABLE_SCRIPTING=OFF -DOBS_VERSION_OVERRIDE=${version}
      "-DCMAKE_PREFIX_PATH=${CMAKE_PREFIX_PATH}"
    COMMAND_ERROR_IS_FATAL ANY
    OUTPUT_QUIET
  )
  foreach(config Debug Release)
    execute_process(
      COMMAND "${CMAKE_COMMAND}" --build "${build}" --target obs-frontend-api --config ${config} --parallel
      COMMAND_ERROR_IS_FATAL ANY
      OUTPUT_QUIET
    )
    execute_process(
      COMMAND "${CMAKE_COMMAND}" --install "${build}" --component Development --config ${config} --prefix "${_deps_dir}"
      COMMAND_ERROR_IS_FATAL ANY
      OUTPUT_QUIET
    )
  endforeach()
  file(TOUCH "${build}/livextrem.stamp")
endfunction()
