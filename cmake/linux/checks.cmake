# Tests of the whole checkout: its layout, and the other tests once more with sanitizers, each in a further build.
include_guard(GLOBAL)
include(ProcessorCount)
ProcessorCount(cores)
# As in test.sh: most tests wait much longer than they work.
math(EXPR tests_at_once "2 * ${cores}")

add_test(NAME format COMMAND sh "${CMAKE_CURRENT_LIST_DIR}/check-format.sh")
set_tests_properties(format PROPERTIES LABELS format TIMEOUT 120 SKIP_RETURN_CODE 77)

# Runs the tests with the given labels in a build of the preset, which is brought up to date first.
function(add_preset_test preset labels)
  set(folder "${CMAKE_BINARY_DIR}/${preset}")
  set(supp "${PROJECT_SOURCE_DIR}/tests")
  add_test(NAME ${preset}.build COMMAND sh "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/build-preset.sh" "${folder}" ${preset})
  add_test(
    NAME ${preset}
    COMMAND
      "${CMAKE_CTEST_COMMAND}" --test-dir "${folder}" --output-on-failure --no-tests=error
      --parallel ${tests_at_once} --repeat until-pass:2 --label-regex "${labels}"
  )
  set_tests_properties(${preset}.build PROPERTIES FIXTURES_SETUP ${preset} RUN_SERIAL ON LABELS sanitizer TIMEOUT 1500)
  set_tests_properties(
    ${preset}
    PROPERTIES
      FIXTURES_REQUIRED ${preset}
      RUN_SERIAL ON
      LABELS sanitizer
      TIMEOUT 1500
      ENVIRONMENT
        "TSAN_OPTIONS=suppressions=${supp}/tsan.supp;LSAN_OPTIONS=suppressions=${supp}/lsan.supp;ASAN_OPTIONS=fast_unwind_on_malloc=0"
  )
endfunction()

add_preset_test(asan "^(unit|ui|e2e)$")
add_preset_test(tsan "^unit$")
find_program(FUZZ_COMPILER clang-19)
if(FUZZ_COMPILER AND EXISTS "${PROJECT_SOURCE_DIR}/tests/fuzz/CMakeLists.txt")
  add_preset_test(fuzz "^fuzz$")
endif()
