# Writes homolog_version.hpp when it changes; run at every build with
#   cmake -DSOURCE=... -DOUTPUT=... -DVERSION=... -DCOMPILER=... -DBUILD_TYPE=... -P version.cmake
execute_process(COMMAND git describe --always --dirty --exclude=* --abbrev=10
  WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE
  ERROR_QUIET RESULT_VARIABLE failed)
set(version ${VERSION})
if(NOT failed AND commit)
  set(version "${VERSION}+${commit}")
endif()
set(text "#pragma once
namespace homolog::experiments {
inline constexpr const char* kHomologVersion = \"${version}\";
inline constexpr const char* kHomologCompiler = \"${COMPILER}\";
inline constexpr const char* kHomologBuildType = \"${BUILD_TYPE}\";
}  // namespace homolog::experiments
")
set(old "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} old)
endif()
if(NOT old STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
