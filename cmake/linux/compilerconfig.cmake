include_guard(GLOBAL)

include(compiler_common)
include(compiler_gnu)

# libobs's headers need X/Open's threads, which strict C17 hides.
add_compile_definitions("$<$<COMPILE_LANGUAGE:C>:_XOPEN_SOURCE=700>")
