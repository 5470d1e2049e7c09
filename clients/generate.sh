#!/bin/sh
# Generates the code of the clients from proto/.
#
#   clients/generate.sh          in place
#   clients/generate.sh FOLDER   beside, to compare
#
# Needs the tools of target/tools on the PATH (`make clients` sees to it).
set -eu
clients=$(cd "$(dirname "$0")" && pwd)
into=${1:-$clients}
cd "$clients"

rm -rf "$into/typescript/src/gen" "$into/python/darkroom/v1"
mkdir -p "$into/typescript/src/gen" "$into/python/darkroom/v1"

buf generate --output "$into"

python -m grpc_tools.protoc --proto_path=../proto --python_out="$into/python" --pyi_out="$into/python" \
    ../proto/darkroom/v1/*.proto
python -m grpc_tools.protoc --proto_path=../proto --grpc_python_out="$into/python" \
    ../proto/darkroom/v1/*_service.proto
echo '"""Generated from proto/darkroom/v1 by clients/generate.sh."""' > "$into/python/darkroom/v1/__init__.py"
