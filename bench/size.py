"""How large the program is: modules, lines, functions, comments, tests.

python bench/size.py
"""

from __future__ import annotations

import ast
import io
import statistics
import tokenize
from pathlib import Path

ROOT = Path(__file__).parents[1]


def functions(source: str) -> list[tuple[int, str]]:
    """Return (lines, name) of every function and method."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    return [((node.end_lineno or node.lineno) - node.lineno + 1, node.name) for node in found]


def comments(source: str) -> int:
    """Return the number of comments."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return sum(token.type == tokenize.COMMENT for token in tokens)


def main() -> None:
    """Print a line a measure."""
    files = sorted((ROOT / "trm_cli").rglob("*.py"))
    sources = {file: file.read_text(encoding="utf-8") for file in files}
    lines = {file: source.count("\n") for file, source in sources.items()}
    sizes = [(n, name, file) for file, source in sources.items() for n, name in functions(source)]
    longest_file = max(lines, key=lines.__getitem__)
    longest = max(sizes)
    n_lines, n_comments = sum(lines.values()), sum(map(comments, sources.values()))
    tests = [
        name
        for file in sorted((ROOT / "tests").rglob("test_*.py"))
        for _, name in functions(file.read_text(encoding="utf-8"))
        if name.startswith("test_")
    ]
    print(f"modules    {len(files)}, median {statistics.median(lines.values()):g} lines, "
          f"longest {lines[longest_file]} ({longest_file.relative_to(ROOT)})")  # fmt: skip
    print(f"lines      {n_lines}")
    print(f"comments   {100 * n_comments / n_lines:.1f} in 100 lines")
    print(f"functions  {len(sizes)}, median {statistics.median(n for n, *_ in sizes):g} lines, "
          f"longest {longest[0]} ({longest[2].relative_to(ROOT)}: {longest[1]})")  # fmt: skip
    print(f"tests      {len(tests)} functions")


if __name__ == "__main__":
    main()
