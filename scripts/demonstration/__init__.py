"""A demonstration: an invented county over ten years, planned from a seed and played through the real decisions."""
