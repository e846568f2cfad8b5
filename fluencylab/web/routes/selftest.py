"""The self-test: seven questions, closed book, and what they say to do next."""

from fastapi import APIRouter

router = APIRouter()
