"""Tell people what happened and what is due: addresses, messages to send, and their delivery."""
