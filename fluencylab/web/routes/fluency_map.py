"""The fluency map: ten concepts by three kinds of fluency, and the evidence behind each cell."""

from fastapi import APIRouter

router = APIRouter()
