"""From a question to a screen: the staff app and the public pages."""
