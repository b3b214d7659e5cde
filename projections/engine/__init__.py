"""The runners of projections: the same pure function, asked once, followed live or rebuilt whole."""
