"""How well the extractors read: annotated texts against what they find. See docs/annotation.md."""
