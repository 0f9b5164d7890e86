"""What the program shows: pure functions of puzzles and frames, with rich, never torch."""
