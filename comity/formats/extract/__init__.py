"""Indicators and citations in prose: one scan over text, positions kept (pure)."""
