# Warnings and sanitizers of GCC and Clang.
include_guard(GLOBAL)

add_compile_options(
  -Wall
  -Wextra
  -Wformat=2
  -Wno-unused-parameter
  -Wvla
  "$<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes;-Wmissing-prototypes;-Werror=implicit-function-declaration>"
)

if(ENABLE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(ENABLE_SANITIZERS)
  add_compile_options(-fsanitize=${ENABLE_SANITIZERS} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${ENABLE_SANITIZERS})
endif()
