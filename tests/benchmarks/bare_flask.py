"""The smallest Flask server there is, for comparison."""

from flask import Flask

server = Flask("hello")


@server.get("/")
def hello() -> str:
    """A few words."""
    return "hello"
