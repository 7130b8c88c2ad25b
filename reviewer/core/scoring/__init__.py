"""What the program exists for: credit, the right-action score and what stands beside it. Pure arithmetic."""
