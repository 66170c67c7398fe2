# Installs the build into a folder of its own, builds docs/examples/embed against that copy and runs it.
set(work ${BINARY_DIR}/embed_test)
file(REMOVE_RECURSE ${work})

function(step)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(failed)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

step(${CMAKE_COMMAND} --install ${BINARY_DIR} --prefix ${work}/prefix)
step(${CMAKE_COMMAND} -S ${SOURCE_DIR}/docs/examples/embed -B ${work}/build -G Ninja
  -DCMAKE_PREFIX_PATH=${work}/prefix -DCMAKE_BUILD_TYPE=${CONFIG} -DCMAKE_CXX_COMPILER=${COMPILER})
step(${CMAKE_COMMAND} --build ${work}/build)
step(${work}/build/embed)
message("${output}")
if(NOT output MATCHES "protocol: " OR NOT output MATCHES "message types: [1-9]")
  message(FATAL_ERROR "the example ran, but its answer is not one")
endif()
file(REMOVE_RECURSE ${work})
