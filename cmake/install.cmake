# `cmake --install`: the libraries and headers for find_package(troupe), the command, the configuration.
include(CMakePackageConfigHelpers)

set(troupe_package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/troupe)

# troupe_runtime and the libraries of ours that it stands on; what only the command or the tests use stays at home.
set(open troupe_runtime)
set(troupe_exported "")
while(open)
  list(POP_FRONT open library)
  if(NOT TARGET ${library} OR NOT library MATCHES "^troupe_" OR library IN_LIST troupe_exported)
    continue()
  endif()
  list(APPEND troupe_exported ${library})
  foreach(property LINK_LIBRARIES INTERFACE_LINK_LIBRARIES)
    get_target_property(linked ${library} ${property})
    list(APPEND open ${linked})
  endforeach()
endwhile()
foreach(library IN LISTS troupe_exported)
  string(REGEX REPLACE "^troupe_" "" exported ${library})  # troupe_runtime is troupe::runtime outside
  set_target_properties(${library} PROPERTIES EXPORT_NAME ${exported})
  install(TARGETS ${library} EXPORT troupe ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/troupe)
endforeach()

install(EXPORT troupe FILE troupeTargets.cmake NAMESPACE troupe:: DESTINATION ${troupe_package_folder})
configure_package_config_file(cmake/troupeConfig.cmake.in ${PROJECT_BINARY_DIR}/troupeConfig.cmake
  INSTALL_DESTINATION ${troupe_package_folder} PATH_VARS CMAKE_INSTALL_DATADIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/troupeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/troupeConfig.cmake ${PROJECT_BINARY_DIR}/troupeConfigVersion.cmake
  cmake/dependencies.cmake cmake/FindCAF.cmake
  DESTINATION ${troupe_package_folder})

# What an embedding program may include: the words and the node, not the rooms behind it.
install(DIRECTORY messages DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/troupe FILES_MATCHING PATTERN "*.hpp")
install(FILES runtime/node.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/troupe/runtime)
install(DIRECTORY runtime/config DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/troupe/runtime
  FILES_MATCHING PATTERN "*.hpp")

install(DIRECTORY config/ DESTINATION ${CMAKE_INSTALL_DATADIR}/troupe/config PATTERN "README.md" EXCLUDE)
if(TARGET troupe)
  install(TARGETS troupe RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
