"""From an incident to findings: what is known, engaged, owed, and whom to tell. Pure."""
