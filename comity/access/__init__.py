"""Who may do what on a node: roles, acts and the one function that decides (pure)."""
