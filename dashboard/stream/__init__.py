"""The event stream: every change, once, to every open page."""
