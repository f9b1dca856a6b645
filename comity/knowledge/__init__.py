"""What the world agreed, as reviewed data: norms, instruments, channels, groups, states. Pure."""
