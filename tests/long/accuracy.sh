#!/usr/bin/env bash
# Shares of C, .NET and mixed workloads with a known CPU split against what the collector shows.
# usage: tests/long/accuracy.sh [runs] [seconds] [hz]      (default 5 runs of 60 s at 97 Hz; as root, machine otherwise quiet)
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build tests/Hearth.Load -c Release -v q --nologo
artifacts/bin/Hearth.Load/release/Hearth.Load accuracy "${1:-5}" "${2:-60}" "${3:-97}"
