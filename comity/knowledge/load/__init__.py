"""Reads the packs from disk. The only part of the room that touches files."""
