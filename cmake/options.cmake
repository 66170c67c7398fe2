include(GNUInstallDirs)

option(TROUPE_WARNINGS_AS_ERRORS "Warnings stop the build" ON)
option(TROUPE_BUILD_TESTS "Build the tests" ON)
option(TROUPE_BUILD_BENCH "Build the benchmarks" ON)
option(TROUPE_BUILD_FUZZERS "Build the libFuzzer targets (clang)" OFF)
set(TROUPE_SANITIZE "" CACHE STRING "Value of -fsanitize=, for example address,undefined; empty for none")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

# The sources of the tree are found as "messages/ids.hpp", generated ones as "generated/...".
add_library(troupe_warnings INTERFACE)
target_compile_options(troupe_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual $<$<BOOL:${TROUPE_WARNINGS_AS_ERRORS}>:-Werror>)

if(TROUPE_SANITIZE)
  add_compile_options(-fsanitize=${TROUPE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=${TROUPE_SANITIZE})
endif()

# ccache makes every build after the first one cheap; it is used where it is found.
find_program(TROUPE_CCACHE ccache)
if(TROUPE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros ${TROUPE_CCACHE})
endif()
