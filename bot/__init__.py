"""The running program: the only part that awaits, reads clock and environment, and knows the outside world."""
