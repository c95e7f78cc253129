"""Health: what the device process says of itself, and what the doctor finds."""
