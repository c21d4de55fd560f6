"""The web application: the staff app and the public pages."""
