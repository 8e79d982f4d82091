"""The floor: a Flask application that answers nothing, on the same server."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def nothing() -> str:
    return ""


@app.post("/")
def nothing_changed() -> tuple[str, int]:
    return "", 204
