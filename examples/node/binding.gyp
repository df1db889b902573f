# SPDX-License-Identifier: MIT
{
  "targets": [{
    "target_name": "sluice",
    "sources": ["sluice.c"],
    "cflags": ["<!@(pkg-config --cflags sluice)"],
    "libraries": ["<!@(pkg-config --libs sluice)"]
  }]
}
