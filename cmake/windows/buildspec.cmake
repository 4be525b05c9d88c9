include_guard(GLOBAL)

include(buildspec_common)

_fetch_dependency(prebuilt windows-x64 WRAP ARCHIVE "windows-deps-@VERSION@-x64.zip" FOLDER "obs-deps-@VERSION@-x64")
_fetch_dependency(qt6 windows-x64 WRAP ARCHIVE "windows-deps-qt6-@VERSION@-x64.zip" FOLDER "obs-deps-qt6-@VERSION@-x64")
_fetch_dependency(obs-studio windows-x64 ARCHIVE "@VERSION@.zip" FOLDER "obs-studio-@VERSION@")

list(PREPEND CMAKE_PREFIX_PATH "${prebuilt_FOLDER}" "${qt6_FOLDER}")
_build_obs("${obs-studio_FOLDER}" "${obs-studio_VERSION}" -A x64)
list(PREPEND CMAKE_PREFIX_PATH "${_deps_dir}")
