"""Is what came a photo, and may somebody look at it? Judged by content, never by what it claims to be."""
