# Every third-party library, found once. scripts/install-dependencies.sh has the packages.
find_package(Threads REQUIRED)
find_package(TBB REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(HDF5 REQUIRED COMPONENTS C)
find_package(Boost REQUIRED CONFIG COMPONENTS program_options)
find_package(yaml-cpp REQUIRED)
find_package(Protobuf REQUIRED)
find_package(hwy REQUIRED CONFIG)
# The OpenMP runtime that Debian's oneDNN runs on (libdnnl needs it, so it is there for every compiler): its
# thread count is ours to set. Not find_package(OpenMP): clang would bring a second runtime.
find_library(GOMP_LIBRARY NAMES libgomp.so.1 gomp REQUIRED)
find_package(ZLIB REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
# Not by dnnl's own configuration, which asks for OpenCL's headers although the processor needs none.
find_path(DNNL_INCLUDE_DIR oneapi/dnnl/dnnl.hpp REQUIRED)
find_library(DNNL_LIBRARY dnnl REQUIRED)
find_path(STB_INCLUDE_DIR stb/stb_image.h REQUIRED)
find_path(LIBZIP_INCLUDE_DIR zip.h REQUIRED)
find_library(LIBZIP_LIBRARY zip REQUIRED)
find_path(DEFLATE_INCLUDE_DIR libdeflate.h REQUIRED)
find_library(DEFLATE_LIBRARY deflate REQUIRED)
find_library(ONNX_PROTO_LIBRARY onnx_proto REQUIRED)
find_file(D3_MIN_JS d3.min.js PATHS /usr/share/nodejs/d3/dist /usr/share/javascript/d3 REQUIRED)

add_library(deflate INTERFACE IMPORTED)
target_include_directories(deflate SYSTEM INTERFACE ${DEFLATE_INCLUDE_DIR})
target_link_libraries(deflate INTERFACE ${DEFLATE_LIBRARY})

add_library(libzip INTERFACE IMPORTED)
target_include_directories(libzip SYSTEM INTERFACE ${LIBZIP_INCLUDE_DIR})
target_link_libraries(libzip INTERFACE ${LIBZIP_LIBRARY})

add_library(gomp INTERFACE IMPORTED)
target_link_libraries(gomp INTERFACE ${GOMP_LIBRARY})

add_library(dnnl INTERFACE IMPORTED)
target_include_directories(dnnl SYSTEM INTERFACE ${DNNL_INCLUDE_DIR})
target_link_libraries(dnnl INTERFACE ${DNNL_LIBRARY})

add_library(stb INTERFACE IMPORTED)
target_include_directories(stb SYSTEM INTERFACE ${STB_INCLUDE_DIR})

add_library(onnx_messages INTERFACE IMPORTED)
target_link_libraries(onnx_messages INTERFACE ${ONNX_PROTO_LIBRARY} protobuf::libprotobuf)
target_compile_definitions(onnx_messages INTERFACE ONNX_NAMESPACE=onnx ONNX_ML=1)

add_library(hdf5_c INTERFACE IMPORTED)
target_include_directories(hdf5_c SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
target_link_libraries(hdf5_c INTERFACE ${HDF5_C_LIBRARIES})
