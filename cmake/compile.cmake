# Flags that hold for every target. No compiler may contract a * b + c by itself: kernels say fma() where they mean it,
# so that a sound depends on neither the lane it rides in nor the optimiser's mood.
# -Wno-restrict: g++ 12 sees overlaps in "text" + std::string that are not there (GCC bug 105651).
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-psabi -Wno-restrict -ffp-contract=off)
if(FOHD_SANITIZE)
  # Without the checks of pointers: AddressSanitizer or the processor stops at most of what they find, and they make the build
  # three times as long.
  set(unchecked null,alignment,object-size,vptr,pointer-overflow,nonnull-attribute,returns-nonnull-attribute)
  add_compile_options(-fsanitize=${FOHD_SANITIZE} -fno-sanitize=${unchecked} -fno-omit-frame-pointer -g1
                      -Wno-maybe-uninitialized)
  add_link_options(-fsanitize=${FOHD_SANITIZE})
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# fohd_library(NAME folder's sources): one static library a folder; headers are included from the root of the project.
function(fohd_library name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main[^/]*\\.cpp$|\\.isa\\.cpp$")
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  # Here alone: the build without sanitizers shows whether every file includes what it uses.
  if(FOHD_SANITIZE)
    target_precompile_headers(${name} PRIVATE <algorithm> <array> <atomic> <charconv> <chrono> <cmath> <functional>
                                              <future> <map> <memory> <mutex> <optional> <set> <span> <string> <thread> <vector> ${ARGN})
  endif()
endfunction()
