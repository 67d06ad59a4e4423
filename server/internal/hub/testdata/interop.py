"""What Python's huggingface_hub makes of a cache and a hub: see interop_test.go."""

import os
import sys

from huggingface_hub import hf_hub_download, scan_cache_dir, snapshot_download

model, mode, *files = sys.argv[1:]
if mode == "offline":
    print(snapshot_download(model, local_files_only=True))
    warnings = scan_cache_dir().warnings
    if warnings:
        sys.exit(f"the cache is not as it should be: {warnings}")
else:
    for name in files:
        path = hf_hub_download(model, name)
    print(os.path.dirname(path))
