"""The blueprint of members' messages."""

from flask import Blueprint

bp = Blueprint("messages", __name__)
