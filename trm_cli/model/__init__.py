"""Tiny Recursive Models in PyTorch: the recursion, the nets it recurses over, and their weights files."""
