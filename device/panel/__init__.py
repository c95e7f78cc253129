"""The panel: one big button, three lights, a buzzer and a lamp."""
