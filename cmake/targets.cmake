# troupe_library(NAME SOURCES a.cpp ... LIBRARIES x ...)
# One wall of the house: a static library with our warnings, found from the root of the tree.
function(troupe_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/troupe>)
  target_link_libraries(${name} PUBLIC ${arg_LIBRARIES} PRIVATE $<BUILD_INTERFACE:troupe_warnings>)
  set_property(GLOBAL APPEND PROPERTY TROUPE_LIBRARIES ${name})
endfunction()

# troupe_core_room(ROOM SOURCES a.cpp ... LIBRARIES x ...)
# The cores of one room: pure, without CAF. Joined into troupe_core.
function(troupe_core_room room)
  troupe_library(troupe_core_${room} ${ARGN})
  target_link_libraries(troupe_core_${room} PUBLIC troupe_messages)
  target_link_libraries(troupe_core INTERFACE troupe_core_${room})
endfunction()

# troupe_executable(NAME SOURCES a.cpp ... LIBRARIES x ...)
function(troupe_executable name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} troupe_warnings)
  if(TROUPE_SANITIZE)
    # GCC 12 sees overflows that are none in code that the sanitizers instrument; plain builds still judge them.
    target_compile_options(${name} PRIVATE -Wno-error=stringop-overflow -Wno-error=array-bounds
                                           -Wno-error=maybe-uninitialized -Wno-error=restrict)
    # CAF 0.17 dereferences an empty pointer to no arguments when a lambda is spawned, as tests do (init_fun_factory).
    target_compile_options(${name} PRIVATE -fno-sanitize=null)
  endif()
endfunction()

# troupe_program(NAME SOURCES a.cpp ... LIBRARIES x ...)
# An executable with the allocator of the product. Tests, and whoever embeds the library, keep their own.
function(troupe_program name)
  troupe_executable(${name} ${ARGN})
  if(NOT TROUPE_SANITIZE)
    target_link_libraries(${name} PRIVATE ${TROUPE_ALLOCATOR})
  endif()
endfunction()

# troupe_test(NAME SOURCES a_test.cpp ... LIBRARIES x ... LABELS unit)
# One test program; every test of it becomes a ctest entry. Labels: unit (default), integration, chaos, data, bench-smoke.
function(troupe_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  if(NOT arg_LABELS)
    set(arg_LABELS unit)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  troupe_executable(${name} SOURCES ${arg_SOURCES} LIBRARIES ${arg_LIBRARIES} GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE TROUPE_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    TROUPE_BINARY_DIR="${PROJECT_BINARY_DIR}")
  foreach(label IN LISTS arg_LABELS)  # `ninja troupe_tests_unit` builds what `ctest -L unit` runs
    if(NOT TARGET troupe_tests_${label})
      add_custom_target(troupe_tests_${label})
    endif()
    add_dependencies(troupe_tests_${label} ${name})
  endforeach()
  include(GoogleTest)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
endfunction()

# troupe_actor_library(NAME SOURCES a.cpp ... LIBRARIES x ...)
# A library that sees CAF; all of these share one precompiled header (7 s to make, saves 1.3 s a file).
function(troupe_actor_library name)
  troupe_library(${name} ${ARGN})
  target_link_libraries(${name} PUBLIC troupe_conversations)
  target_precompile_headers(${name} REUSE_FROM troupe_conversations)
endfunction()
