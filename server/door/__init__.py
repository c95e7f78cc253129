"""The way in: who may, and what is said to those who may not."""
