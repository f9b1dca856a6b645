"""Draft documents: one value per document, and its renderings."""
