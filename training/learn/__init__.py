"""From a prepared folder to a trained network."""
