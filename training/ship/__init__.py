"""From a trained network to the file that ships, its manifest and its thresholds."""
