include_guard(GLOBAL)

include(buildspec_common)

_fetch_dependency(prebuilt macos WRAP ARCHIVE "macos-deps-@VERSION@-universal.tar.xz" FOLDER "obs-deps-@VERSION@-universal")
_fetch_dependency(qt6 macos WRAP ARCHIVE "macos-deps-qt6-@VERSION@-universal.tar.xz" FOLDER "obs-deps-qt6-@VERSION@-universal")
_fetch_dependency(obs-studio macos ARCHIVE "@VERSION@.tar.gz" FOLDER "obs-studio-@VERSION@")

# What came from the network is quarantined until told otherwise, and its hash was checked.
if(prebuilt_CHANGED OR qt6_CHANGED)
  execute_process(COMMAND xattr -r -d com.apple.quarantine "${_deps_dir}")
endif()

list(PREPEND CMAKE_PREFIX_PATH "${prebuilt_FOLDER}" "${qt6_FOLDER}")
_build_obs(
  "${obs-studio_FOLDER}" "${obs-studio_VERSION}" "-DCMAKE_OSX_ARCHITECTURES=arm64;x86_64"
  "-DCMAKE_OSX_DEPLOYMENT_TARGET=${CMAKE_OSX_DEPLOYMENT_TARGET}"
)
list(PREPEND CMAKE_PREFIX_PATH "${_deps_dir}")
list(APPEND CMAKE_FRAMEWORK_PATH "${_deps_dir}/Frameworks")
