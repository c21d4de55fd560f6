"""A minimal Flask server, for comparison."""

from flask import Flask

server = Flask("hello")


@server.get("/")
def hello() -> str:
    """Return a short text."""
    return "hello"
