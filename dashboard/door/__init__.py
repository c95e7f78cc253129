"""The door: who may come in, under which name, how long it stays open, and what is said at it."""
