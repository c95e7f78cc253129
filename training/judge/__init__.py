"""From the file that ships to figures, the model card and the report."""
