"""A world on this machine: local servers that behave as the outside ones do, and people's phones."""
