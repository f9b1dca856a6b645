"""What may leave, to whom and why: one function decides, and says its reasons. Pure."""
