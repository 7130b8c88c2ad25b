"""Facts and arithmetic of the program: no Qt, no SQL, no HTTP, no clock, no hidden randomness."""
