"""Use cases as plain functions over seams: the one place that writes."""
