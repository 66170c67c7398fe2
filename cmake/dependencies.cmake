# Every third-party library of the product, with the reason why it is here. All are Debian packages.

find_package(Threads REQUIRED)
find_package(CAF REQUIRED)                    # libcaf-dev: the actors
find_package(Protobuf REQUIRED)               # libprotobuf-dev: what can leave the process, and its JSON
find_package(Eigen3 REQUIRED NO_MODULE)       # libeigen3-dev: linear algebra of the models
find_package(spdlog REQUIRED)                 # libspdlog-dev: asynchronous logs
find_package(prometheus-cpp REQUIRED)         # prometheus-cpp-dev: metrics and their text format
find_package(civetweb REQUIRED)               # libcivetweb-dev: the HTTP server
find_package(yaml-cpp REQUIRED)               # libyaml-cpp-dev: configuration with line numbers
find_package(CLI11 REQUIRED)                  # libcli11-dev: the command line
find_package(nlohmann_json REQUIRED)          # nlohmann-json3-dev: JSONL input and small JSON answers
find_package(CURL REQUIRED)                   # libcurl4-openssl-dev: the HTTP client of live chaos runs and of `troupe sla report`
find_package(ZLIB REQUIRED)                   # zlib1g-dev: gzip-compressed input

find_path(TROUPE_TINS_INCLUDE tins/tins.h REQUIRED)
find_library(TROUPE_TINS tins REQUIRED)       # libtins-dev: packet headers and TCP reassembly
find_library(TROUPE_PCAP pcap REQUIRED)       # libpcap-dev: link types by name; libtins stands on it
find_path(TROUPE_XXHASH_INCLUDE xxhash.h REQUIRED)
find_library(TROUPE_XXHASH xxhash REQUIRED)   # libxxhash-dev: 128-bit content hashes

find_path(TROUPE_HIREDIS_INCLUDE hiredis/hiredis.h REQUIRED)
find_library(TROUPE_HIREDIS hiredis REQUIRED) # libhiredis-dev: the cache that nodes share, in Redis
find_library(TROUPE_ALLOCATOR tcmalloc_minimal REQUIRED) # libgoogle-perftools-dev: an eighth to a fifth less processor time than malloc of glibc

add_library(troupe_hiredis INTERFACE)
target_include_directories(troupe_hiredis SYSTEM INTERFACE ${TROUPE_HIREDIS_INCLUDE})
target_link_libraries(troupe_hiredis INTERFACE ${TROUPE_HIREDIS})

add_library(troupe_tins INTERFACE)
target_include_directories(troupe_tins SYSTEM INTERFACE ${TROUPE_TINS_INCLUDE})
target_link_libraries(troupe_tins INTERFACE ${TROUPE_TINS} ${TROUPE_PCAP})

add_library(troupe_xxhash INTERFACE)
target_include_directories(troupe_xxhash SYSTEM INTERFACE ${TROUPE_XXHASH_INCLUDE})
target_link_libraries(troupe_xxhash INTERFACE ${TROUPE_XXHASH})

if(TROUPE_BUILD_TESTS)
  find_package(GTest REQUIRED)                # libgtest-dev: tests
endif()
