"""From photos and their lists to rows, splits and pixels."""
