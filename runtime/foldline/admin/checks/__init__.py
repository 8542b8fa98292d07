"""What `foldline doctor` looks at, a file for each."""
