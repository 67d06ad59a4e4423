"""Where torch computes: on a GPU where there is one, otherwise on the CPU, and in bfloat16 on both."""

import torch


def pick() -> torch.device:
    """The GPU if torch sees one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def autocast(enabled: bool = True) -> torch.autocast:
    """Products in bfloat16, everything that needs the range or the digits in fp32."""
    return torch.autocast(pick().type, dtype=torch.bfloat16, enabled=enabled)
