#!/usr/bin/env bash
# CPU time, memory and lost samples of `hearth collect` beside two busy CPUs.
# usage: tests/long/collector-cost.sh [seconds] [hz]       (default 60 s at 19 Hz; as root)
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build tests/Hearth.Load -c Release -v q --nologo
dotnet build src/Hearth -c Release -v q --nologo
artifacts/bin/Hearth.Load/release/Hearth.Load cost artifacts/bin/Hearth/release/hearth.dll "${1:-60}" "${2:-19}"
